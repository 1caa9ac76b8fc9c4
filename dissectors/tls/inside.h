/* inside.h - private to this folder: what the lengths of records tell of MQTT inside a
 * connection that no key opens. */
#ifndef TLS_INSIDE_H
#define TLS_INSIDE_H

#include "dissectors/tls/tls.h"

/* inside_data: a record with len bytes of sealed data, behind its side's Finished. */
void inside_data(struct conversation *c, enum side side, size_t len);
/* inside_close: a side closed or reset, or with NOBODY nothing more will come. */
void inside_close(struct conversation *c, enum side side);
/* inside_waits: records behind the handshake are of interest still. */
bool inside_waits(const struct tls *tls);

#endif
