/* fuzz_verify.c - any bytes as a chain and a stapled response: a verdict is the same
 * the second time, and all it says is whole text.
 *
 *     2 bytes length, that many bytes of a certificate, ... the last is the staple */
#include <assert.h>
#include <string.h>

#include "base/reader.h"
#include "base/text.h"
#include "dissectors/tls/authority.h"
#include "dissectors/tls/staple.h"
#include "dissectors/tls/trust.h"
#include "dissectors/tls/verify.h"

enum { CHAIN_MAX = 16 };

static const struct endpoint server = { { { 10, 0, 0, 5 }, 4 }, 443 };

static size_t read_chain(struct reader *r, const struct certificate **chain, struct reader *last)
{
    size_t count = 0;
    while (reader_left(r) > 2 && count < CHAIN_MAX) {
        *last = reader_take_some(r, reader_u16(r));
        chain[count++] = certificate_find(last->at, reader_left(last));
    }
    return count;
}

/* The chain's own authorities are known the second time, and may be what is missing. */
static void check_again(const struct verdict *before, const struct certificate *const *chain,
                        size_t count, int64_t now_us)
{
    struct verdict v = *before;
    const struct verdict *again = verify_chain(chain, count, now_us, &server);
    assert(v.judged == again->judged && v.trust == again->trust);
    assert(v.cross_signed == again->cross_signed && v.extra == again->extra);
    uint32_t may_turn_up = 1u << CHAIN_INCOMPLETE;
    assert((v.faults | may_turn_up) == (again->faults | may_turn_up));
}

static void check_verdict(const struct verdict *v)
{
    assert(v->judged || v->trust == TRUST_UNKNOWN);
    assert(v->trust != TRUSTED); /* no roots are given */
    for (size_t i = 0; i < VERDICT_TEXT_COUNT; i++)
        assert(!v->text[i] || text_utf8_len(v->text[i], strlen(v->text[i])) == strlen(v->text[i]));
    assert(!v->clue == !verdict_has(v, CHAIN_INCOMPLETE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t times_us[] = { 0, 1780272000000000, INT64_MAX };
    const struct certificate *chain[CHAIN_MAX];
    struct reader r = reader_over(data, size, false), last = { 0 };
    trust_set(&(struct trust){ .none = true }, NULL);
    size_t count = read_chain(&r, chain, &last);
    for (size_t i = 0; i < sizeof times_us / sizeof *times_us; i++) {
        const struct verdict *v = verify_chain(chain, count, times_us[i], &server);
        check_verdict(v);
        check_again(v, chain, count, times_us[i]);
    }
    if (count > 0) {
        struct staple s = staple_read(last.at, reader_left(&last), chain[0],
                                      count > 1 ? chain[1] : NULL, times_us[1]);
        assert(s.status && *s.status);
    }
    static unsigned runs;
    if (++runs % 64 == 0) {
        verify_clear();
        staple_clear();
    }
    return 0;
}
