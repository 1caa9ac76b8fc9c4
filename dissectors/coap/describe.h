/* describe.h - private to this folder: what messages tell, set as fields. */
#ifndef COAP_DESCRIBE_H
#define COAP_DESCRIBE_H

#include "dissectors/coap/message.h"
#include "handshake/handshake.h"

/* Each sets what one message tells, with hs->now as its proof. */
void coap_describe_request(struct handshake *hs, const struct coap_message *m);
void coap_describe_response(struct handshake *hs, const struct coap_message *m);
/* coap_note gives "CON GET" or "ACK 2.05 Content" for the ladder, in the handshake's arena. */
const char *coap_note(struct handshake *hs, const struct coap_message *m);
/* coap_describe_refusal: of the error that ends an observation. */
void coap_describe_refusal(struct handshake *hs, const struct coap_message *m);

#endif
