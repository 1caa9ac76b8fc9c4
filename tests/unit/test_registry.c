/* test_registry.c - what all protocols have in common: names that do not clash, tables
 * that are whole, machines that can be printed. */
#include "dissectors/registry.h"

#include <ctype.h>
#include <string.h>

#include "dissectors/bare/bare.h"
#include "handshake/flow_fields.h"
#include "support/bare_handshake.h"
#include "support/test_main.h"

static size_t count_tables(void)
{
    size_t count = 0;
    while (registry_tables()[count])
        count++;
    return count;
}

START_TEST(common_tables_come_first)
{
    ck_assert_ptr_eq(registry_tables()[0], &common_field_table);
    ck_assert_ptr_eq(registry_tables()[1], &flow_field_table);
    ck_assert_uint_gt(count_tables(), 2);
    ck_assert_ptr_eq(registry_tables(), registry_tables());
}
END_TEST

START_TEST(tables_come_once)
{
    for (size_t i = 0; i < count_tables(); i++)
        for (size_t k = 0; k < i; k++)
            ck_assert_ptr_ne(registry_tables()[i], registry_tables()[k]);
}
END_TEST

START_TEST(every_dissector_has_its_table_there)
{
    for (size_t i = 0; dissectors[i]; i++) {
        size_t at = 0;
        while (registry_tables()[at] && registry_tables()[at] != dissectors[i]->fields)
            at++;
        ck_assert_msg(registry_tables()[at] != NULL, "%s", dissectors[i]->name);
    }
}
END_TEST

static void check_name(const char *name)
{
    for (const char *c = name; *c; c++)
        ck_assert_msg(islower((unsigned char)*c) || isdigit((unsigned char)*c) || strchr("._", *c),
                      "%s", name);
    ck_assert_msg(name[0] && !strchr("._", name[0]) && !strchr("._", name[strlen(name) - 1]), "%s",
                  name);
}

static void check_field(const struct field *f)
{
    check_name(f->name);
    ck_assert_msg(f->about && *f->about, "%s", f->name);
    bool coded = f->type == FIELD_TYPE_CODE || f->type == FIELD_TYPE_CODES;
    ck_assert_msg((f->names != NULL) == coded, "%s", f->name);
    ck_assert_msg((f->columns != NULL) == (f->type == FIELD_TYPE_RECORDS), "%s", f->name);
    for (size_t i = 0; f->columns && i < f->columns->count; i++)
        check_field(&f->columns->fields[i]);
}

START_TEST(fields_are_whole_and_named_once)
{
    for (size_t t = 0; t < count_tables(); t++) {
        const struct field_table *table = registry_tables()[t];
        for (size_t i = 0; i < table->count; i++) {
            check_field(&table->fields[i]);
            for (size_t u = 0; u <= t; u++)
                for (size_t k = 0; k < (u == t ? i : registry_tables()[u]->count); k++)
                    ck_assert_str_ne(table->fields[i].name, registry_tables()[u]->fields[k].name);
        }
    }
}
END_TEST

/* A binary search needs order, and a name that two codes have finds only one. */
START_TEST(sorted_codes_are_sorted)
{
    for (size_t t = 0; t < count_tables(); t++) {
        for (size_t i = 0; i < registry_tables()[t]->count; i++) {
            const struct code_names *names = registry_tables()[t]->fields[i].names;
            for (size_t k = 1; names && k < names->count; k++)
                ck_assert_uint_le(names->names[k - 1].code, names->names[k].code);
            ck_assert(!names || names->count == 0 || !names->names[names->count].name);
        }
    }
}
END_TEST

static void check_machine(const struct dissector *d)
{
    const struct machine *m = d->machine;
    for (size_t i = 0; i < m->transition_count; i++) {
        const struct transition *t = &m->transitions[i];
        if (t->in != ANY_STATE && t->in != ANY_WHEN_LATE)
            ck_assert_msg(m->states[t->in].name != NULL, "%s: %zu", d->name, i);
        if (t->to != STOPPED && t->to != SAME_STATE)
            ck_assert_msg(m->states[t->to].name != NULL, "%s: %zu", d->name, i);
        ck_assert_msg(m->messages[t->sees] != NULL, "%s: %zu", d->name, i);
        for (size_t k = 0; k < i; k++) {
            const struct transition *u = &m->transitions[k];
            bool hidden =
                u->in == t->in && u->sees == t->sees && (u->from == t->from || u->from == NOBODY);
            ck_assert_msg(!hidden, "%s: step %zu is hidden by step %zu", d->name, i, k);
        }
    }
}

START_TEST(machines_are_whole)
{
    for (size_t i = 0; dissectors[i]; i++) {
        const struct dissector *d = dissectors[i];
        ck_assert_ptr_nonnull(d->name);
        ck_assert(d->read != NULL && d->recognise != NULL);
        ck_assert_uint_ne(d->transports, 0);
        ck_assert_ptr_nonnull(d->machine->states[0].name);
        check_machine(d);
    }
}
END_TEST

START_TEST(ends_more_than_once)
{
    registry_end();
    registry_end();
}
END_TEST

/* ---- flows without a protocol ---- */

static const struct {
    const struct dissector *dissector;
    enum bare_state state;
    const char *name, *waiting_for;
} bare[] = {
    { &tcp_dissector, BARE_CALLED, "syn", "the server's SYN-ACK" },
    { &tcp_dissector, BARE_REFUSED, "refused", NULL },
    { &tcp_dissector, BARE_CONNECTED, "connected", "the first byte" },
    { &tcp_dissector, BARE_TALKED, "talked", NULL },
    { &tcp_dissector, BARE_MIDDLE, "middle", NULL },
    { &udp_dissector, BARE_CALLED, "called", "any answer" },
    { &udp_dissector, BARE_REFUSED, "refused", NULL },
    { &udp_dissector, BARE_MIDDLE, "middle", NULL },
};

static void check_text(const struct handshake *hs, enum common_field id, const char *expected)
{
    struct value v = common_value(hs, id);
    ck_assert_int_eq(v.present, expected != NULL);
    if (expected) {
        ck_assert_uint_eq(v.is.text.len, strlen(expected));
        ck_assert_mem_eq(v.is.text.bytes, expected, v.is.text.len);
    }
}

START_TEST(names_what_came_of_the_transport)
{
    struct handshake *hs = bare_handshake(bare[_i].dissector->fields);
    hs->dissector = bare[_i].dissector;
    hs->state = (uint8_t)bare[_i].state;
    check_text(hs, COMMON_PROTOCOL, bare[_i].dissector->name);
    check_text(hs, COMMON_STATE, bare[_i].name);
    check_text(hs, COMMON_WAITING_FOR, bare[_i].waiting_for);
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_test(t, common_tables_come_first);
    tcase_add_test(t, tables_come_once);
    tcase_add_test(t, every_dissector_has_its_table_there);
    tcase_add_test(t, fields_are_whole_and_named_once);
    tcase_add_test(t, sorted_codes_are_sorted);
    tcase_add_test(t, machines_are_whole);
    tcase_add_test(t, ends_more_than_once);
    TEST_ROWS(t, names_what_came_of_the_transport, bare);
}

TEST_MAIN("registry", add_tests)
