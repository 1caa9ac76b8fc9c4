/* condition.c - what the words of a condition mean, and whether they go together.
 *
 * A condition becomes steps as it is checked. A word or text that means nothing
 * by itself (handshake_failure, "TLS 1.2", "2026-11-20") takes its meaning from
 * the other side of the comparison. After a mistake checking goes on, and the
 * steps made are thrown away by whoever asked. */
#include "rule/check.h"

#include <string.h>

/* All sets of one text together; more is no rule file but an attack. */
enum { ITEMS_MAX = 1000000, STEPS_MAX = 500000, MACROS_DEEP_MAX = 32 };

static const struct node *node(const struct checker *c, uint32_t index)
{
    return node_at(c->syntax, index);
}

static bool is_field(struct checker *c, const struct node *n, struct field_place *place)
{
    return n->kind == NODE_WORD && find_field(&c->lookup, written(c->syntax, n), n->len, place);
}

static struct origin here(const struct checker *c)
{
    return (struct origin){ .syntax = c->syntax };
}

/* ---- what a value is ---- */

enum known {
    WRONG,   /* told already */
    OPEN,    /* the other side must tell */
    CERTAIN, /* the meaning is set */
};

static enum known certain(struct meaning *meaning, enum field_type type)
{
    *meaning = (struct meaning){ type, NULL };
    return CERTAIN;
}

static enum known meaning_of(struct checker *c, uint32_t index, struct meaning *meaning);

/* What can be reckoned with. */
static const struct {
    enum node_kind kind;
    enum field_type left, right, sum;
} sums[] = {
    { NODE_ADD, FIELD_TYPE_TIME, FIELD_TYPE_DURATION, FIELD_TYPE_TIME },
    { NODE_ADD, FIELD_TYPE_DURATION, FIELD_TYPE_TIME, FIELD_TYPE_TIME },
    { NODE_ADD, FIELD_TYPE_DURATION, FIELD_TYPE_DURATION, FIELD_TYPE_DURATION },
    { NODE_ADD, FIELD_TYPE_NUMBER, FIELD_TYPE_NUMBER, FIELD_TYPE_NUMBER },
    { NODE_SUBTRACT, FIELD_TYPE_TIME, FIELD_TYPE_DURATION, FIELD_TYPE_TIME },
    { NODE_SUBTRACT, FIELD_TYPE_TIME, FIELD_TYPE_TIME, FIELD_TYPE_DURATION },
    { NODE_SUBTRACT, FIELD_TYPE_DURATION, FIELD_TYPE_DURATION, FIELD_TYPE_DURATION },
    { NODE_SUBTRACT, FIELD_TYPE_NUMBER, FIELD_TYPE_NUMBER, FIELD_TYPE_NUMBER },
    { NODE_MULTIPLY, FIELD_TYPE_NUMBER, FIELD_TYPE_NUMBER, FIELD_TYPE_NUMBER },
    { NODE_MULTIPLY, FIELD_TYPE_DURATION, FIELD_TYPE_NUMBER, FIELD_TYPE_DURATION },
    { NODE_MULTIPLY, FIELD_TYPE_NUMBER, FIELD_TYPE_DURATION, FIELD_TYPE_DURATION },
    { NODE_DIVIDE, FIELD_TYPE_NUMBER, FIELD_TYPE_NUMBER, FIELD_TYPE_NUMBER },
    { NODE_DIVIDE, FIELD_TYPE_DURATION, FIELD_TYPE_NUMBER, FIELD_TYPE_DURATION },
    { NODE_DIVIDE, FIELD_TYPE_DURATION, FIELD_TYPE_DURATION, FIELD_TYPE_NUMBER },
};

/* What is made of two values, and how it is called. */
static const struct {
    enum node_kind node;
    enum step_kind step;
    const char *noun;
} reckonings[] = {
    { NODE_ADD, STEP_ADD, "sum" },
    { NODE_SUBTRACT, STEP_SUBTRACT, "difference" },
    { NODE_MULTIPLY, STEP_MULTIPLY, "product" },
    { NODE_DIVIDE, STEP_DIVIDE, "quotient" },
};

static bool is_reckoning(const struct node *n)
{
    return n->kind >= NODE_ADD && n->kind <= NODE_DIVIDE;
}

static enum known meaning_of_open(struct checker *c, const struct node *n)
{
    const char *word = written(c->syntax, n);
    if (find_list(&c->lookup, c->lookup.list_count, word, n->len) < 0)
        no_field(&c->lookup, n->at, word, n->len);
    else if (mistake_add(c->lookup.mistakes, n->at, n->len, "'%.*s' is a list", written_len(n),
                         word))
        mistake_hint(c->lookup.mistakes, "ask with 'in'");
    return WRONG;
}

static void tell_no_sum(struct checker *c, const struct node *n, const struct meaning side[2])
{
    const struct node *a = node(c, n->first), *b = node(c, a->next);
    if (mistake_add(c->lookup.mistakes, n->at, n->len, "%.*s is %s, %.*s is %s: there is no %s",
                    written_len(a), written(c->syntax, a), type_phrase(side[0].type),
                    written_len(b), written(c->syntax, b), type_phrase(side[1].type),
                    reckonings[n->kind - NODE_ADD].noun))
        mistake_hint(c->lookup.mistakes,
                     "times and durations go together: start + 5m, or a time - start < 30d");
}

static enum known meaning_of_sum(struct checker *c, const struct node *n, struct meaning *meaning)
{
    uint32_t sides[2] = { n->first, node(c, n->first)->next };
    struct meaning side[2];
    for (int i = 0; i < 2; i++) {
        enum known known = meaning_of(c, sides[i], &side[i]);
        if (known == WRONG)
            return WRONG;
        if (known == OPEN && node(c, sides[i])->kind == NODE_WORD)
            return meaning_of_open(c, node(c, sides[i]));
        if (known == OPEN) /* of all texts, only a time can be reckoned with */
            certain(&side[i], FIELD_TYPE_TIME);
    }
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        if (sums[i].kind == n->kind && sums[i].left == side[0].type &&
            sums[i].right == side[1].type)
            return certain(meaning, sums[i].sum);
    tell_no_sum(c, n, side);
    return WRONG;
}

/* ---- macros ---- */

/* What a checker was looking at before it went into a macro. */
struct outside {
    const struct syntax *syntax;
    struct mistakes *mistakes;
    size_t row_first;
};

static const struct named_macro *macro_of(const struct checker *c, const struct node *n)
{
    return n->kind == NODE_WORD ? find_macro(&c->lookup, written(c->syntax, n), n->len) : NULL;
}

/* A macro was found good when it was defined, so nothing can be wrong inside it; what
 * it needs too much of is told where it is used. */
static struct outside enter(struct checker *c, const struct named_macro *macro)
{
    struct outside outside = { c->syntax, c->lookup.mistakes, c->lookup.row_first };
    c->syntax = c->lookup.syntax = macro->syntax;
    c->lookup.mistakes = &c->unheard;
    c->lookup.row_first = c->lookup.row_count;
    c->macros_deep++;
    return outside;
}

static void leave(struct checker *c, const struct outside *outside)
{
    c->syntax = c->lookup.syntax = outside->syntax;
    c->lookup.mistakes = outside->mistakes;
    c->lookup.row_first = outside->row_first;
    c->macros_deep--;
}

/* What could not be put into a macro is told where that was used. */
static void tell_too_long(struct checker *c, const struct node *n)
{
    if (c->too_long && c->macros_deep == 0)
        mistake_add(c->lookup.mistakes, n->at, n->len,
                    "with the macros inside its macros this is too long");
}

static bool can_expand(struct checker *c, const struct node *n)
{
    bool can = !c->too_long && c->macros_deep < MACROS_DEEP_MAX &&
               c->lookup.program->step_count < STEPS_MAX;
    c->too_long |= !can;
    tell_too_long(c, n);
    return can;
}

static enum known meaning_of_macro(struct checker *c, const struct node *n,
                                   const struct named_macro *macro, struct meaning *meaning)
{
    *meaning = macro->meaning;
    if (!macro->is_condition)
        return CERTAIN;
    mistake_add(c->lookup.mistakes, n->at, n->len, "the macro '%.80s' is a condition, no value",
                macro->name);
    return WRONG;
}

/* ---- values ---- */

static enum known meaning_of_word(struct checker *c, const struct node *n, struct meaning *meaning)
{
    struct field_place place;
    const struct named_macro *macro = macro_of(c, n);
    if (macro)
        return meaning_of_macro(c, n, macro, meaning);
    if (!is_field(c, n, &place))
        return OPEN;
    const struct field *field = field_at(&c->lookup, place);
    *meaning = (struct meaning){ field->type, field->names };
    return CERTAIN;
}

/* lower(x) is a text, length(x) a number. */
static enum known meaning_of_call(struct checker *c, const struct node *n, struct meaning *meaning)
{
    struct meaning of;
    const struct node *inside = node(c, n->first);
    enum known known = meaning_of(c, n->first, &of);
    if (known == WRONG)
        return WRONG;
    if (known == OPEN && inside->kind == NODE_WORD)
        return meaning_of_open(c, inside);
    if (known == CERTAIN && of.type != FIELD_TYPE_TEXT) {
        if (mistake_add(c->lookup.mistakes, inside->at, inside->len, "%.*s is %s, no text",
                        written_len(inside), written(c->syntax, inside), type_phrase(of.type)) &&
            type_is_list(of.type))
            mistake_hint(c->lookup.mistakes, "the items of a list are counted by: count %.*s",
                         written_len(inside), written(c->syntax, inside));
        return WRONG;
    }
    return certain(meaning, n->op == TEXT_LENGTH ? FIELD_TYPE_NUMBER : FIELD_TYPE_TEXT);
}

static enum known meaning_of(struct checker *c, uint32_t index, struct meaning *meaning)
{
    const struct node *n = node(c, index);
    *meaning = (struct meaning){ FIELD_TYPE_TEXT, NULL };
    switch ((enum node_kind)n->kind) {
    case NODE_WORD:
        return meaning_of_word(c, n, meaning);
    case NODE_STRING:
        return OPEN;
    case NODE_NUMBER:
        return certain(meaning, FIELD_TYPE_NUMBER);
    case NODE_DURATION:
        return certain(meaning, FIELD_TYPE_DURATION);
    case NODE_ADDRESS:
        return certain(meaning, FIELD_TYPE_ADDRESS);
    case NODE_BOOL:
        return certain(meaning, FIELD_TYPE_BOOL);
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
        return meaning_of_sum(c, n, meaning);
    case NODE_CALL:
        return meaning_of_call(c, n, meaning);
    case NODE_COUNT:
        return certain(meaning, FIELD_TYPE_NUMBER);
    case NODE_RANGE:
    case NODE_SET:
        mistake_add(c->lookup.mistakes, n->at, n->len, "a set stands behind 'in' only");
        return WRONG;
    default:
        mistake_add(c->lookup.mistakes, n->at, n->len, "a condition is no value to compare");
        return WRONG;
    }
}

/* Whether some part of the value is a field: else there is nothing to ask. */
static bool has_field(struct checker *c, uint32_t index)
{
    const struct node *n = node(c, index);
    struct field_place place;
    if (is_field(c, n, &place) || macro_of(c, n) || n->kind == NODE_COUNT)
        return true;
    for (uint32_t i = n->first; i; i = node(c, i)->next)
        if (has_field(c, i))
            return true;
    return false;
}

/* ---- values to steps ---- */

static bool emit_constant(struct checker *c, const struct node *n, struct meaning want,
                          const struct node *wanter)
{
    struct value value;
    struct origin o = here(c);
    if (!literal_read(&c->lookup, &o, n, want, wanter, &value))
        return false;
    struct step step = { .kind = STEP_CONSTANT };
    step.is.set.first = program_constant(c->lookup.program, &value);
    program_step(c->lookup.program, step);
    return true;
}

static struct step field_step(enum step_kind kind, struct field_place place)
{
    return (struct step){ .kind = (uint8_t)kind, .table = place.table, .field = place.field };
}

static bool emit_value(struct checker *c, uint32_t index, struct meaning want,
                       const struct node *wanter);
static bool emit_rows(struct checker *c, const struct node *n, enum step_kind kind);
static void emit_condition(struct checker *c, uint32_t index);

static bool emit_macro_value(struct checker *c, const struct node *n,
                             const struct named_macro *macro)
{
    if (!can_expand(c, n))
        return false;
    struct outside outside = enter(c, macro);
    bool good = emit_value(c, macro->node, macro->meaning, node(c, macro->node));
    leave(c, &outside);
    tell_too_long(c, n);
    return good;
}

static bool emit_call(struct checker *c, const struct node *n)
{
    struct meaning text = { FIELD_TYPE_TEXT, NULL };
    struct step call = { .kind = n->op == TEXT_LENGTH ? STEP_LENGTH : STEP_LOWER };
    uint32_t step = program_step(c->lookup.program, call);
    bool good = emit_value(c, n->first, text, n);
    program_close(c->lookup.program, step);
    return good;
}

static bool emit_reckoning(struct checker *c, const struct node *n)
{
    bool good = true;
    struct step sum = { .kind = (uint8_t)reckonings[n->kind - NODE_ADD].step };
    uint32_t step = program_step(c->lookup.program, sum);
    for (uint32_t i = n->first; i; i = node(c, i)->next) {
        struct meaning part = { FIELD_TYPE_TIME, NULL };
        if (node(c, i)->kind != NODE_STRING)
            meaning_of(c, i, &part);
        good = emit_value(c, i, part, n) && good;
    }
    program_close(c->lookup.program, step);
    return good;
}

/* Adds the steps of a value whose meaning was found to be want. */
static bool emit_value(struct checker *c, uint32_t index, struct meaning want,
                       const struct node *wanter)
{
    const struct node *n = node(c, index);
    struct field_place place;
    if (is_field(c, n, &place)) {
        program_step(c->lookup.program, field_step(STEP_FIELD, place));
        return true;
    }
    const struct named_macro *macro = macro_of(c, n);
    if (macro)
        return emit_macro_value(c, n, macro);
    if (n->kind == NODE_CALL)
        return emit_call(c, n);
    if (n->kind == NODE_COUNT)
        return emit_rows(c, n, STEP_COUNT);
    return is_reckoning(n) ? emit_reckoning(c, n) : emit_constant(c, n, want, wanter);
}

/* ---- comparisons ---- */

static bool is_numeric(enum field_type type)
{
    return type == FIELD_TYPE_NUMBER || type == FIELD_TYPE_CODE || type == FIELD_TYPE_TIME ||
           type == FIELD_TYPE_DURATION;
}

/* Two codes fit when they are of one registry, and a number fits any code. */
static bool fits(struct meaning a, struct meaning b)
{
    if (a.type == FIELD_TYPE_CODE && b.type == FIELD_TYPE_CODE)
        return a.names == b.names;
    return a.type == b.type || (a.type == FIELD_TYPE_CODE && b.type == FIELD_TYPE_NUMBER) ||
           (a.type == FIELD_TYPE_NUMBER && b.type == FIELD_TYPE_CODE);
}

/* The two sides of an operator, and what they mean. */
struct sides {
    uint32_t left, right;
    const struct node *a, *b;
    struct meaning a_is, b_is;
    enum known a_known, b_known;
};

static struct sides sides_of(struct checker *c, const struct node *n)
{
    struct sides s = { .left = n->first };
    s.right = node(c, s.left)->next;
    s.a = node(c, s.left);
    s.b = node(c, s.right);
    return s;
}

static bool has_dot(const struct checker *c, const struct node *n)
{
    return n->kind == NODE_WORD && memchr(written(c->syntax, n), '.', n->len) != NULL;
}

/* Of two sides without a field, one must have been meant as one: the one with a
 * dot, else the left. */
static void tell_open_sides(struct checker *c, const struct sides *s)
{
    bool right = s->a->kind != NODE_WORD || (has_dot(c, s->b) && !has_dot(c, s->a));
    const struct node *n = right ? s->b : s->a;
    if (n->kind == NODE_WORD)
        meaning_of_open(c, n);
    else
        mistake_add(c->lookup.mistakes, s->a->at, s->a->len, "neither side is a field");
}

/* Finds what both sides mean; one may tell the other. */
static bool settle(struct checker *c, struct sides *s)
{
    s->a_known = meaning_of(c, s->left, &s->a_is);
    s->b_known = meaning_of(c, s->right, &s->b_is);
    if (s->a_known == WRONG || s->b_known == WRONG)
        return false;
    if ((s->a_known == OPEN && !has_field(c, s->right)) ||
        (s->b_known == OPEN && !has_field(c, s->left))) {
        tell_open_sides(c, s);
        return false;
    }
    if (s->a_known == OPEN)
        s->a_is = s->b_is;
    else if (s->b_known == OPEN)
        s->b_is = s->a_is;
    return true;
}

static bool is_codes_of_two_kinds(const struct sides *s)
{
    return s->a_is.type == FIELD_TYPE_CODE && s->b_is.type == FIELD_TYPE_CODE &&
           s->a_is.names != s->b_is.names;
}

static bool check_sides(struct checker *c, const struct node *n, const struct sides *s)
{
    struct mistakes *m = c->lookup.mistakes;
    struct origin o = here(c);
    if (type_is_list(s->a_is.type) || type_is_list(s->b_is.type)) {
        const struct node *list = type_is_list(s->a_is.type) ? s->a : s->b;
        if (mistake_add(m, list->at, list->len, "%.*s is %s", written_len(list),
                        written(c->syntax, list),
                        type_phrase(type_is_list(s->a_is.type) ? s->a_is.type : s->b_is.type)))
            mistake_hint(m, "ask what it 'contains', or whether it 'exists'");
    } else if (is_codes_of_two_kinds(s)) {
        mistake_add(m, s->b->at, s->b->len, "%.*s and %.*s are codes of two kinds",
                    written_len(s->a), written(c->syntax, s->a), written_len(s->b),
                    written(c->syntax, s->b));
    } else if (!fits(s->a_is, s->b_is)) {
        mismatch(&c->lookup, &o, s->a, s->a_is.type, s->b, s->b_is.type);
    } else if (n->op > NOT_EQUAL && !is_numeric(s->a_is.type)) {
        if (mistake_add(m, n->at, n->len, "'%s' wants an order, and %.*s is %s",
                        comparison_text(n->op), written_len(s->a), written(c->syntax, s->a),
                        type_phrase(s->a_is.type)))
            mistake_hint(m, "compare it with == or !=");
    } else if (!has_field(c, s->left) && !has_field(c, s->right)) {
        mistake_add(m, n->at, n->len, "there is no field in this comparison");
    } else {
        return true;
    }
    return false;
}

static enum comparison mirrored(enum comparison op)
{
    static const enum comparison mirror[] = {
        [EQUAL] = EQUAL,  [NOT_EQUAL] = NOT_EQUAL,
        [LESS] = GREATER, [LESS_EQUAL] = GREATER_EQUAL,
        [GREATER] = LESS, [GREATER_EQUAL] = LESS_EQUAL,
    };
    return mirror[op];
}

/* A field against a number is one step, not three: most conditions are that. */
static void shorten(struct program *p, uint32_t compare)
{
    struct step *s = p->steps + compare;
    const struct step *a = s + 1, *b = s + 2;
    if (p->step_count != compare + 3u || s->type == FIELD_TYPE_TEXT ||
        s->type == FIELD_TYPE_ADDRESS)
        return;
    bool is_mirrored = a->kind == STEP_CONSTANT && b->kind == STEP_FIELD;
    if (!is_mirrored && !(a->kind == STEP_FIELD && b->kind == STEP_CONSTANT))
        return;
    const struct step *field = is_mirrored ? b : a, *constant = is_mirrored ? a : b;
    s->kind = STEP_TEST;
    s->op = (uint8_t)(is_mirrored ? mirrored(s->op) : s->op);
    s->table = field->table;
    s->field = field->field;
    s->is.number = p->constants[constant->is.set.first].is.number;
    p->step_count = compare + 1;
    s->next = compare + 1;
}

static void emit_compare(struct checker *c, const struct node *n)
{
    struct program *p = c->lookup.program;
    struct sides s = sides_of(c, n);
    if (!settle(c, &s) || !check_sides(c, n, &s))
        return;
    struct step compare = { .kind = STEP_COMPARE, .op = n->op, .type = (uint8_t)s.a_is.type };
    uint32_t step = program_step(p, compare);
    bool good = emit_value(c, s.left, s.b_known == OPEN ? s.a_is : s.b_is, s.b);
    good = emit_value(c, s.right, s.a_is, s.a) && good;
    program_close(p, step);
    if (good)
        shorten(p, step);
}

/* ---- sets ---- */

/* A set being filled: for whom, and of what. */
struct filling {
    struct checker *c;
    struct meaning want;
    const struct node *wanter;
};

static void fill(struct filling *f, const struct origin *o, uint32_t set, size_t lists);

static void fill_range(struct filling *f, const struct origin *o, const struct node *n)
{
    struct lookup *l = &f->c->lookup;
    const struct node *low = node_at(o->syntax, n->first);
    const struct node *high = node_at(o->syntax, low->next);
    struct value from, to;
    if (!is_numeric(f->want.type)) {
        if (literal_mistake(l, o, n, "there is no range of this: %.*s is %s",
                            written_len(f->wanter), written(l->syntax, f->wanter),
                            type_phrase(f->want.type)) &&
            f->want.type == FIELD_TYPE_ADDRESS)
            mistake_hint(l->mistakes, "a network is written 10.0.0.0/8");
        return;
    }
    bool good = literal_read(l, o, low, f->want, f->wanter, &from);
    if (!literal_read(l, o, high, f->want, f->wanter, &to) || !good)
        return;
    if (from.is.number > to.is.number)
        literal_mistake(l, o, n, "this range ends before it begins");
    program_range(l->program, from.is.number, to.is.number);
}

static void fill_value(struct filling *f, const struct origin *o, const struct node *n)
{
    struct lookup *l = &f->c->lookup;
    struct value value;
    struct network network;
    if (f->want.type == FIELD_TYPE_ADDRESS) {
        if (literal_network(l, o, n, f->wanter, &network))
            program_network(l->program, &network);
    } else if (literal_read(l, o, n, f->want, f->wanter, &value)) {
        if (f->want.type == FIELD_TYPE_TEXT)
            program_text(l->program, value.is.text);
        else
            program_range(l->program, value.is.number, value.is.number);
    }
}

/* The list at index takes part with all its items. Only lists before it can be
 * in it, so that lists do not go round in circles. */
static void fill_list(struct filling *f, const struct origin *o, const struct node *n, long index)
{
    const struct named_list *list = &f->c->lookup.lists[index];
    struct origin inside = { list->syntax, list->name, o->at, o->len };
    if (o->syntax == f->c->syntax) {
        inside.at = n->at;
        inside.len = n->len;
    }
    fill(f, &inside, list->set, (size_t)index);
}

static void fill_item(struct filling *f, const struct origin *o, const struct node *n, size_t lists)
{
    struct lookup *l = &f->c->lookup;
    long list = n->kind == NODE_WORD ? find_list(l, lists, written(o->syntax, n), n->len) : -1;
    if (list >= 0)
        fill_list(f, o, n, list);
    else if (++f->c->items > ITEMS_MAX)
        literal_mistake(l, o, n, "the sets of this file have more than 1000000 items");
    else if (n->kind == NODE_RANGE)
        fill_range(f, o, n);
    else
        fill_value(f, o, n);
}

static void fill(struct filling *f, const struct origin *o, uint32_t set, size_t lists)
{
    const struct node *n = node_at(o->syntax, set);
    if (n->kind != NODE_SET) {
        fill_item(f, o, n, lists);
        return;
    }
    for (uint32_t i = n->first; i && f->c->items <= ITEMS_MAX; i = node_at(o->syntax, i)->next)
        fill_item(f, o, node_at(o->syntax, i), lists);
}

static void emit_in_set(struct checker *c, struct sides *s)
{
    struct program *p = c->lookup.program;
    struct filling f = { c, s->a_is, s->a };
    struct origin o = here(c);
    size_t first = s->a_is.type == FIELD_TYPE_TEXT      ? p->text_count
                   : s->a_is.type == FIELD_TYPE_ADDRESS ? p->network_count
                                                        : p->range_count;
    struct step in = { .kind = s->a_is.type == FIELD_TYPE_TEXT      ? STEP_IN_TEXTS
                               : s->a_is.type == FIELD_TYPE_ADDRESS ? STEP_IN_NETWORKS
                                                                    : STEP_IN_RANGES };
    fill(&f, &o, s->right, c->lookup.list_count);
    size_t count = in.kind == STEP_IN_TEXTS      ? program_sort_texts(p, first)
                   : in.kind == STEP_IN_NETWORKS ? program_sort_networks(p, first)
                                                 : program_sort_ranges(p, first);
    in.is.set.first = (uint32_t)first;
    in.is.set.count = (uint32_t)count;
    uint32_t step = program_step(p, in);
    emit_value(c, s->left, s->a_is, s->a);
    program_close(p, step);
}

/* ---- in, contains, matches ---- */

static struct meaning item_of(struct meaning list)
{
    return (struct meaning){ list.type == FIELD_TYPE_TEXTS   ? FIELD_TYPE_TEXT
                             : list.type == FIELD_TYPE_CODES ? FIELD_TYPE_CODE
                                                             : FIELD_TYPE_NUMBER,
                             list.names };
}

/* `list contains item`, which is what `item in list` means as well. */
static void emit_list_has(struct checker *c, const struct node *list, struct meaning list_is,
                          uint32_t item)
{
    struct meaning want = item_of(list_is), is;
    struct field_place place;
    const struct node *n = node(c, item);
    if (list_is.type == FIELD_TYPE_RECORDS || !is_field(c, list, &place)) {
        mistake_add(c->lookup.mistakes, list->at, list->len, "%.*s has no simple items to find",
                    written_len(list), written(c->syntax, list));
        return;
    }
    enum known known = meaning_of(c, item, &is);
    if (known == WRONG)
        return;
    if (known == CERTAIN && !fits(want, is)) {
        struct origin o = here(c);
        mismatch(&c->lookup, &o, list, list_is.type, n, is.type);
        return;
    }
    struct step has = field_step(STEP_LIST_HAS, place);
    has.type = (uint8_t)list_is.type;
    uint32_t step = program_step(c->lookup.program, has);
    emit_value(c, item, want, list);
    program_close(c->lookup.program, step);
}

static bool is_set(struct checker *c, const struct node *n)
{
    return n->kind == NODE_SET || n->kind == NODE_RANGE || n->kind == NODE_ADDRESS ||
           (n->kind == NODE_WORD &&
            find_list(&c->lookup, c->lookup.list_count, written(c->syntax, n), n->len) >= 0);
}

static void tell_no_set(struct checker *c, const struct node *n)
{
    const char *text = written(c->syntax, n);
    if (n->kind == NODE_WORD && !memchr(text, '.', n->len)) {
        if (mistake_add(c->lookup.mistakes, n->at, n->len, "no list '%.*s'", written_len(n),
                        text)) {
            struct suggestions s = { .word = text, .len = n->len, .wanted = 1 };
            for (size_t i = 0; i < c->lookup.list_count; i++)
                suggest_name(&s, c->lookup.lists[i].name);
            suggest_hint(&s, c->lookup.mistakes,
                         s.count ? ""
                                 : "a set is written { a, b }, and named by `list name = a, b`");
        }
    } else if (mistake_add(c->lookup.mistakes, n->at, n->len, "%.*s is no set", written_len(n),
                           text)) {
        mistake_hint(c->lookup.mistakes,
                     "behind 'in' stands a set { a, b }, a range 1..9, a network, a list");
    }
}

static void emit_in(struct checker *c, const struct node *n)
{
    struct sides s = sides_of(c, n);
    struct field_place place;
    if (is_field(c, s.b, &place) && type_is_list(field_at(&c->lookup, place)->type)) {
        meaning_of(c, s.right, &s.b_is);
        emit_list_has(c, s.b, s.b_is, s.left);
        return;
    }
    s.a_known = meaning_of(c, s.left, &s.a_is);
    if (s.a_known == OPEN) {
        tell_open_sides(c, &(struct sides){ .a = s.a, .b = s.a });
    } else if (s.a_known == CERTAIN && type_is_list(s.a_is.type)) {
        if (mistake_add(c->lookup.mistakes, s.a->at, s.a->len, "%.*s is %s", written_len(s.a),
                        written(c->syntax, s.a), type_phrase(s.a_is.type)))
            mistake_hint(c->lookup.mistakes, "ask what it 'contains', one by one");
    } else if (s.a_known == CERTAIN && s.a_is.type == FIELD_TYPE_BOOL) {
        mistake_add(c->lookup.mistakes, s.a->at, s.a->len, "%.*s is true or false, in no set",
                    written_len(s.a), written(c->syntax, s.a));
    } else if (s.a_known == CERTAIN && !has_field(c, s.left)) {
        mistake_add(c->lookup.mistakes, n->at, n->len, "there is no field in this comparison");
    } else if (!is_set(c, s.b)) {
        tell_no_set(c, s.b);
    } else if (s.a_known == CERTAIN) {
        emit_in_set(c, &s);
    }
}

static bool is_open_word(const struct sides *s)
{
    return (s->a_known == OPEN && s->a->kind == NODE_WORD) ||
           (s->b_known == OPEN && s->b->kind == NODE_WORD);
}

static void emit_text_has(struct checker *c, const struct node *n, struct sides *s)
{
    struct meaning text = { FIELD_TYPE_TEXT, NULL };
    struct origin o = here(c);
    s->b_known = meaning_of(c, s->right, &s->b_is);
    if (s->b_known == WRONG)
        return;
    if (s->b_known == CERTAIN && s->b_is.type != FIELD_TYPE_TEXT) {
        mismatch(&c->lookup, &o, s->a, s->a_is.type, s->b, s->b_is.type);
        return;
    }
    if (!is_open_word(s) && !has_field(c, s->left) && !has_field(c, s->right)) {
        mistake_add(c->lookup.mistakes, n->at, n->len, "there is no field in this comparison");
        return;
    }
    static const enum step_kind kinds[] = { [NODE_CONTAINS] = STEP_TEXT_HAS,
                                            [NODE_STARTS] = STEP_TEXT_STARTS,
                                            [NODE_ENDS] = STEP_TEXT_ENDS };
    struct step has = { .kind = (uint8_t)kinds[n->kind] };
    uint32_t step = program_step(c->lookup.program, has);
    emit_value(c, s->left, text, s->a);
    emit_value(c, s->right, text, s->a);
    program_close(c->lookup.program, step);
}

static void emit_contains(struct checker *c, const struct node *n)
{
    struct sides s = sides_of(c, n);
    s.a_known = meaning_of(c, s.left, &s.a_is);
    if (s.a_known == OPEN && s.a->kind == NODE_WORD) {
        meaning_of_open(c, s.a);
    } else if (s.a_known == CERTAIN && type_is_list(s.a_is.type) && n->kind == NODE_CONTAINS) {
        emit_list_has(c, s.a, s.a_is, s.right);
    } else if (s.a_known == CERTAIN && s.a_is.type != FIELD_TYPE_TEXT && n->kind != NODE_CONTAINS) {
        if (mistake_add(c->lookup.mistakes, s.a->at, s.a->len, "%.*s is %s, no text",
                        written_len(s.a), written(c->syntax, s.a), type_phrase(s.a_is.type)) &&
            s.a_is.type == FIELD_TYPE_TEXTS)
            mistake_hint(c->lookup.mistakes, "ask its items: any %.*s (item %s ...)",
                         written_len(s.a), written(c->syntax, s.a),
                         n->kind == NODE_STARTS ? "starts_with" : "ends_with");
    } else if (s.a_known == CERTAIN && s.a_is.type != FIELD_TYPE_TEXT) {
        if (mistake_add(c->lookup.mistakes, s.a->at, s.a->len,
                        "%.*s is %s, and 'contains' asks lists and text", written_len(s.a),
                        written(c->syntax, s.a), type_phrase(s.a_is.type)))
            mistake_hint(c->lookup.mistakes, "did you mean 'in' or '=='?");
    } else if (s.a_known != WRONG) {
        emit_text_has(c, n, &s);
    }
}

static void emit_matches(struct checker *c, const struct node *n)
{
    struct sides s = sides_of(c, n);
    const struct literal *text = &s.b->is.text;
    struct field_place place;
    char fault[PATTERN_FAULT_LEN];
    size_t offset;
    struct pattern *pattern = pattern_new(text->text, text->len, fault, &offset);
    if (!pattern) {
        mistake_add(c->lookup.mistakes, literal_place(c->syntax, text, offset, true), 1,
                    "bad pattern: %s, at byte %zu", fault, offset);
        return;
    }
    struct step matches = { .kind = STEP_MATCHES };
    matches.is.pattern = program_pattern(c->lookup.program, pattern);
    s.a_known = meaning_of(c, s.left, &s.a_is);
    if (s.a_known == OPEN) {
        tell_open_sides(c, &(struct sides){ .a = s.a, .b = s.a });
    } else if (s.a_known == CERTAIN && s.a_is.type == FIELD_TYPE_TEXT) {
        uint32_t step = program_step(c->lookup.program, matches);
        emit_value(c, s.left, s.a_is, s.a);
        program_close(c->lookup.program, step);
    } else if (s.a_is.type == FIELD_TYPE_TEXTS && is_field(c, s.a, &place)) {
        struct step any = field_step(STEP_ANY_MATCHES, place);
        any.is = matches.is;
        program_step(c->lookup.program, any);
    } else if (s.a_known == CERTAIN) {
        mistake_add(c->lookup.mistakes, s.a->at, s.a->len, "%.*s is %s, and only text 'matches'",
                    written_len(s.a), written(c->syntax, s.a), type_phrase(s.a_is.type));
    }
}

/* ---- conditions ---- */

/* ---- lists and their items ---- */

/* The items of a simple list have one field: `item`. */
static const struct field_table *row_of(struct checker *c, const struct field *list)
{
    if (list->columns)
        return list->columns;
    struct field *item = pool_take(c->pool, sizeof *item);
    struct field_table *row = pool_take(c->pool, sizeof *row);
    item->name = "item";
    item->type = list->type == FIELD_TYPE_TEXTS   ? FIELD_TYPE_TEXT
                 : list->type == FIELD_TYPE_CODES ? FIELD_TYPE_CODE
                                                  : FIELD_TYPE_NUMBER;
    item->names = list->names;
    *row = (struct field_table){ NULL, item, 1 };
    return row;
}

static bool find_rows(struct checker *c, const struct node *n, struct field_place *place)
{
    struct lookup *l = &c->lookup;
    if (!find_records(l, written(c->syntax, n), n->len, place)) {
        no_field(l, n->at, written(c->syntax, n), n->len);
        return false;
    }
    enum field_type type = field_at(l, *place)->type;
    if (!type_is_list(type))
        mistake_add(l->mistakes, n->at, n->len, "%.*s is %s, no list", written_len(n),
                    written(c->syntax, n), type_phrase(type));
    else if (l->row_count == ROWS_DEEP_MAX)
        mistake_add(l->mistakes, n->at, n->len, "lists are asked at most 3 deep");
    else
        return true;
    return false;
}

/* `any`, `all`, `count` of a list, and what is asked of its items. */
static bool emit_rows(struct checker *c, const struct node *n, enum step_kind kind)
{
    struct lookup *l = &c->lookup;
    struct field_place place;
    uint32_t condition = node(c, n->first)->next;
    if (!find_rows(c, node(c, n->first), &place))
        return false;
    const struct field *list = field_at(l, place);
    struct step rows = field_step(kind, place);
    rows.type = (uint8_t)list->type;
    rows.op = (uint8_t)l->row_count;
    uint32_t step = program_step(l->program, rows);
    l->rows[l->row_count++] = row_of(c, list);
    if (condition)
        emit_condition(c, condition);
    l->row_count--;
    program_close(l->program, step);
    return true;
}

static void emit_any(struct checker *c, const struct node *n)
{
    emit_rows(c, n, n->kind == NODE_ANY ? STEP_ANY : STEP_ALL);
}

/* ---- single words, and what joins conditions ---- */

static void emit_exists(struct checker *c, const struct node *n)
{
    const struct node *of = node(c, n->first);
    struct field_place place;
    if (is_field(c, of, &place))
        program_step(c->lookup.program, field_step(STEP_EXISTS, place));
    else if (of->kind == NODE_WORD)
        no_field(&c->lookup, of->at, written(c->syntax, of), of->len);
    else
        mistake_add(c->lookup.mistakes, of->at, of->len, "'exists' asks for a field");
}

static void emit_macro(struct checker *c, const struct node *n, const struct named_macro *macro)
{
    if (!macro->is_condition && macro->meaning.type != FIELD_TYPE_BOOL) {
        if (mistake_add(c->lookup.mistakes, n->at, n->len,
                        "the macro '%.80s' is a value, not a condition", macro->name))
            mistake_hint(c->lookup.mistakes, "a condition compares it with something");
        return;
    }
    if (!can_expand(c, n))
        return;
    struct outside outside = enter(c, macro);
    emit_condition(c, macro->node);
    leave(c, &outside);
    tell_too_long(c, n);
}

static void emit_flag(struct checker *c, const struct node *n)
{
    struct field_place place;
    const struct named_macro *macro = macro_of(c, n);
    if (macro) {
        emit_macro(c, n, macro);
        return;
    }
    if (!is_field(c, n, &place)) {
        meaning_of_open(c, n);
    } else if (field_at(&c->lookup, place)->type == FIELD_TYPE_BOOL) {
        program_step(c->lookup.program, field_step(STEP_FLAG, place));
    } else if (mistake_add(c->lookup.mistakes, n->at, n->len, "%.*s is %s, not a condition",
                           written_len(n), written(c->syntax, n),
                           type_phrase(field_at(&c->lookup, place)->type))) {
        mistake_hint(c->lookup.mistakes, "compare it, or ask whether it 'exists'");
    }
}

static void emit_truth(struct checker *c, const struct node *n)
{
    struct step truth = { .kind = STEP_TRUTH };
    truth.is.number = n->is.number;
    program_step(c->lookup.program, truth);
}

static void emit_parts(struct checker *c, const struct node *n)
{
    static const enum step_kind kinds[] = {
        [NODE_NOT] = STEP_NOT, [NODE_AND] = STEP_AND, [NODE_OR] = STEP_OR
    };
    struct step whole = { .kind = (uint8_t)kinds[n->kind] };
    uint32_t step = program_step(c->lookup.program, whole);
    for (uint32_t i = n->first; i; i = node(c, i)->next)
        emit_condition(c, i);
    program_close(c->lookup.program, step);
}

static void (*const emitters[])(struct checker *c, const struct node *n) = {
    [NODE_WORD] = emit_flag,         [NODE_BOOL] = emit_truth,
    [NODE_COMPARE] = emit_compare,   [NODE_IN] = emit_in,
    [NODE_EXISTS] = emit_exists,     [NODE_MATCHES] = emit_matches,
    [NODE_CONTAINS] = emit_contains, [NODE_STARTS] = emit_contains,
    [NODE_ENDS] = emit_contains,     [NODE_ANY] = emit_any,
    [NODE_ALL] = emit_any,           [NODE_NOT] = emit_parts,
    [NODE_AND] = emit_parts,         [NODE_OR] = emit_parts,
};

static void emit_condition(struct checker *c, uint32_t index)
{
    const struct node *n = node(c, index);
    if (emitters[n->kind]) {
        emitters[n->kind](c, n);
    } else if (mistake_add(c->lookup.mistakes, n->at, n->len, "%.*s is a value, not a condition",
                           written_len(n), written(c->syntax, n))) {
        mistake_hint(c->lookup.mistakes, "a condition compares it with something");
    }
}

uint32_t check_condition(struct checker *c, uint32_t index)
{
    uint32_t first = (uint32_t)c->lookup.program->step_count;
    if (index)
        emit_condition(c, index);
    return first;
}

void check_macro_expression(struct checker *c, struct named_macro *macro)
{
    const struct node *n = node(c, macro->node);
    struct program_mark mark = program_mark(c->lookup.program);
    macro->is_condition = emitters[n->kind] && n->kind != NODE_WORD;
    enum known known = macro->is_condition ? WRONG : meaning_of(c, macro->node, &macro->meaning);
    if (macro->is_condition)
        emit_condition(c, macro->node);
    else if (known == CERTAIN)
        emit_value(c, macro->node, macro->meaning, n);
    else if (known == OPEN && n->kind == NODE_WORD)
        meaning_of_open(c, n);
    else if (known == OPEN)
        mistake_add(c->lookup.mistakes, n->at, n->len,
                    "this is no condition, and no field is in it");
    program_rewind(c->lookup.program, &mark);
}
