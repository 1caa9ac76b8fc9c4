/* page.c - see page.h. Words, widths, and what a plain terminal shows instead. */
#include "report/page.h"

#include <inttypes.h>
#include <string.h>

enum { COLUMNS_MIN = 40, COLUMNS_MAX = 100 };

struct page page_new(unsigned columns, bool colour, bool utf8)
{
    columns = columns < COLUMNS_MIN ? COLUMNS_MIN : columns > COLUMNS_MAX ? COLUMNS_MAX : columns;
    return (struct page){ .columns = columns, .colour = colour, .utf8 = utf8 };
}

void page_free(struct page *p)
{
    text_free(&p->text);
}

void page_write(struct page *p, FILE *out)
{
    fwrite(text_string(&p->text), 1, p->text.len, out);
    text_clear(&p->text);
}

void page_style(struct page *p, enum page_style style)
{
    static const char *const codes[] = {
        [STYLE_PLAIN] = "\033[0m",  [STYLE_STRONG] = "\033[1m",      [STYLE_FAINT] = "\033[2m",
        [STYLE_BAD] = "\033[1;31m", [STYLE_DOUBTFUL] = "\033[1;33m", [STYLE_GOOD] = "\033[32m",
    };
    if (p->colour)
        text_add(&p->text, codes[style]);
}

void page_spaces(struct page *p, unsigned count)
{
    text_format(&p->text, "%*s", (int)count, "");
}

void page_newline(struct page *p)
{
    text_add_char(&p->text, '\n');
}

/* ---- characters ---- */

/* One character: its bytes, and the columns it takes. */
struct character {
    size_t len;
    unsigned width;
};

static const struct range {
    uint32_t from, to;
    unsigned width;
} odd_widths[] = {
    { 0x0300, 0x036f, 0 },   { 0x0483, 0x0489, 0 }, { 0x0591, 0x05bd, 0 }, { 0x0610, 0x061a, 0 },
    { 0x064b, 0x065f, 0 },   { 0x1100, 0x115f, 2 }, { 0x1ab0, 0x1aff, 0 }, { 0x20d0, 0x20ff, 0 },
    { 0x2e80, 0xa4cf, 2 },   { 0xac00, 0xd7a3, 2 }, { 0xf900, 0xfaff, 2 }, { 0xfe00, 0xfe0f, 0 },
    { 0xfe30, 0xfe6f, 2 },   { 0xff00, 0xff60, 2 }, { 0xffe0, 0xffe6, 2 }, { 0x1f300, 0x1faff, 2 },
    { 0x20000, 0x3fffd, 2 },
};

static unsigned width_of(uint32_t point)
{
    for (size_t i = 0; point >= 0x300 && i < sizeof odd_widths / sizeof *odd_widths; i++)
        if (point >= odd_widths[i].from && point <= odd_widths[i].to)
            return odd_widths[i].width;
    return 1;
}

/* The text is whole UTF-8; if it were not, a byte would count as a column. */
static struct character character_at(const char *at, const char *end)
{
    uint8_t lead = (uint8_t)*at;
    size_t len = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (len == 1 || len > (size_t)(end - at))
        return (struct character){ 1, 1 };
    uint32_t point = lead & (0x7fu >> len);
    for (size_t i = 1; i < len; i++)
        point = point << 6 | ((uint8_t)at[i] & 0x3f);
    return (struct character){ len, width_of(point) };
}

/* What our own texts use beyond ASCII, for terminals without UTF-8. */
static const struct {
    const char *utf8, *ascii;
} plain_forms[] = {
    { "§", "section " }, { "→", "->" }, { "–", "-" },  { "—", "-" },  { "…", "..." },
    { "’", "'" },        { "‘", "'" },  { "“", "\"" }, { "”", "\"" }, { "µ", "u" },
    { "×", "x" },        { "≤", "<=" }, { "≥", ">=" }, { "≠", "!=" },
};

static void add_plain(struct text *out, const char *at, size_t len)
{
    for (size_t i = 0; i < sizeof plain_forms / sizeof *plain_forms; i++) {
        if (strlen(plain_forms[i].utf8) == len && memcmp(plain_forms[i].utf8, at, len) == 0) {
            text_add(out, plain_forms[i].ascii);
            return;
        }
    }
    for (size_t i = 0; i < len; i++)
        text_format(out, "\\x%02x", (uint8_t)at[i]);
}

/* An ASCII copy when that is all the terminal shows; to be freed. */
static struct text plain_copy(const char *string)
{
    struct text copy = { 0 };
    const char *end = string + strlen(string);
    while (string < end) {
        struct character c = character_at(string, end);
        if ((uint8_t)*string < 0x80)
            text_add_char(&copy, *string);
        else
            add_plain(&copy, string, c.len);
        string += c.len;
    }
    return copy;
}

/* ---- words ---- */

static unsigned width_between(const char *at, const char *end)
{
    unsigned width = 0;
    while (at < end) {
        struct character c = character_at(at, end);
        width += c.width;
        at += c.len;
    }
    return width;
}

static void next_line(struct page *p, unsigned indent)
{
    page_newline(p);
    page_spaces(p, indent);
}

/* A word longer than a line is broken where the line ends. */
static unsigned add_word(struct page *p, unsigned column, unsigned indent, const char *at,
                         const char *end)
{
    while (at < end) {
        struct character c = character_at(at, end);
        if (column + c.width > p->columns && column > indent) {
            next_line(p, indent);
            column = indent;
        }
        text_add_bytes(&p->text, at, c.len);
        column += c.width;
        at += c.len;
    }
    return column;
}

static unsigned wrap(struct page *p, unsigned column, unsigned indent, const char *at)
{
    bool first = true;
    while (*(at += strspn(at, " \n"))) {
        const char *end = at + strcspn(at, " \n");
        unsigned width = width_between(at, end);
        if (!first && column + 1 + width <= p->columns) {
            text_add_char(&p->text, ' ');
            column++;
        } else if (column + width > p->columns || !first) {
            if (column > indent)
                next_line(p, indent);
            column = column > indent ? indent : column;
        }
        column = add_word(p, column, indent, at, end);
        first = false;
        at = end;
    }
    return column;
}

unsigned page_wrap(struct page *p, unsigned column, unsigned indent, const char *text)
{
    if (p->utf8)
        return wrap(p, column, indent, text);
    struct text copy = plain_copy(text);
    column = wrap(p, column, indent, text_string(&copy));
    text_free(&copy);
    return column;
}

void page_line(struct page *p, unsigned indent, const char *text)
{
    page_spaces(p, indent);
    text_add(&p->text, text);
    page_newline(p);
}

void page_row(struct page *p, unsigned margin, unsigned indent, const char *label, const char *text)
{
    page_spaces(p, margin);
    page_style(p, STYLE_FAINT);
    text_format(&p->text, "%-*s", (int)(indent - margin), label);
    page_style(p, STYLE_PLAIN);
    page_wrap(p, indent, indent, text);
    page_newline(p);
}

/* ---- numbers ---- */

void count_text(uint64_t count, struct text *out)
{
    if (count >= 1000) {
        count_text(count / 1000, out);
        text_format(out, ",%03u", (unsigned)(count % 1000));
    } else {
        text_format(out, "%u", (unsigned)count);
    }
}

void counted_text(uint64_t count, const char *noun, struct text *out)
{
    count_text(count, out);
    text_format(out, " %s%s", noun, count == 1 ? "" : "s");
}
