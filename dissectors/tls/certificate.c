/* certificate.c - see certificate.h.
 *
 *     DER ──> cache: same bytes? ──> there already
 *                     └─> libcrypto ──> texts and flags ──> kept
 *
 * What is kept are our own copies: libcrypto's objects go as soon as they were
 * read. Whether one certificate issued another needs them again; the answer is
 * remembered beside the child. */
#include "dissectors/tls/certificate.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "base/hash.h"
#include "base/text.h"

enum {
    CACHE_MAX = 4096,           /* certificates */
    CACHE_BYTES_MAX = 16 << 20, /* and what they take, both DER and texts */
    BUCKET_COUNT = 2048,        /* a power of two */
    NAME_TEXT_MAX = 1024,       /* of a subject or issuer */
    SERIAL_MAX = 64,            /* bytes; RFC 5280 §4.1.2.2 allows 20 */
    VERIFY_BITS_MAX = 8192,     /* RSA and DSA keys beyond are not worth their time */
    STRONG_BITS_MIN = 2048,     /* of RSA and DSA keys, RFC 9325 §4.5 */
    STRONG_CURVE_BITS_MIN = 224,
    RECALL_MAX = 512,           /* certificates that recalling looks at */
    FEATURE_STATUS_REQUEST = 5, /* TLS feature, RFC 7633 */
};

/* An alternative name is kept as one of these letters, the text and a NUL. */
enum { NAME_DNS = 'd', NAME_ADDRESS = 'a' };

struct entry {
    struct certificate certificate; /* first: callers hold a pointer to it */
    uint64_t hash;
    uint8_t *der;
    size_t der_len, bytes;
    char *texts[6];
    struct text names; /* all alternative names, more than certificate.names holds */
    unsigned long subject_hash, issuer_hash; /* libcrypto's, of the canonical form */
    uint8_t issuer_tried[32];                /* certificate_issued: who was asked about, */
    bool tried, issued;                      /* and the answer */
    struct entry *next;                      /* in its bucket */
    struct entry *newer, *older;             /* by last use */
};

/* Names may be written four times as long as they are in DER. */
_Static_assert(CACHE_BYTES_MAX / (6 * CERTIFICATE_DER_MAX) >= CERTIFICATE_LASTING,
               "the largest certificates must last as long as promised");

static struct {
    struct entry *buckets[BUCKET_COUNT];
    struct entry *newest, *oldest;
    size_t count, bytes;
    uint64_t parses;
} cache;

/* ---- reading one with libcrypto ---- */

/* Gives a text away, no larger than it is. */
static char *taken(struct text *t)
{
    return t->data ? must_realloc(t->data, t->len + 1) : must_strdup("");
}

/* Adds a string of the certificate; a NUL inside must not end it early, for
 * "good.example\0.evil.example" is a known trick. */
static void add_visible(struct text *out, const char *bytes, size_t len)
{
    while (len) {
        size_t before = strnlen(bytes, len);
        text_add_utf8(out, bytes, before);
        if (before < len)
            text_add(out, "\\x00");
        size_t past = before < len ? before + 1 : before;
        bytes += past;
        len -= past;
    }
}

static bool print_name(const X509_NAME *name, unsigned long flags, struct text *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio)
        return false;
    bool printed = X509_NAME_print_ex(bio, name, 0, flags) >= 0;
    char *bytes = NULL;
    long len = BIO_get_mem_data(bio, &bytes);
    if (printed && len > 0) {
        size_t kept = (size_t)len < NAME_TEXT_MAX ? (size_t)len : NAME_TEXT_MAX;
        add_visible(out, bytes, (size_t)len > kept ? text_utf8_len(bytes, kept) : kept);
    }
    BIO_free(bio);
    return printed;
}

/* RFC 4514, with UTF-8 left as it is. A string that does not have the characters
 * its type promises cannot be converted: then its bytes are printed, escaped. */
static char *name_text(const X509_NAME *name)
{
    unsigned long plain = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
    struct text t = { 0 };
    if (!print_name(name, plain, &t)) {
        text_clear(&t);
        print_name(name, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_UTF8_CONVERT, &t);
    }
    return taken(&t);
}

/* The most specific common name is the last one, RFC 6125 §2.3.1. */
static char *common_name_text(const X509_NAME *subject)
{
    int place = -1;
    for (int i = -1; (i = X509_NAME_get_index_by_NID(subject, NID_commonName, i)) >= 0;)
        place = i;
    if (place < 0)
        return NULL;
    ASN1_STRING *value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place));
    uint8_t *utf8 = NULL;
    int len = ASN1_STRING_to_UTF8(&utf8, value);
    if (len < 0)
        return NULL;
    struct text t = { 0 };
    add_visible(&t, (const char *)utf8, (size_t)len < NAME_TEXT_MAX ? (size_t)len : NAME_TEXT_MAX);
    OPENSSL_free(utf8);
    return taken(&t);
}

static char *serial_text(const ASN1_INTEGER *serial)
{
    struct text t = { 0 };
    int len = ASN1_STRING_length(serial);
    const uint8_t *bytes = ASN1_STRING_get0_data(serial);
    if (ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER)
        text_add_char(&t, '-');
    for (int i = 0; i < len && i < SERIAL_MAX; i++)
        text_format(&t, "%02X", bytes[i]);
    return taken(&t);
}

static int64_t time_us(const ASN1_TIME *time)
{
    struct tm tm;
    if (!time || !ASN1_TIME_to_tm(time, &tm))
        return CERTIFICATE_NO_TIME;
    return (int64_t)timegm(&tm) * 1000000;
}

/* Group names as people know them, "P-256", where NIST gave one. */
static void add_group_name(const EVP_PKEY *key, struct text *out)
{
    char group[64];
    size_t len;
    if (!EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                        &len)) {
        text_add(out, " explicit");
        return;
    }
    const char *nist = EC_curve_nid2nist(OBJ_txt2nid(group));
    text_format(out, " %s", nist ? nist : group);
}

static void read_key(struct entry *e, X509 *x)
{
    static const struct {
        int type;
        const char *name;
    } kinds[] = {
        { EVP_PKEY_RSA, "RSA" },         { EVP_PKEY_RSA_PSS, "RSA-PSS" }, { EVP_PKEY_EC, "EC" },
        { EVP_PKEY_ED25519, "Ed25519" }, { EVP_PKEY_ED448, "Ed448" },     { EVP_PKEY_DSA, "DSA" },
        { EVP_PKEY_SM2, "SM2" },
    };
    struct text t = { 0 };
    EVP_PKEY *key = X509_get0_pubkey(x);
    for (size_t i = 0; key && i < sizeof kinds / sizeof kinds[0]; i++)
        if (EVP_PKEY_get_base_id(key) == kinds[i].type)
            text_add(&t, kinds[i].name);
    if (key && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC)
        add_group_name(key, &t);
    if (!t.len) { /* of a kind that libcrypto cannot use: its identifier at least */
        ASN1_OBJECT *algorithm = NULL;
        char name[80] = "";
        X509_PUBKEY_get0_param(&algorithm, NULL, NULL, NULL, X509_get_X509_PUBKEY(x));
        OBJ_obj2txt(name, sizeof name, algorithm, 0);
        text_add(&t, name);
    }
    e->certificate.key_bits = key ? EVP_PKEY_get_bits(key) : 0;
    e->certificate.key = e->texts[3] = taken(&t);
}

static char *signature_text(const X509 *x)
{
    const X509_ALGOR *algorithm;
    const ASN1_OBJECT *object;
    char name[80] = "";
    X509_get0_signature(NULL, &algorithm, x);
    X509_ALGOR_get0(&object, NULL, NULL, algorithm);
    OBJ_obj2txt(name, sizeof name, object, 0);
    return must_strdup(name);
}

static void add_address_name(struct text *names, const ASN1_OCTET_STRING *bytes)
{
    struct address a = { .len = (uint8_t)ASN1_STRING_length(bytes) };
    char buf[ADDRESS_TEXT_LEN];
    if (ASN1_STRING_length(bytes) != 4 && ASN1_STRING_length(bytes) != 16)
        return;
    memcpy(a.bytes, ASN1_STRING_get0_data(bytes), a.len);
    text_add_char(names, NAME_ADDRESS);
    text_add(names, address_text(&a, buf));
    text_add_char(names, 0);
}

static void add_dns_name(struct text *names, const ASN1_IA5STRING *name)
{
    text_add_char(names, NAME_DNS);
    add_visible(names, (const char *)ASN1_STRING_get0_data(name), (size_t)ASN1_STRING_length(name));
    text_add_char(names, 0);
}

static void read_alternative_names(struct entry *e, const X509 *x)
{
    GENERAL_NAMES *all = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(all); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(all, i);
        if (name->type == GEN_DNS)
            add_dns_name(&e->names, name->d.dNSName);
        else if (name->type == GEN_IPADD)
            add_address_name(&e->names, name->d.iPAddress);
    }
    GENERAL_NAMES_free(all);
    if (e->names.data) {
        e->names.cap = e->names.len + 1;
        e->names.data = must_realloc(e->names.data, e->names.cap);
    }

    struct certificate *c = &e->certificate;
    for (size_t at = 0; at < e->names.len; at += strlen(e->names.data + at) + 1) {
        c->has_address_names = c->has_address_names || e->names.data[at] == NAME_ADDRESS;
        if (c->name_count < CERTIFICATE_NAMES_MAX)
            c->names[c->name_count++] = e->names.data + at + 1;
    }
}

static bool must_staple(const X509 *x)
{
    bool found = false;
    TLS_FEATURE *features = X509_get_ext_d2i(x, NID_tlsfeature, NULL, NULL);
    for (int i = 0; i < sk_ASN1_INTEGER_num(features); i++)
        if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features, i)) == FEATURE_STATUS_REQUEST)
            found = true;
    TLS_FEATURE_free(features);
    return found;
}

/* Verifying costs the signer's key size cubed: hostile keys are not worth it. */
static bool is_affordable(EVP_PKEY *key)
{
    return key && EVP_PKEY_get_bits(key) <= VERIFY_BITS_MAX;
}

/* Whether a key signed it. An algorithm that libcrypto does not know is believed:
 * names and key ids said yes already, and nothing says no. */
static bool is_signed_by(X509 *x, EVP_PKEY *key)
{
    return !is_affordable(key) || X509_verify(x, key) != 0;
}

static void read_purposes(struct certificate *c, X509 *x)
{
    /* -1: extensions contradict each other. Peers differ, so we do not object. */
    c->for_server = X509_check_purpose(x, X509_PURPOSE_SSL_SERVER, 0) != 0;
    c->for_client = X509_check_purpose(x, X509_PURPOSE_SSL_CLIENT, 0) != 0;
    c->ca = X509_check_ca(x) == 1;
    c->must_staple = must_staple(x);
}

static bool is_weak_key(const EVP_PKEY *key)
{
    switch (key ? EVP_PKEY_get_base_id(key) : EVP_PKEY_NONE) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
    case EVP_PKEY_DSA:
        return EVP_PKEY_get_bits(key) < STRONG_BITS_MIN;
    case EVP_PKEY_EC:
        return EVP_PKEY_get_bits(key) < STRONG_CURVE_BITS_MIN;
    default:
        return false;
    }
}

/* Nobody checks how a root signed itself, so that cannot be weak. */
static bool is_weak_signature(X509 *x, bool self_signed)
{
    static const int weak[] = { NID_md2, NID_md4, NID_md5, NID_mdc2, NID_sha, NID_sha1 };
    int digest;
    if (self_signed || !X509_get_signature_info(x, &digest, NULL, NULL, NULL))
        return false;
    for (size_t i = 0; i < sizeof weak / sizeof *weak; i++)
        if (digest == weak[i])
            return true;
    return false;
}

static void read_all(struct entry *e, X509 *x)
{
    struct certificate *c = &e->certificate;
    const X509_NAME *subject = X509_get_subject_name(x), *issuer = X509_get_issuer_name(x);
    c->readable = true;
    c->subject = e->texts[0] = name_text(subject);
    c->issuer = e->texts[1] = name_text(issuer);
    c->serial = e->texts[2] = serial_text(X509_get0_serialNumber(x));
    read_key(e, x);
    c->signature = e->texts[4] = signature_text(x);
    c->common_name = e->texts[5] = common_name_text(subject);
    c->not_before_us = time_us(X509_get0_notBefore(x));
    c->not_after_us = time_us(X509_get0_notAfter(x));
    read_alternative_names(e, x);
    read_purposes(c, x);
    e->subject_hash = X509_subject_name_hash(x);
    e->issuer_hash = X509_issuer_name_hash(x);
    c->self_issued = X509_NAME_cmp(subject, issuer) == 0;
    c->self_signed = c->self_issued && is_signed_by(x, X509_get0_pubkey(x));
    c->weak_key = is_weak_key(X509_get0_pubkey(x));
    c->weak_signature = is_weak_signature(x, c->self_signed);
}

/* The system's openssl.cnf must not change what a report says. */
static void prepare_libcrypto(void)
{
    static bool prepared;
    if (!prepared)
        OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    prepared = true;
}

char *certificate_name_text(const uint8_t *der, size_t len)
{
    const uint8_t *at = der;
    prepare_libcrypto();
    X509_NAME *name = len <= CERTIFICATE_DER_MAX ? d2i_X509_NAME(NULL, &at, (long)len) : NULL;
    char *text = name ? name_text(name) : NULL;
    X509_NAME_free(name);
    ERR_clear_error();
    return text;
}

static X509 *parsed(const uint8_t *der, size_t len)
{
    const uint8_t *at = der;
    return d2i_X509(NULL, &at, (long)len);
}

static void set_unreadable(struct certificate *c)
{
    c->subject = c->issuer = c->serial = c->key = c->signature = "";
    c->not_before_us = c->not_after_us = CERTIFICATE_NO_TIME;
}

static void set_fingerprint(struct entry *e)
{
    static const char digits[] = "0123456789abcdef";
    struct certificate *c = &e->certificate;
    EVP_Digest(e->der, e->der_len, c->sha256, NULL, EVP_sha256(), NULL);
    for (size_t i = 0; i < sizeof c->sha256; i++) {
        c->sha256_text[2 * i] = digits[c->sha256[i] >> 4];
        c->sha256_text[2 * i + 1] = digits[c->sha256[i] & 15];
    }
}

static void parse(struct entry *e)
{
    prepare_libcrypto();
    cache.parses++;
    set_unreadable(&e->certificate);
    set_fingerprint(e);
    X509 *x = parsed(e->der, e->der_len);
    if (x)
        read_all(e, x);
    X509_free(x);
    ERR_clear_error();
}

/* ---- the cache ---- */

/* Equal bytes have equal hashes, and that is all we ask of it: whether bytes
 * are the same is compared, and the cap bounds what collisions can cost. */
static uint64_t hash_of(const uint8_t *der, size_t len)
{
    return hash_bytes(0, der, len);
}

static struct entry **bucket_of(uint64_t hash)
{
    return &cache.buckets[hash & (BUCKET_COUNT - 1)];
}

static void unlink_age(struct entry *e)
{
    *(e->newer ? &e->newer->older : &cache.newest) = e->older;
    *(e->older ? &e->older->newer : &cache.oldest) = e->newer;
    e->newer = e->older = NULL;
}

static void link_newest(struct entry *e)
{
    e->older = cache.newest;
    *(cache.newest ? &cache.newest->newer : &cache.oldest) = e;
    cache.newest = e;
}

static void forget(struct entry *e)
{
    struct entry **link = bucket_of(e->hash);
    while (*link != e)
        link = &(*link)->next;
    *link = e->next;
    unlink_age(e);
    cache.count--;
    cache.bytes -= e->bytes;
    for (size_t i = 0; i < sizeof e->texts / sizeof e->texts[0]; i++)
        free(e->texts[i]);
    text_free(&e->names);
    free(e->der);
    free(e);
}

static struct entry *cached(uint64_t hash, const uint8_t *der, size_t len)
{
    struct entry *e = *bucket_of(hash);
    while (e && !(e->hash == hash && e->der_len == len && memcmp(e->der, der, len) == 0))
        e = e->next;
    return e;
}

static struct entry *add(uint64_t hash, const uint8_t *der, size_t len)
{
    struct entry *e = must_calloc(1, sizeof *e);
    e->hash = hash;
    e->der = must_malloc(len);
    e->der_len = len;
    memcpy(e->der, der, len);
    parse(e);

    e->bytes = sizeof *e + len + e->names.cap;
    for (size_t i = 0; i < sizeof e->texts / sizeof e->texts[0]; i++)
        e->bytes += e->texts[i] ? strlen(e->texts[i]) + 1 : 0;
    cache.bytes += e->bytes;
    cache.count++;
    e->next = *bucket_of(hash);
    *bucket_of(hash) = e;
    link_newest(e);
    while (cache.count > CACHE_MAX || cache.bytes > CACHE_BYTES_MAX)
        forget(cache.oldest);
    return e;
}

const struct certificate *certificate_find(const uint8_t *der, size_t len)
{
    static struct certificate no_certificate;
    if (len == 0 || len > CERTIFICATE_DER_MAX) {
        set_unreadable(&no_certificate);
        return &no_certificate;
    }
    uint64_t hash = hash_of(der, len);
    struct entry *e = cached(hash, der, len);
    if (!e)
        return &add(hash, der, len)->certificate;
    unlink_age(e);
    link_newest(e);
    return &e->certificate;
}

/* What is asked for was found a moment ago, so it stands near the newest. */
const struct certificate *certificate_recall(const uint8_t sha256[32])
{
    struct entry *e = cache.newest;
    for (int i = 0; e && i < RECALL_MAX; i++, e = e->older)
        if (memcmp(e->certificate.sha256, sha256, sizeof e->certificate.sha256) == 0)
            return &e->certificate;
    return NULL;
}

const uint8_t *certificate_der(const struct certificate *c, size_t *len)
{
    const struct entry *e = (const struct entry *)(const void *)c;
    *len = e->der_len;
    return e->der;
}

void certificate_cache_clear(void)
{
    while (cache.oldest)
        forget(cache.oldest);
}

uint64_t certificate_parses(void)
{
    return cache.parses;
}

/* ---- who issued whom ---- */

static bool key_ids_agree(X509 *issuer, X509 *child)
{
    AUTHORITY_KEYID *id = X509_get_ext_d2i(child, NID_authority_key_identifier, NULL, NULL);
    bool agree = !id || X509_check_akid(issuer, id) == X509_V_OK;
    AUTHORITY_KEYID_free(id);
    return agree;
}

static bool has_issued(const struct entry *issuer, const struct entry *child)
{
    X509 *above = parsed(issuer->der, issuer->der_len), *below = parsed(child->der, child->der_len);
    bool issued = above && below &&
                  X509_NAME_cmp(X509_get_subject_name(above), X509_get_issuer_name(below)) == 0 &&
                  key_ids_agree(above, below) && is_signed_by(below, X509_get0_pubkey(above));
    X509_free(above);
    X509_free(below);
    ERR_clear_error();
    return issued;
}

bool certificate_issued(const struct certificate *issuer, const struct certificate *child)
{
    if (!issuer->readable || !child->readable)
        return false;
    const struct entry *above = (const struct entry *)(const void *)issuer;
    struct entry *below = (struct entry *)(uintptr_t)child; /* its memory of answers is ours */
    if (above->subject_hash != below->issuer_hash)
        return false;
    if (!below->tried || memcmp(below->issuer_tried, issuer->sha256, sizeof issuer->sha256) != 0) {
        below->issued = has_issued(above, below);
        memcpy(below->issuer_tried, issuer->sha256, sizeof issuer->sha256);
        below->tried = true;
    }
    return below->issued;
}

/* ---- for whom it is ---- */

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool same_name(const char *a, size_t a_len, const char *b, size_t b_len)
{
    if (a_len != b_len)
        return false;
    for (size_t i = 0; i < a_len; i++)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

static size_t without_dot(const char *name, size_t len)
{
    return len > 1 && name[len - 1] == '.' ? len - 1 : len;
}

/* RFC 6125 §6.4.3: "*" may be the whole left-most label, no part of one, and
 * stands for exactly one label. "*.com" would stand for too much: what follows
 * it must have a dot. */
static bool dns_name_covers(const char *pattern, const char *name, size_t name_len)
{
    size_t pattern_len = without_dot(pattern, strlen(pattern));
    name_len = without_dot(name, name_len);
    if (pattern_len < 2 || memcmp(pattern, "*.", 2) != 0)
        return name_len > 0 && same_name(pattern, pattern_len, name, name_len);
    const char *dot = memchr(name, '.', name_len);
    if (!dot || dot == name || !memchr(pattern + 2, '.', pattern_len - 2))
        return false;
    return same_name(pattern + 1, pattern_len - 1, dot, name_len - (size_t)(dot - name));
}

/* Gives the address that a text says, written the one way we write it. */
static bool is_address(const char *name, size_t len, char *canonical)
{
    struct address a = { 0 };
    char text[INET6_ADDRSTRLEN];
    if (len >= sizeof text)
        return false;
    memcpy(text, name, len);
    text[len] = 0;
    if (inet_pton(AF_INET, text, a.bytes) == 1)
        a.len = 4;
    else if (inet_pton(AF_INET6, text, a.bytes) == 1)
        a.len = 16;
    if (a.len)
        address_text(&a, canonical);
    return a.len != 0;
}

bool certificate_is_for(const struct certificate *c, const char *name, size_t len,
                        bool common_name_counts)
{
    char address[ADDRESS_TEXT_LEN];
    if (!c->readable || memchr(name, 0, len))
        return false;
    const struct text *names = &((const struct entry *)(const void *)c)->names;
    bool by_address = is_address(name, len, address);
    for (size_t at = 0; at < names->len; at += strlen(names->data + at) + 1) {
        const char *text = names->data + at + 1;
        bool is_dns = names->data[at] == NAME_DNS;
        if (by_address ? !is_dns && strcmp(text, address) == 0
                       : is_dns && dns_name_covers(text, name, len))
            return true;
    }
    if (names->len || !common_name_counts || !c->common_name)
        return false;
    return by_address ? strcmp(c->common_name, address) == 0
                      : dns_name_covers(c->common_name, name, len);
}
