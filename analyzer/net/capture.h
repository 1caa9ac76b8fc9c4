/* capture.h - where packets come from: a saved capture, a stream, an interface.
 *
 * Saved captures are read by our own reader (capture_file.c): libpcap's API has
 * one link type a file, and Wireshark writes files with several. Compressed
 * input comes through libarchive. capture_live.c is libpcap's live capture.
 * Both compile -f filters with libpcap. */
#ifndef NET_CAPTURE_H
#define NET_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "net/packet.h"

enum capture_status {
    CAPTURE_PACKET,
    CAPTURE_IDLE,    /* live only: nothing came for a while, time moves on */
    CAPTURE_END,     /* all was read */
    CAPTURE_DAMAGED, /* the file breaks here; what came before was good */
    CAPTURE_FAILED,  /* it can't be read at all, or not further */
};

struct capture_totals {
    uint64_t packets, bytes; /* all that were read; bytes as they were on the wire */
    uint64_t filtered;       /* packets the filter left out */
    uint64_t dropped;        /* lost by the kernel or the capturing program (pcapng ISB) */
    uint64_t dropped_by_interface;
    uint64_t bytes_read, file_len; /* for progress; file_len 0 when unknown */
    uint64_t secrets;              /* Decryption Secrets Blocks kept */
    uint64_t secrets_left_out;     /* those that passed 16 MiB together */
};

/* A Decryption Secrets Block, kept for whoever decrypts. */
struct capture_secret {
    uint32_t type; /* 0x544c534b: an NSS key log */
    const uint8_t *data;
    size_t len;
};

struct capture;

/* capture_open opens a saved capture; "-" is standard input. filter is a BPF
 * expression or NULL. NULL and e filled when it can't: not there, not a
 * capture, a filter that does not compile. The caller closes. */
struct capture *capture_open(const char *path, const char *filter, struct error *e);

/* capture_open_live opens an interface and then drops root: afterwards the
 * process runs as the user nobody, or as SUDO_UID when there is one. */
struct capture *capture_open_live(const char *interface, const char *filter, struct error *e);

/* capture_next reads the next packet. DAMAGED and FAILED fill e with file,
 * byte offset, fault and remedy; they are final. */
enum capture_status capture_next(struct capture *c, struct packet *p, struct error *e);

const struct capture_totals *capture_totals(struct capture *c);
/* capture_secrets gives the n-th secret, or NULL behind the last. It lives as
 * long as the capture. */
const struct capture_secret *capture_secret(struct capture *c, size_t n);

/* For those who write a capture of their own: what is known of the interface of
 * the packet last read. Its name is NULL when the file does not tell; it lives
 * until the next packet is read. */
struct capture_interface {
    uint32_t link_type, snap_len; /* snap_len 0: not told */
    const char *name;
};
struct capture_interface capture_interface(const struct capture *c, const struct packet *p);
/* capture_comment gives the next comment that the packet last read carries in
 * its pcapng block, as it stands there (it may be no text at all), and steps
 * behind it in p; false when there is no more. */
bool capture_comment(const struct capture *c, struct packet *p, const char **comment, size_t *len);

/* capture_break makes a waiting live capture return IDLE; for signals. */
void capture_break(struct capture *c);
void capture_close(struct capture *c); /* NULL is fine */

#endif
