/* Makes the disk fail below one folder for as long as a file says so.
 *
 * Loaded before the C library of a child of the tests (tests/it/app/faults.rs). COLEDGER_FAULT names a file; while it
 * holds "CALL NUMBER", each such call on a file below COLEDGER_FAULT_BELOW fails with that error number. CALL is write
 * (any of them), sync (any of them), or range (the part of a file that is synced by itself).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The error that a call must fail with now; 0 where it may go on. */
static int fault(const char *call)
{
    const char *path = getenv("COLEDGER_FAULT");
    char words[64] = "", asked[32] = "";
    int number = 0;
    if (!path) return 0;
    int fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    long length = syscall(SYS_read, fd, words, sizeof words - 1);
    syscall(SYS_close, fd);
    if (length <= 0 || sscanf(words, "%31s %d", asked, &number) != 2) return 0;
    return strcmp(asked, call) == 0 ? number : 0;
}

static int is_below(const char *path)
{
    const char *below = getenv("COLEDGER_FAULT_BELOW");
    return below && path && strncmp(path, below, strlen(below)) == 0;
}

static int concerns(int fd)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_below(path);
}

/* Whether a call on a handle fails now; errno is set then. */
static int fails(const char *call, int fd)
{
    int before = errno, number = fault(call);
    if (number && concerns(fd)) {
        errno = number;
        return 1;
    }
    errno = before;
    return 0;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    return fails("write", fd) ? -1 : syscall(SYS_write, fd, bytes, length);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at)
{
    return fails("write", fd) ? -1 : syscall(SYS_pwrite64, fd, bytes, length, at);
}

int fsync(int fd) { return fails("sync", fd) ? -1 : (int)syscall(SYS_fsync, fd); }
int sync_file_range(int fd, off64_t at, off64_t length, unsigned flags)
{
    return fails("range", fd) ? -1 : (int)syscall(SYS_sync_file_range, fd, at, length, flags);
}
int fdatasync(int fd) { return fails("sync", fd) ? -1 : (int)syscall(SYS_fdatasync, fd); }
