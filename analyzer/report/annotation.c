/* annotation.c - see annotation.h. */
#include "report/annotation.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/hash.h"
#include "handshake/dissector.h"

enum {
    TALKS_MAX = 100000,
    COMMENTS_MAX = 4 * TALKS_MAX,
    TEXT_MAX = 64 << 20,
    BUCKETS = 1 << 16,
};

/* A connection is opened before its handshake, perhaps after two minutes of
 * SYNs, and closed after it. */
static const int64_t BEFORE_US = 130 * INT64_C(1000000), AFTER_US = 5 * INT64_C(1000000);

/* Two ends whose packets are kept for a while. Of a pair of addresses alone, for
 * fragments, the ports are 0. */
struct talk {
    struct endpoint low, high;
    enum transport transport;
    int64_t from_us, until_us;
    uint32_t next; /* in its bucket: index + 1 */
};

struct comment {
    uint64_t frame;
    size_t order; /* of two for one frame, which came first */
    size_t text;  /* where in texts, ended by NUL */
};

struct annotation {
    struct talk *talks;
    uint32_t talk_count, buckets[BUCKETS];
    struct comment *comments;
    size_t comment_count, at; /* at: the next that annotation_of looks at */
    struct text texts, joined;
    uint64_t left_out;
    uint64_t seed; /* nobody shall make talks that all fall into one bucket */
};

struct annotation *annotation_new(void)
{
    struct annotation *a = must_calloc(1, sizeof *a);
    if (getrandom(&a->seed, sizeof a->seed, GRND_NONBLOCK) < 0)
        a->seed = (uintptr_t)a;
    a->talks = must_calloc(TALKS_MAX, sizeof *a->talks);
    a->comments = must_calloc(COMMENTS_MAX, sizeof *a->comments);
    return a;
}

void annotation_free(struct annotation *a)
{
    if (!a)
        return;
    text_free(&a->texts);
    text_free(&a->joined);
    free(a->talks);
    free(a->comments);
    free(a);
}

void annotation_clear(struct annotation *a)
{
    memset(a->buckets, 0, sizeof a->buckets);
    text_clear(&a->texts);
    a->talk_count = 0;
    a->comment_count = a->at = 0;
    a->left_out = 0;
}

/* ---- who talks ---- */

static int compare_ends(const struct endpoint *a, const struct endpoint *b)
{
    if (a->address.len != b->address.len)
        return a->address.len - b->address.len;
    int order = memcmp(a->address.bytes, b->address.bytes, a->address.len);
    return order ? order : a->port - b->port;
}

static struct talk talk_between(const struct endpoint *a, const struct endpoint *b,
                                enum transport transport)
{
    bool in_order = compare_ends(a, b) <= 0;
    return (struct talk){ .low = in_order ? *a : *b,
                          .high = in_order ? *b : *a,
                          .transport = transport };
}

static struct talk talk_of_addresses(const struct endpoint *a, const struct endpoint *b)
{
    struct endpoint ends[2] = { *a, *b };
    ends[0].port = ends[1].port = 0;
    return talk_between(&ends[0], &ends[1], TRANSPORT_ICMP);
}

static uint32_t *bucket_of(struct annotation *a, const struct talk *t)
{
    uint64_t ports = (uint64_t)t->low.port << 16 | t->high.port;
    uint64_t hash = hash_word(a->seed, (uint64_t)t->transport << 32 | ports);
    hash = hash_bytes(hash, t->low.address.bytes, t->low.address.len);
    hash = hash_bytes(hash, t->high.address.bytes, t->high.address.len);
    return &a->buckets[hash % BUCKETS];
}

static bool same_ends(const struct talk *a, const struct talk *b)
{
    return a->transport == b->transport && compare_ends(&a->low, &b->low) == 0 &&
           compare_ends(&a->high, &b->high) == 0;
}

/* Handshakes of one connection that follow each other make one talk. */
static void add_talk(struct annotation *a, struct talk talk)
{
    uint32_t *bucket = bucket_of(a, &talk);
    for (uint32_t i = *bucket; i; i = a->talks[i - 1].next) {
        struct talk *known = &a->talks[i - 1];
        if (!same_ends(known, &talk) || talk.from_us > known->until_us ||
            talk.until_us < known->from_us)
            continue;
        known->from_us = talk.from_us < known->from_us ? talk.from_us : known->from_us;
        known->until_us = talk.until_us > known->until_us ? talk.until_us : known->until_us;
        return;
    }
    if (a->talk_count == TALKS_MAX)
        return;
    talk.next = *bucket;
    a->talks[a->talk_count] = talk;
    *bucket = ++a->talk_count;
}

static bool is_talk(struct annotation *a, const struct talk *asked, int64_t time_us)
{
    for (uint32_t i = *bucket_of(a, asked); i; i = a->talks[i - 1].next) {
        const struct talk *t = &a->talks[i - 1];
        if (same_ends(t, asked) && time_us >= t->from_us && time_us <= t->until_us)
            return true;
    }
    return false;
}

static void note_talks(struct annotation *a, const struct handshake *hs)
{
    struct talk talk = talk_between(&hs->ends[CLIENT], &hs->ends[SERVER], hs->transport);
    struct talk addresses = talk_of_addresses(&hs->ends[CLIENT], &hs->ends[SERVER]);
    talk.from_us = addresses.from_us = hs->first.time_us - BEFORE_US;
    talk.until_us = addresses.until_us = hs->last.time_us + AFTER_US;
    add_talk(a, talk);
    add_talk(a, addresses);
}

/* ---- what is said ---- */

static void add_comment(struct annotation *a, uint64_t frame, const struct text *text)
{
    if (a->comment_count == COMMENTS_MAX || a->texts.len + text->len >= TEXT_MAX || frame == 0)
        return;
    a->comments[a->comment_count] = (struct comment){ frame, a->comment_count, a->texts.len };
    a->comment_count++;
    text_add_bytes(&a->texts, text_string(text), text->len + 1);
}

static void add_part(struct text *out, const char *name, const struct finding *f,
                     const struct handshake *hs, enum finding_part part)
{
    text_format(out, "\n%s: ", name);
    finding_text(f, hs, part, out);
}

static uint64_t deciding_frame(const struct finding *f, const struct handshake *hs)
{
    if (f->frame_count > 0)
        return f->frames[f->frame_count - 1];
    return hs->ended.frame ? hs->ended.frame : hs->last.frame;
}

/* The last of a finding's frames decides and has the whole story; the others point to it. */
static void note_finding(struct annotation *a, const struct verdict *v, const struct finding *f)
{
    const struct handshake *hs = v->handshake;
    uint64_t decides = deciding_frame(f, hs);
    struct text t = { 0 };
    text_format(&t, "handshark: handshake %" PRIu64 " %s: ", hs->number, outcome_name(v->outcome));
    finding_text(f, hs, FINDING_TITLE, &t);
    size_t title_len = t.len;
    text_format(&t, "\n%s, %s, fault: %s, %s", f->id, severity_name(f->severity),
                fault_name(f->fault), certainty_name(f->certainty));
    add_part(&t, "why", f, hs, FINDING_WHY);
    add_part(&t, "fix", f, hs, FINDING_FIX);
    add_comment(a, decides, &t);
    for (size_t i = 0; i < f->frame_count; i++) {
        if (f->frames[i] == decides)
            continue;
        t.len = title_len;
        text_format(&t, "\n%s: proof, with frame %" PRIu64 " of the capture", f->id, decides);
        add_comment(a, f->frames[i], &t);
    }
    text_free(&t);
}

static void note_bare(struct annotation *a, const struct verdict *v)
{
    const struct handshake *hs = v->handshake;
    struct text t = { 0 };
    text_format(&t, "handshark: handshake %" PRIu64 " %s", hs->number, outcome_name(v->outcome));
    add_comment(a, hs->ended.frame ? hs->ended.frame : hs->last.frame, &t);
    text_free(&t);
}

void annotation_note(struct annotation *a, const struct verdict *v)
{
    if (a->talk_count + 2 > TALKS_MAX || a->comment_count + FINDINGS_MAX > COMMENTS_MAX ||
        a->texts.len > TEXT_MAX / 2) {
        a->left_out++;
        return;
    }
    note_talks(a, v->handshake);
    for (size_t i = 0; i < v->finding_count; i++)
        note_finding(a, v, &v->findings[i]);
    if (v->finding_count == 0)
        note_bare(a, v);
}

uint64_t annotation_left_out(const struct annotation *a)
{
    return a->left_out;
}

/* ---- asked packet by packet ---- */

static int by_frame(const void *left, const void *right)
{
    const struct comment *a = left, *b = right;
    if (a->frame != b->frame)
        return a->frame < b->frame ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

void annotation_ready(struct annotation *a)
{
    qsort(a->comments, a->comment_count, sizeof *a->comments, by_frame);
    a->at = 0;
}

/* Everything that is said of one frame, joined: Wireshark's list shows one comment best. */
static const char *comment_of(struct annotation *a, uint64_t frame)
{
    while (a->at < a->comment_count && a->comments[a->at].frame < frame)
        a->at++;
    text_clear(&a->joined);
    for (; a->at < a->comment_count && a->comments[a->at].frame == frame; a->at++) {
        text_add(&a->joined, a->joined.len ? "\n\n" : "");
        text_add(&a->joined, text_string(&a->texts) + a->comments[a->at].text);
    }
    return a->joined.len ? text_string(&a->joined) : NULL;
}

/* An ICMP error belongs to the packet that it quotes. */
static bool is_wanted(struct annotation *a, enum decap_status status, const struct segment *s)
{
    struct segment quoted;
    if (status == DECAP_WAITING) {
        struct talk asked = talk_of_addresses(&s->from, &s->to);
        return is_talk(a, &asked, s->at.time_us);
    }
    if (status != DECAP_SEGMENT)
        return false;
    struct talk asked = talk_between(&s->from, &s->to, s->transport);
    if (s->transport == TRANSPORT_ICMP) {
        if (!decap_quoted(s, &quoted))
            return false;
        asked = talk_between(&quoted.from, &quoted.to, quoted.transport);
    }
    return is_talk(a, &asked, s->at.time_us);
}

bool annotation_of(struct annotation *a, uint64_t frame, enum decap_status status,
                   const struct segment *s, const char **comment)
{
    *comment = comment_of(a, frame);
    return *comment || is_wanted(a, status, s);
}
