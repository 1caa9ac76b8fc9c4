/* expression.c - conditions by operator precedence (Pratt).
 *
 * A value or a prefix operator comes first, then as many infix operators as
 * hold tighter than who asks. A new operator is a line in a table here, a kind
 * in parser.h, and its meaning in check.c. */
#include "rule/parsing.h"

#include <string.h>

/* ---- nodes ---- */

uint32_t parser_add_node(struct parser *p, enum node_kind kind, size_t at, size_t end)
{
    struct syntax *s = p->syntax;
    s->nodes = vector_room(s->nodes, s->node_count, &s->node_cap, sizeof *s->nodes);
    s->nodes[s->node_count] = (struct node){
        .kind = (uint8_t)kind, .depth = 1, .at = (uint32_t)at, .len = (uint32_t)(end - at)
    };
    return (uint32_t)s->node_count++;
}

uint32_t parser_add_leaf(struct parser *p, enum node_kind kind)
{
    return parser_add_node(p, kind, p->token.at, p->token.at + (size_t)p->token.len);
}

static struct node *node(struct parser *p, uint32_t index)
{
    return &p->syntax->nodes[index];
}

/* The parent takes the child, at the end of the chain that ends with last. */
static void adopt(struct parser *p, uint32_t parent, uint32_t last, uint32_t child)
{
    struct node *n = node(p, parent), *c = node(p, child);
    *(last ? &node(p, last)->next : &n->first) = child;
    if (n->depth <= c->depth)
        n->depth = (uint8_t)(c->depth + 1);
    if (n->depth > RULE_DEPTH_MAX) {
        n->depth = RULE_DEPTH_MAX;
        parser_complain(p, c->at, c->len, "this is nested deeper than 64 times");
    }
    if (n->at > c->at) {
        n->len += n->at - c->at;
        n->at = c->at;
    }
    if (n->at + n->len < c->at + c->len)
        n->len = c->at + c->len - n->at;
}

static uint32_t last_child(struct parser *p, uint32_t parent)
{
    uint32_t last = node(p, parent)->first;
    while (last && node(p, last)->next)
        last = node(p, last)->next;
    return last;
}

/* ---- values ---- */

const char *const reserved_words[] = { "and",      "or",          "not",       "in",
                                       "contains", "matches",     "exists",    "true",
                                       "false",    "starts_with", "ends_with", NULL };

static uint32_t parse_word(struct parser *p)
{
    bool truth = parser_is(p, "true");
    uint32_t leaf;
    if (truth || parser_is(p, "false")) {
        leaf = parser_add_leaf(p, NODE_BOOL);
        node(p, leaf)->is.number = truth;
    } else if (parser_at_line(p) || parser_word(p, reserved_words) >= 0) {
        parser_expected(p, "a field or a value");
        return 0;
    } else {
        leaf = parser_add_leaf(p, NODE_WORD);
    }
    parser_advance(p);
    return leaf;
}

static uint32_t parse_string(struct parser *p)
{
    struct literal text = parser_text(p, false, false);
    uint32_t leaf = parser_add_node(p, NODE_STRING, text.at, text.at + (size_t)text.source_len);
    node(p, leaf)->is.text = text;
    return leaf;
}

static uint32_t parse_number(struct parser *p)
{
    uint32_t leaf = parser_add_leaf(p, p->token.kind == TOKEN_NUMBER ? NODE_NUMBER : NODE_DURATION);
    node(p, leaf)->is.number = p->token.number;
    parser_advance(p);
    return leaf;
}

static uint32_t parse_minus(struct parser *p)
{
    size_t at = p->token.at;
    parser_advance(p);
    if (p->token.kind != TOKEN_NUMBER && p->token.kind != TOKEN_DURATION) {
        parser_expected(p, "a number behind '-'");
        return 0;
    }
    uint32_t leaf = parse_number(p);
    node(p, leaf)->len += (uint32_t)(node(p, leaf)->at - at);
    node(p, leaf)->at = (uint32_t)at;
    node(p, leaf)->negative = true;
    node(p, leaf)->is.number *= -1;
    return leaf;
}

static uint32_t parse_address(struct parser *p)
{
    uint32_t leaf = parser_add_leaf(p, NODE_ADDRESS);
    node(p, leaf)->is.network = p->token.network;
    parser_advance(p);
    return leaf;
}

static const char *const function_words[] = {
    [TEXT_LOWER] = "lower", [TEXT_LENGTH] = "length", [TEXT_FUNCTIONS] = NULL
};

const char *text_function_word(enum text_function function)
{
    return function_words[function];
}

static bool accept_call(struct parser *p, int *function)
{
    *function = p->token.kind == TOKEN_WORD ? parser_word(p, function_words) : -1;
    struct parser before = *p;
    if (*function < 0)
        return false;
    parser_advance(p);
    if (parser_accept(p, TOKEN_OPEN))
        return true;
    *p = before;
    return false;
}

/* `lower(x)`: behind the first parenthesis. */
static uint32_t parse_call(struct parser *p, int function, size_t at)
{
    uint32_t call = parser_add_node(p, NODE_CALL, at, p->last_end);
    node(p, call)->op = (uint8_t)function;
    uint32_t inside = parse_expression(p, POWER_SUM);
    if (!p->lost)
        adopt(p, call, 0, inside);
    if (!parser_accept(p, TOKEN_CLOSE))
        parser_expected(p, "')'");
    node(p, call)->len = (uint32_t)(p->last_end - at);
    return call;
}

static uint32_t parse_parentheses(struct parser *p)
{
    parser_advance(p);
    uint32_t inside = parse_expression(p, POWER_ANY);
    if (p->token.kind == TOKEN_COMMA && parser_expected(p, "')'"))
        mistake_hint(p->mistakes, "sets are written { a, b }");
    if (!parser_accept(p, TOKEN_CLOSE))
        parser_expected(p, "')'");
    return inside;
}

/* Adds what stands between commas to the set, up to where no comma follows. */
void parse_items(struct parser *p, uint32_t set, enum token_kind end)
{
    uint32_t last = 0;
    size_t count = 0;
    do {
        if (last && p->token.kind == end && end != TOKEN_END)
            return; /* a comma behind the last item does no harm in braces */
        uint32_t item = parse_expression(p, POWER_RANGE);
        if (p->lost)
            return;
        if (++count > RULE_SET_MAX) {
            parser_complain(p, node(p, item)->at, node(p, item)->len,
                            "a set has at most 65536 items");
            return;
        }
        adopt(p, set, last, item);
        last = item;
    } while (parser_accept(p, TOKEN_COMMA));
}

static uint32_t parse_set(struct parser *p)
{
    uint32_t set = parser_add_leaf(p, NODE_SET);
    parser_advance(p);
    parse_items(p, set, TOKEN_RIGHT_BRACE);
    if (!parser_accept(p, TOKEN_RIGHT_BRACE))
        parser_expected(p, "',' or '}'");
    node(p, set)->len = (uint32_t)(p->last_end - node(p, set)->at);
    return set;
}

static const struct {
    enum token_kind token;
    uint32_t (*parse)(struct parser *p);
} values[] = {
    { TOKEN_WORD, parse_word },        { TOKEN_STRING, parse_string },
    { TOKEN_NUMBER, parse_number },    { TOKEN_DURATION, parse_number },
    { TOKEN_ADDRESS, parse_address },  { TOKEN_MINUS, parse_minus },
    { TOKEN_OPEN, parse_parentheses }, { TOKEN_LEFT_BRACE, parse_set },
};

/* ---- items of a list ---- */

static const char *const quantifier_words[] = { "any", "all", "count", NULL };
static const enum node_kind quantifier_kinds[] = { NODE_ANY, NODE_ALL, NODE_COUNT };

/* These words may be names as well: they ask about a list when one follows. */
static bool accept_quantifier(struct parser *p, enum node_kind *kind)
{
    int word = p->token.kind == TOKEN_WORD ? parser_word(p, quantifier_words) : -1;
    struct parser before = *p;
    if (word < 0)
        return false;
    *kind = quantifier_kinds[word];
    parser_advance(p);
    if (p->token.kind == TOKEN_WORD && !parser_at_line(p) && parser_word(p, reserved_words) < 0)
        return true;
    if (p->token.kind == TOKEN_OPEN && *kind == NODE_COUNT)
        return true;
    *p = before;
    return false;
}

/* `any tls.certificates (not ca)`: behind the first word. */
static uint32_t parse_quantifier(struct parser *p, enum node_kind kind, size_t at)
{
    uint32_t whole = parser_add_node(p, kind, at, p->last_end);
    bool in_parentheses = parser_accept(p, TOKEN_OPEN); /* count(certificates) */
    uint32_t list = parser_add_leaf(p, NODE_WORD);
    if (!parser_accept(p, TOKEN_WORD))
        parser_expected(p, "a list");
    if (in_parentheses && !parser_accept(p, TOKEN_CLOSE))
        parser_expected(p, "')'");
    adopt(p, whole, 0, list);
    node(p, whole)->len = (uint32_t)(p->last_end - at);
    if (p->token.kind != TOKEN_OPEN) {
        if (kind != NODE_COUNT)
            parser_expected(p, "'(' and what is asked of the items");
        return whole;
    }
    parser_advance(p);
    uint32_t condition = parse_expression(p, POWER_ANY);
    if (!p->lost)
        adopt(p, whole, list, condition);
    if (!parser_accept(p, TOKEN_CLOSE))
        parser_expected(p, "')'");
    node(p, whole)->len = (uint32_t)(p->last_end - at);
    return whole;
}

static uint32_t parse_value(struct parser *p)
{
    size_t at = p->token.at;
    enum node_kind kind;
    int function;
    if (accept_call(p, &function))
        return parse_call(p, function, at);
    if (accept_quantifier(p, &kind))
        return parse_quantifier(p, kind, at);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (p->token.kind == values[i].token)
            return values[i].parse(p);
    parser_expected(p, "a field or a value");
    return 0;
}

/* ---- operators ---- */

static uint32_t parse_prefix(struct parser *p)
{
    bool is_not = parser_is(p, "not");
    if (!is_not && !parser_is(p, "exists"))
        return parse_value(p);
    uint32_t prefix = parser_add_leaf(p, is_not ? NODE_NOT : NODE_EXISTS);
    parser_advance(p);
    uint32_t operand = parse_expression(p, is_not ? POWER_NOT : POWER_VALUE);
    if (!p->lost)
        adopt(p, prefix, 0, operand);
    return prefix;
}

static const struct infix {
    enum token_kind token;
    const char *word; /* of a WORD */
    enum node_kind kind;
    enum comparison op;
    enum power power;
} infixes[] = {
    { TOKEN_WORD, "or", NODE_OR, 0, POWER_OR },
    { TOKEN_WORD, "and", NODE_AND, 0, POWER_AND },
    { TOKEN_EQUAL, "==", NODE_COMPARE, EQUAL, POWER_COMPARE },
    { TOKEN_NOT_EQUAL, "!=", NODE_COMPARE, NOT_EQUAL, POWER_COMPARE },
    { TOKEN_LESS, "<", NODE_COMPARE, LESS, POWER_COMPARE },
    { TOKEN_LESS_EQUAL, "<=", NODE_COMPARE, LESS_EQUAL, POWER_COMPARE },
    { TOKEN_GREATER, ">", NODE_COMPARE, GREATER, POWER_COMPARE },
    { TOKEN_GREATER_EQUAL, ">=", NODE_COMPARE, GREATER_EQUAL, POWER_COMPARE },
    { TOKEN_WORD, "in", NODE_IN, 0, POWER_COMPARE },
    { TOKEN_WORD, "contains", NODE_CONTAINS, 0, POWER_COMPARE },
    { TOKEN_WORD, "starts_with", NODE_STARTS, 0, POWER_COMPARE },
    { TOKEN_WORD, "ends_with", NODE_ENDS, 0, POWER_COMPARE },
    { TOKEN_WORD, "matches", NODE_MATCHES, 0, POWER_COMPARE },
    { TOKEN_RANGE, "..", NODE_RANGE, 0, POWER_RANGE },
    { TOKEN_PLUS, "+", NODE_ADD, 0, POWER_SUM },
    { TOKEN_MINUS, "-", NODE_SUBTRACT, 0, POWER_SUM },
    { TOKEN_TIMES, "*", NODE_MULTIPLY, 0, POWER_PRODUCT },
    { TOKEN_OVER, "/", NODE_DIVIDE, 0, POWER_PRODUCT },
};

const char *comparison_text(enum comparison op)
{
    for (size_t i = 0; i < sizeof infixes / sizeof *infixes; i++)
        if (infixes[i].kind == NODE_COMPARE && infixes[i].op == op)
            return infixes[i].word;
    return "";
}

static const struct infix *infix_here(const struct parser *p)
{
    for (size_t i = 0; i < sizeof infixes / sizeof *infixes; i++)
        if (p->token.kind == infixes[i].token &&
            (p->token.kind != TOKEN_WORD || parser_is(p, infixes[i].word)))
            return &infixes[i];
    return NULL;
}

/* `x not in y` says the same as `not x in y`: steps over the `not`. */
static bool accept_infix_not(struct parser *p)
{
    if (!parser_is(p, "not"))
        return false;
    struct parser before = *p;
    parser_advance(p);
    const struct infix *infix = infix_here(p);
    if (infix && infix->token == TOKEN_WORD && infix->power == POWER_COMPARE)
        return true;
    *p = before;
    return false;
}

static uint32_t parse_pattern(struct parser *p)
{
    if (p->token.kind != TOKEN_STRING) {
        parser_expected(p, "a pattern in quotes");
        return 0;
    }
    struct literal text = parser_text(p, true, true);
    uint32_t leaf = parser_add_node(p, NODE_PATTERN, text.at, text.at + (size_t)text.source_len);
    node(p, leaf)->is.text = text;
    return leaf;
}

/* `a and b and c` is one AND of three: a long chain is not a deep one. */
static uint32_t parse_infix(struct parser *p, uint32_t left, const struct infix *infix)
{
    bool is_chain =
        (infix->kind == NODE_AND || infix->kind == NODE_OR) && node(p, left)->kind == infix->kind;
    uint32_t result = is_chain ? left : parser_add_leaf(p, infix->kind);
    node(p, result)->op = (uint8_t)infix->op;
    uint32_t last = is_chain ? last_child(p, left) : left;
    if (!is_chain)
        adopt(p, result, 0, left);
    do {
        parser_advance(p);
        uint32_t right =
            infix->kind == NODE_MATCHES ? parse_pattern(p) : parse_expression(p, infix->power + 1);
        if (p->lost)
            return result;
        adopt(p, result, last, right);
        last = right;
    } while ((infix->kind == NODE_AND || infix->kind == NODE_OR) && infix_here(p) == infix);
    return result;
}

static uint32_t negated(struct parser *p, uint32_t inside)
{
    uint32_t not = parser_add_node(p, NODE_NOT, node(p, inside)->at, node(p, inside)->at);
    adopt(p, not, 0, inside);
    return not ;
}

static void check_chain(struct parser *p, const struct infix *infix)
{
    const struct infix *next = infix_here(p);
    if (infix->power == POWER_COMPARE && next && next->power == POWER_COMPARE &&
        parser_complain_token(p, "comparisons do not follow each other"))
        mistake_hint(p->mistakes, "join two with 'and'");
}

static void check_assign(struct parser *p)
{
    if (p->token.kind == TOKEN_ASSIGN && parser_complain_token(p, "'=' does not compare"))
        mistake_hint(p->mistakes, "did you mean '=='?");
}

static uint32_t parse_operators(struct parser *p, enum power power)
{
    uint32_t left = parse_prefix(p);
    while (!p->lost) {
        bool is_not = power <= POWER_COMPARE && accept_infix_not(p);
        const struct infix *infix = infix_here(p);
        if (!infix || infix->power < power)
            break;
        left = parse_infix(p, left, infix);
        check_chain(p, infix);
        if (is_not && !p->lost)
            left = negated(p, left);
    }
    check_assign(p);
    return left;
}

uint32_t parse_expression(struct parser *p, enum power power)
{
    if (++p->depth > RULE_DEPTH_MAX)
        parser_complain_token(p, "this is nested deeper than 64 times");
    uint32_t expression = p->lost ? 0 : parse_operators(p, power);
    p->depth--;
    return expression;
}

/* An expression reaches to the next line of the rule. Returns 0 when broken. */
uint32_t parse_condition(struct parser *p)
{
    uint32_t condition = parse_expression(p, POWER_ANY);
    bool has_ended =
        parser_at_line(p) || (p->token.first_on_line && p->token.column <= p->line_column);
    if (!has_ended && parser_expected(p, "'and', 'or' or the next line of the rule") &&
        p->token.kind == TOKEN_WORD)
        parser_suggest(p, reserved_words, "");
    return p->lost ? 0 : condition;
}
