/* chain.c - see chain.h. It says what was sent and how that stands to the name
 * asked for and to packet time, and what verify.c makes of the whole; whether that
 * is why a client refused is for rules. */
#include "dissectors/tls/chain.h"

#include <stdio.h>
#include <string.h>

#include "dissectors/tls/fields.h"
#include "dissectors/tls/staple.h"
#include "dissectors/tls/verify.h"

static void add_row(struct handshake *hs, unsigned list, const struct certificate *c)
{
    struct value *row = handshake_add_row(hs, list);
    if (!row || !c->readable)
        return;
    row_set_text(hs, row, CERTIFICATE_SUBJECT, c->subject, strlen(c->subject));
    row_set_text(hs, row, CERTIFICATE_ISSUER, c->issuer, strlen(c->issuer));
    row_set_text(hs, row, CERTIFICATE_SERIAL, c->serial, strlen(c->serial));
    if (c->not_before_us != CERTIFICATE_NO_TIME)
        row_set_number(hs, row, CERTIFICATE_NOT_BEFORE, c->not_before_us);
    if (c->not_after_us != CERTIFICATE_NO_TIME)
        row_set_number(hs, row, CERTIFICATE_NOT_AFTER, c->not_after_us);
    for (size_t i = 0; i < c->name_count; i++)
        row_add_text(hs, row, CERTIFICATE_NAMES, c->names[i], strlen(c->names[i]));
    row_set_text(hs, row, CERTIFICATE_KEY, c->key, strlen(c->key));
    if (c->key_bits > 0)
        row_set_number(hs, row, CERTIFICATE_KEY_BITS, c->key_bits);
    row_set_text(hs, row, CERTIFICATE_SIGNATURE, c->signature, strlen(c->signature));
    row_set_bool(hs, row, CERTIFICATE_SELF_SIGNED, c->self_signed);
    row_set_bool(hs, row, CERTIFICATE_CA, c->ca);
    row_set_text(hs, row, CERTIFICATE_SHA256, c->sha256_text, sizeof c->sha256_text);
}

static void set_text(struct handshake *hs, unsigned id, const char *text)
{
    handshake_set_text(hs, id, text, strlen(text));
}

static void set_time(struct handshake *hs, unsigned id, int64_t time_us)
{
    if (time_us != CERTIFICATE_NO_TIME)
        handshake_set_time(hs, id, time_us);
}

static void set_leaf(struct handshake *hs, const struct certificate *leaf)
{
    set_text(hs, TLS_CERT_SUBJECT, leaf->subject);
    set_text(hs, TLS_CERT_ISSUER, leaf->issuer);
    set_time(hs, TLS_CERT_NOT_BEFORE, leaf->not_before_us);
    set_time(hs, TLS_CERT_NOT_AFTER, leaf->not_after_us);
    for (size_t i = 0; i < leaf->name_count; i++)
        handshake_add_text(hs, TLS_CERT_NAMES, leaf->names[i], strlen(leaf->names[i]));
    set_text(hs, TLS_CERT_KEY, leaf->key);
    if (leaf->key_bits > 0)
        handshake_set_number(hs, TLS_CERT_KEY_BITS, leaf->key_bits);
    set_text(hs, TLS_CERT_SIGNATURE, leaf->signature);
    handshake_set_bool(hs, TLS_CERT_SELF_SIGNED, leaf->self_signed);
    handshake_set_bool(hs, TLS_CERT_PURPOSE_SERVER, leaf->for_server);
    handshake_set_bool(hs, TLS_CERT_NAME_FROM_CN, leaf->name_count == 0 && leaf->common_name);
    handshake_set_bool(hs, TLS_CERT_MUST_STAPLE, leaf->must_staple);
}

/* Without SNI we do not know which name the client had in mind: it may have used
 * one and not told. Only a certificate that is for addresses can be held against
 * the one that was called. Clients differ on common names; we let them count, for
 * a mismatch should be one for all of them. */
static void set_name_match(struct handshake *hs, const struct certificate *leaf)
{
    struct span name = handshake_text(hs, TLS_SNI);
    char address[ADDRESS_TEXT_LEN];
    if (name.len == 0) {
        const struct address *server = &hs->ends[SERVER].address;
        if (!leaf->has_address_names || server->len == 0 || handshake_true(hs, TLS_HELLO_CUT))
            return;
        name.bytes = address_text(server, address);
        name.len = (uint32_t)strlen(address);
    }
    handshake_set_bool(hs, TLS_CERT_NAME_MATCHES,
                       certificate_is_for(leaf, name.bytes, name.len, true));
}

static bool has_ended(const struct certificate *c, int64_t now_us)
{
    return c->not_after_us != CERTIFICATE_NO_TIME && c->not_after_us < now_us;
}

static bool has_not_begun(const struct certificate *c, int64_t now_us)
{
    return c->not_before_us != CERTIFICATE_NO_TIME && c->not_before_us > now_us;
}

static bool is_weak_key(const struct certificate *c, int64_t now_us)
{
    (void)now_us;
    return c->weak_key;
}

static bool is_weak_signature(const struct certificate *c, int64_t now_us)
{
    (void)now_us;
    return c->weak_signature;
}

/* Gives the first certificate that is so at packet time, the leaf before those
 * above it. *all_judged tells whether a "none" covers the whole chain. */
static const struct certificate *first_that(bool (*is_so)(const struct certificate *, int64_t),
                                            const struct certificate *const *chain, size_t count,
                                            int64_t now_us, bool *all_judged)
{
    *all_judged = true;
    for (size_t i = 0; i < count; i++) {
        if (chain[i]->readable && is_so(chain[i], now_us))
            return chain[i];
        *all_judged = *all_judged && chain[i]->readable;
    }
    return NULL;
}

/* Sets a flag, unless it is false only because not all could be read. */
static void set_found(struct handshake *hs, unsigned id, const struct certificate *found,
                      bool judged)
{
    if (found || judged)
        handshake_set_bool(hs, id, found != NULL);
}

static const struct certificate *set_weak_key(struct handshake *hs, unsigned id, unsigned kind_id,
                                              const struct certificate *const *chain, size_t count)
{
    bool judged;
    const struct certificate *weak = first_that(is_weak_key, chain, count, 0, &judged);
    set_found(hs, id, weak, judged);
    if (weak) {
        char kind[128];
        snprintf(kind, sizeof kind, "%s %d", weak->key, weak->key_bits);
        set_text(hs, kind_id, kind);
    }
    return weak;
}

static void set_strength(struct handshake *hs, const struct certificate *const *chain, size_t count)
{
    bool judged;
    const struct certificate *weak =
        set_weak_key(hs, TLS_CERT_WEAK_KEY, TLS_CERT_WEAK_KEY_KIND, chain, count);
    if (weak)
        set_text(hs, TLS_CERT_WEAK_KEY_SUBJECT, weak->subject);
    weak = first_that(is_weak_signature, chain, count, 0, &judged);
    set_found(hs, TLS_CERT_WEAK_SIGNATURE, weak, judged);
    if (weak) {
        set_text(hs, TLS_CERT_WEAK_SIGNATURE_KIND, weak->signature);
        set_text(hs, TLS_CERT_WEAK_SIGNATURE_SUBJECT, weak->subject);
    }
}

/* A verdict counts only the certificates that could be read. */
static bool is_cross_signed(const struct certificate *const *chain, size_t place,
                            const struct verdict *v)
{
    unsigned readable = 0;
    for (size_t i = 0; i < place; i++)
        readable += chain[i]->readable;
    return v->cross_signed >> readable & 1;
}

static const char *kind_of(const struct certificate *const *chain, const struct certificate *which,
                           const struct verdict *v)
{
    size_t place = 0;
    while (chain[place] != which)
        place++;
    if (place == 0)
        return "leaf";
    return which->self_issued || is_cross_signed(chain, place, v) ? "root" : "intermediate";
}

/* A root of ours that has ended is not sent, yet ends the chain all the same. */
static void set_ended(struct handshake *hs, const struct certificate *const *chain, size_t count,
                      const struct verdict *v)
{
    bool judged;
    const struct certificate *ended = first_that(has_ended, chain, count, hs->now.time_us, &judged);
    bool root = !ended && v->root_ended;
    if (ended || root || judged)
        handshake_set_bool(hs, TLS_CERT_EXPIRED, ended || root);
    if (ended) {
        set_text(hs, TLS_CERT_EXPIRED_SUBJECT, ended->subject);
        set_time(hs, TLS_CERT_EXPIRED_AT, ended->not_after_us);
        handshake_set_string(hs, TLS_CERT_EXPIRED_KIND, kind_of(chain, ended, v));
    } else if (root) {
        set_text(hs, TLS_CERT_EXPIRED_SUBJECT, v->text[VERDICT_ROOT]);
        set_time(hs, TLS_CERT_EXPIRED_AT, v->root_ended_us);
        handshake_set_string(hs, TLS_CERT_EXPIRED_KIND, "root");
    }
}

static void set_validity(struct handshake *hs, const struct certificate *const *chain, size_t count,
                         const struct verdict *v)
{
    bool judged;
    set_ended(hs, chain, count, v);
    const struct certificate *early =
        first_that(has_not_begun, chain, count, hs->now.time_us, &judged);
    set_found(hs, TLS_CERT_NOT_YET_VALID, early, judged);
    if (early)
        set_time(hs, TLS_CERT_VALID_FROM, early->not_before_us);
}

static void set_verdict(struct handshake *hs, const struct certificate *const *chain, size_t count,
                        const struct verdict *v)
{
    static const unsigned texts[VERDICT_TEXT_COUNT] = {
        [VERDICT_FAULTY] = TLS_CERT_FAULTY_SUBJECT,
        [VERDICT_ROOT] = TLS_CERT_ROOT,
        [VERDICT_MISSING_ISSUER] = TLS_CERT_MISSING_ISSUER,
        [VERDICT_MISSING_FROM] = TLS_CERT_MISSING_FROM,
        [VERDICT_ISSUER_URL] = TLS_CERT_ISSUER_URL,
        [VERDICT_ENDED_ROOT] = TLS_CERT_ENDED_ROOT,
    };
    if (!v->judged)
        return;
    const char *name = verdict_name(v);
    if (name)
        handshake_set_string(hs, TLS_CERT_CHAIN_VERDICT, name);
    if (v->trust != TRUST_UNKNOWN)
        handshake_set_bool(hs, TLS_CERT_TRUSTED, v->trust == TRUSTED);
    if (v->words)
        handshake_set_string(hs, TLS_CERT_CHAIN_ERROR, v->words);
    for (size_t i = 0; i < VERDICT_TEXT_COUNT; i++)
        if (v->text[i])
            set_text(hs, texts[i], v->text[i]);
    if (v->text[VERDICT_ENDED_ROOT])
        set_time(hs, TLS_CERT_ENDED_ROOT_AT, v->ended_root_us);
    if (v->clue) {
        handshake_set_string(hs, TLS_CERT_MISSING_CLUE, v->clue);
        handshake_set_bool(hs, TLS_CERT_MISSING_SEEN, v->text[VERDICT_MISSING_FROM] != NULL);
    }
    if (v->issuer_key_differs)
        handshake_set_bool(hs, TLS_CERT_ISSUER_KEY_DIFFERS, true);
    handshake_set_bool(hs, TLS_CERT_WRONG_ORDER, verdict_has(v, CHAIN_WRONG_ORDER));
    handshake_set_number(hs, TLS_CERT_EXTRA, v->extra);
    handshake_set_bool(hs, TLS_CERT_NOT_A_CA, verdict_has(v, CHAIN_NOT_A_CA));
    for (size_t i = 1; i < count && v->cross_signed; i++)
        if (is_cross_signed(chain, i, v))
            set_text(hs, TLS_CERT_CROSS_SIGNED, chain[i]->subject);
}

/* RFC 8446 §4.4.2 lets a server send more than one way up, and in any order: so
 * the issuer may stand anywhere behind. A root is its own issuer. */
static bool issuer_is_behind(const struct certificate *const *chain, size_t count, size_t place)
{
    if (chain[place]->self_issued)
        return true;
    for (size_t i = place + 1; i < count; i++)
        if (certificate_issued(chain[i], chain[place]))
            return true;
    return false;
}

static void set_linkage(struct handshake *hs, const struct certificate *const *chain, size_t count)
{
    const struct certificate *last = chain[count - 1];
    bool linked = true;
    for (size_t i = 0; i < count; i++)
        if (!chain[i]->readable)
            return;
    for (size_t i = 0; i + 1 < count && linked; i++)
        linked = issuer_is_behind(chain, count, i);
    handshake_set_bool(hs, TLS_CERT_ISSUER_SENT, linked);
    set_text(hs, TLS_CERT_LAST_ISSUER, last->issuer);
    handshake_set_bool(hs, TLS_CERT_LAST_SELF_ISSUED, last->self_issued);
    handshake_set_bool(hs, TLS_CERT_ISSUER_MISSING, count == 1 && !last->self_issued);
}

/* A renegotiation shows another chain: nothing of the first may stay behind. */
static void unset_all(struct handshake *hs)
{
    handshake_unset(hs, TLS_CERTIFICATES);
    for (unsigned id = TLS_CERT_SUBJECT; id <= TLS_CERT_UNREADABLE; id++)
        handshake_unset(hs, id);
}

static void set_server(struct handshake *hs, const struct certificate *const *chain, size_t count,
                       size_t message_len)
{
    unset_all(hs);
    handshake_set_number(hs, TLS_CERT_CHAIN_BYTES, (int64_t)message_len);
    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++)
        add_row(hs, TLS_CERTIFICATES, chain[i]);
    handshake_set_bool(hs, TLS_CERT_UNREADABLE, !chain[0]->readable);
    if (chain[0]->readable) {
        set_leaf(hs, chain[0]);
        set_name_match(hs, chain[0]);
    }
    const struct verdict *v = verify_chain(chain, count, hs->now.time_us, &hs->ends[SERVER]);
    set_validity(hs, chain, count, v);
    set_strength(hs, chain, count);
    set_verdict(hs, chain, count, v);
    set_linkage(hs, chain, count);
}

/* ---- the client's ---- */

static void set_client_leaf(struct handshake *hs, const struct certificate *leaf)
{
    set_text(hs, TLS_CLIENT_CERT_SUBJECT, leaf->subject);
    set_text(hs, TLS_CLIENT_CERT_ISSUER, leaf->issuer);
    set_time(hs, TLS_CLIENT_CERT_NOT_BEFORE, leaf->not_before_us);
    set_time(hs, TLS_CLIENT_CERT_NOT_AFTER, leaf->not_after_us);
    handshake_set_bool(hs, TLS_CLIENT_CERT_SELF_SIGNED, leaf->self_signed);
    handshake_set_bool(hs, TLS_CLIENT_CERT_PURPOSE, leaf->for_client);
}

static void set_client_validity(struct handshake *hs, const struct certificate *const *chain,
                                size_t count)
{
    bool judged;
    const struct certificate *found = first_that(has_ended, chain, count, hs->now.time_us, &judged);
    set_found(hs, TLS_CLIENT_CERT_EXPIRED, found, judged);
    if (found) {
        set_text(hs, TLS_CLIENT_CERT_EXPIRED_SUBJECT, found->subject);
        set_time(hs, TLS_CLIENT_CERT_EXPIRED_AT, found->not_after_us);
    }
    found = first_that(has_not_begun, chain, count, hs->now.time_us, &judged);
    set_found(hs, TLS_CLIENT_CERT_NOT_YET_VALID, found, judged);
    if (found)
        set_time(hs, TLS_CLIENT_CERT_VALID_FROM, found->not_before_us);
}

static void set_client_strength(struct handshake *hs, const struct certificate *const *chain,
                                size_t count)
{
    bool judged;
    set_weak_key(hs, TLS_CLIENT_CERT_WEAK_KEY, TLS_CLIENT_CERT_WEAK_KEY_KIND, chain, count);
    const struct certificate *weak = first_that(is_weak_signature, chain, count, 0, &judged);
    set_found(hs, TLS_CLIENT_CERT_WEAK_SIGNATURE, weak, judged);
    if (weak)
        set_text(hs, TLS_CLIENT_CERT_WEAK_SIGNATURE_KIND, weak->signature);
}

/* Which roots the server has is its own affair, so an unknown one is no fault. */
static void set_client_verdict(struct handshake *hs, const struct certificate *const *chain,
                               size_t count)
{
    struct verdict v = *verify_chain(chain, count, hs->now.time_us, NULL);
    uint32_t others = v.faults & ~(1u << CHAIN_UNKNOWN_ROOT);
    bool first_is_other = (v.faults & -v.faults) == (others & -others);
    v.faults = others;
    if (!v.judged || !others)
        return;
    handshake_set_string(hs, TLS_CLIENT_CERT_CHAIN_VERDICT, verdict_name(&v));
    if (first_is_other && v.words)
        handshake_set_string(hs, TLS_CLIENT_CERT_CHAIN_ERROR, v.words);
    if (first_is_other && v.text[VERDICT_FAULTY])
        set_text(hs, TLS_CLIENT_CERT_FAULTY_SUBJECT, v.text[VERDICT_FAULTY]);
}

static bool names_authority(const struct handshake *hs, const char *name)
{
    const struct list *wanted = handshake_list(hs, TLS_CLIENT_CERT_AUTHORITIES);
    for (uint32_t i = 0; wanted && i < wanted->kept; i++) {
        struct span text = wanted->items.texts[i];
        if (text.len == strlen(name) && memcmp(text.bytes, name, text.len) == 0)
            return true;
    }
    return false;
}

/* A list that was cut does not tell whom else the server would take. */
static void set_client_issuer(struct handshake *hs, const struct certificate *const *chain,
                              size_t count)
{
    const struct list *wanted = handshake_list(hs, TLS_CLIENT_CERT_AUTHORITIES);
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        if (!chain[i]->readable)
            return;
        found = found || names_authority(hs, chain[i]->issuer);
    }
    set_text(hs, TLS_CLIENT_CERT_LAST_ISSUER, chain[count - 1]->issuer);
    if (wanted && wanted->count > 0 && (found || wanted->kept == wanted->count))
        handshake_set_bool(hs, TLS_CLIENT_CERT_ISSUER_WANTED, found);
}

static void set_client(struct handshake *hs, const struct certificate *const *chain, size_t count)
{
    for (unsigned id = TLS_CLIENT_CERTS; id <= TLS_CLIENT_CERT_PURPOSE; id++)
        handshake_unset(hs, id);
    handshake_set_bool(hs, TLS_CLIENT_CERT_SENT, count > 0);
    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++)
        add_row(hs, TLS_CLIENT_CERTS, chain[i]);
    if (chain[0]->readable)
        set_client_leaf(hs, chain[0]);
    set_client_validity(hs, chain, count);
    set_client_strength(hs, chain, count);
    set_client_issuer(hs, chain, count);
    set_client_verdict(hs, chain, count);
}

void chain_set(struct handshake *hs, const struct certificate *const *chain, size_t count,
               bool from_server, size_t message_len)
{
    if (from_server)
        set_server(hs, chain, count, message_len);
    else
        set_client(hs, chain, count);
}

/* ---- the staple ---- */

static unsigned digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* The certificate of a row; NULL when it was unreadable or is long gone. */
static const struct certificate *of_row(const struct value *row)
{
    uint8_t sha256[32];
    const struct value *hex = &row[CERTIFICATE_SHA256];
    if (!hex->present || hex->is.text.len != 2 * sizeof sha256)
        return NULL;
    for (size_t i = 0; i < sizeof sha256; i++)
        sha256[i] =
            (uint8_t)(digit(hex->is.text.bytes[2 * i]) << 4 | digit(hex->is.text.bytes[2 * i + 1]));
    return certificate_recall(sha256);
}

static const struct certificate *issuer_in(const struct list *rows, const struct certificate *leaf)
{
    for (uint32_t i = 1; i < rows->kept; i++) {
        const struct certificate *c = of_row(rows->items.rows + (size_t)i * rows->width);
        if (c && certificate_issued(c, leaf))
            return c;
    }
    return NULL;
}

void chain_staple(struct handshake *hs, const uint8_t *response, size_t len)
{
    handshake_set_bool(hs, TLS_OCSP_STAPLED, true);
    const struct list *rows = handshake_list(hs, TLS_CERTIFICATES);
    const struct certificate *leaf = rows && rows->kept ? of_row(rows->items.rows) : NULL;
    if (!leaf)
        return;
    struct staple s = staple_read(response, len, leaf, issuer_in(rows, leaf), hs->now.time_us);
    handshake_set_string(hs, TLS_OCSP_STATUS, s.status);
    if (strcmp(s.status, "revoked") != 0)
        return;
    set_time(hs, TLS_OCSP_REVOKED_AT, s.revoked_us);
    handshake_set_string(hs, TLS_CERT_CHAIN_VERDICT, "revoked");
    set_text(hs, TLS_CERT_FAULTY_SUBJECT, leaf->subject);
    handshake_set_bool(hs, TLS_CERT_TRUSTED, false);
}
