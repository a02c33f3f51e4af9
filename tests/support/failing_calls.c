/* Lets one system call of a Python program fail: `fail_call` is called through ctypes, the library is preloaded.

   The calls are counted from then on. The one with the number does what `how` says, and its name is in `failed_call`. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { FAIL, WRITE_LESS, KILL };

static long number, count;
static int error, how;
const char *failed_call = "";

void fail_call(long number_, int how_, int error_) {
    number = number_, how = how_, error = error_, count = 0, failed_call = "";
}

static int is_next(const char *name) {
    if (number == 0 || ++count != number)
        return 0;
    failed_call = name;
    if (how == KILL)
        kill(getpid(), SIGKILL);
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define CALL(type, name, parameters, arguments)                                                                       \
    type name parameters {                                                                                             \
        if (is_next(#name) && how == FAIL) {                                                                           \
            errno = error;                                                                                             \
            return -1;                                                                                                 \
        }                                                                                                              \
        return REAL(name) arguments;                                                                                   \
    }

CALL(int, fsync, (int file), (file))
CALL(int, fchmod, (int file, mode_t mode), (file, mode))
CALL(int, fchown, (int file, uid_t user, gid_t group), (file, user, group))
CALL(int, ftruncate64, (int file, off64_t size), (file, size))
CALL(off64_t, lseek64, (int file, off64_t offset, int whence), (file, offset, whence))
CALL(int, flock, (int file, int operation), (file, operation))
CALL(int, fstat64, (int file, struct stat64 *status), (file, status))
CALL(int, lstat64, (const char *path, struct stat64 *status), (path, status))
CALL(int, stat64, (const char *path, struct stat64 *status), (path, status))
CALL(int, fstatat64, (int folder, const char *path, struct stat64 *status, int flags), (folder, path, status, flags))
CALL(int, rename, (const char *from, const char *to), (from, to))
CALL(int, renameat, (int folder, const char *from, int other, const char *to), (folder, from, other, to))
CALL(int, link, (const char *from, const char *to), (from, to))
CALL(int, linkat, (int folder, const char *from, int other, const char *to, int flags),
     (folder, from, other, to, flags))
CALL(int, unlink, (const char *path), (path))
CALL(int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
CALL(ssize_t, read, (int file, void *data, size_t size), (file, data, size))
CALL(ssize_t, readlink, (const char *path, char *data, size_t size), (path, data, size))
CALL(ssize_t, readlinkat, (int folder, const char *path, char *data, size_t size), (folder, path, data, size))

ssize_t write(int file, const void *data, size_t size) {
    if (is_next("write")) {
        if (how == WRITE_LESS)
            return REAL(write)(file, data, size / 2);
        errno = error;
        return -1;
    }
    return REAL(write)(file, data, size);
}

/* posix_fallocate(3) returns the error. */
int posix_fallocate64(int file, off64_t offset, off64_t size) {
    return is_next("posix_fallocate64") && how == FAIL ? error : REAL(posix_fallocate64)(file, offset, size);
}

/* After an error the file is closed nevertheless: close(2). */
int close(int file) {
    int result = REAL(close)(file);
    if (is_next("close") && how == FAIL) {
        errno = error;
        return -1;
    }
    return result;
}

int openat64(int folder, const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (is_next("openat64") && how == FAIL) {
        errno = error;
        return -1;
    }
    return REAL(openat64)(folder, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (is_next("open64") && how == FAIL) {
        errno = error;
        return -1;
    }
    return REAL(open64)(path, flags, mode);
}
