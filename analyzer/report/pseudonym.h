/* pseudonym.h - stand-ins for addresses and names, the same each time under one key.
 *
 * Who has the key can make the stand-in of a name and so recognise it; nobody
 * can go back from a stand-in. */
#ifndef REPORT_PSEUDONYM_H
#define REPORT_PSEUDONYM_H

#include <stddef.h>

#include "base/endpoint.h"
#include "base/error.h"
#include "base/text.h"

struct pseudonyms;

/* pseudonyms_new makes its keys of a file's content, of 16 bytes or more; NULL
 * and e filled when there is no such file, or too little in it. */
struct pseudonyms *pseudonyms_new(const char *key_file, struct error *e);
void pseudonyms_free(struct pseudonyms *p);

/* pseudonym_address keeps prefixes: two addresses that share their first n bits
 * have stand-ins that share theirs, as in Crypto-PAn. */
struct address pseudonym_address(struct pseudonyms *p, const struct address *a);
/* pseudonym_text adds a text whose words and addresses are replaced, each by its
 * own: what stands between words stays, and so do words that say what they are
 * and not who ("CN", "www", "mqtt"). */
void pseudonym_text(struct pseudonyms *p, const char *bytes, size_t len, struct text *out);

#endif
