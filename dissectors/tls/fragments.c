/* fragments.c - see fragments.h. */
#include "dissectors/tls/fragments.h"

#include <string.h>

struct piece {
    struct piece *next;
    uint32_t at, len;
    uint8_t bytes[];
};

static struct partial *slot_of(struct fragments *f, uint16_t seq)
{
    return &f->waiting[seq % FRAGMENTS_AHEAD];
}

static bool is_whole(const struct partial *p, uint16_t seq)
{
    return p->used && p->seq == seq && p->have == p->len;
}

bool fragments_old(const struct fragments *f, const struct fragment *part)
{
    uint16_t behind = (uint16_t)(f->next - part->seq);
    if (behind == 0 || behind > 0x7fff)
        return false;
    bool known = behind <= FRAGMENTS_AHEAD && behind <= f->taken;
    return !known || f->types[part->seq % FRAGMENTS_AHEAD] == part->type;
}

static struct piece *piece_new(struct arena *a, struct partial *p, const struct fragment *part,
                               uint32_t at, uint32_t len)
{
    if (p->piece_count == FRAGMENT_PIECES)
        return NULL;
    struct piece *piece = arena_take(a, sizeof *piece + len);
    if (!piece)
        return NULL;
    p->piece_count++;
    p->have += len;
    piece->at = at;
    piece->len = len;
    memcpy(piece->bytes, part->bytes.at + (at - part->at), len);
    return piece;
}

/* Keeps what is new of the fragment: what came first stays. */
static bool fill_in(struct arena *a, struct partial *p, const struct fragment *part)
{
    struct piece **link = &p->pieces;
    uint32_t at = part->at, end = part->at + (uint32_t)reader_left(&part->bytes);
    while (at < end) {
        while (*link && (*link)->at + (*link)->len <= at)
            link = &(*link)->next;
        struct piece *next = *link;
        if (next && next->at <= at) {
            at = next->at + next->len;
            continue;
        }
        uint32_t stop = next && next->at < end ? next->at : end;
        struct piece *piece = piece_new(a, p, part, at, stop - at);
        if (!piece)
            return false;
        piece->next = next;
        *link = piece;
        at = stop;
    }
    return true;
}

bool fragments_add(struct fragments *f, struct arena *a, const struct fragment *part,
                   struct moment at)
{
    if ((uint16_t)(part->seq - f->next) >= FRAGMENTS_AHEAD)
        return false;
    struct partial *p = slot_of(f, part->seq);
    /* A sender that lost its memory makes the message anew, and a signature may
     * then be longer: the new one is what the other side will go by. */
    if (!p->used || p->seq != part->seq || p->type != part->type || p->len != part->len)
        *p = (struct partial){
            .used = true, .type = part->type, .seq = part->seq, .len = part->len
        };
    if (is_whole(p, part->seq) && p->len > 0)
        return true;
    p->at = at;
    return fill_in(a, p, part);
}

static bool join(struct arena *a, const struct partial *p, struct reader *body)
{
    if (p->len == 0 || (p->pieces->at == 0 && p->pieces->len == p->len)) {
        *body = reader_over(p->len ? p->pieces->bytes : NULL, p->len, false);
        return true;
    }
    uint8_t *bytes = arena_take(a, p->len);
    if (!bytes)
        return false;
    for (const struct piece *piece = p->pieces; piece; piece = piece->next)
        memcpy(bytes + piece->at, piece->bytes, piece->len);
    *body = reader_over(bytes, p->len, false);
    return true;
}

bool fragments_take(struct fragments *f, struct arena *a, struct message *out)
{
    struct partial *p = slot_of(f, f->next);
    if (!is_whole(p, f->next))
        return false;
    *out = (struct message){ .type = p->type, .seq = p->seq, .at = p->at };
    p->used = false;
    if (!join(a, p, &out->body))
        return false;
    fragments_pass(f, out->seq, out->type);
    return true;
}

void fragments_pass(struct fragments *f, uint16_t seq, uint8_t type)
{
    slot_of(f, seq)->used = false;
    f->types[seq % FRAGMENTS_AHEAD] = type;
    f->taken += f->taken < FRAGMENTS_AHEAD;
    f->next = (uint16_t)(seq + 1);
}

bool fragments_jump(struct fragments *f)
{
    for (uint16_t ahead = 0; ahead < FRAGMENTS_AHEAD; ahead++) {
        uint16_t seq = (uint16_t)(f->next + ahead);
        if (!is_whole(slot_of(f, seq), seq))
            continue;
        if (ahead > 0)
            f->taken = 0;
        f->next = seq;
        return true;
    }
    return false;
}

bool fragments_incomplete(const struct fragments *f)
{
    const struct partial *p = &f->waiting[f->next % FRAGMENTS_AHEAD];
    return p->used && p->seq == f->next && p->have < p->len;
}
