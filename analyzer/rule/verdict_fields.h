/* verdict_fields.h - what was made of a handshake, as fields: for those who ask
 * about verdicts. Rules do not know them, for rules make them. */
#ifndef RULE_VERDICT_FIELDS_H
#define RULE_VERDICT_FIELDS_H

#include "handshake/field.h"

/* clang-format off */
#define VERDICT_FIELDS(FIELD)                                                                       \
    FIELD(VERDICT_CAPTURE, TEXT, "capture", "the file or interface it is from")                     \
    FIELD(VERDICT_ID, NUMBER, "id", "its number in the capture, in order of beginning")             \
    FIELD(VERDICT_CAUSE, TEXT, "cause", "id of the rule that tells why it failed")                  \
    FIELD(VERDICT_FAULT, CODE(verdict_faults), "fault", "who must act: that of the cause, else of the worst finding") \
    FIELD(VERDICT_CERTAINTY, CODE(verdict_certainties), "certainty", "proven, likely or possible; as fault") \
    FIELD(VERDICT_SEVERITY, CODE(verdict_severities), "severity", "of the worst finding: error, warning or info") \
    FIELD(VERDICT_FINDINGS, TEXTS, "findings", "ids of all rules that fired")
/* clang-format on */

enum verdict_field { VERDICT_FIELDS(FIELD_ID) VERDICT_FIELD_COUNT };
extern const struct field_table verdict_field_table;

#endif
