/* judge.h - rules in the order of judging, and judging with them. */
#ifndef RULE_JUDGE_H
#define RULE_JUDGE_H

#include "rule/recent.h"
#include "rule/rule.h"

/* What is looked at first of a rule, packed, so that rules that cannot hold are
 * passed by quickly. */
struct docket_entry {
    uint32_t tables; /* that must be there */
    uint32_t when;   /* step */
    struct step guards[GUARDS_MAX];
    const struct rule *rule;
};

/* The rules that can hold on handshakes of one outcome, the worst first. */
struct docket {
    struct docket_entry *entries;
    size_t count;
};

enum { OUTCOMES = OUTCOME_UNKNOWN + 1 };

/* dockets_make fills one docket for each outcome. */
void dockets_make(struct docket dockets[OUTCOMES], struct rule *const *rules, size_t count);
void dockets_free(struct docket dockets[OUTCOMES]);
/* recent may be NULL: then no rule fires that counts. */
void judge(const struct program *program, const struct docket dockets[OUTCOMES],
           struct recent *recent, const struct handshake *hs, struct verdict *v);

#endif
