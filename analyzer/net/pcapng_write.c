/* pcapng_write.c - see pcapng_write.h.
 *
 *     type 4 | total length 4 | body | options | total length again 4
 *
 * A block is built in memory, where its length can be filled in at the end, and
 * written whole. */
#include "net/pcapng_write.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_ENHANCED_PACKET = 6,
    BLOCK_SECRETS = 10,
    BYTE_ORDER_MAGIC = 0x1a2b3c4d,
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_SHB_USERAPPL = 4,
    OPTION_IF_NAME = 2,
    OPTION_IF_TSRESOL = 9,
    NANOSECONDS = 9,
    OPTION_LEN_MAX = 65535,
};

struct pcapng_writer {
    FILE *out;
    struct text block;
    uint32_t interface_count;
    bool has_options; /* the block that is being built */
};

/* ---- blocks ---- */

static void put(struct text *b, const void *bytes, size_t len)
{
    static const char zeros[4];
    text_add_bytes(b, bytes, len);
    text_add_bytes(b, zeros, -len & 3);
}

static void put_u32(struct text *b, uint32_t value)
{
    put(b, &value, sizeof value);
}

static void put_u16_pair(struct text *b, uint16_t first, uint16_t second)
{
    put(b, (uint16_t[]){ first, second }, 4);
}

static void begin(struct pcapng_writer *w, uint32_t type)
{
    text_clear(&w->block);
    put_u32(&w->block, type);
    put_u32(&w->block, 0); /* the length, once it is known */
    w->has_options = false;
}

static void add_option(struct pcapng_writer *w, uint16_t code, const void *value, size_t len)
{
    if (len > OPTION_LEN_MAX)
        len = text_utf8_len(value, OPTION_LEN_MAX);
    put_u16_pair(&w->block, code, (uint16_t)len);
    put(&w->block, value, len);
    w->has_options = true;
}

static void end(struct pcapng_writer *w)
{
    if (w->has_options)
        put_u16_pair(&w->block, OPTION_END, 0);
    uint32_t len = (uint32_t)w->block.len + 4;
    memcpy(w->block.data + 4, &len, sizeof len);
    put_u32(&w->block, len);
    fwrite(w->block.data, 1, w->block.len, w->out);
}

void pcapng_section(struct pcapng_writer *w, const char *application, const char *comment)
{
    begin(w, BLOCK_SECTION);
    put_u32(&w->block, BYTE_ORDER_MAGIC);
    put_u16_pair(&w->block, 1, 0); /* version */
    put(&w->block, &(int64_t){ -1 }, 8);
    add_option(w, OPTION_COMMENT, comment, strlen(comment));
    add_option(w, OPTION_SHB_USERAPPL, application, strlen(application));
    end(w);
    w->interface_count = 0;
}

uint32_t pcapng_add_interface(struct pcapng_writer *w, const struct capture_interface *i)
{
    begin(w, BLOCK_INTERFACE);
    put_u16_pair(&w->block, (uint16_t)i->link_type, 0);
    put_u32(&w->block, i->snap_len);
    if (i->name)
        add_option(w, OPTION_IF_NAME, i->name, strlen(i->name));
    add_option(w, OPTION_IF_TSRESOL, &(uint8_t){ NANOSECONDS }, 1);
    end(w);
    return w->interface_count++;
}

void pcapng_add_secret(struct pcapng_writer *w, const struct capture_secret *secret)
{
    begin(w, BLOCK_SECRETS);
    put_u32(&w->block, secret->type);
    put_u32(&w->block, (uint32_t)secret->len);
    put(&w->block, secret->data, secret->len);
    end(w);
    /* The block's memory is used again, but perhaps not all of it. */
    explicit_bzero(w->block.data, w->block.len);
}

/* Nanoseconds since 1970 fit for the years 1970 to 2554. */
static uint64_t time_ns(const struct packet *p)
{
    const int64_t last_us = INT64_MAX / 1000;
    if (p->at.time_us < 0)
        return 0;
    return (uint64_t)(p->at.time_us < last_us ? p->at.time_us : last_us) * 1000 + p->rest_ns;
}

void pcapng_begin_packet(struct pcapng_writer *w, uint32_t interface, const struct packet *p)
{
    uint64_t ns = time_ns(p);
    begin(w, BLOCK_ENHANCED_PACKET);
    put_u32(&w->block, interface);
    put_u32(&w->block, (uint32_t)(ns >> 32));
    put_u32(&w->block, (uint32_t)ns);
    put_u32(&w->block, p->len);
    put_u32(&w->block, p->wire_len);
    put(&w->block, p->data, p->len);
}

void pcapng_add_comment(struct pcapng_writer *w, const char *comment, size_t len)
{
    add_option(w, OPTION_COMMENT, comment, len);
}

void pcapng_end_packet(struct pcapng_writer *w)
{
    end(w);
}

struct pcapng_writer *pcapng_writer_new(FILE *out)
{
    struct pcapng_writer *w = must_calloc(1, sizeof *w);
    w->out = out;
    return w;
}

void pcapng_writer_free(struct pcapng_writer *w)
{
    if (!w)
        return;
    text_free(&w->block);
    free(w);
}
