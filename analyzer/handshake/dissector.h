/* dissector.h - what a protocol provides, and what it may call.
 *
 * A dissector says what the bytes say: it reads, sets fields, names messages.
 * It does not print, judge, allocate, or know of packets and segments. */
#ifndef HANDSHAKE_DISSECTOR_H
#define HANDSHAKE_DISSECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"
#include "base/reader.h"
#include "handshake/field.h"
#include "handshake/handshake.h"
#include "handshake/machine.h"

struct conversation;

/* The bytes a flow begins with, for recognise(). */
struct opening {
    struct reader bytes; /* an open reader */
    enum side side;      /* who sent them */
    enum transport transport;
    uint16_t server_port;
    bool late;  /* the capture does not show the flow's beginning, or bytes are missing before */
    bool inner; /* inside another protocol */
};

enum recognition {
    NOT_MINE,
    MAYBE_MINE,   /* more bytes would tell */
    MINE,         /* and the side that sent them is right, or can't be told */
    MINE_SWAPPED, /* mine, but these bytes are what the other side sends */
};

struct dissector {
    const char *name; /* "tls": the JSON's protocol */
    const char *over; /* what inner handshakes call it in "over"; NULL: it adds nothing */
    /* over_name, where given, is asked instead: "smtp", "socks5", by what was seen. */
    const char *(*over_name)(const void *memory);
    unsigned transports; /* bits 1 << enum transport */
    enum recognition (*recognise)(const struct opening *o);

    /* read takes one message (TCP: a record, UDP: a datagram) off r, or leaves r
     * SHORT: then it is called again with more. Whatever is wrong with the bytes,
     * it must consume something or set SHORT. */
    void (*read)(struct conversation *c, enum side side, struct reader *r);
    /* gap: len bytes of that side were never captured; before holds the beginning
     * of the message they are missing from. May be NULL; may conversation_skip(). */
    void (*gap)(struct conversation *c, enum side side, struct reader before, uint64_t len);
    /* close: a side closed or reset, or nothing more will come (NOBODY, and reset tells
     * that somebody tried in vain for so long that it counts as silence). Over UDP a
     * reset is an ICMP error that tells that nobody is there. */
    void (*close)(struct conversation *c, enum side side, bool reset);
    /* finish: last touches before judging: fields that need the whole. details
     * asks for the fields marked detail as well. May be NULL. */
    void (*finish)(struct handshake *hs, bool details);
    /* forget: the conversation ends; wipes what must not stay in memory. May be NULL. */
    void (*forget)(void *memory);
    /* end: the program ends; frees what is kept for the whole run. May be NULL. */
    void (*end)(void);

    const struct field_table *fields;
    const struct machine *machine;
    bool begins_again; /* behind a handshake its bytes may begin another one, much later */
    size_t memory_len; /* zeroed bytes a conversation, conversation_memory() */
    /* recycles: a flow may have any number of its handshakes. Each lives in a few KiB
     * of its own; once it is settled the dissector does not touch it again, and once
     * it is reported as well, conversation_begin may take its memory. */
    bool recycles;
};

/* The protocols, in order of recognition; ended by NULL. */
extern const struct dissector *const dissectors[];

/* ---- what a dissector may call ---- */

/* conversation_memory is the dissector's own zeroed memory of this conversation. */
void *conversation_memory(struct conversation *c);
/* conversation_arena is the flow's arena: gone with the flow. */
struct arena *conversation_arena(struct conversation *c);
/* conversation_begin starts a handshake; NULL when the cap is reached (counted). */
struct handshake *conversation_begin(struct conversation *c);
/* conversation_begin_untold starts one that reports do not tell of, for its own sake:
 * its fields are facts about what runs inside it. */
struct handshake *conversation_begin_untold(struct conversation *c);
/* conversation_tell lets reports tell of it after all. */
void conversation_tell(struct conversation *c, struct handshake *hs);
/* conversation_latest is the handshake begun last, or NULL. */
struct handshake *conversation_latest(struct conversation *c);
/* conversation_saw steps the machine of hs by one message; note as in struct event. */
bool conversation_saw(struct conversation *c, struct handshake *hs, enum side from, uint8_t message,
                      const char *note);
/* conversation_now is the packet being read. */
struct moment conversation_now(const struct conversation *c);
/* conversation_at makes that an earlier packet: what was kept of it is read now. */
void conversation_at(struct conversation *c, struct moment at);
/* conversation_side_closed: that side sent its FIN or RST already. */
bool conversation_side_closed(const struct conversation *c, enum side side);
/* conversation_late: the capture missed the beginning, or bytes of that side. */
bool conversation_late(const struct conversation *c, enum side side);
/* conversation_missed_nothing, called by gap: all that matters of what is missing was seen
 * before it, so that side is no later than it was. */
void conversation_missed_nothing(struct conversation *c, enum side side);
/* conversation_cut is how many bytes the snap length cut off the datagram being read. */
size_t conversation_cut(const struct conversation *c);
enum transport conversation_transport(const struct conversation *c);
uint16_t conversation_server_port(const struct conversation *c);
/* conversation_skip steps over len more bytes of the side being read, unseen, once read returns. */
void conversation_skip(struct conversation *c, uint32_t len);
/* conversation_done: this conversation will tell nothing more; stop watching. */
void conversation_done(struct conversation *c);
/* conversation_may_idle: from now on both sides may be silent for long, and it matters
 * all the same how it ends. */
void conversation_may_idle(struct conversation *c);
/* conversation_hand_on: what both sides send from now on is another protocol's;
 * it is recognised anew and becomes the inner conversation. */
void conversation_hand_on(struct conversation *c);
/* conversation_inner gives the inner conversation bytes that are not in the
 * stream as such: decrypted, unmasked. */
void conversation_inner(struct conversation *c, enum side side, const uint8_t *bytes, size_t len);
/* conversation_inner_skip tells how many of the side's next len bytes, and counts them
 * as given, nobody inside wants to see. */
size_t conversation_inner_skip(struct conversation *c, enum side side, size_t len);
/* conversation_inner_gap: that many bytes for the inside were not captured. */
void conversation_inner_gap(struct conversation *c, enum side side, uint64_t len);
/* conversation_inner_close: a side said inside this protocol that it ends here. */
void conversation_inner_close(struct conversation *c, enum side side);
/* conversation_inner_wanted: somebody may still want such bytes. */
bool conversation_inner_wanted(const struct conversation *c);
/* conversation_inner_known: somebody knows them, and began a handshake. */
bool conversation_inner_known(const struct conversation *c);

#endif
