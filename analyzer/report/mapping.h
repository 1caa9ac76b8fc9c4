/* mapping.h - formats of other tools, as tables: their name, our fact, a conversion.
 *
 *     { "tls.client.server_name", "tls.sni", NULL },
 *     { "event.outcome", "@outcome", outcome_of_ecs },
 *     { "ecs.version", "=8.11.0", NULL },
 *
 * A source is a field, or a column of a list of records ("tls.certificates.sha256"), what
 * was made of the handshake behind an @, or a constant behind a =. */
#ifndef REPORT_MAPPING_H
#define REPORT_MAPPING_H

#include "base/text.h"
#include "report/line.h"
#include "rule/finding.h"

enum fact_kind { FACT_NONE, FACT_TEXT, FACT_NUMBER, FACT_SECONDS, FACT_BOOL, FACT_LIST };

struct fact {
    enum fact_kind kind;
    int64_t number;   /* NUMBER; SECONDS: microseconds; BOOL */
    struct text text; /* TEXT, as it came; LIST: items with a NUL behind each */
    bool numeric;     /* LIST: of numbers */
};

struct mapping {
    const char *name;   /* theirs; in JSON its dots nest, and rows of an object stand together */
    const char *source; /* ours */
    void (*convert)(struct fact *f); /* NULL: as it is. May make it FACT_NONE */
    const char *type;                /* what their log calls its type, where it says so */
};

/* The handshake that is told. */
struct told {
    const char *capture;
    const struct verdict *verdict;
};

struct mapper;

/* mapper_new borrows rows, which a row without a name ends. */
struct mapper *mapper_new(const struct mapping *rows);
void mapper_free(struct mapper *m);
/* mapper_fact gives the fact of a row, borrowed until the next call; of kind FACT_NONE
 * when it was not seen. */
const struct fact *mapper_fact(struct mapper *m, size_t row, const struct told *told);
/* mapper_put puts all facts into a line, nested by the dots of their names. */
void mapper_put(struct mapper *m, struct json_t *line, const struct told *told);

/* Conversions that several formats want. */
void fact_set_text(struct fact *f, const char *text);
/* fact_words makes a list of a text with bars in it: "a|b". */
void fact_words(struct fact *f);
void fact_one(struct fact *f);         /* a list of it alone */
void fact_first(struct fact *f);       /* of a list */
void fact_nanoseconds(struct fact *f); /* of a duration */
void fact_upper(struct fact *f);
/* fact_choose replaces a text by what stands behind it in pairs, NULL-ended; what is not
 * among them becomes otherwise, or stays when that is NULL. */
void fact_choose(struct fact *f, const char *const *pairs, const char *otherwise);

#endif
