/* pcapng_write.h - writes a capture, as draft-ietf-opsawg-pcapng has it.
 *
 * What it writes is in this machine's byte order, with time stamps to the
 * nanosecond. A file appears under its name only once it is whole. */
#ifndef NET_PCAPNG_WRITE_H
#define NET_PCAPNG_WRITE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "net/capture.h"

struct pcapng_writer;

/* pcapng_create begins a file; NULL and e filled when it can't be written. */
struct pcapng_writer *pcapng_create(const char *path, struct error *e);
/* pcapng_section begins a section; its interfaces count from 0 again. */
void pcapng_section(struct pcapng_writer *w, const char *application, const char *comment);
/* pcapng_add_interface describes an interface and gives its number for packets. */
uint32_t pcapng_add_interface(struct pcapng_writer *w, const struct capture_interface *i);
void pcapng_add_secret(struct pcapng_writer *w, const struct capture_secret *secret);
/* pcapng_begin_packet writes a packet; then come its comments, then pcapng_end_packet. */
void pcapng_begin_packet(struct pcapng_writer *w, uint32_t interface, const struct packet *p);
void pcapng_add_comment(struct pcapng_writer *w, const char *comment, size_t len);
void pcapng_end_packet(struct pcapng_writer *w);
/* pcapng_finish gives the file its name, in place of what had it before. False
 * and e filled when something could not be written; then nothing is left of it.
 * Frees w. */
bool pcapng_finish(struct pcapng_writer *w, struct error *e);

#endif
