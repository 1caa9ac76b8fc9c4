/* new_file.c - see new_file.h. */
#include "base/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

enum { FILE_MODE = 0666 }; /* less the umask, as for every other file */

static bool fails(struct error *e, const char *path, int number)
{
    error_place(e, "%s", path);
    error_fault(e, "it can't be written: %s", strerror(number));
    error_hint(e,
               "name a file in a folder that exists, with room on its disk, where you may write");
    return false;
}

/* A device or a pipe must not be replaced by a file: it is written to as it is. */
static bool is_no_file(const char *path)
{
    struct stat there;
    return stat(path, &there) == 0 && !S_ISREG(there.st_mode);
}

static char *name_of_part(const char *path)
{
    struct text part = { 0 };
    text_format(&part, "%s.XXXXXX", path);
    return part.data;
}

static void forget(struct new_file *f)
{
    free(f->path);
    free(f->part);
    *f = (struct new_file){ 0 };
}

bool new_file_begin(struct new_file *f, const char *path, struct error *e)
{
    *f = (struct new_file){ .path = must_strdup(path) };
    if (is_no_file(path)) {
        f->out = fopen(path, "we");
    } else {
        f->part = name_of_part(path);
        int fd = mkostemp(f->part, O_CLOEXEC);
        f->out = fd < 0 ? NULL : fdopen(fd, "w");
    }
    if (f->out)
        return true;
    fails(e, path, errno);
    forget(f);
    return false;
}

/* mkstemp's file is for its owner alone; the mask can only be read by setting it. */
static void open_to_others(FILE *file)
{
    mode_t mask = umask(0);
    umask(mask);
    (void)fchmod(fileno(file), FILE_MODE & ~mask);
}

bool new_file_finish(struct new_file *f, struct error *e)
{
    if (f->part)
        open_to_others(f->out);
    bool written = fflush(f->out) == 0 && !ferror(f->out);
    int number = written ? 0 : errno ? errno : EIO;
    if (fclose(f->out) != 0 && !number)
        number = errno;
    if (!number && f->part && rename(f->part, f->path) != 0)
        number = errno;
    if (number) {
        fails(e, f->path, number);
        if (f->part)
            unlink(f->part);
    }
    forget(f);
    return !number;
}

void new_file_forget(struct new_file *f)
{
    if (!f->out)
        return;
    fclose(f->out);
    if (f->part)
        unlink(f->part);
    forget(f);
}
