/* stream.h - one direction of a TCP connection, put in order.
 *
 * Segments go in, contiguous bytes come out, in place where nothing has to
 * wait. The first copy of a byte wins; a later, different copy is counted. A
 * hole is waited for as long as memory and the other side's acknowledgements
 * allow, then given up as a gap of known length.
 *
 * The reader's loop, after each push:
 *
 *     while ((view = stream_look(s)).news != STREAM_NOTHING) {
 *         n = ...                        BYTES: as many as the reader took, or more
 *         stream_consume(s, n);          to skip; GAP: view.kept + view.len; CLOSED: 0
 *         if (n < view.len && !stream_keep(s))
 *             stream_consume(s, view.len - n);    it would need too much memory
 *     }
 */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "net/decap.h"

struct stream;

enum stream_news {
    STREAM_NOTHING, /* all is consumed, kept until more comes, or waits behind a hole */
    STREAM_BYTES,   /* contiguous bytes can be read */
    STREAM_GAP,     /* the next len bytes were never captured */
    STREAM_CLOSED,  /* everything up to the FIN was consumed; said once */
};

/* What stream_look found; bytes borrow from the last segment pushed or from
 * the stream, until the next push, keep or look. */
struct stream_view {
    enum stream_news news;
    const uint8_t *bytes;
    size_t len;
    struct moment at; /* BYTES: the packet that carried the last of them; CLOSED: the FIN;
                       * GAP: the last packet pushed before it was given up */
    size_t kept; /* GAP: bytes points to so many that the reader kept, and that the gap cuts off:
                  * consume them together with the gap */
};

/* stream_new gives a stream that waits for its first segment. It buffers at
 * most cap bytes, its own bookkeeping included, drawn from b; NULL when the
 * budget is spent. */
struct stream *stream_new(struct budget *b, size_t cap);
void stream_free(struct stream *s); /* NULL is fine */

/* stream_begin tells the sequence number of the first byte when a SYN was seen
 * that is not pushed itself. Without it and without a SYN the stream begins
 * late, at the first segment with payload. */
void stream_begin(struct stream *s, uint32_t seq);
/* stream_push takes one segment of this direction: payload, SYN, FIN. A cut
 * payload (len < wire_len) leaves a gap behind it. Retransmitted bytes and
 * bytes outside the window fall away. s borrows the segment until the next
 * push; what was not read or kept by then is a gap. */
void stream_push(struct stream *s, const struct segment *segment);
/* stream_acked tells that a packet of the other side acknowledged up to ack. A
 * hole before it was lost by the capture, not by the path. As a capture may show
 * an acknowledgement just before what it acknowledges, the hole is given up at
 * the second such packet; until then stream_waiting is true. */
void stream_acked(struct stream *s, uint32_t ack);
/* stream_waiting tells that the other side has more of this stream than we: who
 * wants both sides in their true order holds (stream_keep) the other side's
 * bytes back until it is false. */
bool stream_waiting(const struct stream *s);
/* stream_give_up turns what is still missing into gaps: the flow is over. */
void stream_give_up(struct stream *s);

/* stream_look gives what is next. A view of bytes never joins two segments
 * unless the reader asked for more of the first, so that view.at is exact. */
struct stream_view stream_look(struct stream *s);
/* stream_consume steps over len bytes. It may be more than there is: what is
 * still to come is then skipped unseen, gaps included. */
void stream_consume(struct stream *s, size_t len);

/* stream_keep tells that the reader wants more bytes before it can go on: what
 * is unread is copied out of the packet, and stream_look is silent until the
 * view has grown. When it can't grow any more because a gap follows, stream_look
 * tells the gap with the kept bytes before it; because of the FIN, it drops them
 * and tells that instead. False when they do not fit the cap: the caller must
 * consume or give up. What was never looked at may be kept as well; look then
 * gives it as usual. */
bool stream_keep(struct stream *s);

uint64_t stream_offset(const struct stream *s);    /* bytes consumed or skipped */
uint64_t stream_conflicts(const struct stream *s); /* bytes retransmitted with another value */
uint64_t stream_gap_bytes(const struct stream *s); /* bytes given up, as far as consumed */
bool stream_started_late(const struct stream *s);  /* its SYN was not captured */

#endif
