/* privileges.c - see privileges.h.
 *
 * Asks the kernel afterwards rather than believing the calls: there are
 * systems where setuid succeeds and leaves a way back. */
#include "net/privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct user {
    uid_t uid;
    gid_t gid;
};

/* id_from reads a number that sudo put into the environment; 0 when there is none. */
static unsigned long id_from(const char *name)
{
    const char *text = getenv(name);
    char *end;
    if (!text || text[0] < '0' || text[0] > '9')
        return 0;
    errno = 0;
    unsigned long id = strtoul(text, &end, 10);
    return errno || *end || id >= UINT32_MAX ? 0 : id;
}

static struct user who_to_become(void)
{
    /* A set-user-ID program must not believe its environment. */
    if (getuid() != 0)
        return (struct user){ getuid(), getgid() };
    unsigned long uid = id_from("SUDO_UID"), gid = id_from("SUDO_GID");
    if (uid != 0 && gid != 0)
        return (struct user){ (uid_t)uid, (gid_t)gid };
    const struct passwd *nobody = getpwnam("nobody");
    if (nobody && nobody->pw_uid != 0 && nobody->pw_gid != 0)
        return (struct user){ nobody->pw_uid, nobody->pw_gid };
    return (struct user){ 65534, 65534 };
}

static bool become(struct user user)
{
    return setgroups(0, NULL) == 0 && setresgid(user.gid, user.gid, user.gid) == 0 &&
           setresuid(user.uid, user.uid, user.uid) == 0;
}

static bool clear_capabilities(void)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };
    /* Kernels before 4.3 have no ambient set. */
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL)
        return false;
    return syscall(SYS_capset, &header, none) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

static bool has_capabilities(void)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct has[_LINUX_CAPABILITY_U32S_3] = { 0 };
    if (syscall(SYS_capget, &header, has) != 0)
        return true;
    for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
        if (has[i].effective || has[i].permitted)
            return true;
    }
    return false;
}

static bool is_root(void)
{
    uid_t real, effective, saved;
    gid_t real_group, effective_group, saved_group;
    if (getresuid(&real, &effective, &saved) != 0 ||
        getresgid(&real_group, &effective_group, &saved_group) != 0)
        return true;
    return real == 0 || effective == 0 || saved == 0 || effective_group == 0 || saved_group == 0;
}

bool privileges_drop(struct error *e)
{
    bool root = geteuid() == 0;
    struct user user = who_to_become();
    bool done = (!root || become(user)) && clear_capabilities();
    const char *reason = done ? "they are still there" : strerror(errno);
    if (done && !has_capabilities() && !(root && (is_root() || setuid(0) == 0)))
        return true;
    error_place(e, "privileges");
    error_fault(e, "they can't be given up: %s", reason);
    error_hint(e, "run as an ordinary user after: sudo setcap cap_net_raw+ep "
                  "\"$(command -v handshark)\"");
    return false;
}
