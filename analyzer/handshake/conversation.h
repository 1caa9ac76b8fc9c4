/* conversation.h - one conversation under watch: the only loop over messages.
 *
 * It bookmarks, calls the dissector for one message, and goes back to the
 * bookmark on SHORT. It begins, keeps and hands out the handshakes. An inner
 * protocol is a conversation inside the conversation. */
#ifndef HANDSHAKE_CONVERSATION_H
#define HANDSHAKE_CONVERSATION_H

#include "handshake/dissector.h"

/* What a conversation is about; given once. */
struct conversation_about {
    struct endpoint ends[2];
    enum transport transport;
    struct moment first;   /* the flow's first packet */
    bool late[2];          /* this side's beginning is not in the capture */
    bool closed[2];        /* this side closed before the first payload came */
    uint64_t *next_number; /* handshakes are numbered from here */
    uint64_t *refused;     /* counts handshakes that the cap refused */
};

/* conversation_new gives a conversation in the arena, or NULL at its cap. */
struct conversation *conversation_new(struct arena *a, const struct conversation_about *about);

/* conversation_feed gives a side's contiguous bytes. Returns how many were taken:
 * less than len means that more are wanted first, more than len that the bytes
 * to come may be skipped unseen. */
size_t conversation_feed(struct conversation *c, enum side side, const uint8_t *bytes, size_t len,
                         struct moment at);
/* conversation_datagram gives one datagram; wire_len > len when it was cut. */
void conversation_datagram(struct conversation *c, enum side side, const uint8_t *bytes, size_t len,
                           size_t wire_len, struct moment at);
/* conversation_gap tells that gap bytes of a side were not captured, and gives the
 * len bytes before them that feed did not take yet. Returns how many bytes
 * behind the gap may be skipped unseen. */
size_t conversation_gap(struct conversation *c, enum side side, const uint8_t *bytes, size_t len,
                        uint64_t gap, struct moment at);
/* conversation_close tells that a side closed or reset, or with NOBODY that
 * nothing more will be seen; a reset is then that somebody tried in vain for long. */
void conversation_close(struct conversation *c, enum side side, bool reset, struct moment at);

/* conversation_dissector is what recognised it, or NULL so far. */
const struct dissector *conversation_dissector(const struct conversation *c);
/* conversation_unrecognised: enough bytes were seen to say that no dissector knows it. */
bool conversation_unrecognised(const struct conversation *c);
/* conversation_puzzled: no dissector knew what came so far, and none waits for more of it. */
bool conversation_puzzled(const struct conversation *c);
/* conversation_swapped: content told that client and server are the other way
 * round; said once, and the conversation has turned already. */
bool conversation_swapped(struct conversation *c);
/* conversation_watching: it still wants bytes. */
bool conversation_watching(const struct conversation *c);
/* conversation_quiet: it wants them only because another handshake may begin. */
bool conversation_quiet(const struct conversation *c);

/* conversation_idles: it wants them, and they may come after a long silence. */
bool conversation_idles(const struct conversation *c);
/* conversation_newest is the handshake begun last, of what runs innermost, or NULL. */
struct handshake *conversation_newest(const struct conversation *c);

/* conversation_end wipes secrets; call it before the arena goes. */
void conversation_end(struct conversation *c);

/* conversation_finished hands out handshakes, in order: those that are settled,
 * and with all set (the flow is over) every one. NULL when there is none. */
struct handshake *conversation_finished(struct conversation *c, bool all);

#endif
