/* Faults the Nth call into the C library that touches a watched file, folder or socket.

   Preloaded into the agent's process (LD_PRELOAD). A call is counted when the path of its file
   holds the pattern, or when it is on a socket and the pattern allows sockets. It is armed either
   from the environment (INJECT_N, INJECT_MODE, INJECT_PATH, INJECT_CALL) or, in a process that has
   imported everything before it forked, by inject_arm().

   kill       the process dies before the call           EIO, ENOSPC   this one call fails so
   killafter  it dies right after the call               EIO+, ENOSPC+ this one and all after it
   torn       half of a write is done, then it dies (other calls are not torn: it dies after them)

   Not seen: static programs, calls that go to the kernel without the library (mmap writes are none
   here: the agent maps its ledger read-only). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NOTHING, KILL, KILL_AFTER, TORN, FAIL };

static long counted, target;
static int action, error, for_ever, sockets, armed;
static char pattern[4096], only[64];

static void set_mode(const char *mode) {
    size_t length = strlen(mode);
    for_ever = length && mode[length - 1] == '+';
    error = strncmp(mode, "ENOSPC", 6) ? EIO : ENOSPC;
    action = !strcmp(mode, "kill") ? KILL
           : !strcmp(mode, "killafter") ? KILL_AFTER
           : !strcmp(mode, "torn") ? TORN
           : !strncmp(mode, "EIO", 3) || !strncmp(mode, "ENOSPC", 6) ? FAIL : NOTHING;
}

void inject_arm(long n, const char *mode, const char *path, int with_sockets, const char *call) {
    target = n;
    counted = 0;
    sockets = with_sockets;
    set_mode(mode);
    strncpy(pattern, path, sizeof pattern - 1);
    strncpy(only, call, sizeof only - 1);
    armed = 1;
}

long inject_disarm(void) {
    armed = 0;
    return counted;
}

__attribute__((constructor)) static void from_environment(void) {
    const char *path = getenv("INJECT_PATH"), *n = getenv("INJECT_N");
    const char *mode = getenv("INJECT_MODE"), *call = getenv("INJECT_CALL");
    if (path && n && mode) inject_arm(atol(n), mode, path, 0, call ? call : "");
}

/* What to do about this call: one of the actions, or NOTHING. */
static int judge(int watched, const char *call) {
    if (!watched || (only[0] && !strstr(call, only))) return NOTHING;
    long now = __sync_add_and_fetch(&counted, 1);
    return now == target || (for_ever && target > 0 && now > target) ? action : NOTHING;
}

static int on_path(const char *path, const char *call) {
    if (!armed || !path) return NOTHING;
    return judge(strstr(path, pattern) != NULL, call);
}

static int on_fd(int fd, const char *call) {
    static const char digits[] = "0123456789";
    char link[32] = "/proc/self/fd/", path[4096], number[12];
    int at = 0, end = 14;
    if (!armed || fd < 0) return NOTHING;
    int before = errno;
    do { number[at++] = digits[fd % 10]; fd /= 10; } while (fd);
    while (at) link[end++] = number[--at];
    link[end] = 0;
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = before;
    if (length <= 0) return NOTHING;
    path[length] = 0;
    if (!strncmp(path, "socket:", 7)) return judge(sockets, call);
    return strcmp(call, "read") ? judge(strstr(path, pattern) != NULL, call) : NOTHING;
}

static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

#define REAL(name) static __typeof__(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name)
#define BEFORE(what) int do_ = (what); if (do_ == KILL) die(); \
    if (do_ == FAIL) { errno = error; return -1; }
#define AFTER if (do_ == KILL_AFTER || do_ == TORN) die(); return done

#define WRAP(type, name, watched, params, ...) \
    type name params { REAL(name); BEFORE(watched) type done = real(__VA_ARGS__); AFTER; }

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    BEFORE(on_fd(fd, "write"))
    if (do_ == TORN) { real(fd, data, size / 2); die(); }
    ssize_t done = real(fd, data, size);
    AFTER;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    REAL(pwrite64);
    BEFORE(on_fd(fd, "pwrite"))
    if (do_ == TORN) { real(fd, data, size / 2, at); die(); }
    ssize_t done = real(fd, data, size, at);
    AFTER;
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

ssize_t send(int fd, const void *data, size_t size, int flags) {
    REAL(send);
    BEFORE(on_fd(fd, "send"))
    if (do_ == TORN) { real(fd, data, size / 2, flags); die(); }
    ssize_t done = real(fd, data, size, flags);
    AFTER;
}

WRAP(ssize_t, writev, on_fd(fd, "write"), (int fd, const struct iovec *v, int n), fd, v, n)
WRAP(ssize_t, pwritev, on_fd(fd, "pwrite"), (int fd, const struct iovec *v, int n, off_t o), fd, v, n, o)
WRAP(ssize_t, read, on_fd(fd, "read"), (int fd, void *b, size_t n), fd, b, n)
WRAP(ssize_t, recv, on_fd(fd, "recv"), (int fd, void *b, size_t n, int f), fd, b, n, f)
WRAP(int, fsync, on_fd(fd, "fsync"), (int fd), fd)
WRAP(int, fdatasync, on_fd(fd, "fdatasync"), (int fd), fd)
WRAP(int, ftruncate64, on_fd(fd, "ftruncate"), (int fd, off64_t l), fd, l)
WRAP(int, fchmod, on_fd(fd, "chmod"), (int fd, mode_t m), fd, m)
WRAP(int, connect, on_fd(fd, "connect"), (int fd, const struct sockaddr *a, socklen_t l), fd, a, l)
WRAP(int, rename, on_path(to, "rename"), (const char *from, const char *to), from, to)
WRAP(int, link, on_path(to, "link"), (const char *from, const char *to), from, to)
WRAP(int, linkat, on_path(to, "link"), (int d, const char *from, int e, const char *to, int f), d, from, e, to, f)
WRAP(int, unlink, on_path(path, "unlink"), (const char *path), path)
WRAP(int, unlinkat, on_fd(d, "unlink"), (int d, const char *path, int f), d, path, f)
WRAP(int, rmdir, on_path(path, "rmdir"), (const char *path), path)
WRAP(int, mkdir, on_path(path, "mkdir"), (const char *path, mode_t m), path, m)
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

/* A failing close gives the descriptor back all the same, as the kernel does. */
int close(int fd) {
    REAL(close);
    int do_ = on_fd(fd, "close");
    if (do_ == KILL) die();
    int done = real(fd);
    if (do_ == FAIL) { errno = error; return -1; }
    AFTER;
}

/* Only opens that may make or change a file are counted. */
#define OPEN(name, before_params, before_args, path) \
    int name(before_params const char *path, int flags, ...) { \
        REAL(name); \
        va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        BEFORE(flags & (O_CREAT | O_WRONLY | O_RDWR) ? on_path(path, "open") : NOTHING) \
        int done = real(before_args path, flags, mode); \
        AFTER; \
    }
#define COMMA ,
OPEN(open64, , , path)
OPEN(open, , , path)
OPEN(openat64, int folder COMMA, folder COMMA, path)
OPEN(openat, int folder COMMA, folder COMMA, path)
