/* Records what a program asks of the disk below one folder: every write, length, sync and name, in order.
 *
 * Loaded before the C library of a child of the tests (tests/it/power), which builds from the record what a power cut
 * could leave. It changes nothing of what the program does. What it could not see (shared writable maps, copies inside
 * the kernel) ends the program, so that no record is silently short; room that is taken past the C library is seen by the
 * file's length when that is synced.
 *
 * COLEDGER_RECORD         the file that records are appended to
 * COLEDGER_RECORD_BELOW   the folder that is watched; everything else is left alone
 * COLEDGER_RECORD_MARKS   a file whose writes are records of their own: what the program says of itself
 * COLEDGER_RECORD_HIDE    the end of a path whose syncs are not recorded: the control of the tests
 *
 * A record: kind (1 byte), inode, a, b (8 bytes each, of this machine's order), length (4 bytes), and so many bytes.
 *   C create: inode, path            W write: inode, a = offset, the bytes      T length: inode, a = length
 *   S sync: inode                    R range handed to the disk: inode, a, b     D sync of a folder: path
 *   M make folder: path              N remove folder: path                       U unlink: path
 *   V rename: a = length of the old path, then both paths                        A mark: the bytes
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NOTHING, PLAIN, FOLDER, MARKS };

struct handle {
    int what;
    uint64_t inode;
    int hidden;
    char path[PATH_MAX];
};

#define HANDLES 4096
static struct handle handles[HANDLES];
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static int record_to = -1;
static char below[PATH_MAX], marks[PATH_MAX], hide[PATH_MAX];

static void give_up(const char *why)
{
    dprintf(2, "recorder: %s\n", why);
    abort();
}

static void setting(const char *name, char *into)
{
    const char *value = getenv(name);
    snprintf(into, PATH_MAX, "%s", value ? value : "");
}

__attribute__((constructor)) static void begin(void)
{
    const char *record = getenv("COLEDGER_RECORD");
    setting("COLEDGER_RECORD_BELOW", below);
    setting("COLEDGER_RECORD_MARKS", marks);
    setting("COLEDGER_RECORD_HIDE", hide);
    if (record) record_to = syscall(SYS_openat, AT_FDCWD, record, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static void put(char kind, uint64_t inode, uint64_t a, uint64_t b, const void *bytes, size_t length,
                const void *more, size_t more_length)
{
    unsigned char head[29];
    uint32_t all = (uint32_t)(length + more_length);
    head[0] = (unsigned char)kind;
    memcpy(head + 1, &inode, 8);
    memcpy(head + 9, &a, 8);
    memcpy(head + 17, &b, 8);
    memcpy(head + 25, &all, 4);
    struct iovec parts[3] = {{head, sizeof head}, {(void *)bytes, length}, {(void *)more, more_length}};
    if (syscall(SYS_writev, record_to, parts, 3) != (long)(sizeof head + length + more_length)) give_up("no room");
}

static void put_path(char kind, uint64_t inode, const char *path) { put(kind, inode, 0, 0, path, strlen(path), "", 0); }

/* Whether a path lies in the watched folder; gives it whole. */
static int watched(int folder, const char *path, char *whole)
{
    if (record_to < 0 || !path || !*below) return 0;
    if (path[0] == '/') {
        snprintf(whole, PATH_MAX, "%s", path);
    } else if (folder != AT_FDCWD && folder >= 0 && folder < HANDLES && handles[folder].what == FOLDER) {
        snprintf(whole, PATH_MAX, "%s/%s", handles[folder].path, path);
    } else {
        char here[PATH_MAX / 2], link[64];
        if (folder == AT_FDCWD) {
            if (!getcwd(here, sizeof here)) return 0;
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
            ssize_t length = readlink(link, here, sizeof here - 1);
            if (length < 0) return 0;
            here[length] = 0;
        }
        snprintf(whole, PATH_MAX, "%s/%s", here, path);
    }
    size_t length = strlen(below);
    return strncmp(whole, below, length) == 0 && (whole[length] == 0 || whole[length] == '/');
}

static int ends_with(const char *path, const char *end)
{
    size_t all = strlen(path), some = strlen(end);
    return some > 0 && all >= some && strcmp(path + all - some, end) == 0;
}

static void note_open(int fd, const char *whole, int existed)
{
    struct stat found;
    if (fd >= HANDLES) give_up("too many files are open");
    if (fstat(fd, &found) != 0) give_up("a file cannot be asked what it is");
    struct handle *handle = &handles[fd];
    handle->what = strcmp(whole, marks) == 0 ? MARKS : S_ISDIR(found.st_mode) ? FOLDER : PLAIN;
    handle->inode = found.st_ino;
    handle->hidden = ends_with(whole, hide);
    snprintf(handle->path, sizeof handle->path, "%s", whole);
    if (handle->what == PLAIN && !existed) put_path('C', found.st_ino, whole);
}

static int opened(int folder, const char *path, int flags, mode_t mode)
{
    char whole[PATH_MAX];
    int is_marks = record_to >= 0 && path && *marks && strcmp(path, marks) == 0;
    if (!is_marks && !watched(folder, path, whole)) return syscall(SYS_openat, folder, path, flags, mode);
    if (is_marks) snprintf(whole, sizeof whole, "%s", path);
    pthread_mutex_lock(&lock);
    struct stat before;
    int existed = syscall(SYS_newfstatat, folder, path, &before, 0) == 0;
    int fd = syscall(SYS_openat, folder, path, flags, mode);
    int error = errno;
    if (fd >= 0) {
        note_open(fd, whole, existed);
        if (existed && (flags & O_TRUNC) && handles[fd].what == PLAIN) put('T', handles[fd].inode, 0, 0, "", 0, "", 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

#define MODE_OF(flags)                                                                                                 \
    mode_t mode = 0;                                                                                                   \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                                                             \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode = va_arg(more, mode_t);                                                                                   \
        va_end(more);                                                                                                  \
    }

int open(const char *path, int flags, ...) { MODE_OF(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE_OF(flags) return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE_OF(flags) return opened(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...)
{
    MODE_OF(flags)
    return opened(folder, path, flags | O_LARGEFILE, mode);
}

static struct handle *known(int fd) { return fd >= 0 && fd < HANDLES && handles[fd].what ? &handles[fd] : NULL; }

static void note_write(int fd, off_t at, const void *bytes, ssize_t length)
{
    struct handle *handle = known(fd);
    if (!handle || length <= 0) return;
    if (handle->what == MARKS) put('A', 0, 0, 0, bytes, (size_t)length, "", 0);
    if (handle->what == PLAIN) put('W', handle->inode, (uint64_t)at, 0, bytes, (size_t)length, "", 0);
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    if (!known(fd)) return syscall(SYS_write, fd, bytes, length);
    pthread_mutex_lock(&lock);
    ssize_t written = syscall(SYS_write, fd, bytes, length);
    int error = errno;
    note_write(fd, written > 0 ? lseek(fd, 0, SEEK_CUR) - written : 0, bytes, written);
    pthread_mutex_unlock(&lock);
    errno = error;
    return written;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at)
{
    if (!known(fd)) return syscall(SYS_pwrite64, fd, bytes, length, at);
    pthread_mutex_lock(&lock);
    ssize_t written = syscall(SYS_pwrite64, fd, bytes, length, at);
    int error = errno;
    note_write(fd, at, bytes, written);
    pthread_mutex_unlock(&lock);
    errno = error;
    return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return pwrite64(fd, bytes, length, at); }

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    if (known(fd)) give_up("writev on a watched file");
    return syscall(SYS_writev, fd, parts, count);
}

/* Notes the length of a file before it is synced: room that was taken by asking the kernel directly is seen here only. */
static void note_length(int fd)
{
    struct handle *handle = known(fd);
    struct stat found;
    if (!handle || handle->what != PLAIN || handle->hidden) return;
    if (fstat(fd, &found) != 0) give_up("a file cannot be asked how long it is");
    put('T', handle->inode, (uint64_t)found.st_size, 0, "", 0, "", 0);
}

static int recorded(int fd, char kind, uint64_t a, uint64_t b, int result)
{
    int error = errno;
    struct handle *handle = known(fd);
    if (result == 0 && handle && handle->what == FOLDER && kind == 'S') put_path('D', 0, handle->path);
    if (result == 0 && handle && handle->what == PLAIN && !(kind == 'S' && handle->hidden))
        put(kind, handle->inode, a, b, "", 0, "", 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int fsync(int fd)
{
    pthread_mutex_lock(&lock);
    note_length(fd);
    return recorded(fd, 'S', 0, 0, syscall(SYS_fsync, fd));
}

int fdatasync(int fd)
{
    pthread_mutex_lock(&lock);
    note_length(fd);
    return recorded(fd, 'S', 0, 0, syscall(SYS_fdatasync, fd));
}

int sync_file_range(int fd, off64_t from, off64_t length, unsigned int flags)
{
    pthread_mutex_lock(&lock);
    note_length(fd);
    return recorded(fd, 'R', (uint64_t)from, (uint64_t)length, syscall(SYS_sync_file_range, fd, from, length, flags));
}

int ftruncate64(int fd, off64_t length)
{
    pthread_mutex_lock(&lock);
    return recorded(fd, 'T', (uint64_t)length, 0, syscall(SYS_ftruncate, fd, length));
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int fallocate64(int fd, int mode, off64_t at, off64_t length)
{
    if (known(fd)) give_up("fallocate on a watched file");
    return syscall(SYS_fallocate, fd, mode, at, length);
}

int fallocate(int fd, int mode, off_t at, off_t length) { return fallocate64(fd, mode, at, length); }

ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *to_at, size_t length, unsigned int flags)
{
    if (known(to)) give_up("copy_file_range into a watched file");
    return syscall(SYS_copy_file_range, from, at, to, to_at, length, flags);
}

ssize_t sendfile64(int to, int from, off64_t *at, size_t length)
{
    if (known(to)) give_up("sendfile into a watched file");
    return syscall(SYS_sendfile, to, from, at, length);
}

void *mmap64(void *near, size_t length, int protection, int flags, int fd, off64_t at)
{
    if (known(fd) && (flags & MAP_SHARED) && (protection & PROT_WRITE)) give_up("a shared writable map");
    return (void *)syscall(SYS_mmap, near, length, protection, flags, fd, at);
}

void *mmap(void *near, size_t length, int protection, int flags, int fd, off_t at)
{
    return mmap64(near, length, protection, flags, fd, at);
}

static int named(char kind, int folder, const char *path, long result, const char *whole, int is_watched)
{
    int error = errno;
    (void)folder;
    (void)path;
    if (result == 0 && is_watched) put_path(kind, 0, whole);
    pthread_mutex_unlock(&lock);
    errno = error;
    return (int)result;
}

int unlinkat(int folder, const char *path, int flags)
{
    char whole[PATH_MAX];
    pthread_mutex_lock(&lock);
    int is_watched = watched(folder, path, whole);
    char kind = flags & AT_REMOVEDIR ? 'N' : 'U';
    return named(kind, folder, path, syscall(SYS_unlinkat, folder, path, flags), whole, is_watched);
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int folder, const char *path, mode_t mode)
{
    char whole[PATH_MAX];
    pthread_mutex_lock(&lock);
    int is_watched = watched(folder, path, whole);
    return named('M', folder, path, syscall(SYS_mkdirat, folder, path, mode), whole, is_watched);
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int renameat2(int from, const char *old, int to, const char *new, unsigned int flags)
{
    char whole_old[PATH_MAX], whole_new[PATH_MAX];
    pthread_mutex_lock(&lock);
    int is_watched = watched(from, old, whole_old) && watched(to, new, whole_new);
    int result = syscall(SYS_renameat2, from, old, to, new, flags);
    int error = errno;
    if (result == 0 && is_watched)
        put('V', 0, strlen(whole_old), 0, whole_old, strlen(whole_old), whole_new, strlen(whole_new));
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int renameat(int from, const char *old, int to, const char *new) { return renameat2(from, old, to, new, 0); }
int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }

int link(const char *old, const char *new)
{
    char whole[PATH_MAX];
    if (watched(AT_FDCWD, new, whole)) give_up("link in the watched folder");
    return syscall(SYS_linkat, AT_FDCWD, old, AT_FDCWD, new, 0);
}

static int same_as(int fd, int copy)
{
    if (copy >= 0 && copy < HANDLES) {
        if (known(fd)) handles[copy] = handles[fd];
        else handles[copy].what = NOTHING;
    }
    return copy;
}

int dup(int fd) { return same_as(fd, syscall(SYS_dup, fd)); }
int dup2(int fd, int copy) { return same_as(fd, syscall(SYS_dup3, fd, copy, 0)); }
int dup3(int fd, int copy, int flags) { return same_as(fd, syscall(SYS_dup3, fd, copy, flags)); }

int fcntl64(int fd, int command, ...)
{
    va_list more;
    va_start(more, command);
    void *argument = va_arg(more, void *);
    va_end(more);
    int result = syscall(SYS_fcntl, fd, command, argument);
    return command == F_DUPFD || command == F_DUPFD_CLOEXEC ? same_as(fd, result) : result;
}

int fcntl(int fd, int command, ...)
{
    va_list more;
    va_start(more, command);
    void *argument = va_arg(more, void *);
    va_end(more);
    return fcntl64(fd, command, argument);
}

int close(int fd)
{
    if (fd >= 0 && fd < HANDLES) handles[fd].what = NOTHING;
    return syscall(SYS_close, fd);
}
