/* fragments.h - joins the fragments of one side's DTLS handshake messages.
 *
 * They arrive in any order, overlap, and come again (RFC 6347 §4.2.3); whole
 * messages are given out in order of message_seq. Memory grows with what came,
 * not with what was promised. Who repeats what is flights.h's. */
#ifndef TLS_FRAGMENTS_H
#define TLS_FRAGMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/endpoint.h"
#include "base/reader.h"

enum {
    FRAGMENTS_AHEAD = 16,  /* messages that may wait for one before them */
    FRAGMENT_PIECES = 512, /* of one message */
};

/* One fragment as its header says; bytes is as long as it promises. */
struct fragment {
    uint8_t type;
    uint16_t seq;
    uint32_t len;  /* of the whole message */
    uint32_t at;   /* where in it these bytes belong */
    uint32_t sent; /* how many there were before the snap length cut them */
    struct reader bytes;
};

struct partial {
    bool used;
    uint8_t type;
    uint16_t seq;
    uint32_t len, have, piece_count;
    struct piece *pieces; /* in order, none overlaps another */
    struct moment at;     /* of the packet that made it whole, or came last */
};

struct fragments {
    uint16_t next; /* message_seq of the next message to give out */
    uint16_t taken;
    struct partial waiting[FRAGMENTS_AHEAD];
    uint8_t types[FRAGMENTS_AHEAD]; /* of the messages given out last */
};

struct message {
    uint8_t type;
    uint16_t seq;
    struct reader body;
    struct moment at;
};

/* fragments_old tells that this message was given out already. One of another
 * type is none of them: its sender counts anew. */
bool fragments_old(const struct fragments *f, const struct fragment *part);
/* fragments_add keeps a fragment in the arena; false when it is too far ahead or
 * there is no memory: then it counts as not captured. */
bool fragments_add(struct fragments *f, struct arena *a, const struct fragment *part,
                   struct moment at);
/* fragments_take gives the next message once it is whole. Its body lies in the arena. */
bool fragments_take(struct fragments *f, struct arena *a, struct message *out);
/* fragments_pass counts the next message as given out. */
void fragments_pass(struct fragments *f, uint16_t seq, uint8_t type);
/* fragments_jump goes on at the first message that is whole, over what is missing
 * before it; false when none is. */
bool fragments_jump(struct fragments *f);
/* fragments_incomplete: the next message is there in part. */
bool fragments_incomplete(const struct fragments *f);

#endif
