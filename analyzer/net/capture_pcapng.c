/* capture_pcapng.c - the pcapng file format, draft-ietf-opsawg-pcapng.
 *
 *     type 4 | total length 4 | body, padded to 4 | total length again 4
 *
 * A file is a row of sections, each with its own byte order and interfaces.
 * What a reader need not know is stepped over by its length, unseen. Of a
 * packet's options only comments are read, and only when somebody asks. */
#include "net/capture_format.h"

#include <stdlib.h>

#include "base/reader.h"
#include "base/text.h"

enum block_type {
    BLOCK_INTERFACE = 1,
    BLOCK_OLD_PACKET = 2, /* obsolete, §C of the draft: captures of before 2010 have it */
    BLOCK_SIMPLE_PACKET = 3,
    BLOCK_STATISTICS = 5,
    BLOCK_ENHANCED_PACKET = 6,
    BLOCK_SECRETS = 10,
    BLOCK_SECTION = 0x0a0d0d0a, /* the same in both byte orders */
};

enum {
    BLOCK_OVERHEAD = 12,
    INTERFACE_NAME_MAX = 255,
    MAX_BLOCK_LEN = MAX_BULK_LEN + (64 << 10), /* of those that we read */
    BYTE_ORDER_MAGIC = 0x1a2b3c4d,
    MICROSECONDS = 6, /* values of if_tsresol: 10^-n, or 2^-n with the high bit */
    NANOSECONDS = 9,
    RESOLUTION_BINARY = 0x80,
};

struct block {
    const uint8_t *body;
    uint32_t len;
};

bool pcapng_recognise(const uint8_t magic[4])
{
    return memcmp(magic, "\x0a\x0d\x0d\x0a", 4) == 0;
}

/* ---- options: code 2 | length 2 | value, padded to 4 */

enum {
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_IF_NAME = 2,
    OPTION_IF_TSRESOL = 9,
    OPTION_IF_TSOFFSET = 14,
    OPTION_ISB_IFDROP = 5,
    OPTION_ISB_OSDROP = 7,
};

struct option {
    uint16_t code, len;
    const uint8_t *value;
};

/* next_option gives the next option; false at the end, or when the reader has
 * run out, which the caller asks it. */
static bool next_option(const struct capture_file *f, struct reader *options, struct option *o)
{
    if (reader_left(options) == 0)
        return false;
    const uint8_t *header = reader_next(options, 4);
    if (!header)
        return false;
    o->code = capture_file_u16(f, header);
    o->len = capture_file_u16(f, header + 2);
    o->value = reader_next(options, (o->len + 3u) & ~3u);
    return o->value && o->code != OPTION_END;
}

static enum capture_status bad_options(struct capture_file *f, const char *where)
{
    return capture_file_damaged(f, f->pcapng.block_offset, "an option of %s runs past its end",
                                where);
}

static enum capture_status too_short(struct capture_file *f, const char *what)
{
    return capture_file_damaged(f, f->pcapng.block_offset, "%s is too short for what it must hold",
                                what);
}

/* ---- blocks. A reader of one gives CAPTURE_PACKET when it filled p, CAPTURE_IDLE
 * when there is nothing to hand out, or how the file ends. */

static void forget_interfaces(struct pcapng *g)
{
    for (uint32_t i = 0; i < g->interface_count; i++)
        free(g->interfaces[i].name);
    g->interfaces_before += g->interface_count;
    g->interface_count = 0;
}

static enum capture_status read_section(struct capture_file *f, const struct block *b,
                                        struct packet *p)
{
    (void)p;
    if (b->len < 16)
        return too_short(f, "the section header");
    unsigned major = capture_file_u16(f, b->body + 4), minor = capture_file_u16(f, b->body + 6);
    if (major != 1)
        return capture_file_damaged(f, f->pcapng.block_offset,
                                    "pcapng version %u.%u is not known, only 1.x", major, minor);
    forget_interfaces(&f->pcapng);
    return CAPTURE_IDLE;
}

static struct interface *add_interface(struct pcapng *g)
{
    if (g->interface_count == g->interface_room) {
        g->interface_room = g->interface_room ? 2 * g->interface_room : 8;
        g->interfaces = must_realloc(g->interfaces, g->interface_room * sizeof *g->interfaces);
    }
    return &g->interfaces[g->interface_count++];
}

static void set_offset(struct interface *i, int64_t seconds)
{
    if (__builtin_mul_overflow(seconds, 1000000, &i->offset_us))
        i->offset_us = seconds < 0 ? INT64_MIN : INT64_MAX;
}

static void set_name(struct interface *i, const struct option *o)
{
    size_t len = o->len < INTERFACE_NAME_MAX ? o->len : INTERFACE_NAME_MAX;
    if (i->name || len == 0)
        return;
    i->name = must_calloc(1, len + 1);
    memcpy(i->name, o->value, text_utf8_len(o->value, len));
}

static enum capture_status read_interface(struct capture_file *f, const struct block *b,
                                          struct packet *p)
{
    (void)p;
    if (b->len < 8)
        return too_short(f, "the description of an interface");
    if (f->pcapng.interface_count == MAX_INTERFACES)
        return capture_file_damaged(f, f->pcapng.block_offset,
                                    "there are more than %d interfaces in one section",
                                    MAX_INTERFACES);
    struct interface *i = add_interface(&f->pcapng);
    *i = (struct interface){ .link_type = capture_file_u16(f, b->body),
                             .snap_len = capture_file_u32(f, b->body + 4),
                             .resolution = MICROSECONDS };
    i->max_packet_len = capture_file_max_len(i->link_type);

    struct reader options = reader_over(b->body + 8, b->len - 8, false);
    struct option o;
    while (next_option(f, &options, &o)) {
        if (o.code == OPTION_IF_TSRESOL && o.len == 1)
            i->resolution = o.value[0];
        else if (o.code == OPTION_IF_TSOFFSET && o.len == 8)
            set_offset(i, (int64_t)capture_file_u64(f, o.value));
        else if (o.code == OPTION_IF_NAME)
            set_name(i, &o);
        else if (o.code == OPTION_IF_TSRESOL || o.code == OPTION_IF_TSOFFSET)
            return bad_options(f, "an interface"); /* times would be wrong without it */
    }
    return reader_ok(&options) ? CAPTURE_IDLE : bad_options(f, "an interface");
}

__extension__ typedef unsigned __int128 wide;

static uint64_t power_of_10(unsigned exponent)
{
    uint64_t power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

/* ticks_us is for the resolutions that nobody uses. */
static uint64_t ticks_us(uint8_t resolution, uint64_t ticks)
{
    enum { MAX_EXPONENT = 19 }; /* of 10, in 64 bits */
    unsigned exponent = resolution & ~RESOLUTION_BINARY;
    wide us;
    if (resolution & RESOLUTION_BINARY)
        us = (wide)ticks * 1000000 >> exponent;
    else if (exponent <= MICROSECONDS)
        us = (wide)ticks * power_of_10(MICROSECONDS - exponent);
    else if (exponent - MICROSECONDS <= MAX_EXPONENT)
        us = ticks / power_of_10(exponent - MICROSECONDS);
    else
        us = 0;
    return us > UINT64_MAX ? UINT64_MAX : (uint64_t)us;
}

/* packet_us stays so far from the ends of int64_t that whoever subtracts two
 * times, or adds a timeout, need not fear an overflow. */
static int64_t packet_us(const struct interface *i, uint64_t ticks)
{
    const int64_t end_of_time = INT64_MAX / 4; /* the year 75,000 */
    uint64_t us = i->resolution == MICROSECONDS  ? ticks
                  : i->resolution == NANOSECONDS ? ticks / 1000
                                                 : ticks_us(i->resolution, ticks);
    int64_t time_us;
    if (__builtin_add_overflow(us, i->offset_us, &time_us) || time_us > end_of_time)
        return end_of_time;
    return time_us < -end_of_time ? -end_of_time : time_us;
}

static enum capture_status no_interface(struct capture_file *f, uint32_t number)
{
    return capture_file_damaged(f, f->pcapng.block_offset,
                                "a packet of interface %u, but the section describes only %u",
                                number, f->pcapng.interface_count);
}

static enum capture_status bad_length(struct capture_file *f, uint32_t len, uint32_t max)
{
    return capture_file_damaged(f, f->pcapng.block_offset,
                                "a packet of %u bytes can't be: there is room for %u", len, max);
}

/* read_timed reads what enhanced and old packets have alike:
 * ticks 4+4, high half first | captured 4 | on the wire 4 | bytes */
static inline enum capture_status read_timed(struct capture_file *f, const struct block *b,
                                             uint32_t number, struct packet *p)
{
    enum { HEADER_LEN = 20 };
    if (number >= f->pcapng.interface_count)
        return no_interface(f, number);
    const struct interface *i = &f->pcapng.interfaces[number];
    uint64_t high = capture_file_u32(f, b->body + 4);
    uint32_t room = b->len - HEADER_LEN;
    if (room > i->max_packet_len)
        room = i->max_packet_len;
    uint64_t ticks = high << 32 | capture_file_u32(f, b->body + 8);
    p->at.time_us = packet_us(i, ticks);
    p->rest_ns = i->resolution == NANOSECONDS ? ticks % 1000 : 0;
    p->link_type = i->link_type;
    p->interface = f->pcapng.interfaces_before + number;
    p->data = b->body + HEADER_LEN;
    p->len = capture_file_u32(f, b->body + 12);
    p->wire_len = capture_file_u32(f, b->body + 16);
    if (p->len > room)
        return bad_length(f, p->len, room);
    uint32_t options_at = HEADER_LEN + ((p->len + 3) & ~3u);
    p->options_len = options_at < b->len ? b->len - options_at : 0;
    p->options = p->options_len ? b->body + options_at : NULL;
    return capture_file_packet(f, p);
}

static enum capture_status read_enhanced(struct capture_file *f, const struct block *b,
                                         struct packet *p)
{
    if (b->len < 20)
        return too_short(f, "a packet's block");
    return read_timed(f, b, capture_file_u32(f, b->body), p);
}

static enum capture_status read_old(struct capture_file *f, const struct block *b, struct packet *p)
{
    if (b->len < 20)
        return too_short(f, "a packet's block");
    return read_timed(f, b, capture_file_u16(f, b->body), p);
}

/* A simple packet has no time and belongs to interface 0: it gets the time of
 * the packet before it, so that time does not jump back to 1970. */
static enum capture_status read_simple(struct capture_file *f, const struct block *b,
                                       struct packet *p)
{
    if (b->len < 4)
        return too_short(f, "a packet's block");
    if (f->pcapng.interface_count == 0)
        return no_interface(f, 0);
    const struct interface *i = &f->pcapng.interfaces[0];
    uint32_t room = b->len - 4 < i->max_packet_len ? b->len - 4 : i->max_packet_len;
    p->at.time_us = f->time_us;
    p->rest_ns = 0;
    p->link_type = i->link_type;
    p->interface = f->pcapng.interfaces_before;
    p->options = NULL;
    p->data = b->body + 4;
    p->wire_len = capture_file_u32(f, b->body);
    p->len = i->snap_len > 0 && i->snap_len < p->wire_len ? i->snap_len : p->wire_len;
    return p->len <= room ? capture_file_packet(f, p) : bad_length(f, p->len, room);
}

/* Statistics count from the capture's start; a file may hold them repeatedly. */
static void count_lost(struct capture_file *f, uint64_t *last, uint64_t now)
{
    if (now > *last && now != UINT64_MAX) {
        f->totals->dropped += now - *last;
        *last = now;
    }
}

static enum capture_status read_statistics(struct capture_file *f, const struct block *b,
                                           struct packet *p)
{
    (void)p;
    if (b->len < 12)
        return too_short(f, "a statistics block");
    uint32_t number = capture_file_u32(f, b->body);
    if (number >= f->pcapng.interface_count)
        return CAPTURE_IDLE; /* no packet is lost with it */
    struct interface *i = &f->pcapng.interfaces[number];
    struct reader options = reader_over(b->body + 12, b->len - 12, false);
    struct option o;
    while (next_option(f, &options, &o)) {
        if (o.code == OPTION_ISB_IFDROP && o.len == 8)
            count_lost(f, &i->lost[0], capture_file_u64(f, o.value));
        else if (o.code == OPTION_ISB_OSDROP && o.len == 8)
            count_lost(f, &i->lost[1], capture_file_u64(f, o.value));
    }
    return reader_ok(&options) ? CAPTURE_IDLE : bad_options(f, "a statistics block");
}

static void keep_secret(struct capture_file *f, uint32_t type, const uint8_t *bytes, uint32_t len)
{
    struct pcapng *g = &f->pcapng;
    struct capture_secret *secret = must_malloc(sizeof *secret + len);
    *secret = (struct capture_secret){ type, memcpy(secret + 1, bytes, len), len };
    /* Room is doubled whenever the count is a power of two. */
    if ((g->secret_count & (g->secret_count - 1)) == 0)
        g->secrets = must_realloc(g->secrets, (2 * g->secret_count + 1) * sizeof(void *));
    g->secrets[g->secret_count++] = secret;
    f->totals->secrets++;
}

static enum capture_status read_secrets(struct capture_file *f, const struct block *b,
                                        struct packet *p)
{
    (void)p;
    if (b->len < 8)
        return too_short(f, "a block of secrets");
    uint32_t len = capture_file_u32(f, b->body + 4);
    if (len > b->len - 8)
        return capture_file_damaged(f, f->pcapng.block_offset,
                                    "%u bytes of secrets can't be: there is room for %u", len,
                                    b->len - 8);
    size_t cost = sizeof(struct capture_secret) + sizeof(void *) + len;
    if (f->pcapng.secrets_len + cost > MAX_SECRETS_LEN) {
        f->totals->secrets_left_out++;
        return CAPTURE_IDLE;
    }
    f->pcapng.secrets_len += cost;
    keep_secret(f, capture_file_u32(f, b->body), b->body + 8, len);
    return CAPTURE_IDLE;
}

typedef enum capture_status block_reader(struct capture_file *f, const struct block *b,
                                         struct packet *p);

static block_reader *reader_of(uint32_t type)
{
    static block_reader *const readers[] = {
        [BLOCK_INTERFACE] = read_interface,      [BLOCK_OLD_PACKET] = read_old,
        [BLOCK_SIMPLE_PACKET] = read_simple,     [BLOCK_STATISTICS] = read_statistics,
        [BLOCK_ENHANCED_PACKET] = read_enhanced, [BLOCK_SECRETS] = read_secrets,
    };
    if (type < sizeof readers / sizeof readers[0])
        return readers[type];
    return type == BLOCK_SECTION ? read_section : NULL;
}

/* Wireshark shows these in its packet list and numbers them, packets or not.
 * Our frame numbers must be those that the user will look for. */
static bool has_frame_number(uint32_t type)
{
    static const uint32_t numbered[] = {
        0x9,               /* systemd journal */
        0x204, 0x216,      /* sysdig events */
        0x221,             /* with large fields */
        0xbad, 0x40000bad, /* custom */
    };
    for (size_t i = 0; i < sizeof numbered / sizeof numbered[0]; i++) {
        if (numbered[i] == type)
            return true;
    }
    return false;
}

/* ---- from block to block */

static enum capture_status block_cut(struct capture_file *f, uint64_t missing)
{
    return capture_file_cut(f, f->pcapng.block_offset, "the last block", missing);
}

static enum capture_status lengths_differ(struct capture_file *f, uint32_t head, uint32_t tail)
{
    return capture_file_damaged(f, f->pcapng.block_offset,
                                "a block's length is %u at its head and %u at its end", head, tail);
}

/* order_of_section takes over the byte order of the section that begins here. */
static bool order_of_section(struct capture_file *f, const uint8_t *block)
{
    f->swapped = false;
    if (capture_file_u32(f, block + 8) == BYTE_ORDER_MAGIC)
        return true;
    f->swapped = true;
    return capture_file_u32(f, block + 8) == BYTE_ORDER_MAGIC;
}

static enum capture_status skip_block(struct capture_file *f, uint32_t type, uint64_t len,
                                      uint32_t said_len)
{
    struct source *s = &f->source;
    if (reader_of(type) && type != BLOCK_SECRETS)
        return capture_file_damaged(f, f->pcapng.block_offset,
                                    "a block of %u bytes can't be: %d is the most there is",
                                    said_len, MAX_BLOCK_LEN);
    uint64_t missing = source_skip(s, len - 4);
    const uint8_t *tail = missing ? NULL : source_look(s, 4);
    if (!tail)
        return block_cut(f, missing + 4 - source_left(s));
    if (capture_file_u32(f, tail) != said_len)
        return lengths_differ(f, said_len, capture_file_u32(f, tail));
    source_consume(s, 4);
    f->totals->secrets_left_out += type == BLOCK_SECRETS;
    f->frame += has_frame_number(type);
    return CAPTURE_IDLE;
}

static enum capture_status no_block(struct capture_file *f)
{
    size_t left = source_left(&f->source);
    if (f->source.state == SOURCE_ENDED && left == 0)
        return CAPTURE_END;
    return block_cut(f, BLOCK_OVERHEAD - left);
}

static inline enum capture_status read_whole(struct capture_file *f, block_reader *reader,
                                             size_t len, uint32_t said_len, struct packet *p)
{
    const uint8_t *bytes = source_look(&f->source, len);
    if (!bytes)
        return block_cut(f, len - source_left(&f->source));
    uint32_t tail = capture_file_u32(f, bytes + len - 4);
    if (tail != said_len)
        return lengths_differ(f, said_len, tail);
    struct block b = { .body = bytes + 8, .len = (uint32_t)len - BLOCK_OVERHEAD };
    source_consume(&f->source, len);
    source_fetch(&f->source);
    return reader(f, &b, p);
}

static inline enum capture_status read_block(struct capture_file *f, struct packet *p)
{
    const uint8_t *head = source_look(&f->source, BLOCK_OVERHEAD);
    f->pcapng.block_offset = source_offset(&f->source);
    if (!head)
        return no_block(f);
    uint32_t type = capture_file_u32(f, head);
    if (type == BLOCK_SECTION && !order_of_section(f, head))
        return capture_file_damaged(f, f->pcapng.block_offset, "a section without byte order");
    uint32_t said_len = capture_file_u32(f, head + 4);
    if (said_len < BLOCK_OVERHEAD)
        return capture_file_damaged(f, f->pcapng.block_offset, "a block of %u bytes can't be",
                                    said_len);
    /* Some programs forget the padding when they count. */
    uint64_t len = ((uint64_t)said_len + 3) & ~(uint64_t)3;
    block_reader *reader = reader_of(type);
    if (!reader || len > MAX_BLOCK_LEN)
        return skip_block(f, type, len, said_len);
    return read_whole(f, reader, len, said_len, p);
}

static enum capture_status pcapng_next(struct capture_file *f, struct packet *p)
{
    enum capture_status status;
    do
        status = read_block(f, p);
    while (status == CAPTURE_IDLE);
    return status;
}

enum capture_status pcapng_open(struct capture_file *f)
{
    struct packet none;
    f->next = pcapng_next;
    enum capture_status status = read_block(f, &none);
    return status == CAPTURE_IDLE ? CAPTURE_PACKET : status;
}

void pcapng_close(struct capture_file *f)
{
    for (size_t i = 0; i < f->pcapng.secret_count; i++) {
        struct capture_secret *secret = f->pcapng.secrets[i];
        explicit_bzero(secret, sizeof *secret + secret->len);
        free(secret);
    }
    free(f->pcapng.secrets);
    forget_interfaces(&f->pcapng);
    free(f->pcapng.interfaces);
}

/* ---- what only those ask for who write a capture themselves */

struct capture_interface pcapng_interface(const struct capture_file *f, uint32_t number)
{
    number -= f->pcapng.interfaces_before;
    if (number >= f->pcapng.interface_count)
        return (struct capture_interface){ 0 };
    const struct interface *i = &f->pcapng.interfaces[number];
    return (struct capture_interface){ i->link_type, i->snap_len, i->name };
}

bool pcapng_comment(const struct capture_file *f, struct packet *p, const char **comment,
                    size_t *len)
{
    struct reader options = reader_over(p->options, p->options ? p->options_len : 0, false);
    struct option o;
    while (next_option(f, &options, &o)) {
        if (o.code != OPTION_COMMENT)
            continue;
        *comment = (const char *)o.value;
        *len = o.len;
        p->options_len = (uint32_t)reader_left(&options);
        p->options = o.value + ((o.len + 3u) & ~3u);
        return true;
    }
    return false;
}
