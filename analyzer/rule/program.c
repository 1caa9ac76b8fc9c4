/* program.c - building a program: its arrays, and its sets in order. */
#include "rule/program.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memo.h"
#include "handshake/flow_fields.h"
#include "handshake/handshake.h"

enum { PLACES_MAX = 1024, PLACES_LEN_MAX = 64 * 1024 };

static void add_table(struct program *p, const struct field_table *table)
{
    for (size_t i = 0; i < p->table_count; i++)
        if (p->tables[i] == table)
            return;
    assert(p->table_count < TABLE_ROWS);
    p->tables[p->table_count++] = table;
}

void program_init(struct program *p, const struct field_table *const *tables)
{
    *p = (struct program){ 0 };
    add_table(p, &common_field_table);
    add_table(p, &flow_field_table);
    for (; *tables; tables++)
        add_table(p, *tables);
    p->places = memo_new(PLACES_MAX, PLACES_LEN_MAX);
    struct step always = { .kind = STEP_TRUTH };
    always.is.number = true;
    program_step(p, always);
}

void program_free(struct program *p)
{
    program_rewind(p, &(struct program_mark){ 0 });
    memo_free(p->places);
    free(p->steps);
    free(p->constants);
    free(p->ranges);
    free(p->texts);
    free(p->networks);
    free(p->patterns);
}

struct program_mark program_mark(const struct program *p)
{
    return (struct program_mark){ p->step_count, p->constant_count, p->range_count,
                                  p->text_count, p->network_count,  p->pattern_count };
}

void program_rewind(struct program *p, const struct program_mark *mark)
{
    for (size_t i = mark->patterns; i < p->pattern_count; i++)
        pattern_free(p->patterns[i]);
    p->step_count = mark->steps;
    p->constant_count = mark->constants;
    p->range_count = mark->ranges;
    p->text_count = mark->texts;
    p->network_count = mark->networks;
    p->pattern_count = mark->patterns;
}

bool step_reads_field(const struct step *s)
{
    static const bool reads[STEP_COUNT + 1] = {
        [STEP_EXISTS] = true,   [STEP_FLAG] = true,        [STEP_TEST] = true,
        [STEP_LIST_HAS] = true, [STEP_ANY_MATCHES] = true, [STEP_FIELD] = true,
        [STEP_ANY] = true,      [STEP_ALL] = true,         [STEP_COUNT] = true,
    };
    return reads[s->kind];
}

/* ---- adding ---- */

uint32_t program_step(struct program *p, struct step step)
{
    p->steps = vector_room(p->steps, p->step_count, &p->step_cap, sizeof *p->steps);
    step.next = (uint32_t)p->step_count + 1;
    p->steps[p->step_count] = step;
    return (uint32_t)p->step_count++;
}

void program_close(struct program *p, uint32_t step)
{
    p->steps[step].next = (uint32_t)p->step_count;
}

uint32_t program_constant(struct program *p, const struct value *value)
{
    p->constants =
        vector_room(p->constants, p->constant_count, &p->constant_cap, sizeof *p->constants);
    p->constants[p->constant_count] = *value;
    return (uint32_t)p->constant_count++;
}

uint32_t program_pattern(struct program *p, struct pattern *pattern)
{
    p->patterns = vector_room(p->patterns, p->pattern_count, &p->pattern_cap, sizeof *p->patterns);
    p->patterns[p->pattern_count] = pattern;
    return (uint32_t)p->pattern_count++;
}

void program_range(struct program *p, int64_t low, int64_t high)
{
    p->ranges = vector_room(p->ranges, p->range_count, &p->range_cap, sizeof *p->ranges);
    p->ranges[p->range_count++] = (struct range){ low, high };
}

void program_text(struct program *p, struct span text)
{
    p->texts = vector_room(p->texts, p->text_count, &p->text_cap, sizeof *p->texts);
    p->texts[p->text_count++] = text;
}

void address_key(const struct address *address, uint8_t key[ADDRESS_KEY_LEN])
{
    key[0] = address->len;
    memcpy(key + 1, address->bytes, 16);
    memset(key + 1 + address->len, 0, 16u - address->len);
}

void program_network(struct program *p, const struct network *network)
{
    p->networks = vector_room(p->networks, p->network_count, &p->network_cap, sizeof *p->networks);
    struct network_range *n = &p->networks[p->network_count++];
    address_key(&network->address, n->low);
    memcpy(n->high, n->low, sizeof n->high);
    for (unsigned bit = network->prefix; bit < network->address.len * 8u; bit++)
        n->high[1 + bit / 8] |= (uint8_t)(0x80u >> bit % 8);
}

/* ---- sets in order ---- */

static int by_low(const void *left, const void *right)
{
    const struct range *a = left, *b = right;
    return a->low < b->low ? -1 : a->low > b->low;
}

size_t program_sort_ranges(struct program *p, size_t first)
{
    size_t count = p->range_count - first, kept = 0;
    if (count == 0)
        return 0;
    struct range *set = p->ranges + first;
    qsort(set, count, sizeof *set, by_low);
    for (size_t i = 1; i < count; i++) {
        if (set[i].low > set[kept].high)
            set[++kept] = set[i];
        else if (set[i].high > set[kept].high)
            set[kept].high = set[i].high;
    }
    p->range_count = first + kept + 1;
    return kept + 1;
}

int span_order(const struct span *a, const struct span *b)
{
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    return a->len ? memcmp(a->bytes, b->bytes, a->len) : 0;
}

static int by_text(const void *left, const void *right)
{
    return span_order(left, right);
}

size_t program_sort_texts(struct program *p, size_t first)
{
    size_t count = p->text_count - first;
    if (count > 0)
        qsort(p->texts + first, count, sizeof *p->texts, by_text);
    return count;
}

static int by_address(const void *left, const void *right)
{
    const struct network_range *a = left, *b = right;
    return memcmp(a->low, b->low, sizeof a->low);
}

size_t program_sort_networks(struct program *p, size_t first)
{
    size_t count = p->network_count - first, kept = 0;
    if (count == 0)
        return 0;
    struct network_range *set = p->networks + first;
    qsort(set, count, sizeof *set, by_address);
    for (size_t i = 1; i < count; i++) {
        if (memcmp(set[i].low, set[kept].high, ADDRESS_KEY_LEN) > 0)
            set[++kept] = set[i];
        else if (memcmp(set[i].high, set[kept].high, ADDRESS_KEY_LEN) > 0)
            memcpy(set[kept].high, set[i].high, ADDRESS_KEY_LEN);
    }
    p->network_count = first + kept + 1;
    return kept + 1;
}
