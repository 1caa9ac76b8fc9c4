/* pcapng_write.h - writes a capture, as draft-ietf-opsawg-pcapng has it.
 *
 * What it writes is in this machine's byte order, with time stamps to the
 * nanosecond. Whether all could be written is for the file's owner to ask. */
#ifndef NET_PCAPNG_WRITE_H
#define NET_PCAPNG_WRITE_H

#include <stdio.h>

#include "net/capture.h"

struct pcapng_writer;

/* pcapng_writer_new writes to out, which outlives it and stays open. */
struct pcapng_writer *pcapng_writer_new(FILE *out);
void pcapng_writer_free(struct pcapng_writer *w); /* NULL is fine */

/* pcapng_section begins a section; its interfaces count from 0 again. */
void pcapng_section(struct pcapng_writer *w, const char *application, const char *comment);
/* pcapng_add_interface describes an interface and gives its number for packets. */
uint32_t pcapng_add_interface(struct pcapng_writer *w, const struct capture_interface *i);
void pcapng_add_secret(struct pcapng_writer *w, const struct capture_secret *secret);
/* pcapng_begin_packet writes a packet; then come its comments, then pcapng_end_packet. */
void pcapng_begin_packet(struct pcapng_writer *w, uint32_t interface, const struct packet *p);
void pcapng_add_comment(struct pcapng_writer *w, const char *comment, size_t len);
void pcapng_end_packet(struct pcapng_writer *w);
#endif
