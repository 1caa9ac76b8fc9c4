/* capture_file.h - saved captures for capture.c; tests come in here as well.
 *
 * Reads classic pcap and pcapng, also compressed, from files and pipes. */
#ifndef NET_CAPTURE_FILE_H
#define NET_CAPTURE_FILE_H

#include "net/capture.h"
#include "net/source.h"

struct capture_file;

/* capture_file_open reads a file's header, or standard input's for "-". NULL
 * and e filled when it is no capture that we can read. What is counted goes to
 * totals, which outlives the file. */
struct capture_file *capture_file_open(const char *path, struct capture_totals *totals,
                                       struct error *e);
/* capture_file_over is the same for bytes that a function gives; for tests. */
struct capture_file *capture_file_over(source_read *read, void *from, struct capture_totals *totals,
                                       struct error *e);
void capture_file_close(struct capture_file *f);

/* capture_file_next is capture_next without the filter. */
enum capture_status capture_file_next(struct capture_file *f, struct packet *p, struct error *e);

/* capture_file_link tells the link type when all packets have the same: in a
 * classic capture. */
bool capture_file_link(const struct capture_file *f, uint32_t *link_type);
const struct capture_secret *capture_file_secret(const struct capture_file *f, size_t n);
/* These are capture_interface and capture_comment. */
struct capture_interface capture_file_interface(const struct capture_file *f, uint32_t number);
bool capture_file_comment(const struct capture_file *f, struct packet *p, const char **comment,
                          size_t *len);
/* capture_file_progress brings bytes_read and file_len of the totals up to date. */
void capture_file_progress(struct capture_file *f);

#endif
