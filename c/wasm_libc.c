/* What the C library asks of its machine when a tool, or code that it brings, uses it: memory, and
   the imports of WASI, so that the module asks its host for nothing else. The core calls none of
   it, and the linker leaves out what nothing calls. */
#define _POSIX_C_SOURCE 200112L /* posix_memalign */

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "wasm.h"

/* -- Memory: the request's, like everything else, so that it is wiped and taken back with it. What
   is freed before that is handed out again: the size of each block of up to a megabyte is rounded
   up to a power of two. Before each stand its size and the next block of its list. -- */

struct block {
    size_t size; /* of what follows the head */
    struct block *next;
    uint64_t unused; /* so that what follows is aligned for any type */
};

enum { SMALLEST_BYTES = 16 };
_Static_assert((SMALLEST_BYTES << (FREED_LISTS - 1)) == 1 << 20,
               "the largest that is given out again");
_Static_assert(sizeof(struct block) == 16, "the head of a block");

static void *behind(struct block *block) {
    return block + 1;
}

static struct block *head_of(void *memory) {
    return (struct block *)memory - 1;
}

/* The list of the blocks that `size` bytes fit into; `*size` becomes theirs. FREED_LISTS, with
   `*size` as it was, if it is too large. */
static size_t list_for(size_t *size) {
    size_t list = 0, room = SMALLEST_BYTES;
    for (; list < FREED_LISTS && room < *size; list++) room *= 2;
    if (list < FREED_LISTS) *size = room;
    return list;
}

/* Room for `size` bytes after a head: new, or `old` made larger, in place if possible. NULL if
   there is no more, which is the caller's to handle: no reason to give up the call. */
static void *reserve(struct block *old, size_t size) {
    struct arena *arena = &wasm_instance()->arena;
    bool exhausted = arena->exhausted;
    size_t had = old == NULL ? 0 : sizeof *old + old->size;
    struct block *block = arena_grow(arena, old, had, sizeof *block + size);
    arena->exhausted = exhausted;
    if (block == NULL) return NULL;
    block->size = size;
    return behind(block);
}

static void *allocate(size_t size) {
    if (size > LIMIT_ARENA_BYTES) return NULL;
    size_t list = list_for(&size);
    struct block **freed = wasm_instance()->exchange.freed;
    struct block *block = list < FREED_LISTS ? freed[list] : NULL;
    if (block == NULL) return reserve(NULL, size);
    freed[list] = block->next;
    return behind(block);
}

void *malloc(size_t size) {
    return allocate(size);
}

void *calloc(size_t count, size_t size) {
    if (size > 0 && count > LIMIT_ARENA_BYTES / size) return NULL;
    void *memory = allocate(count * size);
    if (memory != NULL) memset(memory, 0, count * size);
    return memory;
}

void free(void *memory) {
    if (memory == NULL) return;
    struct block *block = head_of(memory);
    size_t size = block->size, list = list_for(&size);
    if (list == FREED_LISTS) return;
    block->next = wasm_instance()->exchange.freed[list];
    wasm_instance()->exchange.freed[list] = block;
}

void *realloc(void *memory, size_t size) {
    size_t had = memory == NULL ? 0 : head_of(memory)->size;
    if (memory != NULL && size <= had) return memory;
    if (size > LIMIT_ARENA_BYTES) return NULL;
    /* large blocks grow in place: a copy at each step would soon use up all there is */
    if (memory != NULL && list_for(&had) == FREED_LISTS) return reserve(head_of(memory), size);
    void *larger = allocate(size);
    if (larger == NULL) return NULL;
    if (had > 0) memcpy(larger, memory, had);
    free(memory);
    return larger;
}

/* A block of its own with room to spare: what lies before the address wanted becomes a part of
   nothing, and the head stands where free and realloc look for it. */
void *aligned_alloc(size_t alignment, size_t size) {
    if (alignment <= sizeof(struct block)) return malloc(size);
    if (size > LIMIT_ARENA_BYTES || alignment > LIMIT_ARENA_BYTES) return NULL;
    list_for(&size);
    uintptr_t start = (uintptr_t)reserve(NULL, size + alignment);
    if (start == 0) return NULL;
    void *memory = (void *)((start + alignment - 1) & ~(alignment - 1));
    head_of(memory)->size = size;
    return memory;
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    void *aligned = aligned_alloc(alignment, size);
    if (aligned != NULL) *memory = aligned;
    return aligned != NULL ? 0 : ENOMEM;
}

size_t malloc_usable_size(void *memory) {
    return memory == NULL ? 0 : head_of(memory)->size;
}

/* What the libc itself would keep from call to call, more than it has room for: a locale that it
   does not know, the 33rd function of atexit. A request's memory is not for that, so there is none;
   the libc then goes by the locale C.UTF-8, or says that it failed. */
void *libc_keep(size_t size) __asm("__libc_malloc");
void *libc_keep_zeros(size_t count, size_t size) __asm("__libc_calloc");
void libc_release(void *memory) __asm("__libc_free");

void *libc_keep(size_t size) {
    (void)size;
    return NULL;
}

void *libc_keep_zeros(size_t count, size_t size) {
    (void)count, (void)size;
    return NULL;
}

void libc_release(void *memory) {
    (void)memory;
}

/* -- WASI (preview 1): what makes sense here works, and there are no files. -- */

enum { WASI_SUCCESS = 0, WASI_ERRNO_NOSYS = 52, WASI_CHARACTER_DEVICE = 2 };

/* The status of a file (__wasi_fdstat_t). */
struct status {
    uint8_t kind;
    uint16_t flags;
    uint64_t rights, inherited_rights;
};

#define WASI(name) __asm("__imported_wasi_snapshot_preview1_" #name)

/* A piece of what is to be written. */
struct piece {
    const char *bytes;
    size_t size;
};

int32_t wasi_write(int32_t file, const struct piece *pieces, size_t count, size_t *written)
    WASI(fd_write);
int32_t wasi_read(int32_t file, const struct piece *pieces, size_t count, size_t *size)
    WASI(fd_read);
int32_t wasi_close(int32_t file) WASI(fd_close);
int32_t wasi_seek(int32_t file, int64_t offset, int32_t whence, uint64_t *position) WASI(fd_seek);
int32_t wasi_status(int32_t file, struct status *status) WASI(fd_fdstat_get);
int32_t wasi_now(int32_t clock, int64_t precision, uint64_t *nanoseconds) WASI(clock_time_get);
int32_t wasi_random(uint8_t *bytes, size_t size) WASI(random_get);
int32_t wasi_environment_sizes(size_t *count, size_t *bytes) WASI(environ_sizes_get);
int32_t wasi_environment(char **variables, char *bytes) WASI(environ_get);
_Noreturn void wasi_exit(int32_t code) WASI(proc_exit);

/* Appends to what was printed without a line end so far; with one, it is logged. */
static void print(struct text piece) {
    char *line = realloc((void *)(uintptr_t)wasm_printed.bytes, wasm_printed.length + piece.length);
    if (line == NULL) {
        host_log(piece);
        return;
    }
    memcpy(line + wasm_printed.length, piece.bytes, piece.length);
    wasm_printed = (struct text){line, wasm_printed.length + piece.length};
    if (line[wasm_printed.length - 1] != '\n') return;
    if (--wasm_printed.length > 0) host_log(wasm_printed);
    wasm_printed.length = 0;
}

/* Whatever is printed goes to the log, whichever the file: there are only stdout and stderr. The
   libc gives a line in pieces, and those for stderr in a write each. */
int32_t wasi_write(int32_t file, const struct piece *pieces, size_t count, size_t *written) {
    (void)file;
    *written = 0;
    for (size_t i = 0; i < count; i++) {
        *written += pieces[i].size;
        if (pieces[i].size > 0) print((struct text){pieces[i].bytes, pieces[i].size});
    }
    return WASI_SUCCESS;
}

/* There is stdin alone, and nothing in it. Code that only mentions it, and is not called, brings
   this function in. */
int32_t wasi_read(int32_t file, const struct piece *pieces, size_t count, size_t *size) {
    (void)file, (void)pieces, (void)count;
    *size = 0;
    return WASI_SUCCESS;
}

int32_t wasi_close(int32_t file) {
    (void)file;
    return WASI_ERRNO_NOSYS;
}

int32_t wasi_seek(int32_t file, int64_t offset, int32_t whence, uint64_t *position) {
    (void)file, (void)offset, (void)whence, (void)position;
    return WASI_ERRNO_NOSYS;
}

/* A terminal: the libc then writes line by line, and leaves nothing for the next call to write. */
int32_t wasi_status(int32_t file, struct status *status) {
    (void)file;
    *status = (struct status){.kind = WASI_CHARACTER_DEVICE};
    return WASI_SUCCESS;
}

int32_t wasi_now(int32_t clock, int64_t precision, uint64_t *nanoseconds) {
    (void)clock, (void)precision;
    *nanoseconds = (uint64_t)host_now() * 1000000;
    return WASI_SUCCESS;
}

int32_t wasi_random(uint8_t *bytes, size_t size) {
    host_random(bytes, size);
    return WASI_SUCCESS;
}

int32_t wasi_environment_sizes(size_t *count, size_t *bytes) {
    *count = *bytes = 0;
    return WASI_SUCCESS;
}

int32_t wasi_environment(char **variables, char *bytes) {
    (void)variables, (void)bytes;
    return WASI_SUCCESS;
}

/* Where the libc looks for a file. Its own asks for the folders before anything runs, so that code
   with a function for files would be refused (c/toolchain/compile.mjs) even if nobody calls it. */
int no_folder(const char *path, const char **folder, char **rest,
              size_t room) __asm("__wasilibc_find_relpath");
int no_place(const char *path, const char **folder,
             const char **rest) __asm("__wasilibc_find_abspath");

int no_folder(const char *path, const char **folder, char **rest, size_t room) {
    (void)path, (void)folder, (void)rest, (void)room;
    return -1;
}

int no_place(const char *path, const char **folder, const char **rest) {
    (void)path, (void)folder, (void)rest;
    return -1;
}

/* The call ends as a failing one does. */
_Noreturn void wasi_exit(int32_t code) {
    (void)code;
    __builtin_trap();
}
