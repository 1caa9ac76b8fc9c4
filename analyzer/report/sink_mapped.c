/* sink_mapped.c - see sink_mapped.h. */
#include "report/sink_mapped.h"

void mapped_open(struct sink *s, const struct mapping *rows)
{
    ((struct sink_mapped *)s)->mapper = mapper_new(rows);
}

void mapped_close(struct sink *s)
{
    struct sink_mapped *m = (struct sink_mapped *)s;
    mapper_free(m->mapper);
    text_free(&m->line);
    line_free();
}

static void flush_live(const struct sink *s)
{
    if (s->options.live)
        fflush(s->options.out);
}

void mapped_json(struct sink *s, const char *capture, const struct verdict *v)
{
    struct json_t *line = line_begin();
    mapper_put(((struct sink_mapped *)s)->mapper, line, &(struct told){ capture, v });
    line_end(line, s->options.out);
    flush_live(s);
}

void mapped_nothing(struct sink *s, const struct summary *summary)
{
    (void)s;
    (void)summary;
}

void mapped_end(struct sink_mapped *m)
{
    fwrite(text_string(&m->line), 1, m->line.len, m->sink.options.out);
    text_clear(&m->line);
    flush_live(&m->sink);
}
