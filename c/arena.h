/* The memory of one request: handed out in order, never freed one by one, taken back and wiped as a
   whole. Running out is a normal case: it gives NULL and sets `exhausted`, which the exchange
   checks once, before it answers. */
#ifndef ARENA_H
#define ARENA_H

#include <stdbool.h>
#include <stddef.h>

/* Owned by the instance. Everything an arena hands out lives until arena_reset. */
struct arena {
    char *base;       /* first byte; aligned to 16 */
    size_t used;      /* bytes handed out */
    size_t committed; /* bytes that can be handed out without asking `commit` */
    size_t limit;     /* bytes it may ever hand out */
    bool exhausted;   /* an allocation failed since the last reset */
    /* Makes at least `wanted` bytes from `base` usable and says so in `committed`; false if the
       machine has no more. Where the memory comes from is up to the platform. */
    bool (*commit)(struct arena *arena, size_t wanted);
};

/* `size` bytes aligned to 16, not cleared. If there are no more: NULL, and the arena is exhausted
   from then on, though it may still have room for less. A size of 0 gives a pointer that must not
   be read. */
void *arena_allocate(struct arena *arena, size_t size);

/* Grows an allocation from `old_size` to `new_size` bytes: in place if it is the newest, else by
   copying. `old` may be NULL. If there is no room: NULL, as above, and `old` stays valid. */
void *arena_grow(struct arena *arena, void *old, size_t old_size, size_t new_size);

/* Takes back, and overwrites with zeros, all that was handed out since `used` was `mark`. */
void arena_reset(struct arena *arena, size_t mark);

#endif
