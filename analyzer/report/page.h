/* page.h - text for people: wrapped to a width, with hanging indents, coloured
 * when wanted, in ASCII when it must be. It adds to a text; others write that. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/text.h"

struct page {
    struct text text;
    unsigned columns;
    bool colour, utf8;
};

enum page_style { STYLE_PLAIN, STYLE_STRONG, STYLE_FAINT, STYLE_BAD, STYLE_DOUBTFUL, STYLE_GOOD };

/* page_new gives an empty page; columns are brought into 60 to 100. */
struct page page_new(unsigned columns, bool colour, bool utf8);
void page_free(struct page *p);
/* page_write writes what was added, and empties the page. */
void page_write(struct page *p, FILE *out);

void page_style(struct page *p, enum page_style style);
void page_spaces(struct page *p, unsigned count);
void page_newline(struct page *p);

/* page_shown adds terminal-safe text to out as this page can show it: in ASCII when it
 * must be, and without characters that would spoil the lines around them. Gives the
 * columns it takes. */
unsigned page_shown(const struct page *p, const char *text, struct text *out);
/* page_fit gives how many bytes of shown text fit into so many columns: whole words when
 * the first one fits, else as many characters as do; *width are their columns. */
size_t page_fit(const char *shown, unsigned columns, unsigned *width);
/* page_fill repeats a character, or its plain form, over so many columns. */
void page_fill(struct page *p, const char *utf8, char plain, unsigned columns);
/* page_wrap adds terminal-safe text as words that keep within the columns. The
 * cursor is at column; further lines begin at indent. Gives the new column. */
unsigned page_wrap(struct page *p, unsigned column, unsigned indent, const char *text);
/* page_line adds text that must stay in one piece, to be copied, and a newline. */
void page_line(struct page *p, unsigned indent, const char *text);
/* page_row adds "label   text" with the text hanging at indent, and a newline. */
void page_row(struct page *p, unsigned margin, unsigned indent, const char *label,
              const char *text);

/* count_text writes 1234567 as "1,234,567". */
void count_text(uint64_t count, struct text *out);
/* counted_text writes "1 handshake", "2 handshakes". */
void counted_text(uint64_t count, const char *noun, struct text *out);

#endif
