/* sort.c - see sort.h. */
#include "report/sort.h"

#include <stdlib.h>
#include <string.h>

/* Addresses begin with their length, so that IPv4 comes before IPv6. */
static void keep_address(struct sort_key *key, const struct address *address)
{
    key->len = address->len + 1u;
    key->bytes = must_malloc(key->len);
    key->bytes[0] = (char)address->len;
    memcpy(key->bytes + 1, address->bytes, address->len);
}

static void keep_text(struct sort_key *key, struct span text)
{
    key->len = text.len;
    key->bytes = must_malloc(text.len);
    if (text.len)
        memcpy(key->bytes, text.bytes, text.len);
}

struct sort_key sort_key_of(const struct field *field, const struct value *value)
{
    struct sort_key key = { .present = value != NULL };
    if (!value)
        return key;
    switch (field->type) {
    case FIELD_TYPE_TEXT:
        keep_text(&key, value->is.text);
        break;
    case FIELD_TYPE_ADDRESS:
        keep_address(&key, &value->is.address);
        break;
    case FIELD_TYPE_NUMBERS:
    case FIELD_TYPE_CODES:
    case FIELD_TYPE_TEXTS:
    case FIELD_TYPE_RECORDS:
        key.number = value->is.list->count;
        break;
    case FIELD_TYPE_NUMBER:
    case FIELD_TYPE_CODE:
    case FIELD_TYPE_TIME:
    case FIELD_TYPE_DURATION:
    case FIELD_TYPE_BOOL:
        key.number = value->is.number;
        break;
    }
    return key;
}

struct sort_key sort_key_copy(const struct sort_key *key)
{
    struct sort_key copy = *key;
    if (key->bytes) {
        copy.bytes = must_malloc(key->len);
        memcpy(copy.bytes, key->bytes, key->len);
    }
    return copy;
}

void sort_key_free(struct sort_key *key)
{
    free(key->bytes);
    *key = (struct sort_key){ 0 };
}

static int compare_bytes(const struct sort_key *a, const struct sort_key *b)
{
    uint32_t len = a->len < b->len ? a->len : b->len;
    int order = len ? memcmp(a->bytes, b->bytes, len) : 0;
    return order ? order : (a->len > b->len) - (a->len < b->len);
}

int sort_compare(const struct sort_key *a, const struct sort_key *b, bool descending)
{
    if (a->present != b->present)
        return a->present ? -1 : 1;
    int order = a->bytes && b->bytes ? compare_bytes(a, b)
                                     : (a->number > b->number) - (a->number < b->number);
    return descending ? -order : order;
}
