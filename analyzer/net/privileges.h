/* privileges.h - giving up root, once the interface is open. */
#ifndef NET_PRIVILEGES_H
#define NET_PRIVILEGES_H

#include <stdbool.h>

#include "base/error.h"

/* privileges_drop makes the process an ordinary one for good: root becomes the
 * user who called sudo, or nobody; capabilities go in any case. False and e
 * filled when that fails: the caller must not go on. */
bool privileges_drop(struct error *e);

#endif
