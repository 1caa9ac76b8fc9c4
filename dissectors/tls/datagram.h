/* datagram.h - what a DTLS datagram holds: records, and fragments of handshake
 * messages in them. It reads headers and knows no handshake; dtls.c does. */
#ifndef TLS_DATAGRAM_H
#define TLS_DATAGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"
#include "dissectors/tls/fragments.h"
#include "handshake/dissector.h"

/* How long connection ids are in one side's records, once that is known. */
struct cid {
    bool known;
    uint8_t len;
};

struct record {
    uint8_t type; /* RECORD_*; not of a unified one, which hides it */
    uint16_t version;
    uint16_t epoch;
    uint64_t number; /* epoch and sequence number as they go into a nonce; not of a unified one */
    size_t len;      /* as its header says, though less of it may have been captured */
    bool unified;    /* with the header of DTLS 1.3, RFC 9147 §4 */
    bool with_cid;
    struct reader body; /* open when it was cut */
};

/* datagram_skip_preamble steps over what CAPWAP puts before the first record,
 * RFC 5415 §4.2. */
void datagram_skip_preamble(struct reader *r);
/* datagram_record takes one record. False: there is none, or its connection id is
 * of a length that nobody has told. */
bool datagram_record(struct reader *r, struct cid *cid, struct record *out);
/* datagram_fragment takes one fragment of a handshake message off a record, RFC 6347
 * §4.2.2. False: it contradicts itself, or was cut before its bytes began. */
bool datagram_fragment(struct reader *r, struct fragment *out);
/* datagram_recognise is the dissector's recognise(). A handshake message gives the
 * protocol away; a record without one must fill the datagram, with those behind it. */
enum recognition datagram_recognise(const struct opening *o);

#endif
