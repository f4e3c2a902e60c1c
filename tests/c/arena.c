#include "arena.h"

#include "check.h"

static void gives_aligned_memory_apart(void) {
    struct arena *arena = fresh_arena();
    char *before = NULL;
    for (size_t size = 0; size < 100; size++) {
        char *memory = arena_allocate(arena, size);
        CHECK(memory != NULL && (uintptr_t)memory % 16 == 0);
        CHECK(before == NULL || memory >= before + (size > 0 ? size - 1 : 0));
        memset(memory, 0x5a, size);
        before = memory;
    }
}

static void grows_the_newest_in_place(void) {
    struct arena *arena = fresh_arena();
    char *first = arena_allocate(arena, 10);
    memcpy(first, "0123456789", 10);
    CHECK(arena_grow(arena, first, 10, 1000) == first);
    CHECK(arena_grow(arena, first, 1000, 10) == first);
    char *second = arena_allocate(arena, 1);
    char *moved = arena_grow(arena, first, 1000, 2000);
    CHECK(second != NULL && moved != first);
    CHECK_EQUAL(memcmp(moved, "0123456789", 10), 0);
    CHECK(arena_grow(arena, NULL, 0, 5) != NULL);
}

static void says_when_it_is_exhausted(void) {
    struct arena *arena = fresh_arena();
    arena->limit = 4096;
    CHECK(arena_allocate(arena, 1000) != NULL && !arena->exhausted);
    CHECK(arena_allocate(arena, 4000) == NULL && arena->exhausted);
    arena_reset(arena, 0);
    CHECK(!arena->exhausted);
    CHECK(arena_allocate(arena, 4097) == NULL && arena->exhausted);
    arena_reset(arena, 0);
    CHECK(arena_allocate(arena, SIZE_MAX) == NULL && arena->exhausted);
    arena_reset(arena, 0);
    char *memory = arena_allocate(arena, 100);
    CHECK(arena_grow(arena, memory, 100, SIZE_MAX) == NULL && arena->exhausted);
    arena_reset(arena, 0);
    failing = commits + 1;
    arena->committed = 0;
    CHECK(arena_allocate(arena, 1) == NULL && arena->exhausted);
}

static void takes_back_to_a_mark(void) {
    struct arena *arena = fresh_arena();
    char *kept = arena_allocate(arena, 16);
    memcpy(kept, "kept kept kept..", 16);
    size_t mark = arena->used;
    char *first = arena_allocate(arena, 64);
    memset(first, 'x', 64);
    arena_reset(arena, mark);
    char *again = arena_allocate(arena, 64);
    CHECK(first == again);
    for (size_t i = 0; i < 64; i++) CHECK_EQUAL(again[i], 0);
    CHECK_EQUAL(memcmp(kept, "kept kept kept..", 16), 0);
}

static const struct test tests[] = {
    {"gives aligned memory that does not overlap", gives_aligned_memory_apart},
    {"grows the newest allocation in place, any other by copying it", grows_the_newest_in_place},
    {"says when it is exhausted, by its own limit or by the machine's", says_when_it_is_exhausted},
    {"resets to a mark, and wipes what was allocated since", takes_back_to_a_mark},
};
SUITE(arena, tests);
