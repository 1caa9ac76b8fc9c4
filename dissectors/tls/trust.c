/* trust.c - see trust.h.
 *
 * A folder with hashed names is looked into only when an issuer is asked for, so
 * the system's hundred roots cost nothing until then. */
#include "dissectors/tls/trust.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "base/text.h"

static struct {
    X509_STORE *store;
    bool none, named;
} trusted;

/* Debian and most others, Alpine and BSD; where the folder is not hashed, bundles. */
static const char *const system_folders[] = { "/etc/ssl/certs", "/etc/pki/tls/certs" };
static const char *const system_bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
};

static void renew(void)
{
    X509_STORE_free(trusted.store);
    trusted.store = X509_STORE_new();
    if (!trusted.store) {
        fputs("handshark: out of memory\n", stderr);
        exit(2);
    }
    trusted.none = trusted.named = false;
}

/* "4a6481c9.0", as c_rehash and update-ca-certificates name them. */
static bool is_hashed_name(const char *name)
{
    size_t digits = strspn(name, "0123456789abcdef");
    return digits == 8 && name[8] == '.' && isdigit((unsigned char)name[9]);
}

static bool is_hashed(const char *folder)
{
    DIR *dir = opendir(folder);
    bool hashed = false;
    for (struct dirent *at; dir && !hashed && (at = readdir(dir));)
        hashed = is_hashed_name(at->d_name);
    if (dir)
        closedir(dir);
    return hashed;
}

static bool add_folder_lookup(const char *folder)
{
    return is_hashed(folder) && X509_STORE_load_path(trusted.store, folder) == 1;
}

/* Adds every certificate of a PEM file, or the one of a DER file. */
static bool add_file(const char *path)
{
    X509_LOOKUP *lookup = X509_STORE_add_lookup(trusted.store, X509_LOOKUP_file());
    bool added = lookup && (X509_load_cert_file(lookup, path, X509_FILETYPE_PEM) > 0 ||
                            X509_load_cert_file(lookup, path, X509_FILETYPE_ASN1) > 0);
    ERR_clear_error();
    return added;
}

static bool add_every_file(const char *folder)
{
    DIR *dir = opendir(folder);
    bool any = false;
    struct text path = { 0 };
    for (struct dirent *at; dir && (at = readdir(dir));) {
        struct stat status;
        text_clear(&path);
        text_format(&path, "%s/%s", folder, at->d_name);
        if (stat(text_string(&path), &status) == 0 && S_ISREG(status.st_mode))
            any = add_file(text_string(&path)) || any;
    }
    text_free(&path);
    if (dir)
        closedir(dir);
    return any;
}

static void use_system(void)
{
    renew();
    for (size_t i = 0; i < sizeof system_folders / sizeof *system_folders; i++)
        if (add_folder_lookup(system_folders[i]))
            return;
    for (size_t i = 0; i < sizeof system_bundles / sizeof *system_bundles; i++)
        if (access(system_bundles[i], R_OK) == 0 && add_file(system_bundles[i]))
            return;
    trusted.none = true;
}

static bool complain(struct error *e, const char *path, const char *option)
{
    const char *reason = access(path, R_OK) == 0 ? "no certificate in it" : strerror(errno);
    error_place(e, "%s", path);
    error_fault(e, "%s", reason);
    error_hint(e,
               "--%s takes certificates as PEM (-----BEGIN CERTIFICATE-----) or DER; "
               "--no-trust does without",
               option);
    return false;
}

bool trust_set(const struct trust *trust, struct error *e)
{
    trust_clear();
    if (!trust->none && !trust->file && !trust->path)
        return true;
    renew();
    trusted.none = trust->none;
    trusted.named = !trust->none;
    if (trust->file && !add_file(trust->file))
        return complain(e, trust->file, "ca-file");
    if (trust->path && !add_folder_lookup(trust->path) && !add_every_file(trust->path))
        return complain(e, trust->path, "ca-path");
    return true;
}

X509_STORE *trust_store(void)
{
    if (!trusted.store)
        use_system();
    return trusted.store;
}

bool trust_is_none(void)
{
    trust_store();
    return trusted.none;
}

bool trust_is_named(void)
{
    return trusted.named;
}

void trust_clear(void)
{
    X509_STORE_free(trusted.store);
    trusted.store = NULL;
    trusted.none = trusted.named = false;
}
