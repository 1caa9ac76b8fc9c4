/* explain.h - what an error means: the whole story of a cause, found by its id or
 * by what programs print when it strikes. Behind `handshark explain`. */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "report/lexicon.h"
#include "report/reference.h"

struct ruleset;
struct guide;

/* guide_new reads the shipped tables and the rules' own texts. The ruleset must
 * outlive the guide. Mistakes in the tables are added to mistakes. */
struct guide *guide_new(const struct ruleset *rs, struct text *mistakes);
void guide_free(struct guide *g);

/* guide_explain tells the whole story of the rule or cause with that id, or of
 * those that an error text speaks of, best first. When nothing is found, a JSON
 * answer says so itself; as text it is false, and e filled. */
bool guide_explain(const struct guide *g, const char *query,
                   const struct reference_options *options, struct error *e);

/* guide_scan finds the causes that a line of a log speaks of, as lexicon_scan. */
size_t guide_scan(const struct guide *g, const char *line, size_t len, struct hit *hits,
                  size_t max);
/* What is known of a cause: texts of its rule, templates as written; "" when there
 * is none. */
struct guide_entry {
    const char *cause, *title, *fix, *fault, *severity;
};
/* guide_text adds a template for people, terminal-safe: <server.port> for a field. */
void guide_text(const char *template, struct text *out);
struct guide_entry guide_look_up(const struct guide *g, const char *cause);

#endif
