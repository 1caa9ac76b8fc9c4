/* error.c - see error.h. */
#include "base/error.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"

bool error_is_set(const struct error *e)
{
    return e->fault[0] != 0;
}

void error_clear(struct error *e)
{
    e->place[0] = e->fault[0] = e->hint[0] = 0;
}

void error_place(struct error *e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(e->place, sizeof e->place, format, args);
    va_end(args);
}

void error_fault(struct error *e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(e->fault, sizeof e->fault, format, args);
    va_end(args);
}

void error_hint(struct error *e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(e->hint, sizeof e->hint, format, args);
    va_end(args);
}

void error_print(const struct error *e, FILE *out)
{
    struct text line = { 0 };
    if (e->place[0]) {
        text_add_wire(&line, e->place, strlen(e->place));
        text_add(&line, ": ");
    }
    text_add_wire(&line, e->fault, strlen(e->fault));
    if (e->hint[0]) {
        text_add(&line, "\n  ");
        text_add_wire(&line, e->hint, strlen(e->hint));
    }
    fprintf(out, "%s\n", text_string(&line));
    text_free(&line);
}
