/* change.c - see change.h.
 *
 * Both memories are in two generations: when the younger is full, the older is
 * forgotten and the younger takes its place. What is asked for is always among
 * the latest, and a good handshake costs no more than two look-ups. */
#include "change.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memo.h"
#include "base/text.h"
#include "dissectors/mqtt/fields.h"
#include "dissectors/tls/fields.h"
#include "handshake/dissector.h"
#include "handshake/flow_fields.h"
#include "report/baseline.h"

enum {
    GOODS_MAX = 4096,
    GOODS_LEN_MAX = GOODS_MAX * 320,
    NAMES_MAX = 4096,
    NAMES_LEN_MAX = 1 << 20,
    DIFFERENCES_MAX = 16,
    TEXT_MAX = 160,
};

static const int64_t SLOW_US = 100000; /* an answer that comes later is worth a word */

/* A memory that forgets its older half at a time. */
struct generations {
    struct memo *now, *before;
    size_t kept, max, len_max;
};

struct changes {
    struct generations goods, names;
    struct value rows[DIFFERENCES_MAX * DIFFERENCE_COLUMN_COUNT];
    struct span words[DIFFERENCES_MAX];
    struct text texts[2 * DIFFERENCES_MAX];
    struct list list_of_rows, list_of_words;
};

/* ---- memory ---- */

static void generations_open(struct generations *g, size_t max, size_t len_max)
{
    *g = (struct generations){ memo_new(max, len_max), memo_new(max, len_max), 0, max, len_max };
}

static void generations_close(struct generations *g)
{
    memo_free(g->now);
    memo_free(g->before);
}

static const void *recall(const struct generations *g, const void *key, size_t key_len, size_t *len)
{
    const char *found = memo_find(g->now, key, key_len, len);
    return found ? found : memo_find(g->before, key, key_len, len);
}

static void remember(struct generations *g, const void *key, size_t key_len, const void *bytes,
                     size_t len)
{
    size_t known;
    if (g->kept == g->max - 1 && !memo_find(g->now, key, key_len, &known)) {
        struct memo *oldest = g->before;
        g->before = g->now;
        g->now = oldest;
        memo_forget(oldest);
        g->kept = 0;
    }
    g->kept += memo_keep(g->now, key, key_len, bytes, len);
}

struct changes *changes_new(void)
{
    struct changes *c = must_calloc(1, sizeof *c);
    generations_open(&c->goods, GOODS_MAX, GOODS_LEN_MAX);
    generations_open(&c->names, NAMES_MAX, NAMES_LEN_MAX);
    return c;
}

void changes_free(struct changes *c)
{
    if (!c)
        return;
    generations_close(&c->goods);
    generations_close(&c->names);
    for (size_t i = 0; i < 2 * DIFFERENCES_MAX; i++)
        text_free(&c->texts[i]);
    free(c);
}

/* ---- facts ---- */

/* What is compared. A fact is a number: 0 where nothing was seen, else a code, a
 * count or a duration as it is, and for a text the hash under which it is kept. */
enum fact {
    FACT_TTL,
    FACT_VERSION,
    FACT_CIPHER,
    FACT_GROUP,
    FACT_SNI,
    FACT_ALPN,
    FACT_CERTIFICATE,
    FACT_ISSUER,
    FACT_CHAIN,
    FACT_CLIENT,
    FACT_JA4,
    FACT_TIMING,
    FACT_COUNT
};

enum fact_kind { KIND_TEXT, KIND_NUMBER, KIND_TIMING, KIND_VERSION, KIND_CODE };

static const struct {
    const char *what;
    enum fact_kind kind;
    const struct code_names *names;
} facts[] = {
    [FACT_TTL] = { "server.ttl", KIND_NUMBER, NULL },
    [FACT_VERSION] = { "version", KIND_VERSION, NULL },
    [FACT_CIPHER] = { "cipher", KIND_CODE, &tls_ciphers },
    [FACT_GROUP] = { "group", KIND_CODE, &tls_groups },
    [FACT_SNI] = { "sni", KIND_TEXT, NULL },
    [FACT_ALPN] = { "alpn", KIND_TEXT, NULL },
    [FACT_CERTIFICATE] = { "certificate", KIND_TEXT, NULL },
    [FACT_ISSUER] = { "issuer", KIND_TEXT, NULL },
    [FACT_CHAIN] = { "chain", KIND_NUMBER, NULL },
    [FACT_CLIENT] = { "client", KIND_TEXT, NULL },
    [FACT_JA4] = { "ja4", KIND_TEXT, NULL },
    [FACT_TIMING] = { "timing", KIND_TIMING, NULL },
};

/* The last good handshake of a pair, and what came since. */
struct good {
    int64_t at_us, since_us;
    struct address server;
    uint32_t failures;
    uint64_t facts[FACT_COUNT];
};

static uint64_t keep_text(struct changes *c, const char *bytes, size_t len)
{
    size_t known;
    if (len > TEXT_MAX)
        len = text_utf8_len(bytes, TEXT_MAX);
    if (len == 0)
        return 0;
    uint64_t id = hash_bytes(1, bytes, len) | 1;
    if (!recall(&c->names, &id, sizeof id, &known))
        remember(&c->names, &id, sizeof id, bytes, len);
    return id;
}

static uint64_t keep_span(struct changes *c, struct span text)
{
    return keep_text(c, text.bytes, text.len);
}

static uint64_t keep_string(struct changes *c, const char *string)
{
    return string ? keep_text(c, string, strlen(string)) : 0;
}

/* A certificate goes by its subject, serial number and end; which is put into words
 * when it is met for the first time. */
static uint64_t keep_certificate(struct changes *c, struct span subject, struct span serial,
                                 int64_t not_after_us)
{
    size_t known;
    uint64_t id = hash_bytes(hash_word(2, (uint64_t)not_after_us), subject.bytes, subject.len);
    id = hash_bytes(id, serial.bytes, serial.len) | 1;
    if (recall(&c->names, &id, sizeof id, &known))
        return id;
    struct text t = { 0 };
    char until[TIME_TEXT_LEN];
    text_add_bytes(&t, subject.bytes,
                   text_utf8_len(subject.bytes, subject.len < 96 ? subject.len : 96));
    text_format(&t, " until %s, serial ", time_text(not_after_us, false, until));
    text_add_bytes(&t, serial.bytes, serial.len);
    remember(&c->names, &id, sizeof id, text_string(&t), t.len);
    text_free(&t);
    return id;
}

static void take_certificates(struct changes *c, const struct handshake *hs, uint64_t *found)
{
    const struct list *chain = handshake_list(hs, TLS_CERTIFICATES);
    if (!chain || chain->kept == 0)
        return;
    const struct value *leaf = chain->items.rows;
    found[FACT_CHAIN] = chain->count;
    if (leaf[CERTIFICATE_SUBJECT].present && leaf[CERTIFICATE_SERIAL].present &&
        leaf[CERTIFICATE_NOT_AFTER].present)
        found[FACT_CERTIFICATE] =
            keep_certificate(c, leaf[CERTIFICATE_SUBJECT].is.text, leaf[CERTIFICATE_SERIAL].is.text,
                             leaf[CERTIFICATE_NOT_AFTER].is.number);
    if (leaf[CERTIFICATE_ISSUER].present)
        found[FACT_ISSUER] = keep_span(c, leaf[CERTIFICATE_ISSUER].is.text);
}

/* From the client's first message to the server's first. */
static uint64_t timing_of(const struct handshake *hs)
{
    for (uint32_t i = 0; i < hs->event_count; i++)
        if (hs->events[i].from == SERVER)
            return (uint64_t)(hs->events[i].at.time_us - hs->events[0].at.time_us) + 1;
    return 0;
}

static bool is_tls(const struct handshake *hs)
{
    return hs->dissector->fields == &tls_field_table;
}

static bool is_mqtt(const struct handshake *hs)
{
    return hs->dissector->fields == &mqtt_field_table;
}

static void take_facts(struct changes *c, const struct handshake *hs, uint8_t server_ttl,
                       uint64_t *found)
{
    memset(found, 0, FACT_COUNT * sizeof *found);
    found[FACT_TTL] = server_ttl;
    found[FACT_TIMING] = timing_of(hs);
    if (is_mqtt(hs))
        found[FACT_VERSION] = (uint64_t)handshake_number_or(hs, MQTT_VERSION, 0);
    if (!is_tls(hs))
        return;
    found[FACT_VERSION] = (uint64_t)handshake_number_or(hs, TLS_VERSION, 0);
    found[FACT_CIPHER] = (uint64_t)handshake_number_or(hs, TLS_CIPHER, 0);
    found[FACT_GROUP] = (uint64_t)handshake_number_or(hs, TLS_GROUP, 0);
    found[FACT_SNI] = keep_span(c, handshake_text(hs, TLS_SNI));
    found[FACT_ALPN] = keep_span(c, handshake_text(hs, TLS_ALPN));
    found[FACT_CLIENT] = keep_span(c, handshake_text(hs, TLS_CLIENT_STACK));
    found[FACT_JA4] = keep_span(c, handshake_text(hs, TLS_JA4));
    take_certificates(c, hs, found);
}

/* ---- who with whom ---- */

/* A pair by addresses, or a client and a server's name, wherever that is. */
struct pair {
    char protocol; /* the first letter of its name */
    uint8_t client_len, server_len;
    uint16_t port;
    uint64_t name; /* hash, or 0 */
    uint8_t client[16], server[16];
};

/* Pairs are compared byte by byte: the gaps between members are zeros. */
static struct pair pair_of(const struct endpoint ends[2], char protocol, struct span name)
{
    struct pair p;
    memset(&p, 0, sizeof p);
    p.protocol = protocol;
    p.port = ends[SERVER].port;
    p.client_len = ends[CLIENT].address.len;
    memcpy(p.client, ends[CLIENT].address.bytes, sizeof p.client);
    if (name.len > 0) {
        p.name = hash_bytes(3, name.bytes, name.len) | 1;
        return p;
    }
    p.server_len = ends[SERVER].address.len;
    memcpy(p.server, ends[SERVER].address.bytes, sizeof p.server);
    return p;
}

/* What the server is called by its client, beside its address. */
static struct span name_of(const struct handshake *hs)
{
    return is_tls(hs) ? handshake_text(hs, TLS_SNI) : (struct span){ 0 };
}

static const struct good *good_of(const struct changes *c, const struct pair *p)
{
    size_t len;
    return recall(&c->goods, p, sizeof *p, &len);
}

/* A connection that never came to a protocol is one of those that did before. */
static const char *protocols_of(const struct handshake *hs)
{
    if (is_tls(hs))
        return hs->transport == TRANSPORT_UDP ? "d" : "t";
    if (is_mqtt(hs))
        return "m";
    return hs->outer || hs->dissector->fields->count > 0 ? ""
           : hs->transport == TRANSPORT_UDP              ? "d"
                                                         : "tm";
}

/* The last good handshake of these two, and where it is kept; NULL when there was none. */
static const struct good *find_good(const struct changes *c, const struct handshake *hs,
                                    struct pair *where)
{
    const struct good *good = NULL;
    for (const char *protocol = protocols_of(hs); !good && *protocol; protocol++) {
        *where = pair_of(hs->ends, *protocol, (struct span){ 0 });
        good = good_of(c, where);
        struct span name = name_of(hs);
        if (good || name.len == 0)
            continue;
        *where = pair_of(hs->ends, *protocol, name);
        good = good_of(c, where);
    }
    return good;
}

/* Pairs are many, and far from the processor's caches: where the next one goes is fetched
 * while the handshake is judged. */
void changes_fetch(const struct changes *c, const struct handshake *hs)
{
    if (!is_tls(hs) && !is_mqtt(hs))
        return;
    struct span name = name_of(hs);
    struct pair p = pair_of(hs->ends, *protocols_of(hs), (struct span){ 0 });
    memo_fetch(c->goods.now, &p, sizeof p);
    if (name.len == 0)
        return;
    p = pair_of(hs->ends, p.protocol, name);
    memo_fetch(c->goods.now, &p, sizeof p);
}

static void keep_good(struct changes *c, const struct pair *p, const struct good *good)
{
    remember(&c->goods, p, sizeof *p, good, sizeof *good);
}

/* ---- telling ---- */

static void tell_fact(const struct changes *c, enum fact fact, const struct handshake *hs,
                      uint64_t value, struct text *out)
{
    size_t len = 0;
    const char *text = NULL;
    switch (facts[fact].kind) {
    case KIND_TEXT:
        text = recall(&c->names, &value, sizeof value, &len);
        text_add_bytes(out, text ? text : "?", text ? len : 1);
        break;
    case KIND_NUMBER:
        text_add_number(out, value);
        break;
    case KIND_TIMING:
        text_format(out, "%.3f s", (double)(value - 1) / 1e6);
        break;
    case KIND_VERSION:
        code_text(is_mqtt(hs) ? &mqtt_versions : &tls_versions, (uint32_t)value, out);
        break;
    case KIND_CODE:
        code_text(facts[fact].names, (uint32_t)value, out);
        break;
    }
}

/* An answer that takes four times as long as it did, and long at all, is a change. */
static bool differs(enum fact fact, uint64_t before, uint64_t now)
{
    if (!before || !now)
        return false;
    if (facts[fact].kind == KIND_TIMING)
        return now > 4 * before && now > (uint64_t)SLOW_US;
    return before != now;
}

static void put_span(struct value *v, struct span span)
{
    v->present = true;
    v->is.text = span;
}

static struct span span_of(const struct text *t)
{
    return (struct span){ text_string(t), (uint32_t)t->len };
}

/* Adds a row whose two texts were written at the row's place. */
static void add_difference(struct changes *c, const char *what)
{
    uint32_t n = c->list_of_words.count++;
    struct value *row = &c->rows[n * DIFFERENCE_COLUMN_COUNT];
    const struct text *before = &c->texts[2 * n], *now = &c->texts[2 * n + 1];
    c->words[n] = (struct span){ what, (uint32_t)strlen(what) };
    put_span(&row[DIFFERENCE_WHAT], c->words[n]);
    put_span(&row[DIFFERENCE_BEFORE], span_of(before));
    put_span(&row[DIFFERENCE_NOW], span_of(now));
}

/* The two texts of the next row, empty. */
static struct text *next_texts(struct changes *c)
{
    struct text *pair = &c->texts[2 * c->list_of_words.count];
    text_clear(&pair[0]);
    text_clear(&pair[1]);
    return pair;
}

static void compare_addresses(struct changes *c, const struct address *before,
                              const struct address *now)
{
    char text[ADDRESS_TEXT_LEN];
    if (address_equal(before, now))
        return;
    struct text *pair = next_texts(c);
    text_add(&pair[0], address_text(before, text));
    text_add(&pair[1], address_text(now, text));
    add_difference(c, "server.address");
}

static void compare(struct changes *c, const struct handshake *hs, const struct good *good,
                    const uint64_t *now)
{
    c->list_of_words = (struct list){ .cap = DIFFERENCES_MAX, .items.texts = c->words };
    memset(c->rows, 0, sizeof c->rows);
    compare_addresses(c, &good->server, &hs->ends[SERVER].address);
    for (enum fact f = 0; f < FACT_COUNT; f++) {
        if (!differs(f, good->facts[f], now[f]))
            continue;
        struct text *pair = next_texts(c);
        tell_fact(c, f, hs, good->facts[f], &pair[0]);
        tell_fact(c, f, hs, now[f], &pair[1]);
        add_difference(c, facts[f].what);
    }
    c->list_of_words.kept = c->list_of_words.count;
    c->list_of_rows = (struct list){ .count = c->list_of_words.count,
                                     .kept = c->list_of_words.count,
                                     .cap = DIFFERENCES_MAX,
                                     .width = DIFFERENCE_COLUMN_COUNT,
                                     .items.rows = c->rows };
}

static uint8_t ttl_of(const struct handshake *hs)
{
    const struct value *ttl = hs->flow_values ? &hs->flow_values[FLOW_SERVER_TTL] : NULL;
    return ttl && ttl->present ? (uint8_t)ttl->is.number : 0;
}

static void put_number(struct value *values, enum change_field id, int64_t number)
{
    values[id].present = true;
    values[id].is.number = number;
}

void changes_fill(struct changes *c, const struct handshake *hs, struct value *values)
{
    struct pair where;
    memset(values, 0, CHANGE_FIELD_COUNT * sizeof *values);
    const struct good *found = find_good(c, hs, &where);
    if (!found || found->at_us >= hs->first.time_us)
        return;
    struct good good = *found; /* noting facts may move what was found */
    uint64_t now[FACT_COUNT];
    take_facts(c, hs, ttl_of(hs), now);
    compare(c, hs, &good, now);
    put_number(values, CHANGE_LAST_GOOD, good.at_us);
    put_number(values, CHANGE_SINCE, good.failures ? good.since_us : hs->first.time_us);
    put_number(values, CHANGE_FAILURES, (int64_t)good.failures + 1);
    if (c->list_of_words.count == 0)
        return;
    values[CHANGE_WHAT] = (struct value){ .present = true, .is.list = &c->list_of_words };
    values[CHANGE_DIFFERENCES] = (struct value){ .present = true, .is.list = &c->list_of_rows };
}

/* ---- noting ---- */

static void note_failure(struct changes *c, const struct handshake *hs)
{
    struct pair where;
    const struct good *found = find_good(c, hs, &where);
    if (!found)
        return;
    struct good good = *found;
    if (good.failures++ == 0)
        good.since_us = hs->first.time_us;
    keep_good(c, &where, &good);
}

static void note_good(struct changes *c, const struct pair *p, const struct good *good,
                      struct span name, const struct endpoint ends[2])
{
    keep_good(c, p, good);
    if (name.len == 0)
        return;
    struct pair by_name = pair_of(ends, p->protocol, name);
    keep_good(c, &by_name, good);
}

void changes_note(struct changes *c, const struct handshake *hs, enum outcome outcome,
                  uint8_t server_ttl)
{
    if (outcome == OUTCOME_FAILED)
        note_failure(c, hs);
    if (outcome != OUTCOME_COMPLETED || hs->late || !(is_tls(hs) || is_mqtt(hs)))
        return;
    struct good good = { .at_us = hs->first.time_us, .server = hs->ends[SERVER].address };
    take_facts(c, hs, server_ttl, good.facts);
    struct pair p = pair_of(hs->ends, *protocols_of(hs), (struct span){ 0 });
    note_good(c, &p, &good, name_of(hs), hs->ends);
}

/* ---- what an earlier run reported ---- */

static struct span span_of_string(const char *string)
{
    return (struct span){ string ? string : "", string ? (uint32_t)strlen(string) : 0 };
}

static void take_past(struct changes *c, const struct past *p, uint64_t *found)
{
    found[FACT_TTL] = p->server_ttl;
    found[FACT_VERSION] = p->version;
    found[FACT_CIPHER] = p->cipher;
    found[FACT_GROUP] = p->group;
    found[FACT_CHAIN] = p->chain;
    found[FACT_SNI] = keep_string(c, p->sni);
    found[FACT_ALPN] = keep_string(c, p->alpn);
    found[FACT_ISSUER] = keep_string(c, p->issuer);
    found[FACT_CLIENT] = keep_string(c, p->client_stack);
    found[FACT_JA4] = keep_string(c, p->ja4);
    if (p->subject && p->serial)
        found[FACT_CERTIFICATE] = keep_certificate(c, span_of_string(p->subject),
                                                   span_of_string(p->serial), p->not_after_us);
}

bool changes_baseline(struct changes *c, const char *path, struct error *e)
{
    struct past past;
    struct baseline *b = baseline_open(path, e);
    if (!b)
        return false;
    while (baseline_next(b, &past, e)) {
        struct good good = { .at_us = past.start_us, .server = past.server.address };
        struct endpoint ends[2] = { past.client, past.server };
        take_past(c, &past, good.facts);
        struct pair p = pair_of(ends, past.protocol[0], (struct span){ 0 });
        note_good(c, &p, &good, span_of_string(past.sni), ends);
    }
    baseline_close(b);
    return !error_is_set(e);
}
