/* Tools as they come about around code that was there before: it allocates, and it remembers. */
#define _GNU_SOURCE /* posix_memalign */

#include <errno.h>
#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <packaged/packaged.h> /* of the folder vendor, like the next four */

#include "before.h"
#include "by_value.h"
#include "flagged.h"
#include "taken.h"
#include "tool.h"

struct allocation {
    int64_t bytes;
};

static const struct tool_field fields[] = {
    TOOL_INTEGER(struct allocation, bytes, "How large it becomes"),
};

/* The compiler could leave out what nobody sees. */
static char *volatile block;

static void allocate(struct tool_call *call, const void *given) {
    const struct allocation *arguments = given;
    size_t size = (size_t)arguments->bytes;
    char *volatile zeros = calloc(3, 5);
    block = strdup("All0cated");
    if (zeros == NULL || block == NULL || memchr(zeros, 1, 15) != NULL) abort();
    block = realloc(block, size);
    if (block == NULL) {
        reply_text(call, "There is not so much.");
        return;
    }
    memset(block + 9, '!', size - 9);
    reply_text(call, "%.10s %d", block, (int)(block[size - 1] == '!'));
    free(block);
}

TOOL(allocate, .description = "Uses what the libc allocates.", TOOL_FIELDS(fields),
     .run = allocate);

static void sum(struct tool_call *call, const void *given) {
    (void)given;
    reply_text(call, "%d %d %d", packaged_sum(before_sum("1 20 300"), 1000), flagged_sum(),
               plain_sum());
}

TOOL(sum, .description = "Calls what was there before.", .run = sum);

struct borrowed {
    int64_t config_read; /* as the function is called, too */
};

static const struct tool_field borrowed[] = {
    TOOL_INTEGER(struct borrowed, config_read, "What is read"),
};

static void borrow(struct tool_call *call, const void *given) {
    const struct borrowed *arguments = given;
    reply_text(call, "%d %d %s", taken_sum(), config_read((int)arguments->config_read),
               cJSON_Print(1));
}

TOOL(borrow, .description = "Calls what has names of the core's.", TOOL_FIELDS(borrowed),
     .run = borrow);

/* As code does that wants whole cache lines. */
static void align(struct tool_call *call, const void *given) {
    const struct allocation *arguments = given;
    size_t size = (size_t)arguments->bytes;
    void *other = NULL;
    for (size_t alignment = 8; alignment <= 4096; alignment *= 2) {
        block = aligned_alloc(alignment, size);
        if (block == NULL || posix_memalign(&other, alignment, size) != 0) {
            reply_error(call, "There is no more.");
            return;
        }
        if ((uintptr_t)block % alignment != 0 || (uintptr_t)other % alignment != 0) abort();
        memset(block, 'a', size);
        memset(other, 'b', size);
        block = realloc(block, 2 * size);
        if (block == NULL || block[0] != 'a' || block[size - 1] != 'a') abort();
        memset(block, 'c', 2 * size);
        free(block);
        if (memchr(other, 'c', size) != NULL) abort();
        free(other);
    }
    reply_text(call, "aligned");
}

TOOL(align, .description = "Allocates at round addresses.", TOOL_FIELDS(fields), .run = align);

static void leave(void) {
    printf("nobody leaves");
}

/* What has the libc itself ask for memory, which it would keep. */
static void localize(struct tool_call *call, const void *given) {
    (void)given;
    wchar_t wide[8];
    int refused = 0;
    const char *own = setlocale(LC_ALL, ""), *german = setlocale(LC_ALL, "de_DE.UTF-8");
    locale_t french = newlocale(LC_ALL_MASK, "fr_FR.UTF-8", NULL);
    if (own == NULL || french == NULL) abort();
    freelocale(french);
    for (int i = 0; i < 40; i++) refused += atexit(leave) != 0;
    reply_text(call, "%d %s %zu %d", german != NULL, setlocale(LC_CTYPE, NULL),
               mbstowcs(wide, "h\xc3\xa9llo", 8), refused);
    block = malloc(100);
    if (malloc_usable_size(block) < 100) abort();
}

TOOL(localize, .description = "Chooses a language.", .run = localize);

/* As a parser does it: much is allocated, little at a time. */
static void churn(struct tool_call *call, const void *given) {
    const struct allocation *arguments = given;
    for (int i = 0; i < 1000000; i++) {
        block = malloc((size_t)arguments->bytes);
        char *volatile other = malloc((size_t)i % 100 + 1);
        if (block == NULL || other == NULL) {
            reply_error(call, "There is no more after %d.", i);
            return;
        }
        block[0] = other[0] = 'x';
        free(block);
        free(other);
    }
    reply_text(call, "churned");
}

/* As a buffer does it that is filled bit by bit. */
static void grow(struct tool_call *call, const void *given) {
    const struct allocation *arguments = given;
    size_t size = 0;
    block = NULL;
    while (size < (size_t)arguments->bytes) {
        size += 100000;
        char *volatile larger = realloc(block, size);
        if (larger == NULL) {
            reply_error(call, "There is no more than %zu.", size);
            return;
        }
        block = larger;
        block[size - 1] = 'x';
    }
    reply_text(call, "grown");
}

TOOL(grow, .description = "Grows.", TOOL_FIELDS(fields), .run = grow);

TOOL(churn, .description = "Allocates and frees.", TOOL_FIELDS(fields), .run = churn);

static void structs(struct tool_call *call, const void *given) {
    char text[200];
    (void)given;
    by_value(text, sizeof text);
    reply_text(call, "%s, at %ld, after %.0f", text, seconds_now(), seconds_used());
}

TOOL_NAMED(structs, "pass-structs", .description = "Passes structs by value.", .run = structs);

static void latin(struct tool_call *call, const void *given) {
    (void)given;
    reply_text(call, "caf\xe9");
}

TOOL(latin, .description = "Replies in another encoding.", .run = latin);

static void misplaced(struct tool_call *call, const void *given) {
    reply_blob(call, "abc", 3);
    reply_completion(call, (struct text){"x", 1});
    reply_not_found(call);
    reply_output(call, given);
    reply_annotated(call, &(struct annotations){.priority = &(const double){0.0 / 0.0}});
    reply_annotated(call, &(struct annotations){.last_modified = "2025-01-12"});
    reply_link(call, &(struct resource){.uri = "test://x"});
}

TOOL(misplaced, .description = "Replies as no tool can.", .run = misplaced);

static void huge(struct tool_call *call, const void *given) {
    (void)given;
    reply_image(call, "image/png", "abc", SIZE_MAX);
}

TOOL(huge, .description = "Replies with more than there is memory for.", .run = huge);

static void pictured(struct tool_call *call) {
    reply_image(call, "image/png", "abc", 3);
}

RESOURCE(pictured, .uri = "test://pictured", .name = "pictured", .read = pictured);

static void unreadable(struct tool_call *call) {
    reply_error(call, "The %s is out.", "light");
}

RESOURCE(unreadable, .uri = "test://unreadable", .name = "unreadable", .read = unreadable);

static void forget(struct tool_call *call, const void *given) {
    (void)given;
    reply_text(call, "What do you say?");
    reply_error(call, "The %s is gone.", "line");
    reply_text(call, "Never mind.");
}

PROMPT(forget, .run = forget);

static void prints(struct tool_call *call, const void *given) {
    (void)given;
    printf("first of %d\nsecond of %d lines\n", 2, 2);
    fprintf(stderr, "an error that is longer than the room for it: %070d and its end\n", 1);
    errno = ENOENT;
    perror("third");
    printf("no end");
    reply_text(call, "printed");
}

TOOL(prints, .description = "Prints.", .run = prints);

static void fall(struct tool_call *call, const void *given) {
    (void)call, (void)given;
    printf("up to here");
    abort();
}

TOOL(fall, .description = "Prints, and ends there.", .run = fall);

static void swell(struct tool_call *call, const void *given) {
    static char megabyte[1 << 20];
    (void)given;
    for (size_t i = 0; i < sizeof megabyte - 1; i++) megabyte[i] = 'x';
    for (int i = 0; i < 100; i++) reply_text(call, "%s", megabyte);
}

TOOL(swell, .description = "Says more than there is memory for.", .run = swell);

static int64_t calls;

static void count(struct tool_call *call, const void *arguments) {
    (void)arguments;
    reply_text(call, "%d", (int)++calls);
}

TOOL(count, .description = "Says how often it was called.", .run = count);

static void ask(struct tool_call *call, const void *arguments) {
    struct root roots[1];
    size_t found;
    (void)arguments;
    calls++;
    if (list_roots(call, "roots", roots, 1, &found) == ASK_ACCEPTED) reply_text(call, "Asked.");
}

TOOL(ask, .description = "Asks for roots, and counts as a call.", .run = ask);
