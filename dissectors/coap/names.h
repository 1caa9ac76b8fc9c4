/* names.h - private to this folder: what the numbers of CoAP are called. */
#ifndef COAP_NAMES_H
#define COAP_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* coap_code_name gives "GET" or "Not Found", or NULL for a code nobody registered. */
const char *coap_code_name(uint8_t code);
/* coap_type_name gives "CON". */
const char *coap_type_name(uint8_t type);
/* coap_option_fits: the option has a name and its value a length it may have. */
bool coap_option_fits(uint32_t number, size_t len);
/* coap_purpose says what a path (and query) is for, where it is known, or NULL. */
const char *coap_purpose(const char *path, size_t path_len, const char *query, size_t query_len);

#endif
