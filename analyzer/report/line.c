/* line.c - Jansson, made quick for many small lines.
 *
 * A line's nodes are never freed one by one: they are cut from a pool that
 * starts again with each line. Jansson's checks of UTF-8 are left out because
 * line_text has made every string valid; keys are always our own words. */
#include "report/line.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/memo.h"

/* The pool: a list of chunks, filled in order. */
struct chunk {
    struct chunk *next;
    size_t used, cap;
    _Alignas(16) char bytes[];
};

enum { CHUNK_LEN = 256 * 1024 };
enum { KEPT_MAX = 8192, KEPT_LEN_MAX = 4 << 20 };

static struct chunk *pool, *filling;
static struct text escaped;
static struct text written; /* of the line: what stands before the members in it */
static char *dumped;        /* what Jansson wrote last */
static size_t dumped_cap;
static struct memo *kept;

static struct chunk *chunk_new(size_t len)
{
    size_t cap = len > CHUNK_LEN ? len : CHUNK_LEN;
    struct chunk *c = must_malloc(sizeof *c + cap);
    *c = (struct chunk){ .cap = cap };
    return c;
}

static void *pool_take(size_t len)
{
    len = (len + 15) & ~(size_t)15;
    while (filling && len > filling->cap - filling->used && filling->next)
        filling = filling->next;
    if (!filling || len > filling->cap - filling->used) {
        struct chunk *c = chunk_new(len);
        if (filling)
            filling->next = c;
        else
            pool = c;
        filling = c;
    }
    filling->used += len;
    return filling->bytes + filling->used - len;
}

static void pool_keep(void *p)
{
    (void)p; /* goes with its line */
}

static void pool_restart(void)
{
    for (struct chunk *c = pool; c; c = c->next)
        c->used = 0;
    filling = pool;
}

static void pool_free(void)
{
    while (pool) {
        struct chunk *next = pool->next;
        free(pool);
        pool = next;
    }
    filling = NULL;
}

struct json_t *line_begin(void)
{
    /* The seed guards against hostile keys. Ours are not, so it needn't cost a
     * read of /dev/urandom. */
    json_set_alloc_funcs(pool_take, pool_keep);
    json_object_seed(1);
    pool_restart();
    text_clear(&written);
    text_add_char(&written, '{');
    return json_object();
}

/* ---- what is written ---- */

/* Dumps the members of an object, without the braces round them, and gives
 * their length. */
static size_t dump(struct json_t *object)
{
    /* 15 digits are what a double holds of any decimal: microseconds stay exact
     * for 30 years and 0.0312 is not 0.031199999999999999. */
    const size_t flags = JSON_COMPACT | JSON_EMBED | JSON_REAL_PRECISION(15);
    size_t len = json_dumpb(object, dumped, dumped_cap, flags);
    if (len > dumped_cap) {
        dumped_cap = len * 2;
        dumped = must_realloc(dumped, dumped_cap);
        len = json_dumpb(object, dumped, dumped_cap, flags);
    }
    assert(len > 0);
    return len;
}

static void write_members(const char *members, size_t len)
{
    if (written.data[written.len - 1] != '{')
        text_add_char(&written, ',');
    text_add_bytes(&written, members, len);
}

/* Writes the members that were put into the line, and takes them out of it. */
static void flush(struct json_t *line)
{
    if (json_object_size(line) == 0)
        return;
    size_t len = dump(line);
    write_members(dumped, len);
    json_object_clear(line);
}

void line_end(struct json_t *line, FILE *out)
{
    flush(line);
    text_add(&written, "}\n");
    fwrite(written.data, 1, written.len, out);
}

void line_end_inside(struct json_t *line, FILE *out)
{
    flush(line);
    text_add(&written, "}\n");
    fwrite(written.data + 1, 1, written.len - 1, out);
}

void line_open(struct json_t *line, const char *key)
{
    flush(line);
    write_members("\"", 1);
    text_add(&written, key);
    text_add(&written, "\":{");
}

void line_close(struct json_t *line)
{
    flush(line);
    text_add_char(&written, '}');
}

/* ---- what is kept ---- */

bool line_recall(struct json_t *line, const struct text *key)
{
    size_t len;
    if (!kept)
        kept = memo_new(KEPT_MAX, KEPT_LEN_MAX);
    const char *members = memo_find(kept, text_string(key), key->len, &len);
    if (!members)
        return false;
    flush(line);
    write_members(members, len);
    return true;
}

size_t line_mark(struct json_t *line)
{
    flush(line);
    return written.len;
}

void line_keep(struct json_t *line, size_t mark, const struct text *key)
{
    flush(line);
    mark += written.data[mark] == ',';
    memo_keep(kept, text_string(key), key->len, written.data + mark, written.len - mark);
}

void line_free(void)
{
    pool_free();
    text_free(&escaped);
    text_free(&written);
    free(dumped);
    dumped = NULL;
    dumped_cap = 0;
    memo_free(kept);
    kept = NULL;
}

/* ---- putting values ---- */

static void put(struct json_t *in, const char *key, struct json_t *value)
{
    if (key)
        json_object_set_new_nocheck(in, key, value);
    else
        json_array_append_new(in, value);
}

struct json_t *line_object(struct json_t *in, const char *key)
{
    struct json_t *object = json_object();
    put(in, key, object);
    return object;
}

struct json_t *line_array(struct json_t *in, const char *key)
{
    struct json_t *array = json_array();
    put(in, key, array);
    return array;
}

void line_text(struct json_t *in, const char *key, const void *bytes, size_t len)
{
    if (text_utf8_len(bytes, len) < len) {
        text_clear(&escaped);
        text_add_utf8(&escaped, bytes, len);
        bytes = escaped.data;
        len = escaped.len;
    }
    put(in, key, json_stringn_nocheck(len ? bytes : "", len));
}

void line_string(struct json_t *in, const char *key, const char *string)
{
    put(in, key, json_string_nocheck(string));
}

void line_number(struct json_t *in, const char *key, int64_t number)
{
    put(in, key, json_integer(number));
}

void line_seconds(struct json_t *in, const char *key, int64_t us)
{
    put(in, key, json_real((double)us / 1e6));
}

void line_bool(struct json_t *in, const char *key, bool truth)
{
    put(in, key, json_boolean(truth));
}
