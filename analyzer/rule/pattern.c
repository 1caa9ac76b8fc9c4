/* pattern.c - see pattern.h. What is matched comes again and again, such as the
 * issuer of a busy server's certificate, so answers are remembered. */
#include "rule/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memo.h"
#include "base/text.h"

/* A field has at most 512 bytes; honest patterns need a few thousand steps. */
enum { MATCH_LIMIT = 50000, DEPTH_LIMIT = 500, HEAP_LIMIT_KIB = 512, NEST_LIMIT = 64 };
enum { ANSWERS_MAX = 1024, ANSWERS_LEN_MAX = 256 * 1024 };

struct pattern {
    uint64_t id; /* of no other pattern, not even of one that is gone */
    pcre2_code *code;
    pcre2_match_data *found; /* room to work in; says nothing between calls */
    pcre2_match_context *limits;
};

/* The answers of all patterns that there are, by id and text. */
static struct memo *answers;
static struct text asked;
static uint64_t pattern_count, last_id;

static pcre2_code *compile(const char *text, size_t len, int *error, size_t *offset)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context)
        must_malloc(SIZE_MAX / 2);
    pcre2_set_parens_nest_limit(context, NEST_LIMIT);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, len,
                                     PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C,
                                     error, offset, context);
    pcre2_compile_context_free(context);
    return code;
}

struct pattern *pattern_new(const char *text, size_t len, char fault[PATTERN_FAULT_LEN],
                            size_t *offset)
{
    int error;
    pcre2_code *code = compile(text, len, &error, offset);
    if (!code) {
        if (pcre2_get_error_message(error, (PCRE2_UCHAR *)fault, PATTERN_FAULT_LEN) < 0)
            snprintf(fault, PATTERN_FAULT_LEN, "PCRE2 error %d", error);
        return NULL;
    }
    struct pattern *pattern = must_calloc(1, sizeof *pattern);
    pattern->id = ++last_id;
    pattern->code = code;
    pattern->found = pcre2_match_data_create(1, NULL);
    pattern->limits = pcre2_match_context_create(NULL);
    if (!pattern->found || !pattern->limits)
        must_malloc(SIZE_MAX / 2);
    pcre2_set_match_limit(pattern->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(pattern->limits, DEPTH_LIMIT);
    pcre2_set_heap_limit(pattern->limits, HEAP_LIMIT_KIB);
    if (pattern_count++ == 0)
        answers = memo_new(ANSWERS_MAX, ANSWERS_LEN_MAX);
    return pattern;
}

void pattern_free(struct pattern *pattern)
{
    if (!pattern)
        return;
    pcre2_code_free(pattern->code);
    pcre2_match_data_free(pattern->found);
    pcre2_match_context_free(pattern->limits);
    free(pattern);
    if (--pattern_count > 0)
        return;
    memo_free(answers);
    answers = NULL;
    text_free(&asked);
}

static enum pattern_answer look(const struct pattern *pattern, const char *bytes, size_t len)
{
    int found = pcre2_match(pattern->code, (PCRE2_SPTR)(len ? bytes : ""), len, 0, 0,
                            pattern->found, pattern->limits);
    return found >= 0 ? PATTERN_YES : found == PCRE2_ERROR_NOMATCH ? PATTERN_NO : PATTERN_GAVE_UP;
}

enum pattern_answer pattern_matches(const struct pattern *pattern, const char *bytes, size_t len)
{
    text_clear(&asked);
    text_add_bytes(&asked, &pattern->id, sizeof pattern->id);
    text_add_bytes(&asked, bytes, len);
    size_t known_len;
    const char *known = memo_find(answers, asked.data, asked.len, &known_len);
    if (known)
        return (enum pattern_answer) * known;
    enum pattern_answer answer = look(pattern, bytes, len);
    char kept = (char)answer;
    memo_keep(answers, asked.data, asked.len, &kept, sizeof kept);
    return answer;
}
