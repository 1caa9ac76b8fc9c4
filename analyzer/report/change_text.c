/* change_text.c - see change_text.h. */
#include "report/change_text.h"

#include <inttypes.h>

#include "handshake/change_fields.h"

static void add_value(const struct value *v, struct text *out)
{
    text_add_wire(out, v->is.text.bytes, v->is.text.len);
}

static void add_differences(const struct list *rows, struct text *out)
{
    for (uint32_t i = 0; i < rows->kept; i++) {
        const struct value *row = rows->items.rows + (size_t)i * rows->width;
        text_add_char(out, '\n');
        add_value(&row[DIFFERENCE_WHAT], out);
        text_add(out, ": was ");
        add_value(&row[DIFFERENCE_BEFORE], out);
        text_add(out, ", is ");
        add_value(&row[DIFFERENCE_NOW], out);
    }
}

void change_text(const struct handshake *hs, struct text *out)
{
    const struct value *v = hs->change_values;
    char good[TIME_TEXT_LEN], since[TIME_TEXT_LEN];
    if (!v || !v[CHANGE_LAST_GOOD].present)
        return;
    int64_t failures = v[CHANGE_FAILURES].is.number;
    text_format(out, "at %s, and fails since %s (%" PRId64 " time%s so far)",
                time_text(v[CHANGE_LAST_GOOD].is.number, false, good),
                time_text(v[CHANGE_SINCE].is.number, false, since), failures,
                failures == 1 ? "" : "s");
    if (v[CHANGE_DIFFERENCES].present)
        add_differences(v[CHANGE_DIFFERENCES].is.list, out);
    else
        text_add(out, "; nothing that packets show has changed");
}
