/* phrases.c - see phrases.h. */
#include "report/phrases.h"

#include <string.h>

#include "handshake/field.h"
#include "handshake/handshake.h"
#include "report/page.h"

void add_protocol(struct text *out, const char *name)
{
    if (strcmp(name, "coap") == 0) {
        text_add(out, "CoAP");
        return;
    }
    for (; *name; name++)
        text_add_char(out, (char)(*name >= 'a' && *name <= 'z' ? *name - 'a' + 'A' : *name));
}

void add_address(struct text *out, const struct address *a)
{
    char buf[ADDRESS_TEXT_LEN];
    text_add(out, a->len ? address_text(a, buf) : "an unseen address");
}

void add_endpoint(struct text *out, const struct endpoint *end)
{
    bool brackets = end->address.len == 16 && end->port;
    text_add(out, brackets ? "[" : "");
    add_address(out, &end->address);
    text_add(out, brackets ? "]" : "");
    if (end->port)
        text_format(out, ":%u", end->port);
}

void add_duration(struct text *out, int64_t us)
{
    static const struct field duration = { .type = FIELD_TYPE_DURATION };
    value_text(&duration, &(struct value){ .is.number = us, .present = true }, out);
}

/* ---- when ---- */

enum { DATE_LEN = 10, CLOCK_LEN = 19 };

void add_clock(struct text *out, int64_t time_us, int64_t since_us)
{
    char text[TIME_TEXT_LEN], since[TIME_TEXT_LEN];
    time_text(time_us, false, text);
    time_text(since_us, false, since);
    text[DATE_LEN] = ' ';
    text[CLOCK_LEN] = 0;
    text_add(out, strncmp(text, since, DATE_LEN) == 0 ? text + DATE_LEN + 1 : text);
}

void add_span(struct text *out, int64_t from_us, int64_t to_us, int64_t since_us)
{
    add_clock(out, from_us, since_us);
    if (from_us / 1000000 == to_us / 1000000)
        return;
    text_add(out, " to ");
    add_clock(out, to_us, from_us);
}

void add_date(struct text *out, int64_t time_us)
{
    char text[TIME_TEXT_LEN];
    text_add_bytes(out, time_text(time_us, false, text), DATE_LEN);
}

/* ---- how many ---- */

void add_joint(struct text *out, size_t i, size_t count)
{
    if (i > 0)
        text_add(out, i + 1 == count ? " and " : ", ");
}

/* What is worst, of all: "the handshake failed", "all 9 handshakes completed". */
static void add_worst(struct text *out, uint64_t count, uint64_t all, const char *word)
{
    if (all == 1) {
        text_format(out, "1 handshake, %s", word);
    } else if (count == all) {
        text_add(out, "all ");
        counted_text(all, "handshake", out);
        text_format(out, " %s", word);
    } else {
        count_text(count, out);
        text_add(out, " of ");
        counted_text(all, "handshake", out);
        text_format(out, " %s", word);
    }
}

void add_outcomes(struct text *out, const uint64_t handshakes[4])
{
    const struct {
        const char *word;
        uint64_t count;
    } parts[] = {
        { "failed", handshakes[OUTCOME_FAILED] },
        { "completed", handshakes[OUTCOME_COMPLETED] },
        { "unknown", handshakes[OUTCOME_UNKNOWN] + handshakes[OUTCOME_OPEN] },
    };
    uint64_t all = parts[0].count + parts[1].count + parts[2].count;
    bool begun = false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].count == 0)
            continue;
        if (!begun) {
            add_worst(out, parts[i].count, all, parts[i].word);
        } else {
            text_add(out, ", ");
            count_text(parts[i].count, out);
            text_format(out, " %s", parts[i].word);
        }
        begun = true;
    }
    if (!begun)
        text_add(out, "no handshakes");
}
