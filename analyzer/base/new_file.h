/* new_file.h - a file that appears under its name only once it is whole. Devices
 * and pipes are written to as they are. */
#ifndef BASE_NEW_FILE_H
#define BASE_NEW_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

struct new_file {
    FILE *out;
    char *path, *part; /* the name it will have, and the one it has until then, or NULL */
};

/* new_file_begin begins a file in the folder where it will be. False and e
 * filled when it can't be written there. */
bool new_file_begin(struct new_file *f, const char *path, struct error *e);
/* new_file_finish gives the file its name, in place of what had it before; false
 * and e filled when not all could be written: then nothing is left of it. */
bool new_file_finish(struct new_file *f, struct error *e);
/* new_file_forget gives up: nothing is left of the file. Zeroed, finished or forgotten: fine. */
void new_file_forget(struct new_file *f);

#endif
