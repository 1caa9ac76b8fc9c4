/* history.c - see history.h.
 *
 * Tables of servers, clients, pairs, names and MQTT client ids, each of fixed size: a key
 * hashes to a row of WAYS places, and in a full row the one used longest ago
 * makes room. What is forgotten is merely absent. */
#include "history.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "dissectors/mqtt/fields.h"
#include "dissectors/tls/fields.h"
#include "dissectors/tls/names.h"
#include "handshake/dissector.h"
#include "handshake/flow_fields.h"

enum { ROWS = 512, WAYS = 4, ISSUER_MAX = 128, CONNECTS = 6, CACHE_LINE = 64 };

struct key {
    struct address client, server; /* len 0: not part of the key */
    uint16_t port;
    uint64_t name; /* hash of a server name, 0: not part of the key */
};

/* Authorities that issued for a name: two different ones at most. */
struct issuers {
    char text[2][ISSUER_MAX];
};

/* The latest CONNECTs with one MQTT client id. */
struct connects {
    struct connect {
        uint64_t from, address; /* hashes: of address and port, and of the address */
        int64_t at_us;
    } latest[CONNECTS];
    uint32_t count;
    uint32_t in_vain; /* in a row */
};

enum { CHOICES = 4 };

/* What a server chose: the newest first, each once. TLS 1.3 has suites of its own, so
 * what was chosen there tells nothing of older versions. */
struct chosen {
    uint32_t ciphers[2][CHOICES], groups[2][CHOICES]; /* [is 1.3]; 0: none */
};

/* One memory for all kinds: each uses the part that concerns it. */
struct memory {
    struct key key;
    uint32_t completed, failed;
    uint32_t small_answered, large_answered, answered, died;
    uint32_t version, lowest_version; /* 0: none yet */
    int64_t last_good_us;
    struct chosen *chosen;     /* servers; NULL: none yet */
    struct issuers *issuers;   /* names; likewise */
    struct connects *connects; /* client ids; likewise */
    const char *speaks;        /* ports; NULL: none yet */
    bool polyglot;             /* it spoke something else as well */
};

/* What tells whether a key is here, and which place to use anew, is beside each
 * other: every handshake looks into several tables, and mostly in vain. */
struct row {
    uint32_t tags[WAYS]; /* of the keys' hashes; 0: free */
    uint64_t used[WAYS]; /* counts up */
    struct memory places[WAYS];
};

struct history {
    struct row servers[ROWS], clients[ROWS], pairs[ROWS], names[ROWS], names_at[ROWS], ids[ROWS],
        ports[ROWS];
    uint64_t clock;
};

struct history *history_new(void)
{
    return must_calloc(1, sizeof(struct history));
}

void history_free(struct history *h)
{
    for (int i = 0; h && i < ROWS * WAYS; i++) {
        free(h->servers[i / WAYS].places[i % WAYS].chosen);
        free(h->names[i / WAYS].places[i % WAYS].issuers);
        free(h->ids[i / WAYS].places[i % WAYS].connects);
    }
    free(h);
}

/* ---- keys ---- */

static uint64_t hash_of(const struct key *k)
{
    uint64_t hash = hash_word(k->name, k->port);
    hash = hash_bytes(hash, k->client.bytes, k->client.len);
    return hash_bytes(hash, k->server.bytes, k->server.len);
}

static bool same(const struct key *a, const struct key *b)
{
    return a->port == b->port && a->name == b->name && address_equal(&a->client, &b->client) &&
           address_equal(&a->server, &b->server);
}

static struct row *row_of(struct row *table, uint64_t hash)
{
    return &table[(hash >> 32) % ROWS];
}

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)hash | 1;
}

/* Which place of the row the key has, or -1. */
static int place_in(const struct row *row, const struct key *k, uint64_t hash)
{
    for (int i = 0; i < WAYS; i++)
        if (row->tags[i] == tag_of(hash) && same(&row->places[i].key, k))
            return i;
    return -1;
}

static struct memory *find(struct row *table, const struct key *k)
{
    uint64_t hash = hash_of(k);
    struct row *row = row_of(table, hash);
    int i = place_in(row, k, hash);
    return i < 0 ? NULL : &row->places[i];
}

/* Takes the place that was used longest ago; free ones never were. */
static int place_anew(struct row *row, const struct key *k, uint64_t hash)
{
    int oldest = 0;
    for (int i = 1; i < WAYS; i++)
        if (row->used[i] < row->used[oldest])
            oldest = i;
    struct memory *m = &row->places[oldest];
    free(m->issuers);
    free(m->chosen);
    free(m->connects);
    *m = (struct memory){ .key = *k };
    row->tags[oldest] = tag_of(hash);
    return oldest;
}

static struct memory *make(struct history *h, struct row *table, const struct key *k)
{
    uint64_t hash = hash_of(k);
    struct row *row = row_of(table, hash);
    int i = place_in(row, k, hash);
    if (i < 0)
        i = place_anew(row, k, hash);
    row->used[i] = ++h->clock;
    return &row->places[i];
}

/* ---- which keys a handshake has ---- */

static struct key server_key(const struct handshake *hs)
{
    return (struct key){ .server = hs->ends[SERVER].address, .port = hs->ends[SERVER].port };
}

/* What a port speaks is asked without a client, and apart for TCP and UDP. */
static struct key port_key(enum transport transport, const struct endpoint *server)
{
    return (struct key){ .server = server->address, .port = server->port, .name = transport };
}

static struct key client_key(const struct handshake *hs)
{
    return (struct key){ .client = hs->ends[CLIENT].address };
}

static struct key pair_key(const struct handshake *hs)
{
    return (struct key){ hs->ends[CLIENT].address, hs->ends[SERVER].address, hs->ends[SERVER].port,
                         0 };
}

/* A server name, wherever it is, or at this server; "" stands for none asked. */
static struct key name_key(const struct handshake *hs, bool at_server)
{
    struct span sni = handshake_text(hs, TLS_SNI);
    struct key k = at_server ? server_key(hs) : (struct key){ 0 };
    k.name = hash_bytes(0, sni.bytes, sni.len) | 1;
    return k;
}

static bool is_tls(const struct handshake *hs)
{
    return hs->dissector->fields == &tls_field_table;
}

/* ---- MQTT client ids ---- */

static bool is_mqtt(const struct handshake *hs)
{
    return hs->dissector->fields == &mqtt_field_table && handshake_has(hs, MQTT_CLIENT_ID);
}

/* A client that leaves its id to the server is known by its address. */
static struct key id_key(const struct handshake *hs)
{
    struct span id = handshake_text(hs, MQTT_CLIENT_ID);
    struct key k = id.len ? server_key(hs) : pair_key(hs);
    k.name = hash_bytes(0, id.bytes, id.len) | 1;
    return k;
}

static uint64_t address_hash(const struct handshake *hs)
{
    const struct address *client = &hs->ends[CLIENT].address;
    return hash_bytes(0, client->bytes, client->len);
}

static uint64_t client_hash(const struct handshake *hs)
{
    return hash_word(address_hash(hs), hs->ends[CLIENT].port);
}

bool history_began(struct history *h, const struct handshake *hs)
{
    if (!is_mqtt(hs) || hs->late)
        return false;
    struct key k = id_key(hs);
    struct memory *m = make(h, h->ids, &k);
    if (!m->connects)
        m->connects = must_calloc(1, sizeof *m->connects);
    uint32_t at = m->connects->count++ % CONNECTS;
    m->connects->latest[at] =
        (struct connect){ client_hash(hs), address_hash(hs), hs->first.time_us };
    return true;
}

static bool is_text(struct span s, const char *text)
{
    return s.len == strlen(text) && memcmp(s.bytes, text, s.len) == 0;
}

/* A broker closes the older connection before it answers the newer one. */
static bool was_taken_over(const struct connects *all, const struct handshake *hs)
{
    static const int64_t AT_ONCE_US = 1000000;
    struct span by = handshake_text(hs, MQTT_ENDED_BY);
    int64_t ended = handshake_number_or(hs, MQTT_ENDED, 0);
    if (!is_text(by, "server") || hs->outcome != OUTCOME_COMPLETED)
        return false;
    for (uint32_t i = 0; i < CONNECTS && i < all->count; i++) {
        int64_t at = all->latest[i].at_us;
        if (all->latest[i].from != client_hash(hs) && at > hs->first.time_us && at <= ended &&
            ended - at < AT_ONCE_US)
            return true;
    }
    return false;
}

/* ---- filling ---- */

static void put_number(struct value *values, enum history_field id, int64_t number)
{
    values[id].is.number = number;
    values[id].present = true;
}

static void put_text(struct value *values, enum history_field id, const char *text)
{
    if (!text || !*text)
        return;
    values[id].is.text = (struct span){ text, (uint32_t)strlen(text) };
    values[id].present = true;
}

static bool can_do_13(const struct handshake *hs)
{
    return tls_version_is_13((uint32_t)handshake_number_or(hs, TLS_OFFERED_VERSION, 0));
}

/* A list of which only a part was captured or kept can't tell what it lacks. */
static void put_offered(struct value *values, enum history_field id, const uint32_t *chosen,
                        const struct handshake *hs, unsigned list_id)
{
    const struct list *offered = handshake_list(hs, list_id);
    bool any = false;
    if (!offered || !chosen[0])
        return;
    for (size_t i = 0; i < CHOICES && chosen[i]; i++)
        any = any || list_has_number(offered, chosen[i]);
    if (any || (offered->kept == offered->count && !handshake_true(hs, TLS_HELLO_CUT)))
        put_number(values, id, any);
}

static void fill_server(const struct memory *m, const struct handshake *hs, struct value *values)
{
    put_number(values, HISTORY_SERVER_COMPLETED, m->completed);
    put_number(values, HISTORY_SERVER_FAILED, m->failed);
    put_number(values, HISTORY_SMALL_HELLOS_ANSWERED, m->small_answered);
    put_number(values, HISTORY_LARGE_HELLOS_ANSWERED, m->large_answered);
    if (m->version)
        put_text(values, HISTORY_SERVER_VERSION, code_name_of(&tls_versions, m->version));
    if (m->lowest_version)
        put_text(values, HISTORY_SERVER_LOWEST_VERSION,
                 code_name_of(&tls_versions, m->lowest_version));
    if (!m->chosen)
        return;
    bool is_13 = can_do_13(hs) && m->chosen->ciphers[1][0];
    const uint32_t *cipher = m->chosen->ciphers[is_13], *group = m->chosen->groups[is_13];
    if (*cipher && handshake_has(hs, TLS_OFFERED_CIPHERS))
        put_text(values, HISTORY_SERVER_CIPHER, code_name_of(&tls_ciphers, *cipher));
    put_offered(values, HISTORY_SERVER_CIPHER_OFFERED, cipher, hs, TLS_OFFERED_CIPHERS);
    if (*group && handshake_has(hs, TLS_OFFERED_GROUPS))
        put_text(values, HISTORY_SERVER_GROUP, code_name_of(&tls_groups, *group));
    put_offered(values, HISTORY_SERVER_GROUP_OFFERED, group, hs, TLS_OFFERED_GROUPS);
}

static void fill_names(struct history *h, const struct handshake *hs, const struct memory *server,
                       struct value *values)
{
    struct key here = name_key(hs, true);
    const struct memory *m = find(h->names_at, &here);
    uint32_t answered = m ? m->answered : 0;
    put_number(values, HISTORY_SAME_NAME_ANSWERED, answered);
    put_number(values, HISTORY_SAME_NAME_DIED, m ? m->died : 0);
    uint32_t completed = m ? m->completed : 0;
    put_number(values, HISTORY_SAME_NAME_COMPLETED, completed);
    if (!server)
        return;
    put_number(values, HISTORY_OTHER_NAMES_ANSWERED,
               server->answered > answered ? server->answered - answered : 0);
    put_number(values, HISTORY_OTHER_NAMES_COMPLETED,
               server->completed > completed ? server->completed - completed : 0);
}

static void fill_issuer(struct history *h, const struct handshake *hs, struct value *values)
{
    struct span issuer = handshake_text(hs, TLS_CERT_LAST_ISSUER);
    if (!issuer.len || !handshake_has(hs, TLS_SNI))
        return;
    struct key anywhere = name_key(hs, false);
    const struct memory *m = find(h->names, &anywhere);
    size_t len = issuer.len < ISSUER_MAX - 1 ? issuer.len : ISSUER_MAX - 1;
    for (int i = 0; m && m->issuers && i < 2; i++) {
        const char *known = m->issuers->text[i];
        size_t known_len = strlen(known);
        if (known_len && (known_len != len || memcmp(known, issuer.bytes, len) != 0))
            put_text(values, HISTORY_NAME_ISSUER, known);
    }
}

/* How often the client at this address comes back, by its latest connections up to hs. */
static void fill_period(const struct connects *all, const struct handshake *hs,
                        struct value *values)
{
    uint64_t address = address_hash(hs);
    uint32_t kept = all->count < CONNECTS ? all->count : CONNECTS, n = 0;
    int64_t first = 0, before = 0, shortest = INT64_MAX, longest = 0;
    for (uint32_t i = all->count - kept; i < all->count; i++) {
        const struct connect *one = &all->latest[i % CONNECTS];
        if (one->address != address || one->at_us > hs->first.time_us)
            continue;
        int64_t apart = one->at_us - before;
        if (n++ == 0)
            first = one->at_us;
        else {
            shortest = apart < shortest ? apart : shortest;
            longest = apart > longest ? apart : longest;
        }
        before = one->at_us;
    }
    if (n < 3 || before <= first)
        return;
    int64_t mean = (before - first) / (n - 1);
    put_number(values, HISTORY_CONNECT_PERIOD, mean);
    put_number(values, HISTORY_CONNECTS_REGULAR, longest - shortest < mean / 5);
}

static void fill_client_id(struct history *h, const struct handshake *hs, struct value *values)
{
    struct key k = id_key(hs);
    const struct memory *m = find(h->ids, &k);
    if (!m || !m->connects)
        return;
    put_number(values, HISTORY_CLIENT_ID_CONNECTS, m->connects->count);
    put_number(values, HISTORY_CONNECTS_IN_VAIN, m->connects->in_vain);
    fill_period(m->connects, hs, values);
    if (was_taken_over(m->connects, hs))
        put_number(values, HISTORY_TAKEN_OVER, true);
}

/* Of a server that answers, its answer is what counts. */
static bool is_answered(const struct handshake *hs)
{
    const struct value *bytes = hs->flow_values ? &hs->flow_values[FLOW_SERVER_BYTES] : NULL;
    return bytes && bytes->present && bytes->is.number > 0;
}

static void fill_port(struct history *h, const struct handshake *hs, struct value *values)
{
    if (is_answered(hs))
        return;
    struct key k = port_key(hs->transport, &hs->ends[SERVER]);
    const struct memory *m = find(h->ports, &k);
    if (m && !m->polyglot)
        put_text(values, HISTORY_SERVER_SPEAKS, m->speaks);
}

/* Clients are many, and what is known of each is far from the processor's caches:
 * it is fetched while the handshake is judged, to be there when it is noted. */
static void fetch(struct row *table, const struct key *k)
{
    const char *row = (const char *)row_of(table, hash_of(k));
    for (size_t at = 0; at < sizeof(struct row); at += CACHE_LINE)
        __builtin_prefetch(row + at);
}

void history_fill(struct history *h, const struct handshake *hs, bool all, struct value *values)
{
    memset(values, 0, HISTORY_FIELD_COUNT * sizeof *values);
    if (is_mqtt(hs))
        fill_client_id(h, hs, values);
    if (all)
        fill_port(h, hs, values);
    if (!is_tls(hs))
        return;
    struct key server = server_key(hs), client = client_key(hs), pair = pair_key(hs);
    fetch(h->clients, &client);
    fetch(h->pairs, &pair);
    fill_issuer(h, hs, values);
    if (!all)
        return;
    const struct memory *of_server = find(h->servers, &server);
    if (of_server)
        fill_server(of_server, hs, values);
    fill_names(h, hs, of_server, values);
    const struct memory *m = find(h->clients, &client);
    if (m) {
        put_number(values, HISTORY_CLIENT_COMPLETED, m->completed);
        put_number(values, HISTORY_CLIENT_FAILED, m->failed);
    }
    m = find(h->pairs, &pair);
    if (m) {
        put_number(values, HISTORY_PAIR_COMPLETED, m->completed);
        put_number(values, HISTORY_PAIR_FAILED, m->failed);
        if (m->completed)
            put_number(values, HISTORY_PAIR_LAST_GOOD, m->last_good_us);
    }
}

/* ---- noting ---- */

static void count(struct memory *m, enum outcome outcome)
{
    m->completed += outcome == OUTCOME_COMPLETED;
    m->failed += outcome == OUTCOME_FAILED;
}

/* DTLS counts its versions downwards. */
static uint32_t age(uint32_t version)
{
    return version >> 8 == 0xfe ? 0x1ffff - version : version;
}

static void note_choice(uint32_t *choices, uint32_t choice)
{
    size_t i = 0;
    if (!choice)
        return;
    while (i < CHOICES - 1 && choices[i] != choice)
        i++;
    for (; i > 0; i--)
        choices[i] = choices[i - 1];
    choices[0] = choice;
}

static void note_server(struct memory *m, const struct handshake *hs, enum outcome outcome,
                        bool answered)
{
    count(m, outcome);
    bool large = handshake_number_or(hs, TLS_HELLO_SEGMENTS, 1) > 1;
    m->answered += answered;
    m->small_answered += answered && !large;
    m->large_answered += answered && large;
    if (outcome != OUTCOME_COMPLETED)
        return;
    uint32_t version = (uint32_t)handshake_number_or(hs, TLS_VERSION, 0);
    if (version && (!m->version || age(version) > age(m->version)))
        m->version = version;
    if (version && (!m->lowest_version || age(version) < age(m->lowest_version)))
        m->lowest_version = version;
    if (!m->chosen)
        m->chosen = must_calloc(1, sizeof *m->chosen);
    note_choice(m->chosen->ciphers[tls_version_is_13(version)],
                (uint32_t)handshake_number_or(hs, TLS_CIPHER, 0));
    note_choice(m->chosen->groups[tls_version_is_13(version)],
                (uint32_t)handshake_number_or(hs, TLS_GROUP, 0));
}

static void note_issuer(struct memory *m, struct span issuer)
{
    size_t len = issuer.len < ISSUER_MAX - 1 ? issuer.len : ISSUER_MAX - 1;
    if (!m->issuers)
        m->issuers = must_calloc(1, sizeof *m->issuers);
    for (int i = 0; i < 2; i++) {
        char *known = m->issuers->text[i];
        if (!known[0]) {
            memcpy(known, issuer.bytes, len);
            known[len] = 0;
            return;
        }
        if (strlen(known) == len && memcmp(known, issuer.bytes, len) == 0)
            return;
    }
}

static void note_name(struct history *h, const struct handshake *hs, enum outcome outcome,
                      bool answered)
{
    struct key here = name_key(hs, true), anywhere = name_key(hs, false);
    struct memory *m = make(h, h->names_at, &here);
    count(m, outcome);
    m->answered += answered;
    m->died += !answered;
    struct span issuer = handshake_text(hs, TLS_CERT_LAST_ISSUER);
    /* Without its intermediate, a chain's last issuer is not what others show as theirs; and
     * who signs for himself is no authority. */
    if (handshake_has(hs, TLS_SNI) && issuer.len && !handshake_true(hs, TLS_CERT_ISSUER_MISSING) &&
        !handshake_true(hs, TLS_CERT_SELF_SIGNED))
        note_issuer(make(h, h->names, &anywhere), issuer);
}

void history_spoke(struct history *h, enum transport transport, const struct endpoint *server,
                   const char *protocol)
{
    struct key k = port_key(transport, server);
    struct memory *m = make(h, h->ports, &k);
    if (!m->speaks)
        m->speaks = protocol;
    m->polyglot = m->polyglot || strcmp(m->speaks, protocol) != 0;
}

/* A connection that came to a good end, or had not ended when it was judged, ends a row
 * of those in vain; what nobody knows leaves it as it is. */
static void note_connect(struct history *h, const struct handshake *hs, enum outcome outcome)
{
    struct key k = id_key(hs);
    struct memory *m = find(h->ids, &k);
    if (!m || !m->connects || outcome == OUTCOME_UNKNOWN)
        return;
    bool left = is_text(handshake_text(hs, MQTT_DISCONNECTED_BY), "client");
    bool did = handshake_true(hs, MQTT_PUBLISHED) || handshake_true(hs, MQTT_SUBSCRIBED);
    bool went = did && is_text(handshake_text(hs, MQTT_ENDED_BY), "client");
    bool good = outcome == OUTCOME_COMPLETED && (left || went || !handshake_has(hs, MQTT_ENDED_BY));
    m->connects->in_vain = good ? 0 : m->connects->in_vain + 1;
}

void history_note(struct history *h, const struct handshake *hs, enum outcome outcome,
                  bool answered)
{
    if (is_mqtt(hs) && !hs->late)
        note_connect(h, hs, outcome);
    if (!is_tls(hs) || hs->late)
        return;
    struct key server = server_key(hs), client = client_key(hs), pair = pair_key(hs);
    note_server(make(h, h->servers, &server), hs, outcome, answered);
    count(make(h, h->clients, &client), outcome);
    struct memory *m = make(h, h->pairs, &pair);
    m->failed += outcome == OUTCOME_FAILED;
    if (outcome == OUTCOME_COMPLETED) {
        m->completed++;
        m->failed = 0;
        m->last_good_us = hs->first.time_us;
    }
    note_name(h, hs, outcome, answered);
}
