/* rule.h - one rule, checked: what the parts of a ruleset share. */
#ifndef RULE_RULE_H
#define RULE_RULE_H

#include "rule/demand.h"
#include "rule/finding.h"
#include "rule/program.h"
#include "rule/template.h"

/* `fault client when ...`: the first whose condition holds is taken. */
struct choice {
    uint32_t when; /* step; STEP_ALWAYS without a condition */
    int word;
};

/* `count 5 in 60s by client.address`; number 0 when nothing is counted. */
enum { COUNT_BY_MAX = 4 };
struct counting {
    uint32_t number;
    int64_t window_us;
    struct field_place by[COUNT_BY_MAX];
    size_t by_count;
};

struct rule {
    const char *id;
    const char *finding_id;      /* what its findings are called: id, or what `as` says */
    const struct syntax *syntax; /* the text it was read from */
    size_t written;              /* which of its rules */
    size_t order;                /* of loading; an override keeps its forerunner's */
    enum severity severity;
    int rank;
    uint32_t when; /* step */
    struct choice *faults, *certainties;
    size_t fault_count, certainty_count;
    struct template parts[RULE_PARTS];               /* by enum finding_part */
    const char *condition;                           /* in canonical form */
    const char **seen_as, **tags, **fires, **silent; /* as many as their syntax has */
    struct counting counting;
    bool details; /* reads a field marked detail */
    struct demand demand;
};

#endif
