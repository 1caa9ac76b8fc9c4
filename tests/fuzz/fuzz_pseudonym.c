/* fuzz_pseudonym.c - any text has stand-ins; none grows without measure. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "report/pseudonym.h"

static struct pseudonyms *make(void)
{
    char path[] = "/tmp/fuzz_pseudonym.XXXXXX";
    struct error e = { 0 };
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, "sixteen bytes...", 16) != 16)
        abort();
    close(fd);
    struct pseudonyms *p = pseudonyms_new(path, &e);
    unlink(path);
    return p;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct pseudonyms *p;
    if (!p)
        p = make();
    struct text out = { 0 };
    pseudonym_text(p, (const char *)bytes, len, &out);
    assert(out.len <= 20 * len); /* "::1" may become an address of 39 characters */
    text_free(&out);
    return 0;
}
