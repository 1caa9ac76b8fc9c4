/* sink_html.c - the report as one web page, which loads nothing from anywhere.
 *
 *     page.html:  head <!--STYLE--> ... <!--DATA--> ... <!--SCRIPT--> end
 *
 * The page's data is what the JSON report says, packed; page.js makes everything
 * that is seen of it. A policy in the page lets its own style and script work, by
 * their hashes, and nothing else. Packed records can't hold what looks like a tag. */
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/shipped.h"
#include "base/text.h"
#include "report/sink.h"

/* A browser unpacks and reads some ten megabytes without anybody waiting. Handshakes
 * that went well tell less first, then all are counted only. */
enum {
    DETAILS_MAX = 20 << 20, /* bytes of records, not packed yet */
    COMPLETED_MAX = 48 << 20,
    RECORDS_MAX = 80 << 20,
    PACKED_MAX = 6 << 20, /* a third more in the page */
    GZIP_WINDOW = 15 + 16,
    SHA256_LEN = 32,
};

/* Where records go: through deflate and base64 into a script element. */
struct packer {
    FILE *out, *records; /* records: what the JSON report writes to */
    z_stream deflate;
    EVP_ENCODE_CTX *base64;
    uint64_t len, packed_len;
};

struct sink_html {
    struct sink sink;
    struct sink *json; /* what writes the records */
    struct packer packer;
    bool inside; /* of a capture's data */
    uint64_t shortened, left_out;
    uint64_t handshakes[4]; /* of all captures */
};

/* ---- packing ---- */

static void write_base64(struct packer *p, const void *bytes, size_t len)
{
    unsigned char coded[2 * 16384];
    int coded_len = 0;
    EVP_EncodeUpdate(p->base64, coded, &coded_len, bytes, (int)len);
    fwrite(coded, 1, (size_t)coded_len, p->out);
    p->packed_len += len;
}

static void deflate_records(struct packer *p, const char *bytes, size_t len, int flush)
{
    unsigned char packed[16384];
    p->deflate.next_in = (unsigned char *)(uintptr_t)bytes;
    p->deflate.avail_in = (unsigned)len;
    do {
        p->deflate.next_out = packed;
        p->deflate.avail_out = sizeof packed;
        deflate(&p->deflate, flush);
        write_base64(p, packed, sizeof packed - p->deflate.avail_out);
    } while (p->deflate.avail_out == 0);
}

static ssize_t take_records(void *packer, const char *bytes, size_t len)
{
    struct packer *p = packer;
    deflate_records(p, bytes, len, Z_NO_FLUSH);
    p->len += len;
    return (ssize_t)len;
}

static void packer_begin(struct packer *p, FILE *out)
{
    *p = (struct packer){ .out = out, .base64 = EVP_ENCODE_CTX_new() };
    p->records = fopencookie(p, "w", (cookie_io_functions_t){ .write = take_records });
    if (!p->base64 || !p->records ||
        deflateInit2(&p->deflate, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        fputs("handshark: out of memory\n", stderr);
        exit(2);
    }
    EVP_EncodeInit(p->base64);
}

static void packer_end(struct packer *p)
{
    unsigned char rest[128];
    int len = 0;
    fclose(p->records);
    deflate_records(p, "", 0, Z_FINISH);
    EVP_EncodeFinal(p->base64, rest, &len);
    fwrite(rest, 1, (size_t)len, p->out);
    EVP_ENCODE_CTX_free(p->base64);
    deflateEnd(&p->deflate);
}

/* ---- the page around the data ---- */

static const char *shipped_text(const char *ending)
{
    for (const struct shipped_file *f = shipped_page; f->name; f++) {
        const char *dot = strrchr(f->name, '.');
        if (dot && strcmp(dot, ending) == 0)
            return f->text;
    }
    return "";
}

/* Content Security Policy level 2: a hash of exactly what stands in the element. */
static void put_hash(FILE *out, const char *element)
{
    unsigned char digest[SHA256_LEN] = { 0 };
    char coded[SHA256_LEN * 2];
    unsigned len = 0;
    EVP_Digest(element, strlen(element), digest, &len, EVP_sha256(), NULL);
    EVP_EncodeBlock((unsigned char *)coded, digest, SHA256_LEN);
    fprintf(out, "'sha256-%s'", coded);
}

static void put_policy(const struct sink_html *html)
{
    FILE *out = html->sink.options.out;
    fputs("default-src 'none'; base-uri 'none'; form-action 'none'; style-src ", out);
    put_hash(out, shipped_text(".css"));
    fputs("; script-src ", out);
    put_hash(out, shipped_text(".js"));
}

static void put_style(const struct sink_html *html)
{
    fputs(shipped_text(".css"), html->sink.options.out);
}

static void put_script(const struct sink_html *html)
{
    fputs(shipped_text(".js"), html->sink.options.out);
}

static void put_counts(const struct sink_html *html)
{
    for (enum outcome o = OUTCOME_COMPLETED; o <= OUTCOME_UNKNOWN; o++)
        fprintf(html->sink.options.out, "%s%" PRIu64 " %s", o == OUTCOME_COMPLETED ? "" : ", ",
                html->handshakes[o], outcome_name(o));
}

static const struct {
    const char *mark;
    void (*put)(const struct sink_html *html);
} marks[] = {
    { "<!--POLICY-->", put_policy },
    { "<!--STYLE-->", put_style },
    { "<!--SCRIPT-->", put_script },
    { "<!--COUNTS-->", put_counts },
};

static const char data_mark[] = "<!--DATA-->";

/* Fills in the mark that stands at from; gives its length, or 0 when none does. */
static size_t put_mark(const struct sink_html *html, const char *from)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t len = strlen(marks[i].mark);
        if (strncmp(from, marks[i].mark, len) == 0) {
            marks[i].put(html);
            return len;
        }
    }
    return 0;
}

/* Writes a part of page.html with its marks filled in. */
static void put_page(const struct sink_html *html, const char *from, const char *to)
{
    while (from < to) {
        size_t len = put_mark(html, from);
        if (len == 0)
            fputc(*from, html->sink.options.out);
        from += len ? len : 1;
    }
}

/* ---- records ---- */

static void begin_data(struct sink_html *html)
{
    if (html->inside)
        return;
    html->inside = true;
    html->shortened = html->left_out = 0;
    fputs("<script type=\"application/octet-stream\" class=\"data\">", html->sink.options.out);
    packer_begin(&html->packer, html->sink.options.out);
    html->json->options.out = html->packer.records;
}

static bool has_room(const struct sink_html *html, const struct verdict *v)
{
    uint64_t len = html->packer.len;
    return html->packer.packed_len < PACKED_MAX && len < RECORDS_MAX &&
           (len < COMPLETED_MAX || v->outcome != OUTCOME_COMPLETED);
}

static void html_handshake(struct sink *s, const char *capture, const struct verdict *v)
{
    struct sink_html *html = (struct sink_html *)s;
    begin_data(html);
    if (!has_room(html, v)) {
        html->left_out++;
        return;
    }
    bool whole = v->outcome != OUTCOME_COMPLETED || html->packer.len < DETAILS_MAX;
    html->json->options.events = html->json->options.details = whole;
    html->shortened += !whole;
    html->json->kind->handshake(html->json, capture, v);
}

/* What the page does not have is said in it. */
static void put_left_out(const struct sink_html *html)
{
    if (html->left_out == 0 && html->shortened == 0)
        return;
    fprintf(
        html->packer.records,
        "{\"type\":\"left-out\",\"text\":\"This capture has more handshakes than a page can hold: "
        "%" PRIu64 " are only counted, and of %" PRIu64 " that completed the messages and "
        "details are left out. The JSON report has them all.\"}\n",
        html->left_out, html->shortened);
}

static void html_summary(struct sink *s, const struct summary *summary)
{
    struct sink_html *html = (struct sink_html *)s;
    begin_data(html);
    html->json->kind->summary(html->json, summary);
    put_left_out(html);
    packer_end(&html->packer);
    fputs("</script>\n", s->options.out);
    html->inside = false;
    for (int i = 0; i < 4; i++)
        html->handshakes[i] += summary->handshakes[i];
}

/* ---- the sink ---- */

static void html_open(struct sink *s)
{
    struct sink_html *html = (struct sink_html *)s;
    s->options.events = s->options.details = true;
    html->json = sink_new(sink_kind_named("json"), &s->options);
}

static void html_head(struct sink *s)
{
    const char *page = shipped_text(".html");
    put_page((struct sink_html *)s, page, strstr(page, data_mark));
}

static void html_total(struct sink *s, const struct total *total)
{
    memcpy(((struct sink_html *)s)->handshakes, total->handshakes, sizeof total->handshakes);
}

static void html_tail(struct sink *s)
{
    const char *rest = strstr(shipped_text(".html"), data_mark) + strlen(data_mark);
    put_page((struct sink_html *)s, rest, rest + strlen(rest));
}

static void html_close(struct sink *s)
{
    sink_free(((struct sink_html *)s)->json);
}

const struct sink_kind sink_html = {
    .name = "html",
    .about = "one web page with everything in it",
    .size = sizeof(struct sink_html),
    .wants_details = true,
    .open = html_open,
    .head = html_head,
    .handshake = html_handshake,
    .summary = html_summary,
    .total = html_total,
    .tail = html_tail,
    .close = html_close,
};
