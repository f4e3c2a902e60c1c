#include "arena.h"

#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif

#ifdef ARENA_POISONS
/* Under AddressSanitizer, every allocation lies between bytes that must not be touched. */
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#define POISON(address, size) ASAN_POISON_MEMORY_REGION(address, size)
#define UNPOISON(address, size) ASAN_UNPOISON_MEMORY_REGION(address, size)
#else
enum { GAP = 0 };
#define POISON(address, size) ((void)(address), (void)(size))
#define UNPOISON(address, size) ((void)(address), (void)(size))
#endif

enum { ALIGNMENT = 16 };

static size_t aligned(size_t size) {
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

/* Sets the number of bytes in use to `end`; false, with the arena exhausted, if that fails. */
static bool reach(struct arena *arena, size_t end) {
    if (end > arena->limit || (end > arena->committed && !arena->commit(arena, end))) {
        arena->exhausted = true;
        return false;
    }
    arena->used = end;
    return true;
}

void *arena_allocate(struct arena *arena, size_t size) {
    size_t start = arena->used;
    if (size > arena->limit) {
        arena->exhausted = true;
        return NULL;
    }
    if (!reach(arena, start + aligned(size) + GAP)) return NULL;
    POISON(arena->base + start, arena->used - start);
    UNPOISON(arena->base + start, size);
    return arena->base + start;
}

void *arena_grow(struct arena *arena, void *old, size_t old_size, size_t new_size) {
    if (new_size <= old_size) return old;
    size_t end = old == NULL ? 0 : (size_t)((char *)old - arena->base) + aligned(old_size) + GAP;
    if (old != NULL && end == arena->used && new_size <= arena->limit) {
        size_t start = (size_t)((char *)old - arena->base);
        if (!reach(arena, start + aligned(new_size) + GAP)) return NULL;
        POISON(arena->base + start, arena->used - start);
        UNPOISON(arena->base + start, new_size);
        return old;
    }
    char *grown = arena_allocate(arena, new_size);
    if (grown != NULL && old_size > 0) memcpy(grown, old, old_size);
    return grown;
}

void arena_reset(struct arena *arena, size_t mark) {
    UNPOISON(arena->base + mark, arena->used - mark);
    memset(arena->base + mark, 0, arena->used - mark);
    POISON(arena->base + mark, arena->used - mark);
    arena->used = mark;
    arena->exhausted = false;
}
