/* verify.c - see verify.h.
 *
 *     chain ──> memo: same certificates, same time between two dates? ──> said before
 *                └──> libcrypto, with every objection collected
 *                      └──> no issuer: missing, or only a root that we do not have?
 *
 * A verdict changes only when a date of one of its certificates passes, or when
 * an authority turns up that was not seen before. */
#include "dissectors/tls/verify.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/memo.h"
#include "base/text.h"
#include "dissectors/tls/authority.h"
#include "dissectors/tls/issuer.h"
#include "dissectors/tls/trust.h"

enum {
    CHAIN_MAX = 32, /* as many as there are bits in cross_signed */
    DEPTH_MAX = 24,
    KEY_BITS_MAX = 8192, /* larger ones cost too much to verify with */
    MEMO_MAX = 4096,     /* verdicts remembered */
    MEMO_BYTES_MAX = 4 << 20,
};

/* ---- what is remembered of a chain ---- */

/* In the memo, the texts stand behind it, each ended by a NUL. */
struct kept {
    struct verdict verdict;               /* its texts: not the pointers, but text_at */
    uint32_t text_at[VERDICT_TEXT_COUNT]; /* from 1; 0: none */
    int64_t from_s, until_s;              /* the dates between which it holds */
    bool open;                            /* its last issuer was not found, and may turn up */
    unsigned long issuer_hash;            /* of that one */
    uint32_t news;                        /* authority_news of it then */
};

static struct {
    struct memo *memo;
    struct text bytes;
    struct verdict last;
    uint64_t verified;
} verdicts;

static bool still_holds(const struct kept *k, int64_t now_s)
{
    return k->from_s <= now_s && now_s < k->until_s &&
           (!k->open || k->news == authority_news(k->issuer_hash));
}

static const struct verdict *unpacked(const char *bytes, const struct kept *k)
{
    verdicts.last = k->verdict;
    for (size_t i = 0; i < VERDICT_TEXT_COUNT; i++)
        verdicts.last.text[i] = k->text_at[i] ? bytes + k->text_at[i] : NULL;
    return &verdicts.last;
}

static void set_text(struct kept *k, enum verdict_text which, const char *string)
{
    if (!string || !*string || k->text_at[which])
        return;
    k->text_at[which] = (uint32_t)verdicts.bytes.len;
    text_add_bytes(&verdicts.bytes, string, strlen(string) + 1);
}

static void add_fault(struct kept *k, enum chain_fault fault)
{
    k->verdict.faults |= 1u << fault;
}

/* Dates are whole seconds, and libraries differ on whether the last one counts: so
 * both seconds around a date are edges. */
static void narrow(struct kept *k, int64_t now_s, int64_t date_us)
{
    if (date_us == CERTIFICATE_NO_TIME)
        return;
    for (int64_t edge = date_us / 1000000 - 1; edge <= date_us / 1000000 + 1; edge++) {
        if (edge <= now_s && edge > k->from_s)
            k->from_s = edge;
        if (edge > now_s && edge < k->until_s)
            k->until_s = edge;
    }
}

/* ---- libcrypto's objections ---- */

static const struct {
    int error;
    enum chain_fault fault;
} objections[] = {
    { X509_V_ERR_CERT_SIGNATURE_FAILURE, CHAIN_BAD_SIGNATURE },
    { X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, CHAIN_BAD_SIGNATURE },
    { X509_V_ERR_CERT_HAS_EXPIRED, CHAIN_EXPIRED },
    { X509_V_ERR_CERT_NOT_YET_VALID, CHAIN_NOT_YET_VALID },
    { X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, CHAIN_SELF_SIGNED },
    { X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, CHAIN_UNKNOWN_ROOT },
    { X509_V_ERR_CERT_UNTRUSTED, CHAIN_UNKNOWN_ROOT },
    { X509_V_ERR_CERT_REJECTED, CHAIN_UNKNOWN_ROOT },
    { X509_V_ERR_INVALID_CA, CHAIN_NOT_A_CA },
    { X509_V_ERR_KEYUSAGE_NO_CERTSIGN, CHAIN_NOT_A_CA },
    { X509_V_ERR_PATH_LENGTH_EXCEEDED, CHAIN_PATH_TOO_LONG },
    { X509_V_ERR_CERT_CHAIN_TOO_LONG, CHAIN_PATH_TOO_LONG },
    { X509_V_ERR_INVALID_PURPOSE, CHAIN_WRONG_PURPOSE },
    { X509_V_ERR_PERMITTED_VIOLATION, CHAIN_NAME_FORBIDDEN },
    { X509_V_ERR_EXCLUDED_VIOLATION, CHAIN_NAME_FORBIDDEN },
    { X509_V_ERR_SUBTREE_MINMAX, CHAIN_NAME_FORBIDDEN },
    { X509_V_ERR_UNSUPPORTED_NAME_SYNTAX, CHAIN_NAME_FORBIDDEN },
    { X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, CHAIN_UNKNOWN_EXTENSION },
};

struct objecting {
    uint32_t faults;
    struct {
        int error, place; /* the first, and which certificate of the way it is about */
    } of[CHAIN_FAULT_COUNT];
    int no_issuer; /* X509_V_OK, or what it says of the way's end */
};

static void note(struct objecting *o, enum chain_fault fault, int error, int place)
{
    if (!(o->faults >> fault & 1)) {
        o->of[fault].error = error;
        o->of[fault].place = place;
    }
    o->faults |= 1u << fault;
}

/* Is called at each objection and says "go on", so that one fault does not hide
 * the others. What is no fault of the chain (out of memory) ends it. */
static int object(int ok, X509_STORE_CTX *context)
{
    if (ok)
        return 1;
    struct objecting *o = X509_STORE_CTX_get_app_data(context);
    int error = X509_STORE_CTX_get_error(context), place = X509_STORE_CTX_get_error_depth(context);
    switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        if (o->no_issuer == X509_V_OK)
            o->no_issuer = error;
        return 1;
    case X509_V_ERR_OUT_OF_MEM:
    case X509_V_ERR_INVALID_CALL:
    case X509_V_ERR_STORE_LOOKUP:
    case X509_V_ERR_UNSPECIFIED:
        return 0;
    default:
        break;
    }
    for (size_t i = 0; i < sizeof objections / sizeof *objections; i++)
        if (objections[i].error == error)
            note(o, objections[i].fault, error, place);
    return 1;
}

/* ---- the order they were sent in ---- */

/* All certificates that some way from the leaf up leads over, as bits. In order
 * means that each stands behind one that it issued. */
static uint32_t reached(const struct certificate *const *chain, size_t count, bool in_order)
{
    uint32_t found = 1, before = 0;
    while (found != before) {
        before = found;
        for (size_t i = 1; i < count; i++)
            for (size_t below = 0; below < (in_order ? i : count) && !(found >> i & 1); below++)
                if (below != i && found >> below & 1 && certificate_issued(chain[i], chain[below]))
                    found |= 1u << i;
    }
    return found;
}

static void judge_order(struct kept *k, const struct certificate *const *chain, size_t count)
{
    uint32_t used = reached(chain, count, false);
    if (used != reached(chain, count, true))
        add_fault(k, CHAIN_WRONG_ORDER);
    for (size_t i = 1; i < count; i++) {
        /* An authority stands first, where the server's own belongs. */
        bool upside_down = !chain[i]->self_issued && certificate_issued(chain[0], chain[i]);
        if (upside_down)
            add_fault(k, CHAIN_WRONG_ORDER);
        k->verdict.extra += !upside_down && !(used >> i & 1);
    }
}

/* ---- roots that have ended ---- */

/* Roots that old devices still have, or that old chains still lead to. */
static const struct {
    const char *subject;
    int64_t until_s;
} ended_roots[] = {
    { "CN=DST Root CA X3,O=Digital Signature Trust Co.", 1633010475 },
    { "CN=AddTrust External CA Root,OU=AddTrust External TTP Network,O=AddTrust AB,C=SE",
      1590835718 },
    { "CN=Baltimore CyberTrust Root,OU=CyberTrust,O=Baltimore,C=IE", 1747094340 },
    { "CN=GeoTrust Global CA,O=GeoTrust Inc.,C=US", 1653105600 },
    { "CN=GlobalSign,O=GlobalSign,OU=GlobalSign Root CA - R2", 1639555200 },
    { "OU=Equifax Secure Certificate Authority,O=Equifax,C=US", 1534956111 },
};

static void find_ended_root(struct kept *k, const struct certificate *const *chain, size_t count,
                            int64_t now_s)
{
    for (size_t i = 0; i < count; i++)
        for (size_t r = 0; r < sizeof ended_roots / sizeof *ended_roots; r++) {
            if (strcmp(chain[i]->issuer, ended_roots[r].subject) != 0)
                continue;
            narrow(k, now_s, ended_roots[r].until_s * 1000000);
            if (now_s <= ended_roots[r].until_s)
                continue;
            set_text(k, VERDICT_ENDED_ROOT, ended_roots[r].subject);
            k->verdict.ended_root_us = ended_roots[r].until_s * 1000000;
        }
}

/* ---- verifying ---- */

struct work {
    const struct certificate *const *chain;
    size_t count;
    int64_t now_s;
    int purpose; /* libcrypto's */
    X509 *leaf;
    STACK_OF(X509) * sent; /* all of them, the leaf too */
    X509_STORE_CTX *context;
    struct objecting objecting;
};

static X509 *parsed(const struct certificate *c)
{
    size_t len;
    const uint8_t *at = certificate_der(c, &len);
    return c->readable ? d2i_X509(NULL, &at, (long)len) : NULL;
}

static const struct certificate *facts_of(const X509 *x)
{
    uint8_t *der = NULL;
    int len = i2d_X509(x, &der);
    const struct certificate *c = certificate_find(der, len > 0 ? (size_t)len : 0);
    OPENSSL_free(der);
    return c;
}

/* Whether the roots have one of this name; *same_key when one has its key too. */
static bool root_has_name(struct work *w, const X509_NAME *name, const EVP_PKEY *key,
                          bool *same_key)
{
    STACK_OF(X509) *found = X509_STORE_CTX_get1_certs(w->context, name);
    bool any = sk_X509_num(found) > 0;
    for (int i = 0; key && i < sk_X509_num(found); i++)
        if (EVP_PKEY_eq(X509_get0_pubkey(sk_X509_value(found, i)), key) == 1)
            *same_key = true;
    sk_X509_pop_free(found, X509_free);
    return any;
}

/* ISRG Root X1 signed by DST Root X3: who has the root itself needs no other. */
static void find_cross_signed(struct kept *k, struct work *w)
{
    for (int i = 1; i < sk_X509_num(w->sent) && (size_t)i < w->count; i++) {
        X509 *x = sk_X509_value(w->sent, i);
        bool same_key = false;
        if (w->chain[i]->ca && !w->chain[i]->self_issued &&
            root_has_name(w, X509_get_subject_name(x), X509_get0_pubkey(x), &same_key) && same_key)
            k->verdict.cross_signed |= 1u << i;
    }
}

/* The issuer's name is there, but what has it did not sign this one, or may not. */
static void compare_namesakes(struct kept *k, struct work *w, X509 *top,
                              const struct certificate *c)
{
    bool same_key = false;
    k->verdict.issuer_key_differs = root_has_name(w, X509_get_issuer_name(top), NULL, &same_key);
    for (int i = 0; i < sk_X509_num(w->sent); i++) {
        X509 *x = sk_X509_value(w->sent, i);
        if (X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(top)) != 0 ||
            X509_cmp(x, top) == 0)
            continue;
        if (X509_check_issued(x, top) == X509_V_ERR_KEYUSAGE_NO_CERTSIGN &&
            certificate_issued(w->chain[i], c)) {
            add_fault(k, CHAIN_NOT_A_CA);
            set_text(k, VERDICT_FAULTY, w->chain[i]->subject);
        } else {
            k->verdict.issuer_key_differs = true;
        }
    }
}

/* Above an intermediate, what another server sent may be a root that was signed by
 * an older one: whoever has that root misses nothing. It is an intermediate when it
 * stands right below a root that is known. */
static bool is_below_root(struct work *w, const struct authority *seen)
{
    const uint8_t *at = seen->der;
    X509 *x = d2i_X509(NULL, &at, (long)seen->len);
    bool same_key = false;
    bool below = x && root_has_name(w, X509_get_issuer_name(x), NULL, &same_key);
    const struct authority *above = x && !below ? authority_of(x) : NULL;
    below = below || (above && above->self_issued);
    X509_free(x);
    return below;
}

/* The chain ends at top, whose issuer is neither sent nor a root of ours. Roots
 * are rarely sent, so a private one that we do not have is nothing unusual. */
static void explain_dead_end(struct kept *k, struct work *w, X509 *top, const struct certificate *c,
                             bool is_leaf)
{
    const struct authority *seen = authority_of(top);
    if (seen && !is_leaf && !seen->self_issued && !is_below_root(w, seen))
        seen = NULL;
    k->open = !seen;
    k->issuer_hash = X509_issuer_name_hash(top);
    k->news = authority_news(k->issuer_hash);
    k->verdict.clue = issuer_clue(top, is_leaf, seen);
    char url[ISSUER_URL_LEN];
    if (issuer_url(top, url))
        set_text(k, VERDICT_ISSUER_URL, url);
    if (!k->verdict.clue) {
        if (!trust_is_none())
            add_fault(k, CHAIN_UNKNOWN_ROOT);
        return;
    }
    add_fault(k, CHAIN_INCOMPLETE);
    set_text(k, VERDICT_MISSING_ISSUER, c->issuer);
    if (seen)
        set_text(k, VERDICT_MISSING_FROM, seen->from);
}

static void judge_top(struct kept *k, struct work *w)
{
    STACK_OF(X509) *way = X509_STORE_CTX_get0_chain(w->context);
    int count = sk_X509_num(way), sent = X509_STORE_CTX_get_num_untrusted(w->context);
    if (count < 1)
        return;
    X509 *top = sk_X509_value(way, count - 1);
    const struct certificate *c = facts_of(top);
    if (w->objecting.no_issuer != X509_V_OK) {
        compare_namesakes(k, w, top, c);
        if (!verdict_has(&k->verdict, CHAIN_NOT_A_CA))
            explain_dead_end(k, w, top, c, count == 1);
        return;
    }
    if (sent == count)
        return; /* a root that was sent, and is none of ours */
    set_text(k, VERDICT_ROOT, c->subject);
    narrow(k, w->now_s, c->not_before_us);
    narrow(k, w->now_s, c->not_after_us);
    k->verdict.root_ended =
        c->not_after_us != CERTIFICATE_NO_TIME && c->not_after_us < w->now_s * 1000000;
    if (k->verdict.root_ended)
        k->verdict.root_ended_us = c->not_after_us;
}

/* Without roots of ours, that one is unknown says nothing. */
static uint32_t faults_that_count(const struct objecting *o)
{
    return trust_is_none() ? o->faults & ~(1u << CHAIN_UNKNOWN_ROOT) : o->faults;
}

/* What the first fault is about, and how OpenSSL's programs put it. */
static void word_fault(struct kept *k, struct work *w)
{
    STACK_OF(X509) *way = X509_STORE_CTX_get0_chain(w->context);
    unsigned fault = 0;
    while (fault < CHAIN_FAULT_COUNT && !(k->verdict.faults >> fault & 1))
        fault++;
    if (fault == CHAIN_FAULT_COUNT)
        return;
    int error = w->objecting.no_issuer, place = w->objecting.of[fault].place;
    if (w->objecting.faults >> fault & 1) {
        error = w->objecting.of[fault].error;
        if (place < sk_X509_num(way))
            set_text(k, VERDICT_FAULTY, facts_of(sk_X509_value(way, place))->subject);
    }
    if (error != X509_V_OK)
        k->verdict.words = X509_verify_cert_error_string(error);
}

static bool prepare(struct work *w)
{
    X509_VERIFY_PARAM *how = NULL;
    w->context = X509_STORE_CTX_new();
    if (!w->context || !X509_STORE_CTX_init(w->context, trust_store(), w->leaf, w->sent))
        return false;
    how = X509_STORE_CTX_get0_param(w->context);
    X509_STORE_CTX_set_app_data(w->context, &w->objecting);
    X509_STORE_CTX_set_verify_cb(w->context, object);
    X509_VERIFY_PARAM_set_time(how, (time_t)w->now_s);
    X509_VERIFY_PARAM_set_depth(how, DEPTH_MAX);
    X509_VERIFY_PARAM_set_auth_level(how, 0); /* what is weak must not hide the rest */
    return X509_STORE_CTX_set_purpose(w->context, w->purpose);
}

static void judge_way(struct kept *k, struct work *w)
{
    /* Objections are let pass, so it fails only where it could not go on. */
    k->verdict.judged = prepare(w) && X509_verify_cert(w->context) == 1;
    if (k->verdict.judged) {
        k->verdict.faults |= faults_that_count(&w->objecting);
        judge_top(k, w);
        word_fault(k, w);
        find_cross_signed(k, w);
    }
    X509_STORE_CTX_free(w->context);
    ERR_clear_error();
}

/* Only what the user named is what the clients know; that this machine lacks a
 * root does not mean that they do. */
static enum verdict_trust trust_in(const struct kept *k)
{
    uint32_t wanting = 1u << CHAIN_UNKNOWN_ROOT | 1u << CHAIN_SELF_SIGNED;
    uint32_t harmless = 1u << CHAIN_WEAK_KEY | 1u << CHAIN_WEAK_SIGNATURE | 1u << CHAIN_WRONG_ORDER;
    uint32_t faults = k->verdict.faults & ~harmless;
    if (!k->verdict.judged || trust_is_none())
        return TRUST_UNKNOWN;
    if (faults & ~wanting || (faults && trust_is_named()))
        return DISTRUSTED;
    return faults || !k->text_at[VERDICT_ROOT] ? TRUST_UNKNOWN : TRUSTED;
}

static bool is_affordable(const struct certificate *const *chain, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (chain[i]->key_bits > KEY_BITS_MAX)
            return false;
    return true;
}

static void judge_strength(struct kept *k, const struct certificate *const *chain, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (chain[i]->weak_key)
            add_fault(k, CHAIN_WEAK_KEY);
        if (chain[i]->weak_signature)
            add_fault(k, CHAIN_WEAK_SIGNATURE);
    }
}

/* chain holds readable certificates only. */
static void judge(struct kept *k, const struct certificate *const *chain, size_t count,
                  int64_t now_s, int purpose)
{
    struct work w = { .chain = chain,
                      .count = count,
                      .now_s = now_s,
                      .purpose = purpose,
                      .sent = sk_X509_new_null() };
    bool complete = w.sent != NULL;
    for (size_t i = 0; i < count && complete; i++) {
        X509 *x = parsed(chain[i]);
        narrow(k, now_s, chain[i]->not_before_us);
        narrow(k, now_s, chain[i]->not_after_us);
        complete = x && sk_X509_push(w.sent, x) > 0;
        if (!complete)
            X509_free(x);
    }
    verdicts.verified++;
    if (complete && is_affordable(chain, count)) {
        w.leaf = sk_X509_value(w.sent, 0);
        judge_way(k, &w);
    }
    if (k->verdict.judged) {
        judge_strength(k, chain, count);
        judge_order(k, chain, count);
        find_ended_root(k, chain, count, now_s);
    }
    k->verdict.trust = trust_in(k);
    sk_X509_pop_free(w.sent, X509_free);
}

/* The certificates that could be read, and the memo's key for them. */
struct readable {
    const struct certificate *chain[CHAIN_MAX];
    uint8_t key[CHAIN_MAX * sizeof((struct certificate *)0)->sha256 + 1];
    size_t count, key_len;
};

static void pick_readable(struct readable *r, const struct certificate *const *chain, size_t count,
                          bool of_client)
{
    r->count = r->key_len = 0;
    if (count == 0 || !chain[0]->readable)
        return;
    for (size_t i = 0; i < count && r->count < CHAIN_MAX; i++) {
        if (!chain[i]->readable)
            continue;
        memcpy(r->key + r->key_len, chain[i]->sha256, sizeof chain[i]->sha256);
        r->key_len += sizeof chain[i]->sha256;
        r->chain[r->count++] = chain[i];
    }
    if (of_client) /* the same certificates may be good for one and not for the other */
        r->key[r->key_len++] = 1;
}

static const struct verdict *judged_anew(const struct readable *r, int64_t now_s,
                                         const struct endpoint *server)
{
    struct kept kept = { .from_s = INT64_MIN, .until_s = INT64_MAX };
    text_clear(&verdicts.bytes);
    text_add_bytes(&verdicts.bytes, &kept, sizeof kept); /* room; filled in below */
    judge(&kept, r->chain, r->count, now_s,
          server ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT);
    for (size_t i = 1; server && i < r->count; i++)
        authority_learn(r->chain[i], server);
    memcpy(verdicts.bytes.data, &kept, sizeof kept);
    memo_keep(verdicts.memo, r->key, r->key_len, verdicts.bytes.data, verdicts.bytes.len);
    return unpacked(verdicts.bytes.data, &kept);
}

const struct verdict *verify_chain(const struct certificate *const *chain, size_t count,
                                   int64_t now_us, const struct endpoint *server)
{
    static const struct kept nothing;
    struct readable r;
    struct kept kept;
    size_t len;
    pick_readable(&r, chain, count, !server);
    if (r.count == 0)
        return unpacked("", &nothing);
    if (!verdicts.memo)
        verdicts.memo = memo_new(MEMO_MAX, MEMO_BYTES_MAX);
    const char *bytes = memo_find(verdicts.memo, r.key, r.key_len, &len);
    if (bytes) {
        memcpy(&kept, bytes, sizeof kept);
        if (still_holds(&kept, now_us / 1000000))
            return unpacked(bytes, &kept);
    }
    return judged_anew(&r, now_us / 1000000, server);
}

/* ---- saying it ---- */

static const char *const fault_names[CHAIN_FAULT_COUNT] = {
    [CHAIN_BAD_SIGNATURE] = "bad signature",
    [CHAIN_EXPIRED] = "expired",
    [CHAIN_NOT_YET_VALID] = "not yet valid",
    [CHAIN_SELF_SIGNED] = "self-signed",
    [CHAIN_NOT_A_CA] = "not a CA",
    [CHAIN_PATH_TOO_LONG] = "path too long",
    [CHAIN_INCOMPLETE] = "incomplete",
    [CHAIN_UNKNOWN_ROOT] = "unknown root",
    [CHAIN_WRONG_PURPOSE] = "wrong purpose",
    [CHAIN_NAME_FORBIDDEN] = "name not permitted",
    [CHAIN_UNKNOWN_EXTENSION] = "unknown critical extension",
    [CHAIN_WEAK_KEY] = "weak key",
    [CHAIN_WEAK_SIGNATURE] = "weak signature",
    [CHAIN_WRONG_ORDER] = "wrong order",
};

const char *verdict_name(const struct verdict *v)
{
    for (unsigned i = 0; i < CHAIN_FAULT_COUNT; i++)
        if (v->faults >> i & 1)
            return fault_names[i];
    return v->trust == TRUSTED ? "trusted" : NULL;
}

uint64_t verify_count(void)
{
    return verdicts.verified;
}

void verify_clear(void)
{
    memo_free(verdicts.memo);
    text_free(&verdicts.bytes);
    verdicts.memo = NULL;
    authority_clear();
    trust_clear();
}
