/* capture_file.c - see capture_file.h.
 *
 * Tells the format by the first bytes, hands over to its reader, and words how
 * a file ends when it ends badly. The formats are in capture_classic.c and
 * capture_pcapng.c, the bytes come from source.c. */
#include "net/capture_file.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/text.h"
#include "net/capture_format.h"
#include "net/unpack.h"

/* What people hand us instead of a capture, or in a format that we don't read. */
enum { FOREIGN_LOOK = 264 };

static const char convert[] = "convert it: editcap -F pcapng OLD NEW.pcapng";
static const char extract[] = "unpack it first, and name the captures inside";

static const struct {
    const char *name, *hint;
    uint16_t offset;
    uint8_t len;
    const char *magic;
} foreign[] = {
    { "a pcap capture as patched by Alexey Kuznetzov", convert, 0, 4, "\xa1\xb2\xcd\x34" },
    { "a pcap capture as patched by Alexey Kuznetzov", convert, 0, 4, "\x34\xcd\xb2\xa1" },
    { "a capture of an IXIA lcap software port", convert, 0, 4, "\x1c\x00\x01\xab" },
    { "a capture of an IXIA lcap software port", convert, 0, 4, "\xab\x01\x00\x1c" },
    { "a capture of an IXIA lcap hardware port", convert, 0, 4, "\x1c\x00\x01\xac" },
    { "a capture of an IXIA lcap hardware port", convert, 0, 4, "\xac\x01\x00\x1c" },
    { "a Snoop capture", convert, 0, 8, "snoop\0\0" },
    { "a Bluetooth btsnoop capture", convert, 0, 8, "btsnoop" },
    { "a Microsoft Network Monitor capture", convert, 0, 4, "GMBU" },
    { "a Microsoft Network Monitor capture", convert, 0, 4, "RTSS" },
    { "a Sniffer capture", convert, 0, 16, "TRSNIFF data    " },
    { "a NetXray capture", convert, 0, 4, "XCP\0" },
    { "an OmniPeek capture", convert, 0, 4, "\177ver" },
    { "an AIX iptrace capture", convert, 0, 8, "iptrace " },
    { "a zip archive", extract, 0, 4, "PK\3\4" },
    { "a 7-Zip archive", extract, 0, 6, "7z\xbc\xaf\x27\x1c" },
    { "a RAR archive", extract, 0, 4, "Rar!" },
    { "a tar archive", extract, 257, 5, "ustar" },
};

/* The place counts bytes as they are once unpacked; for a compressed file the
 * reader must know that. */
static void place(struct capture_file *f, uint64_t offset)
{
    error_place(&f->why, "%s: byte %" PRIu64 "%s", f->name, offset,
                f->source.packing ? " (uncompressed)" : "");
}

static void hint_rest(struct capture_file *f)
{
    static const char again[] = "copy the file again, once the capturing program has ended";
    if (f->frame > 0)
        error_hint(&f->why, "everything up to packet %" PRIu64 " was read; %s", f->frame, again);
    else
        error_hint(&f->why, "no packet could be read; %s", again);
}

enum capture_status capture_file_damaged(struct capture_file *f, uint64_t offset, const char *fault,
                                         ...)
{
    char text[sizeof f->why.fault];
    va_list args;
    va_start(args, fault);
    vsnprintf(text, sizeof text, fault, args);
    va_end(args);
    place(f, offset);
    error_fault(&f->why, "%s", text);
    hint_rest(f);
    return CAPTURE_DAMAGED;
}

static enum capture_status unreadable(struct capture_file *f)
{
    place(f, f->source.end_offset);
    error_fault(&f->why, "reading failed: %s", f->source.fault);
    error_hint(&f->why,
               "check the disk or the network it is on, then try again; packets read "
               "so far: %" PRIu64,
               f->frame);
    return CAPTURE_FAILED;
}

enum capture_status capture_file_cut(struct capture_file *f, uint64_t offset, const char *what,
                                     uint64_t missing)
{
    if (f->source.state == SOURCE_UNREADABLE)
        return unreadable(f);
    if (f->source.state == SOURCE_BROKEN)
        return capture_file_damaged(f, f->source.end_offset, "the %s data breaks off here: %s",
                                    f->source.packing, f->source.fault);
    return capture_file_damaged(f, offset, "%s is cut: the file ends %" PRIu64 " byte%s early",
                                what, missing, missing == 1 ? "" : "s");
}

uint32_t capture_file_max_len(uint32_t link_type)
{
    enum { LINKTYPE_DBUS = 231, LINKTYPE_USBPCAP = 249 };
    return link_type == LINKTYPE_DBUS || link_type == LINKTYPE_USBPCAP ? MAX_BULK_LEN
                                                                       : MAX_PACKET_LEN;
}

static void refuse(struct capture_file *f, const char *fault, const char *hint)
{
    place(f, 0);
    error_fault(&f->why, "%s", fault);
    error_hint(&f->why, "%s", hint);
}

static enum capture_status refuse_foreign(struct capture_file *f)
{
    (void)source_look(&f->source, FOREIGN_LOOK);
    const uint8_t *bytes = f->source.at;
    size_t len = source_left(&f->source);
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        if (len < foreign[i].offset + (size_t)foreign[i].len ||
            memcmp(bytes + foreign[i].offset, foreign[i].magic, foreign[i].len) != 0)
            continue;
        char fault[128];
        snprintf(fault, sizeof fault, "this is %s, which can't be read directly", foreign[i].name);
        refuse(f, fault, foreign[i].hint);
        return CAPTURE_FAILED;
    }
    if (unpacker_recognise(bytes, len)) {
        refuse(f, "this capture is compressed twice", "uncompress it once");
        return CAPTURE_FAILED;
    }
    refuse(f, "this is not a packet capture: it is neither pcap nor pcapng",
           "record one with 'tcpdump -w FILE', or export one from Wireshark as pcapng");
    return CAPTURE_FAILED;
}

static enum capture_status read_header(struct capture_file *f)
{
    const uint8_t *magic = source_look(&f->source, 4);
    if (magic && classic_recognise(magic))
        return classic_open(f);
    if (magic && pcapng_recognise(magic))
        return pcapng_open(f);
    if (f->source.state == SOURCE_BROKEN || f->source.state == SOURCE_UNREADABLE)
        return capture_file_cut(f, 0, "", 0);
    if (source_left(&f->source) > 0)
        return refuse_foreign(f);
    refuse(f, "the file is empty",
           "the capturing program wrote nothing: was it still running, or without permission?");
    return CAPTURE_FAILED;
}

static struct capture_file *new_file(const char *name, struct capture_totals *totals)
{
    struct capture_file *f = must_calloc(1, sizeof *f);
    f->source.fd = -1;
    f->name = must_strdup(name);
    f->totals = totals;
    f->status = CAPTURE_PACKET;
    return f;
}

static struct capture_file *open_source(struct capture_file *f, struct error *e)
{
    if (read_header(f) == CAPTURE_PACKET)
        return f;
    *e = f->why;
    capture_file_close(f);
    return NULL;
}

struct capture_file *capture_file_open(const char *path, struct capture_totals *totals,
                                       struct error *e)
{
    struct capture_file *f = new_file(strcmp(path, "-") == 0 ? "standard input" : path, totals);
    if (source_open(&f->source, path, e))
        return open_source(f, e);
    capture_file_close(f);
    return NULL;
}

struct capture_file *capture_file_over(source_read *read, void *from, struct capture_totals *totals,
                                       struct error *e)
{
    struct capture_file *f = new_file("capture", totals);
    source_over(&f->source, read, from);
    return open_source(f, e);
}

void capture_file_close(struct capture_file *f)
{
    if (!f)
        return;
    pcapng_close(f);
    source_close(&f->source);
    free(f->name);
    free(f);
}

enum capture_status capture_file_next(struct capture_file *f, struct packet *p, struct error *e)
{
    if (__builtin_expect(f->status == CAPTURE_PACKET, 1)) {
        enum capture_status status = f->next(f, p);
        if (__builtin_expect(status == CAPTURE_PACKET, 1))
            return CAPTURE_PACKET;
        f->status = status;
    }
    if (f->status != CAPTURE_END)
        *e = f->why;
    return f->status;
}

bool capture_file_link(const struct capture_file *f, uint32_t *link_type)
{
    *link_type = f->classic.link_type;
    return f->classic.max_packet_len > 0; /* set by classic_open only */
}

const struct capture_secret *capture_file_secret(const struct capture_file *f, size_t n)
{
    return n < f->pcapng.secret_count ? f->pcapng.secrets[n] : NULL;
}

struct capture_interface capture_file_interface(const struct capture_file *f, uint32_t number)
{
    if (f->classic.max_packet_len == 0)
        return pcapng_interface(f, number);
    return (struct capture_interface){ f->classic.link_type, f->classic.snap_len, NULL };
}

bool capture_file_comment(const struct capture_file *f, struct packet *p, const char **comment,
                          size_t *len)
{
    return pcapng_comment(f, p, comment, len);
}

void capture_file_progress(struct capture_file *f)
{
    f->totals->bytes_read = f->source.bytes_read;
    f->totals->file_len = f->source.file_len;
}
