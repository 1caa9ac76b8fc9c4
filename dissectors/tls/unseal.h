/* unseal.h - encrypted records made readable, where a key log has their secrets.
 *
 * What it opens goes the way of clear messages: certificates, alerts and Finished
 * become facts, and data goes on to the inner protocol. What it can't open is left
 * to sealed.c, as if there were no key log. */
#ifndef TLS_UNSEAL_H
#define TLS_UNSEAL_H

#include "dissectors/tls/keylog.h"
#include "dissectors/tls/tls.h"

/* unseal_with sets the key log of the run; NULL takes it away. It is borrowed. */
void unseal_with(struct keylog *k);

/* unseal_begin: side's next records are sealed, with what the hellos agreed on. */
void unseal_begin(struct conversation *c, enum side side);
/* unseal_ready tells that side's records can be opened: they must be whole then. */
bool unseal_ready(const struct tls *tls, enum side side);
/* unseal_record opens a whole TLS record and handles what is in it. False when it
 * does not open: then nothing more of that side is tried. */
bool unseal_record(struct conversation *c, enum side side, uint8_t type, uint16_t version,
                   struct reader body);
/* unseal_datagram opens a whole record of DTLS 1.2 or before, of which number is the
 * epoch and the sequence number; plain views what was in it until the next call.
 * One that does not open is passed over: a stray datagram proves nothing. */
bool unseal_datagram(struct conversation *c, enum side side, uint8_t type, uint16_t version,
                     uint64_t number, struct reader body, struct reader *plain);
/* unseal_missing: a sealed record of side comes for which there is no seal. */
void unseal_missing(struct tls *tls, enum side side);
/* unseal_gap: bytes of side were missed, so the number of its next record is not known. */
void unseal_gap(struct tls *tls, enum side side);
/* unseal_forget wipes the secrets of a conversation. */
void unseal_forget(struct tls *tls);

#endif
