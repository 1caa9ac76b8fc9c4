/* fuzz_certificate.c - any bytes as a certificate: what is kept of them is whole
 * text and says the same the second time, from the cache and after a new parse. */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "dissectors/tls/certificate.h"

static void check_text(const char *text)
{
    size_t len = strlen(text);
    assert(text_utf8_len(text, len) == len);
}

static void check(const struct certificate *c)
{
    const char *const texts[] = { c->subject, c->issuer, c->serial, c->key, c->signature };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        check_text(texts[i]);
    if (c->common_name)
        check_text(c->common_name);
    assert(c->name_count <= CERTIFICATE_NAMES_MAX);
    for (size_t i = 0; i < c->name_count; i++)
        check_text(c->names[i]);
    assert(!c->self_signed || c->self_issued);
    assert(c->readable || (!*c->subject && c->name_count == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned runs;
    const struct certificate *c = certificate_find(data, size);
    check(c);
    assert(size == 0 || size > CERTIFICATE_DER_MAX || certificate_find(data, size) == c);

    bool is_for = certificate_is_for(c, "a.example", 9, true);
    bool issued = certificate_issued(c, c);
    if (++runs % 16 == 0) {
        certificate_cache_clear();
        c = certificate_find(data, size);
        check(c);
        assert(certificate_is_for(c, "a.example", 9, true) == is_for);
        assert(certificate_issued(c, c) == issued);
    }
    return 0;
}
