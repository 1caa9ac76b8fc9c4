/* capture_classic.c - the pcap file format, draft-ietf-opsawg-pcap.
 *
 *     magic 4 | major 2 | minor 2 | reserved 8 | snaplen 4 | link type 4
 *     then, for each packet:
 *     seconds 4 | fraction 4 | captured 4 | on the wire 4 | bytes
 *
 * The magic tells byte order and the fraction's unit. The snap length is not
 * believed: there are programs that write longer packets. */
#include "net/capture_format.h"

enum { FILE_HEADER_LEN = 24, PACKET_HEADER_LEN = 16, RESERVED_LINK_BITS = 0x03ff0000 };

#define MAGIC_MICROSECONDS UINT32_C(0xa1b2c3d4)
#define MAGIC_NANOSECONDS  UINT32_C(0xa1b23c4d)

static uint32_t native_u32(const uint8_t *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static bool is_magic(uint32_t value)
{
    return value == MAGIC_MICROSECONDS || value == MAGIC_NANOSECONDS;
}

bool classic_recognise(const uint8_t magic[4])
{
    uint32_t value = native_u32(magic);
    return is_magic(value) || is_magic(__builtin_bswap32(value));
}

static enum capture_status ended(struct capture_file *f)
{
    if (f->source.state == SOURCE_ENDED && source_left(&f->source) == 0)
        return CAPTURE_END;
    return capture_file_cut(f, source_offset(&f->source), "the header of the last packet",
                            PACKET_HEADER_LEN - source_left(&f->source));
}

static enum capture_status too_long(struct capture_file *f, uint32_t len)
{
    return capture_file_damaged(f, source_offset(&f->source),
                                "a packet of %u bytes can't be: %u is the most there is", len,
                                f->classic.max_packet_len);
}

static enum capture_status classic_next(struct capture_file *f, struct packet *p)
{
    struct source *s = &f->source;
    const uint8_t *header = source_look(s, PACKET_HEADER_LEN);
    if (!header)
        return ended(f);
    uint32_t len = capture_file_u32(f, header + 8);
    uint32_t wire_len = capture_file_u32(f, header + 12);
    if (len > wire_len && f->classic.lengths_swapped) {
        uint32_t swap = len;
        len = wire_len;
        wire_len = swap;
    }
    if (len > f->classic.max_packet_len)
        return too_long(f, len);

    header = source_look(s, PACKET_HEADER_LEN + len);
    if (!header)
        return capture_file_cut(f, source_offset(s), "the last packet",
                                PACKET_HEADER_LEN + len - source_left(s));
    uint32_t fraction = capture_file_u32(f, header + 4);
    p->at.time_us = (int64_t)capture_file_u32(f, header) * 1000000 +
                    (f->classic.nanoseconds ? fraction / 1000 : fraction);
    p->rest_ns = f->classic.nanoseconds ? fraction % 1000 : 0;
    p->link_type = f->classic.link_type;
    p->interface = 0;
    p->options = NULL;
    p->data = header + PACKET_HEADER_LEN;
    p->len = len;
    p->wire_len = wire_len;
    source_consume(s, PACKET_HEADER_LEN + len);
    source_fetch(s);
    return capture_file_packet(f, p);
}

enum capture_status classic_open(struct capture_file *f)
{
    const uint8_t *header = source_look(&f->source, FILE_HEADER_LEN);
    if (!header)
        return capture_file_cut(f, 0, "the file header", FILE_HEADER_LEN - source_left(&f->source));
    f->swapped = !is_magic(native_u32(header));
    unsigned major = capture_file_u16(f, header + 4), minor = capture_file_u16(f, header + 6);
    /* DG/UX's tcpdump called itself 543.0. */
    if (major != 2 && major != 543)
        return capture_file_damaged(f, 4, "pcap version %u.%u is not known, only 2.4", major,
                                    minor);
    uint32_t link = capture_file_u32(f, header + 20);
    if (link & RESERVED_LINK_BITS)
        return capture_file_damaged(f, 20, "link type 0x%08x has bits set that mean nothing", link);
    f->classic.nanoseconds = capture_file_u32(f, header) == MAGIC_NANOSECONDS;
    f->classic.lengths_swapped = major == 543 || minor < 4;
    /* The highest bits tell of a frame check sequence behind each packet. */
    f->classic.link_type = link & 0xffff;
    f->classic.snap_len = capture_file_u32(f, header + 16);
    f->classic.max_packet_len = capture_file_max_len(f->classic.link_type);
    f->next = classic_next;
    source_consume(&f->source, FILE_HEADER_LEN);
    return CAPTURE_PACKET;
}
