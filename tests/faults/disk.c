/* A disk that fails on purpose, for LD_PRELOAD: writes below FAULT_UNDER fail at the FAULT_AT-th, as FAULT_KIND says.

   full      this write and all after it: no space left (ENOSPC)
   io        this write alone: input/output error (EIO)
   sync      the FAULT_AT-th fsync or fdatasync alone: EIO
   short     this write alone stores half of what it was given
   kill      the process is killed instead (SIGKILL)
   readonly  nothing can be opened for writing, made, renamed or removed from the start (EROFS)
   network   no socket can be made (EPERM); FAULT_UNDER does not matter

   The first time it fails it writes "fault injected" to standard error, so that a run in which nothing failed is known. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int count, told;

static int kind_is(const char *kind) {
    const char *chosen = getenv("FAULT_KIND");
    return chosen && !strcmp(chosen, kind);
}

static int below(const char *path) {
    const char *under = getenv("FAULT_UNDER");
    return under && path && !strncmp(path, under, strlen(under));
}

static int below_fd(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

static void tell(void) {
    static const char line[] = "fault injected\n";
    if (!atomic_exchange(&told, 1)) syscall(SYS_write, 2, line, sizeof line - 1);
}

/* Count one call; return whether it is the one that fails, or one after it where the disk stays full. */
static int failing(void) {
    const char *at = getenv("FAULT_AT");
    int now = atomic_fetch_add(&count, 1) + 1, wanted = at ? atoi(at) : 0;
    if (now < wanted || (now > wanted && !kind_is("full"))) return 0;
    tell();
    if (kind_is("kill")) kill(getpid(), SIGKILL);
    return 1;
}

/* Return -1 to fail with errno set, 0 to go on, 1 to write half. */
static int verdict(int fd) {
    if (fd < 3 || kind_is("sync") || kind_is("readonly") || !below_fd(fd) || !failing()) return 0;
    if (kind_is("short")) return 1;
    errno = kind_is("full") ? ENOSPC : EIO;
    return -1;
}

static int locked(const char *path) {
    if (!kind_is("readonly") || !below(path)) return 0;
    tell();
    errno = EROFS;
    return 1;
}

#define NEXT(type, name, ...) \
    static type (*next)(__VA_ARGS__); \
    if (!next) next = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t write(int fd, const void *data, size_t size) {
    NEXT(ssize_t, "write", int, const void *, size_t);
    int how = verdict(fd);
    return how < 0 ? -1 : next(fd, data, how ? size / 2 : size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t at) {
    NEXT(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    int how = verdict(fd);
    return how < 0 ? -1 : next(fd, data, how ? size / 2 : size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

size_t fwrite(const void *data, size_t size, size_t items, FILE *file) {
    NEXT(size_t, "fwrite", const void *, size_t, size_t, FILE *);
    return verdict(fileno(file)) < 0 ? 0 : next(data, size, items, file);
}

static int synced(int fd) {
    if (!kind_is("sync") || !below_fd(fd) || !failing()) return 0;
    errno = EIO;
    return 1;
}

int fsync(int fd) {
    NEXT(int, "fsync", int);
    return synced(fd) ? -1 : next(fd);
}

int fdatasync(int fd) {
    NEXT(int, "fdatasync", int);
    return synced(fd) ? -1 : next(fd);
}

static int open_at(const char *name, const char *path, int flags, mode_t mode) {
    static int (*next)(const char *, int, ...);
    if (!next) next = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, name);
    if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && locked(path)) return -1;
    return next(path, flags, mode);
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        return open_at(#name, path, flags, mode); \
    }

OPEN(open)
OPEN(open64)

int socket(int family, int type, int protocol) {
    NEXT(int, "socket", int, int, int);
    if (!kind_is("network")) return next(family, type, protocol);
    tell();
    errno = EPERM;
    return -1;
}

int access(const char *path, int mode) {
    NEXT(int, "access", const char *, int);
    return (mode & W_OK) && locked(path) ? -1 : next(path, mode);
}

int mkdir(const char *path, mode_t mode) {
    NEXT(int, "mkdir", const char *, mode_t);
    return locked(path) ? -1 : next(path, mode);
}

int rename(const char *from, const char *to) {
    NEXT(int, "rename", const char *, const char *);
    return locked(from) || locked(to) ? -1 : next(from, to);
}

int unlink(const char *path) {
    NEXT(int, "unlink", const char *);
    return locked(path) ? -1 : next(path);
}
