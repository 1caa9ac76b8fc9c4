/* test_capture_file.c - what the readers of saved captures make of good and bad bytes. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "net/capture.h"
#include "net/capture_file.h"
#include "support/hex.h"
#include "support/test_main.h"

/* Bytes that come at most chunk at a time. */
struct trickle {
    const uint8_t *at, *end;
    size_t chunk;
    int error; /* errno instead of the end */
};

static ssize_t trickle_read(void *from, void *bytes, size_t len)
{
    struct trickle *t = from;
    size_t left = (size_t)(t->end - t->at);
    if (left == 0 && t->error) {
        errno = t->error;
        return -1;
    }
    if (len > left)
        len = left;
    if (t->chunk > 0 && len > t->chunk)
        len = t->chunk;
    memcpy(bytes, t->at, len);
    t->at += len;
    return (ssize_t)len;
}

/* Where a file ends badly: "cut at 40: the last packet is cut: ...". */
static void tell_end(struct text *t, enum capture_status status, const struct error *e)
{
    static const char *const names[] = { "packet", "idle", "end", "damaged", "failed" };
    text_add(t, names[status]);
    if (status == CAPTURE_END)
        return;
    const char *place = strstr(e->place, ": byte ");
    text_format(t, " at %s: %s", place ? place + strlen(": byte ") : e->place, e->fault);
    ck_assert_msg(e->hint[0] != 0, "no hint: %s", e->fault);
}

/* tell reads all there is: "1 @2 1/0 4/4" is frame, time, link type and
 * interface in the whole file, length captured and on the wire, and then the bytes. */
static void tell(struct text *t, struct capture_file *f)
{
    struct packet p;
    struct error e = { 0 }, again = { 0 };
    enum capture_status status;
    while ((status = capture_file_next(f, &p, &e)) == CAPTURE_PACKET) {
        text_format(t, "%" PRIu64 " @%" PRId64 " %u/%u %u/%u ", p.at.frame, p.at.time_us,
                    p.link_type, p.interface, p.len, p.wire_len);
        text_add_wire(t, p.data, p.len);
        text_add(t, "; ");
    }
    tell_end(t, status, &e);
    ck_assert_int_eq(capture_file_next(f, &p, &again), status);
    ck_assert_str_eq(again.fault, e.fault);
}

static char *told(const void *bytes, size_t len, size_t chunk, struct capture_totals *totals)
{
    struct trickle from = { bytes, (const uint8_t *)bytes + len, chunk, 0 };
    struct text t = { 0 };
    struct error e = { 0 };
    struct capture_file *f = capture_file_over(trickle_read, &from, totals, &e);
    if (f) {
        tell(&t, f);
    } else {
        text_add(&t, "refused: ");
        tell_end(&t, CAPTURE_FAILED, &e);
    }
    capture_file_close(f);
    return t.data;
}

/* ---- rows: bytes in, packets out */

#define CLASSIC       "d4c3b2a1 0200 0400 00*8 00000400 01000000 "
#define PACKET        "01000000 02000000 04000000 04000000 'abcd' "

#define SECTION       "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ff*8 1c000000 "
#define SECTION_BIG   "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ff*8 0000001c "
#define INTERFACE     "01000000 14000000 0100 0000 00000000 14000000 "
#define INTERFACE_BIG "00000001 00000014 0065 0000 00000000 00000014 "
#define RESOLUTION(n)                                                                              \
    "01000000 20000000 0100 0000 00000000 0900 0100 " n " 000000 00000000 20000000 "
#define OFFSET(seconds)                                                                            \
    "01000000 24000000 0100 0000 00000000 0e00 0800 " seconds " 00000000 24000000 "
#define AT(high, low)                                                                              \
    "06000000 24000000 00000000 " high " " low " 04000000 04000000 'abcd' 24000000 "
#define ENHANCED AT("00000000", "02000000")

static const struct {
    const char *name, *wire, *told;
} files[] = {
    /* classic: the four magics */
    { "microseconds", CLASSIC PACKET, "1 @1000002 1/0 4/4 abcd; end" },
    { "big-endian microseconds",
      "a1b2c3d4 0002 0004 00*8 00040000 00000001  00000001 00000002 00000004 00000004 'abcd'",
      "1 @1000002 1/0 4/4 abcd; end" },
    { "nanoseconds",
      "4d3cb2a1 0200 0400 00*8 00000400 01000000  01000000 cf070000 04000000 "
      "04000000 'abcd'",
      "1 @1000001 1/0 4/4 abcd; end" },
    { "big-endian nanoseconds",
      "a1b23c4d 0002 0004 00*8 00040000 00000001  00000001 000007d0 00000004 00000004 'abcd'",
      "1 @1000002 1/0 4/4 abcd; end" },
    { "no packet", CLASSIC, "end" },
    { "three packets", CLASSIC PACKET "01000000 02000000 00000000 00000000 " PACKET,
      "1 @1000002 1/0 4/4 abcd; 2 @1000002 1/0 0/0 ; 3 @1000002 1/0 4/4 abcd; end" },
    { "seconds after 2038", CLASSIC "ffffffff 3f420f00 01000000 01000000 'a'",
      "1 @4294967295999999 1/0 1/1 a; end" },
    { "truncated packet", CLASSIC "01000000 02000000 02000000 ea050000 'ab'",
      "1 @1000002 1/0 2/1514 ab; end" },
    { "no length on the wire", CLASSIC "01000000 02000000 02000000 00000000 'ab'",
      "1 @1000002 1/0 2/2 ab; end" },
    { "check sequence bits", "d4c3b2a1 0200 0400 00*8 00000400 01000024 " PACKET,
      "1 @1000002 1/0 4/4 abcd; end" },
    { "reserved link bits", "d4c3b2a1 0200 0400 00*8 00000400 01003000 " PACKET,
      "refused: failed at 20: link type 0x00300001 has bits set that mean nothing" },
    { "version 2.2 with lengths swapped",
      "d4c3b2a1 0200 0200 00*8 00000400 01000000  01000000 02000000 ea050000 02000000 'ab'",
      "1 @1000002 1/0 2/1514 ab; end" },
    { "version 3.0", "d4c3b2a1 0300 0000 00*8 00000400 01000000 " PACKET,
      "refused: failed at 4: pcap version 3.0 is not known, only 2.4" },

    /* classic: damage */
    { "cut in the file header", "d4c3b2a1 0200 0400 00*15",
      "refused: failed at 0: the file header is cut: the file ends 1 byte early" },
    { "cut in a packet header", CLASSIC PACKET "01000000 02000000 04",
      "1 @1000002 1/0 4/4 abcd; damaged at 44: the header of the last packet is cut: "
      "the file ends 7 bytes early" },
    { "cut in a packet", CLASSIC PACKET "01000000 02000000 04000000 04000000 'a'",
      "1 @1000002 1/0 4/4 abcd; damaged at 44: the last packet is cut: "
      "the file ends 3 bytes early" },
    { "absurd length", CLASSIC PACKET "01000000 02000000 01000400 01000400 'abcd'",
      "1 @1000002 1/0 4/4 abcd; damaged at 44: a packet of 262145 bytes can't be: "
      "262144 is the most there is" },

    /* pcapng: time */
    { "pcapng", SECTION INTERFACE ENHANCED, "1 @2 1/0 4/4 abcd; end" },
    { "pcapng big-endian",
      SECTION_BIG INTERFACE_BIG "00000006 00000024 00000000 00000001 00000002 00000004 000005ea "
                                "'abcd' 00000024",
      "1 @4294967298 101/0 4/1514 abcd; end" },
    { "nanosecond interface", SECTION RESOLUTION("09") AT("00000000", "cf070000"),
      "1 @1 1/0 4/4 abcd; end" },
    { "second interface", SECTION RESOLUTION("00") AT("00000000", "05000000"),
      "1 @5000000 1/0 4/4 abcd; end" },
    { "picosecond interface", SECTION RESOLUTION("0c") AT("00000000", "ffffff7f"),
      "1 @2147 1/0 4/4 abcd; end" },
    { "1/1024 second interface", SECTION RESOLUTION("8a") AT("00000000", "01040000"),
      "1 @1000976 1/0 4/4 abcd; end" },
    { "2^-64 second interface", SECTION RESOLUTION("c0") AT("00000080", "00000000"),
      "1 @500000 1/0 4/4 abcd; end" },
    { "finer than any clock", SECTION RESOLUTION("7f") AT("ffffffff", "ffffffff"),
      "1 @0 1/0 4/4 abcd; end" },
    { "time past the end of time", SECTION RESOLUTION("00") AT("ffffffff", "ffffffff"),
      "1 @2305843009213693951 1/0 4/4 abcd; end" },
    { "offset of an hour", SECTION OFFSET("100e0000 00000000") ENHANCED,
      "1 @3600000002 1/0 4/4 abcd; end" },
    { "negative offset", SECTION OFFSET("ff*8") ENHANCED, "1 @-999998 1/0 4/4 abcd; end" },
    { "absurd negative offset", SECTION OFFSET("00*7 80") ENHANCED,
      "1 @-2305843009213693951 1/0 4/4 abcd; end" },
    { "resolution of two bytes",
      SECTION
      "01000000 20000000 0100 0000 00000000 0900 0200 0900 0000 00000000 20000000 " ENHANCED,
      "damaged at 28: an option of an interface runs past its end" },
    { "option runs over",
      SECTION "01000000 18000000 0100 0000 00000000 0200 ff00 18000000 " ENHANCED,
      "damaged at 28: an option of an interface runs past its end" },

    /* pcapng: kinds of blocks */
    { "two link types",
      SECTION INTERFACE "01000000 14000000 6900 0000 00000000 14000000 " ENHANCED
                        "06000000 24000000 01000000 00000000 03000000 03000000 03000000 'abc' 00 "
                        "24000000",
      "1 @2 1/0 4/4 abcd; 2 @3 105/1 3/3 abc; end" },
    { "simple packet takes the time of the one before",
      SECTION INTERFACE ENHANCED "03000000 14000000 03000000 'abc' 00 14000000",
      "1 @2 1/0 4/4 abcd; 2 @2 1/0 3/3 abc; end" },
    { "simple packet cut by the snap length",
      SECTION "01000000 14000000 0100 0000 02000000 14000000 "
              "03000000 14000000 ea050000 'ab' 0000 14000000",
      "1 @0 1/0 2/1514 ab; end" },
    { "simple packet runs over", SECTION INTERFACE "03000000 14000000 05000000 'abcd' 14000000",
      "damaged at 48: a packet of 5 bytes can't be: there is room for 4" },
    { "simple packet without interface", SECTION "03000000 14000000 04000000 'abcd' 14000000",
      "damaged at 28: a packet of interface 0, but the section describes only 0" },
    { "old packet",
      SECTION INTERFACE "02000000 24000000 0000 ffff 00000000 02000000 04000000 04000000 'abcd' "
                        "24000000",
      "1 @2 1/0 4/4 abcd; end" },
    { "old packet of no interface",
      SECTION INTERFACE "02000000 24000000 0100 0000 00000000 02000000 04000000 04000000 'abcd' "
                        "24000000",
      "damaged at 48: a packet of interface 1, but the section describes only 1" },
    { "names and unknown blocks are skipped",
      SECTION INTERFACE "04000000 10000000 00000000 10000000 " ENHANCED
                        "34120000 0c000000 0c000000 " ENHANCED,
      "1 @2 1/0 4/4 abcd; 2 @2 1/0 4/4 abcd; end" },
    { "a journal entry has a frame number",
      SECTION INTERFACE "09000000 10000000 'A=1' 0a 10000000 " ENHANCED, "2 @2 1/0 4/4 abcd; end" },
    { "length without its padding",
      SECTION INTERFACE "06000000 23000000 00000000 00000000 02000000 03000000 03000000 'abc' 00 "
                        "23000000 " ENHANCED,
      "1 @2 1/0 3/3 abc; 2 @2 1/0 4/4 abcd; end" },
    { "sections of both byte orders, interfaces anew",
      SECTION INTERFACE ENHANCED SECTION_BIG INTERFACE_BIG
      "00000006 00000024 00000000 00000000 00000003 00000004 00000004 'abcd' 00000024 " SECTION
          ENHANCED,
      "1 @2 1/0 4/4 abcd; 2 @3 101/1 4/4 abcd; "
      "damaged at 196: a packet of interface 0, but the section describes only 0" },

    /* pcapng: damage */
    { "section cut", "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ff*8 1c0000",
      "refused: failed at 0: the last block is cut: the file ends 1 byte early" },
    { "section without byte order", "0a0d0d0a 1c000000 4d3c2b1b 0100 0000 ff*8 1c000000",
      "refused: failed at 0: a section without byte order" },
    { "section of version 2", "0a0d0d0a 1c000000 4d3c2b1a 0200 0000 ff*8 1c000000",
      "refused: failed at 0: pcapng version 2.0 is not known, only 1.x" },
    { "section too short", "0a0d0d0a 14000000 4d3c2b1a 0100 0000 14000000",
      "refused: failed at 0: the section header is too short for what it must hold" },
    { "interface too short", SECTION "01000000 10000000 0100 0000 10000000",
      "damaged at 28: the description of an interface is too short for what it must hold" },
    { "packet too short", SECTION INTERFACE "06000000 18000000 00*12 18000000",
      "damaged at 48: a packet's block is too short for what it must hold" },
    { "interface not described",
      SECTION INTERFACE ENHANCED
      "06000000 24000000 01000000 00000000 02000000 04000000 04000000 'abcd' 24000000 " ENHANCED,
      "1 @2 1/0 4/4 abcd; damaged at 84: a packet of interface 1, but the section describes "
      "only 1" },
    { "packet longer than its block",
      SECTION INTERFACE "06000000 24000000 00000000 00000000 02000000 05000000 05000000 'abcd' "
                        "24000000 ",
      "damaged at 48: a packet of 5 bytes can't be: there is room for 4" },
    { "lengths differ",
      SECTION INTERFACE ENHANCED "06000000 24000000 00000000 00000000 02000000 04000000 04000000 "
                                 "'abcd' 28000000 " ENHANCED,
      "1 @2 1/0 4/4 abcd; damaged at 84: a block's length is 36 at its head and 40 at its end" },
    { "lengths of a skipped block differ",
      SECTION INTERFACE "34120000 10000000 00*4 11000000 " ENHANCED,
      "damaged at 48: a block's length is 16 at its head and 17 at its end" },
    { "block of no length", SECTION INTERFACE ENHANCED "00*12",
      "1 @2 1/0 4/4 abcd; damaged at 84: a block of 0 bytes can't be" },
    { "cut in a block's head", SECTION INTERFACE ENHANCED "06000000 24",
      "1 @2 1/0 4/4 abcd; damaged at 84: the last block is cut: the file ends 7 bytes early" },
    { "cut in a block", SECTION INTERFACE ENHANCED "06000000 24000000 00000000 00000000",
      "1 @2 1/0 4/4 abcd; damaged at 84: the last block is cut: the file ends 20 bytes early" },
    { "cut in a skipped block", SECTION INTERFACE "34120000 10000000 00*5",
      "damaged at 48: the last block is cut: the file ends 3 bytes early" },
    { "absurd packet block", SECTION INTERFACE "06000000 ffffff7f 00*40",
      "damaged at 48: a block of 2147483647 bytes can't be: 16842752 is the most there is" },
    { "absurd unknown block", SECTION INTERFACE "34120000 fcffffff 00*40",
      "damaged at 48: the last block is cut: the file ends 4294967244 bytes early" },
    { "secrets run over", SECTION "0a000000 18000000 4b534c54 05000000 'abcd' 18000000",
      "damaged at 28: 5 bytes of secrets can't be: there is room for 4" },

    /* what else people hand us */
    { "empty", "", "refused: failed at 0: the file is empty" },
    { "one byte", "d4",
      "refused: failed at 0: this is not a packet capture: "
      "it is neither pcap nor pcapng" },
    { "text", "'Hello, world. This is no capture.'",
      "refused: failed at 0: this is not a packet capture: it is neither pcap nor pcapng" },
    { "Kuznetzov's pcap", "34cdb2a1 0200 0400 00*16",
      "refused: failed at 0: this is a pcap capture as patched by Alexey Kuznetzov, "
      "which can't be read directly" },
    { "IXIA", "ac01001c 0200 0400 00*16",
      "refused: failed at 0: this is a capture of an IXIA lcap hardware port, "
      "which can't be read directly" },
    { "Snoop", "'snoop' 000000 00000002 00000004",
      "refused: failed at 0: this is a Snoop capture, which can't be read directly" },
    { "zip", "'PK' 0304 1400 00*40",
      "refused: failed at 0: this is a zip archive, which can't be read directly" },
    { "tar", "'kitchen.pcap' 00*245 'ustar' 00*250",
      "refused: failed at 0: this is a tar archive, which can't be read directly" },
    { "tar, cut before it says so", "'kitchen.pcap' 00*245 'usta'",
      "refused: failed at 0: this is not a packet capture: it is neither pcap nor pcapng" },
};

START_TEST(reads_files)
{
    static const size_t chunks[] = { 0, 1, 7 };
    struct reader wire = hex(files[_i].wire);
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        struct capture_totals totals = { 0 };
        char *got = told(wire.at, reader_left(&wire), chunks[i], &totals);
        ck_assert_msg(strcmp(got, files[_i].told) == 0, "%s, %zu at a time:\ngot  %s\nwant %s",
                      files[_i].name, chunks[i], got, files[_i].told);
        free(got);
    }
}
END_TEST

static void add_files(TCase *t)
{
    TEST_ROWS(t, reads_files, files);
}

/* ---- what is counted and kept beside the packets */

#define STATISTICS(interface, option, count)                                                       \
    "05000000 28000000 " interface " 00*8 " option " 0800 " count " 00*7 00000000 28000000 "

static const struct {
    const char *name, *wire;
    uint64_t dropped, secrets;
} extras[] = {
    { "interface drops", SECTION INTERFACE STATISTICS("00000000", "0500", "07"), 7, 0 },
    { "system drops", SECTION INTERFACE STATISTICS("00000000", "0700", "07"), 7, 0 },
    { "counts grow from block to block",
      SECTION INTERFACE STATISTICS("00000000", "0500", "07") STATISTICS("00000000", "0500", "09")
          STATISTICS("00000000", "0500", "09"),
      9, 0 },
    { "received is not dropped", SECTION INTERFACE STATISTICS("00000000", "0400", "07"), 0, 0 },
    { "drops of no interface", SECTION INTERFACE STATISTICS("01000000", "0500", "07"), 0, 0 },
    { "two secrets",
      SECTION "0a000000 18000000 4b534c54 04000000 'key1' 18000000 "
              "0a000000 18000000 4b534c54 04000000 'key2' 18000000 ",
      0, 2 },
    { "secrets that run over", SECTION "0a000000 18000000 4b534c54 09000000 'key1' 18000000", 0,
      0 },
};

START_TEST(counts_extras)
{
    struct capture_totals totals = { 0 };
    struct reader wire = hex(extras[_i].wire);
    free(told(wire.at, reader_left(&wire), 0, &totals));
    ck_assert_msg(totals.dropped == extras[_i].dropped, "%s", extras[_i].name);
    ck_assert_msg(totals.secrets == extras[_i].secrets, "%s", extras[_i].name);
}
END_TEST

START_TEST(keeps_secrets)
{
    struct reader wire = hex(SECTION "0a000000 18000000 4b534c54 04000000 'key1' 18000000 "
                                     "0a000000 18000000 574b4750 03000000 'key' 00 18000000 ");
    struct trickle from = { wire.at, wire.end, 0, 0 };
    struct capture_totals totals = { 0 };
    struct error e;
    struct packet p;
    struct capture_file *f = capture_file_over(trickle_read, &from, &totals, &e);
    ck_assert_ptr_nonnull(f);
    ck_assert_ptr_null(capture_file_secret(f, 0));
    ck_assert_int_eq(capture_file_next(f, &p, &e), CAPTURE_END);
    const struct capture_secret *first = capture_file_secret(f, 0);
    const struct capture_secret *second = capture_file_secret(f, 1);
    ck_assert_uint_eq(first->type, 0x544c534b);
    ck_assert_mem_eq(first->data, "key1", first->len);
    ck_assert_uint_eq(first->len, 4);
    ck_assert_uint_eq(second->type, 0x50474b57);
    ck_assert_uint_eq(second->len, 3);
    ck_assert_ptr_null(capture_file_secret(f, 2));
    capture_file_close(f);
}
END_TEST

START_TEST(tells_read_errors)
{
    struct reader wire = hex(CLASSIC PACKET "01000000");
    struct trickle from = { wire.at, wire.end, 0, EIO };
    struct capture_totals totals = { 0 };
    struct error e;
    struct packet p;
    struct capture_file *f = capture_file_over(trickle_read, &from, &totals, &e);
    ck_assert_int_eq(capture_file_next(f, &p, &e), CAPTURE_PACKET);
    ck_assert_int_eq(capture_file_next(f, &p, &e), CAPTURE_FAILED);
    ck_assert_str_eq(e.place, "capture: byte 48");
    ck_assert_str_eq(e.fault, "reading failed: Input/output error");
    capture_file_close(f);
}
END_TEST

static void add_extras(TCase *t)
{
    TEST_ROWS(t, counts_extras, extras);
    tcase_add_test(t, keeps_secrets);
    tcase_add_test(t, tells_read_errors);
}

/* ---- files larger than a block, and blocks larger than that */

static void put_u32(struct text *t, uint32_t value)
{
    uint8_t bytes[4] = { (uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                         (uint8_t)(value >> 24) };
    text_add_bytes(t, bytes, sizeof bytes);
}

static void put_hex(struct text *t, const char *string)
{
    struct reader r = hex(string);
    text_add_bytes(t, r.at, reader_left(&r));
}

static void put_fill(struct text *t, uint32_t number, size_t len)
{
    char *bytes = must_malloc(len + 1);
    memset(bytes, (int)(number % 251), len);
    text_add_bytes(t, bytes, len);
    free(bytes);
}

static uint32_t length_of(uint32_t number)
{
    static const uint32_t lengths[] = { 60, 1514, 0, 262144, 9000, 1, 65535, 130000 };
    return lengths[number % (sizeof lengths / sizeof lengths[0])];
}

static void put_classic_packet(struct text *t, uint32_t number)
{
    put_u32(t, number);
    put_u32(t, 0);
    put_u32(t, length_of(number));
    put_u32(t, length_of(number));
    put_fill(t, number, length_of(number));
}

static void put_block(struct text *t, uint32_t type, uint32_t body_len, uint32_t number)
{
    put_u32(t, type);
    put_u32(t, body_len + 12);
    put_fill(t, number, body_len);
    put_u32(t, body_len + 12);
}

/* An enhanced packet whose block has option_len bytes behind the packet. */
static void put_enhanced_packet(struct text *t, uint32_t number, uint32_t option_len)
{
    uint32_t len = length_of(number), padding = -len & 3;
    uint32_t block_len = 32 + len + padding + option_len;
    put_u32(t, 6);
    put_u32(t, block_len);
    put_u32(t, 0);
    put_u32(t, 0);
    put_u32(t, number * 1000000);
    put_u32(t, len);
    put_u32(t, len);
    put_fill(t, number, len);
    put_fill(t, 0, padding);
    put_fill(t, 0, option_len);
    put_u32(t, block_len);
}

enum { MANY = 100 };

static void check_many(const struct text *file, size_t chunk)
{
    const uint8_t *bytes = (const uint8_t *)file->data;
    struct trickle from = { bytes, bytes + file->len, chunk, 0 };
    struct capture_totals totals = { 0 };
    struct error e = { 0 };
    struct packet p;
    struct capture_file *f = capture_file_over(trickle_read, &from, &totals, &e);
    ck_assert_ptr_nonnull(f);
    for (uint32_t number = 1; number <= MANY; number++) {
        ck_assert_int_eq(capture_file_next(f, &p, &e), CAPTURE_PACKET);
        ck_assert_uint_eq(p.at.frame, number);
        ck_assert_int_eq(p.at.time_us, number * INT64_C(1000000));
        ck_assert_uint_eq(p.len, length_of(number));
        uint32_t good = 0; /* one assertion for all bytes: each costs a system call */
        while (good < p.len && p.data[good] == number % 251)
            good++;
        ck_assert_uint_eq(good, p.len);
    }
    ck_assert_int_eq(capture_file_next(f, &p, &e), CAPTURE_END);
    ck_assert_uint_eq(totals.packets, MANY);
    capture_file_progress(f);
    ck_assert_uint_eq(totals.bytes_read, file->len);
    capture_file_close(f);
}

static const size_t odd_chunks[] = { 0, 4093, 65536, 1 << 20 };

START_TEST(reads_over_block_ends)
{
    struct text file = { 0 };
    put_hex(&file, CLASSIC);
    for (uint32_t number = 1; number <= MANY; number++)
        put_classic_packet(&file, number);
    check_many(&file, odd_chunks[_i]);
    text_free(&file);
}
END_TEST

START_TEST(reads_large_blocks)
{
    struct text file = { 0 };
    put_hex(&file, SECTION);
    put_block(&file, 0x1234, 20 << 20, 0);
    put_hex(&file, INTERFACE);
    for (uint32_t number = 1; number <= MANY; number++) {
        put_enhanced_packet(&file, number, number == 50 ? 14 << 20 : 0);
        if (number % 16 == 0)
            put_block(&file, 4, 700000, number);
    }
    check_many(&file, odd_chunks[_i]);
    text_free(&file);
}
END_TEST

START_TEST(caps_secrets)
{
    struct text file = { 0 };
    struct capture_totals totals = { 0 };
    put_hex(&file, SECTION);
    for (uint32_t number = 0; number < 20; number++) {
        put_u32(&file, 10);
        put_u32(&file, 20 + (1 << 20));
        put_u32(&file, 0x544c534b);
        put_u32(&file, 1 << 20);
        put_fill(&file, number, 1 << 20);
        put_u32(&file, 20 + (1 << 20));
    }
    put_block(&file, 10, 17 << 20, 0); /* on its own too large */
    char *got = told(file.data, file.len, 0, &totals);
    ck_assert_str_eq(got, "end");
    ck_assert_uint_eq(totals.secrets, 15);
    ck_assert_uint_eq(totals.secrets_left_out, 6);
    free(got);
    text_free(&file);
}
END_TEST

static void add_large(TCase *t)
{
    tcase_set_timeout(t, 60);
    TEST_ROWS(t, reads_over_block_ends, odd_chunks);
    TEST_ROWS(t, reads_large_blocks, odd_chunks);
    tcase_add_test(t, caps_secrets);
}

/* ---- compressed */

static void put_some_classic(struct text *t)
{
    put_hex(t, CLASSIC);
    for (uint32_t number = 0; number < 30000; number++)
        put_hex(t, PACKET);
}

static const struct {
    const char *name;
    int (*add_filter)(struct archive *);
    const char *fault;
} packings[] = {
    { "gzip", archive_write_add_filter_gzip, "the file ends before the data does" },
    { "zstd", archive_write_add_filter_zstd, "Truncated zstd input" },
    { "xz", archive_write_add_filter_xz, "Lzma library error:  No progress is possible" },
    { "lz4", archive_write_add_filter_lz4, "truncated lz4 input" },
    { "bzip2", archive_write_add_filter_bzip2, "truncated bzip2 input" },
};

static size_t pack(const struct text *plain, int i, uint8_t *packed, size_t room)
{
    size_t len;
    struct archive *a = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_set_format_raw(a);
    ck_assert_int_eq(packings[i].add_filter(a), ARCHIVE_OK);
    archive_write_set_bytes_in_last_block(a, 1);
    ck_assert_int_eq(archive_write_open_memory(a, packed, room, &len), ARCHIVE_OK);
    archive_write_header(a, entry);
    archive_write_data(a, plain->data, plain->len);
    archive_entry_free(entry);
    archive_write_close(a);
    archive_write_free(a);
    return len;
}

static uint64_t packets_of(const uint8_t *bytes, size_t len, size_t chunk, char **end)
{
    struct capture_totals totals = { 0 };
    char *got = told(bytes, len, chunk, &totals);
    const char *last = strrchr(got, ';');
    *end = must_strdup(last ? last + 2 : got);
    free(got);
    return totals.packets;
}

START_TEST(reads_compressed)
{
    static uint8_t packed[2 << 20];
    char *end;
    struct text plain = { 0 };
    put_some_classic(&plain);
    size_t len = pack(&plain, _i, packed, sizeof packed);
    for (size_t chunk = 0; chunk < 2; chunk++) {
        uint64_t whole = packets_of(packed, len, chunk, &end);
        ck_assert_msg(whole == 30000 && strcmp(end, "end") == 0, "%s: %" PRIu64 " %s",
                      packings[_i].name, whole, end);
        free(end);

        uint64_t cut = packets_of(packed, len - 5, chunk, &end);
        ck_assert_msg(strstr(end, packings[_i].fault) != NULL, "%s: %s", packings[_i].name, end);
        ck_assert_uint_le(cut, 30000);
        free(end);
    }
    text_free(&plain);
}
END_TEST

/* gzip gives its bytes one by one: what a cut file still holds is not lost. */
START_TEST(reads_cut_gzip_to_the_last_packet)
{
    static uint8_t packed[2 << 20];
    char *end;
    struct text plain = { 0 };
    put_some_classic(&plain);
    size_t len = pack(&plain, 0, packed, sizeof packed);
    uint64_t cut = packets_of(packed, len - 8, 0, &end); /* only the check sum is gone */
    ck_assert_uint_eq(cut, 30000);
    ck_assert_str_eq(end, "damaged at 600024 (uncompressed): the gzip data breaks off here: "
                          "the file ends before the data does");
    free(end);

    packed[len - 8] ^= 1;
    cut = packets_of(packed, len, 0, &end);
    ck_assert_uint_eq(cut, 30000);
    ck_assert_str_eq(end, "damaged at 600024 (uncompressed): the gzip data breaks off here: "
                          "incorrect data check");
    packed[len - 8] ^= 1;
    free(end);

    /* Rotated captures are often joined: members in a row, rubbish behind. */
    size_t empty = pack(&(struct text){ 0 }, 0, packed + len, sizeof packed - len);
    memcpy(packed + len + empty, "rubbish", 7);
    cut = packets_of(packed, len + empty + 7, 3, &end);
    ck_assert_uint_eq(cut, 30000);
    ck_assert_str_eq(end, "end");
    free(end);
    text_free(&plain);
}
END_TEST

static void add_compressed(TCase *t)
{
    TEST_ROWS(t, reads_compressed, packings);
    tcase_add_test(t, reads_cut_gzip_to_the_last_packet);
}

/* ---- by name: capture.h as the rest of the program sees it */

static char path[] = "/tmp/test_capture_XXXXXX";

static void write_file(const char *wire)
{
    struct reader r = hex(wire);
    strcpy(path + strlen(path) - 6, "XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, r.at, reader_left(&r)), (ssize_t)reader_left(&r));
    close(fd);
}

/* 802.11 beacons never hold a UDP datagram; the Ethernet frame holds one to port 53. */
#define ETHERNET_LEN "2a000000"
#define ETHERNET     "02*12 0800 4500 001c 0000 0000 4011 0000 0a000001 0a000002 1234 0035 0008 0000 "
#define DNS_PACKET   "01000000 02000000 " ETHERNET_LEN ETHERNET_LEN ETHERNET
#define DNS_BLOCK                                                                                  \
    "06000000 4c000000 00000000 00000000 02000000 " ETHERNET_LEN ETHERNET_LEN ETHERNET             \
    "0000 4c000000 "
#define USB_BLOCK     "06000000 24000000 01000000 00000000 02000000 04000000 04000000 'abcd' 24000000 "
#define USB_INTERFACE "01000000 14000000 f900 0000 00000000 14000000 "

static const struct {
    const char *name, *wire, *filter, *told;
} filters[] = {
    { "no filter", CLASSIC PACKET DNS_PACKET, NULL, "1 2 end, 0 left out" },
    { "frames keep their numbers", CLASSIC PACKET DNS_PACKET PACKET DNS_PACKET, "udp port 53",
      "2 4 end, 2 left out" },
    { "nothing matches", CLASSIC DNS_PACKET, "udp port 54", "end, 1 left out" },
    { "no such word", CLASSIC DNS_PACKET, "udp prot 53", "refused" },
    { "not for this link type", "d4c3b2a1 0200 0400 00*8 00000400 f9000000 " PACKET,
      "host 10.0.0.1", "refused" },
    { "one link type of two", SECTION INTERFACE USB_INTERFACE USB_BLOCK DNS_BLOCK USB_BLOCK,
      "host 10.0.0.1", "2 end, 2 left out" },
    { "no link type fits", SECTION INTERFACE USB_INTERFACE USB_BLOCK, "host 10.0.0.1",
      "failed, 1 left out" },
    { "raw IP",
      "d4c3b2a1 0200 0400 00*8 00000400 65000000 01000000 02000000 1c000000 1c000000 "
      "4500 001c 0000 0000 4011 0000 0a000001 0a000002 1234 0035 0008 0000",
      "udp port 53", "1 end, 0 left out" },
};

static void tell_frames(struct text *t, struct capture *c)
{
    struct packet p;
    struct error e = { 0 };
    enum capture_status status;
    while ((status = capture_next(c, &p, &e)) == CAPTURE_PACKET)
        text_format(t, "%" PRIu64 " ", p.at.frame);
    ck_assert_int_eq(error_is_set(&e), status != CAPTURE_END);
    text_format(t, "%s, %" PRIu64 " left out", status == CAPTURE_END ? "end" : "failed",
                capture_totals(c)->filtered);
}

START_TEST(filters_saved_packets)
{
    struct text t = { 0 };
    struct error e;
    write_file(filters[_i].wire);
    struct capture *c = capture_open(path, filters[_i].filter, &e);
    if (c) {
        ck_assert(!error_is_set(&e));
        tell_frames(&t, c);
    } else {
        ck_assert(strstr(e.place, filters[_i].filter) && e.fault[0] && e.hint[0]);
        text_add(&t, "refused");
    }
    ck_assert_msg(strcmp(t.data, filters[_i].told) == 0, "%s: %s", filters[_i].name, t.data);
    capture_close(c);
    unlink(path);
    text_free(&t);
}
END_TEST

static const struct {
    const char *path, *place, *fault;
} unopened[] = {
    { "/nonexistent/kitchen.pcap", "/nonexistent/kitchen.pcap", "No such file or directory" },
    { "/tmp", "/tmp", "this is a directory" },
    { "/dev/null", "/dev/null: byte 0", "the file is empty" },
};

START_TEST(tells_why_not_opened)
{
    struct error e;
    ck_assert_ptr_null(capture_open(unopened[_i].path, NULL, &e));
    ck_assert_str_eq(e.place, unopened[_i].place);
    ck_assert_str_eq(e.fault, unopened[_i].fault);
    ck_assert(e.hint[0] != 0);
}
END_TEST

/* Standard input in writes of one byte: the same as a file, but of unknown length. */
START_TEST(reads_standard_input)
{
    struct reader r = hex(CLASSIC PACKET DNS_PACKET PACKET);
    struct text t = { 0 };
    struct error e;
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    if (fork() == 0) {
        for (const uint8_t *at = r.at; at < r.end; at++) {
            if (write(ends[1], at, 1) != 1)
                _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    struct capture *c = capture_open("-", "udp", &e);
    ck_assert_ptr_nonnull(c);
    tell_frames(&t, c);
    ck_assert_str_eq(t.data, "2 end, 2 left out");
    ck_assert_uint_eq(capture_totals(c)->file_len, 0);
    ck_assert_uint_eq(capture_totals(c)->bytes_read, reader_left(&r));
    capture_close(c);
    text_free(&t);
}
END_TEST

static void add_named(TCase *t)
{
    TEST_ROWS(t, filters_saved_packets, filters);
    TEST_ROWS(t, tells_why_not_opened, unopened);
    tcase_add_test(t, reads_standard_input);
}

TEST_MAIN("capture_file", add_files, add_extras, add_large, add_compressed, add_named)
