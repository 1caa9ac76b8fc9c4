/* capture_format.h - what the readers of the two file formats share.
 *
 * Private to capture_file.c, capture_classic.c and capture_pcapng.c. */
#ifndef NET_CAPTURE_FORMAT_H
#define NET_CAPTURE_FORMAT_H

#include <string.h>

#include "net/capture_file.h"

enum {
    MAX_PACKET_LEN = 262144,    /* what libpcap and Wireshark allow as well */
    MAX_BULK_LEN = 16 << 20,    /* for the link types that are no network */
    MAX_SECRETS_LEN = 16 << 20, /* all Decryption Secrets Blocks of a file together */
    MAX_INTERFACES = 65536,     /* of one pcapng section */
};

/* What a classic capture says once, for all packets. */
struct classic {
    uint32_t link_type, snap_len, max_packet_len;
    bool nanoseconds;
    bool lengths_swapped; /* versions before 2.4 might */
};

/* One interface of the pcapng section that is being read. */
struct interface {
    uint32_t link_type, snap_len;
    uint32_t max_packet_len;
    uint8_t resolution; /* if_tsresol */
    int64_t offset_us;  /* if_tsoffset */
    uint64_t lost[2];   /* isb_ifdrop and isb_osdrop as last told */
    char *name;         /* if_name, or NULL */
};

struct pcapng {
    struct interface *interfaces;
    uint32_t interface_count, interface_room;
    uint32_t interfaces_before; /* in the sections before this one */
    struct capture_secret **secrets;
    size_t secret_count, secrets_len;
    uint64_t block_offset; /* where the block is that is being read */
};

struct capture_file {
    struct source source;
    enum capture_status (*next)(struct capture_file *f, struct packet *p);
    struct capture_totals *totals;
    bool swapped;    /* numbers are not in our byte order */
    uint64_t frame;  /* number of the last packet */
    int64_t time_us; /* and its time */
    struct classic classic;
    struct pcapng pcapng;

    char *name;
    enum capture_status status; /* CAPTURE_PACKET until the end is reached */
    struct error why;           /* it is DAMAGED or FAILED */
};

static inline uint16_t capture_file_u16(const struct capture_file *f, const uint8_t *bytes)
{
    uint16_t value;
    memcpy(&value, bytes, sizeof value);
    return f->swapped ? __builtin_bswap16(value) : value;
}

static inline uint32_t capture_file_u32(const struct capture_file *f, const uint8_t *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return f->swapped ? __builtin_bswap32(value) : value;
}

static inline uint64_t capture_file_u64(const struct capture_file *f, const uint8_t *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return f->swapped ? __builtin_bswap64(value) : value;
}

/* capture_file_packet numbers and counts the packet whose other members are set. */
static inline enum capture_status capture_file_packet(struct capture_file *f, struct packet *p)
{
    /* Some programs write 0, or the length before they added a header. */
    if (p->wire_len < p->len)
        p->wire_len = p->len;
    p->at.frame = ++f->frame;
    f->time_us = p->at.time_us;
    f->totals->packets++;
    f->totals->bytes += p->wire_len;
    return CAPTURE_PACKET;
}

/* capture_file_max_len is the largest packet believed on such a link. */
uint32_t capture_file_max_len(uint32_t link_type);

/* These end the file and give the status to return. damaged: what stands at
 * offset can't be. cut: the source ended before len bytes of what. */
enum capture_status capture_file_damaged(struct capture_file *f, uint64_t offset, const char *fault,
                                         ...) __attribute__((format(printf, 3, 4)));
enum capture_status capture_file_cut(struct capture_file *f, uint64_t offset, const char *what,
                                     uint64_t missing);

/* A format's header is read by open, which gives CAPTURE_PACKET when packets
 * may follow and sets f->next. */
enum capture_status classic_open(struct capture_file *f);
bool classic_recognise(const uint8_t magic[4]);
enum capture_status pcapng_open(struct capture_file *f);
bool pcapng_recognise(const uint8_t magic[4]);
struct capture_interface pcapng_interface(const struct capture_file *f, uint32_t number);
bool pcapng_comment(const struct capture_file *f, struct packet *p, const char **comment,
                    size_t *len);
void pcapng_close(struct capture_file *f);

#endif
