/* issuer.c - see issuer.h. Clues in the order of what they prove. */
#include "dissectors/tls/issuer.h"

#include <string.h>

#include <openssl/x509v3.h>

static bool word_in(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasestr(text, words[i]))
            return true;
    return false;
}

/* "R3", "E5", "WR1": what Let's Encrypt, Google and others call their intermediates. */
static bool is_short_name(const char *name)
{
    size_t letters = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    size_t digits = strspn(name + letters, "0123456789");
    return letters >= 1 && letters <= 2 && digits >= 1 && digits <= 2 && !name[letters + digits];
}

/* No proof, a custom: roots are called roots. */
static bool is_called_intermediate(const X509 *child)
{
    static const char *const words[] = { "intermediate", "issuing", "sub ca",
                                         "subca",        "sub-ca",  "subordinate" };
    const X509_NAME *issuer = X509_get_issuer_name(child);
    char name[256];
    if (X509_NAME_get_text_by_NID(issuer, NID_commonName, name, sizeof name) < 0 ||
        strcasestr(name, "root"))
        return false;
    return is_short_name(name) || word_in(name, words, sizeof words / sizeof *words);
}

enum above { ABOVE_UNKNOWN, ABOVE_ROOT, ABOVE_INTERMEDIATE };

/* The authority key id may name who issued the issuer (RFC 5280 §4.2.1.1): when
 * that is the issuer itself, it is a root. */
static enum above issuer_by_key_id(X509 *child)
{
    AUTHORITY_KEYID *id = X509_get_ext_d2i(child, NID_authority_key_identifier, NULL, NULL);
    enum above kind = ABOVE_UNKNOWN;
    for (int i = 0; id && id->issuer && i < sk_GENERAL_NAME_num(id->issuer); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(id->issuer, i);
        if (name->type == GEN_DIRNAME)
            kind = X509_NAME_cmp(name->d.directoryName, X509_get_issuer_name(child)) == 0
                       ? ABOVE_ROOT
                       : ABOVE_INTERMEDIATE;
    }
    AUTHORITY_KEYID_free(id);
    return kind;
}

/* A server's certificate from a public authority: it carries proof of logging, or
 * says that it follows the CA/Browser Forum's rules. They forbid a root to issue
 * one itself (Baseline Requirements §6.1.7). */
static bool is_public_leaf(X509 *x)
{
    static const char forum[] = "2.23.140.1."; /* reserved policies, §7.1.6.1 */
    bool found = X509_get_ext_by_NID(x, NID_ct_precert_scts, -1) >= 0;
    CERTIFICATEPOLICIES *policies = X509_get_ext_d2i(x, NID_certificate_policies, NULL, NULL);
    for (int i = 0; !found && i < sk_POLICYINFO_num(policies); i++) {
        char number[64] = "";
        OBJ_obj2txt(number, sizeof number, sk_POLICYINFO_value(policies, i)->policyid, 1);
        found = strncmp(number, forum, sizeof forum - 1) == 0;
    }
    CERTIFICATEPOLICIES_free(policies);
    return found;
}

const char *issuer_clue(X509 *child, bool is_leaf, const struct authority *seen)
{
    enum above by_key_id = issuer_by_key_id(child);
    if (seen)
        return seen->self_issued ? NULL : "seen";
    if (by_key_id != ABOVE_UNKNOWN)
        return by_key_id == ABOVE_INTERMEDIATE ? "key id" : NULL;
    if (is_leaf && is_public_leaf(child))
        return "public";
    return is_called_intermediate(child) ? "name" : NULL;
}

static bool is_harmless(const char *url, size_t len)
{
    static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "0123456789-._~:/%=+,@";
    return strncmp(url, "http", 4) == 0 && strspn(url, harmless) == len;
}

/* It goes into commands that people copy: so nothing that a shell would make more of. */
bool issuer_url(X509 *child, char *url)
{
    bool found = false;
    AUTHORITY_INFO_ACCESS *all = X509_get_ext_d2i(child, NID_info_access, NULL, NULL);
    for (int i = 0; !found && i < sk_ACCESS_DESCRIPTION_num(all); i++) {
        const ACCESS_DESCRIPTION *one = sk_ACCESS_DESCRIPTION_value(all, i);
        if (OBJ_obj2nid(one->method) != NID_ad_ca_issuers || one->location->type != GEN_URI)
            continue;
        const ASN1_IA5STRING *uri = one->location->d.uniformResourceIdentifier;
        size_t len = (size_t)ASN1_STRING_length(uri);
        if (len >= ISSUER_URL_LEN)
            continue;
        memcpy(url, ASN1_STRING_get0_data(uri), len);
        url[len] = 0;
        found = is_harmless(url, len);
    }
    AUTHORITY_INFO_ACCESS_free(all);
    return found;
}
