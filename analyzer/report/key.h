/* key.h - keys for members of a line that are kept: all that decides what their
 * text is, as bytes. Two keys are alike only if all of it is. */
#ifndef REPORT_KEY_H
#define REPORT_KEY_H

#include "base/text.h"
#include "handshake/field.h"

enum key_kind { KEY_VALUES, KEY_VALUE, KEY_CAPTURE, KEY_LAYERS, KEY_SERVER, KEY_QUIET };

/* key_begin begins a key anew. What is added must not be ambiguous: of several
 * texts all but the last need an end. */
void key_begin(struct text *key, enum key_kind kind);
/* key_of_values begins a key anew and makes it of all values of a table that are
 * present and wanted, key_of_value of a single one. */
void key_of_values(struct text *key, const struct field_table *table, const struct value *values,
                   bool details);
void key_of_value(struct text *key, const struct field *f, const struct value *v, bool details);

/* field_is_wanted: long lists are for those who ask. Fingerprints are short, and
 * asked for by everybody who joins logs. */
static inline bool field_is_wanted(const struct field *f, bool details)
{
    return details || !f->detail || f->type == FIELD_TYPE_TEXT;
}

#endif
