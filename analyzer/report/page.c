/* page.c - see page.h. Words, widths, and what a plain terminal shows instead. */
#include "report/page.h"

#include <inttypes.h>
#include <string.h>
#include <wchar.h>

enum { COLUMNS_MIN = 60, COLUMNS_MAX = 100, MARKS_MAX = 4 };

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
    /* Colours that can be read on white and on black: no yellow, no bright ones. */
    static const char *const codes[] = {
        [STYLE_PLAIN] = "\033[0m",  [STYLE_STRONG] = "\033[1m",      [STYLE_FAINT] = "\033[2m",
        [STYLE_BAD] = "\033[1;31m", [STYLE_DOUBTFUL] = "\033[1;35m", [STYLE_GOOD] = "\033[32m",
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

/* One character: its bytes, and the columns it takes; less than none when the
 * terminal's own library can't say what it is. */
struct character {
    size_t len;
    int width;
};

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
    return (struct character){ len, wcwidth((wchar_t)point) };
}

/* What our own texts use beyond ASCII, for terminals without UTF-8. */
static const struct {
    const char *utf8, *ascii;
} plain_forms[] = {
    { "§", "section " }, { "→", "->" }, { "–", "-" },  { "—", "-" },  { "…", "..." },
    { "’", "'" },        { "‘", "'" },  { "“", "\"" }, { "”", "\"" }, { "µ", "u" },
    { "×", "x" },        { "≤", "<=" }, { "≥", ">=" }, { "≠", "!=" },
};

static void add_escaped(struct text *out, const char *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        text_format(out, "\\x%02x", (uint8_t)at[i]);
}

static void add_plain(struct text *out, const char *at, size_t len)
{
    for (size_t i = 0; i < sizeof plain_forms / sizeof *plain_forms; i++) {
        if (strlen(plain_forms[i].utf8) == len && memcmp(plain_forms[i].utf8, at, len) == 0) {
            text_add(out, plain_forms[i].ascii);
            return;
        }
    }
    add_escaped(out, at, len);
}

/* Marks above each other grow out of their line: a few are a language, many a joke. */
static bool spoils(const struct character *c, unsigned *marks)
{
    *marks = c->width == 0 ? *marks + 1 : 0;
    return c->width < 0 || *marks > MARKS_MAX;
}

static unsigned width_between(const char *at, const char *end);

unsigned page_shown(const struct page *p, const char *text, struct text *out)
{
    const char *end = text + strlen(text);
    size_t before = out->len;
    unsigned marks = 0;
    while (text < end) {
        struct character c = character_at(text, end);
        if ((uint8_t)*text < 0x80)
            text_add_char(out, *text);
        else if (!p->utf8)
            add_plain(out, text, c.len);
        else if (spoils(&c, &marks))
            add_escaped(out, text, c.len);
        else
            text_add_bytes(out, text, c.len);
        text += c.len;
    }
    return out->len > before ? width_between(out->data + before, out->data + out->len) : 0;
}

/* ---- words ---- */

static unsigned width_between(const char *at, const char *end)
{
    unsigned width = 0;
    while (at < end) {
        struct character c = character_at(at, end);
        width += (unsigned)c.width;
        at += c.len;
    }
    return width;
}

/* The length of what fits, characters cut where columns end. */
static size_t fit_characters(const char *shown, unsigned columns, unsigned *width)
{
    const char *at = shown, *end = shown + strlen(shown);
    *width = 0;
    while (at < end) {
        struct character c = character_at(at, end);
        if (*width + (unsigned)c.width > columns)
            break;
        *width += (unsigned)c.width;
        at += c.len;
    }
    return (size_t)(at - shown);
}

size_t page_fit(const char *shown, unsigned columns, unsigned *width)
{
    size_t len = fit_characters(shown, columns, width);
    size_t word = len;
    while (shown[len] && shown[len] != ' ' && word > 0 && shown[word - 1] != ' ')
        word--;
    if (!shown[len] || word == 0)
        return len;
    while (word > 0 && shown[word - 1] == ' ')
        word--;
    *width = width_between(shown, shown + word);
    return word;
}

void page_fill(struct page *p, const char *utf8, char plain, unsigned columns)
{
    for (unsigned i = 0; i < columns; i++) {
        if (p->utf8)
            text_add(&p->text, utf8);
        else
            text_add_char(&p->text, plain);
    }
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
        if (column + (unsigned)c.width > p->columns && column > indent) {
            next_line(p, indent);
            column = indent;
        }
        text_add_bytes(&p->text, at, c.len);
        column += (unsigned)c.width;
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
    struct text shown = { 0 };
    page_shown(p, text, &shown);
    column = wrap(p, column, indent, text_string(&shown));
    text_free(&shown);
    return column;
}

void page_line(struct page *p, unsigned indent, const char *text)
{
    page_spaces(p, indent);
    page_shown(p, text, &p->text);
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
