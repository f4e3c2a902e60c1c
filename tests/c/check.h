/* What every unit test needs: checks, texts of exactly their size, an arena, an exchange. */
#ifndef CHECK_H
#define CHECK_H

#include <string.h>

#include "mcp.h"

/* A test: its name states what it proves. */
struct test {
    const char *name;
    void (*run)(void);
};

/* The tests of one noun. */
struct suite {
    const char *noun;
    const struct test *tests;
    size_t count;
};

#define SUITE(noun_name, array)                                                                    \
    const struct suite noun_name##_suite = {#noun_name, (array), sizeof(array) / sizeof *(array)}

/* Each marks the running test as failed, and lets it go on. `what` names the case within it. */
void check_that(bool holds, const char *file, int line, const char *what);
void check_equal(long long actual, long long wanted, const char *file, int line, const char *what);
void check_text(struct text actual, struct text wanted, const char *file, int line,
                const char *what);

#define CHECK(condition) check_that((condition), __FILE__, __LINE__, #condition)
#define CHECK_CASE(condition, what) check_that((condition), __FILE__, __LINE__, what)
#define CHECK_EQUAL(actual, wanted)                                                                \
    check_equal((long long)(actual), (long long)(wanted), __FILE__, __LINE__, #actual)
#define CHECK_EQUAL_CASE(actual, wanted, what)                                                     \
    check_equal((long long)(actual), (long long)(wanted), __FILE__, __LINE__, what)
#define CHECK_TEXT(actual, wanted) check_text((actual), (wanted), __FILE__, __LINE__, #actual)
#define CHECK_SAYS(json, part) CHECK_CASE(text_contains((json), TEXT(part)), part)

/* The number of tools in declared.c, declared_asking.c, declared_metadata.c, shapes.c and tasks.c;
   the last of them, z_button, is listed only for clients that show views. */
enum { DECLARED_TOOLS = 7 + 10 + 1 + 4 + 6 };

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A copy in memory of exactly its size, so that AddressSanitizer notices a read of one byte too
   many. It lives until the test ends. */
struct text exact(struct text text);

/* `piece` repeated `count` times, between `before` and `after`; allocated as by exact(). */
struct text repeated(const char *before, size_t count, const char *piece, const char *after);

/* An empty arena, the same memory each time. Every allocation calls `commit`, which fails the one
   whose number is `failing`, counted from 1; 0 fails none. */
struct arena *fresh_arena(void);
extern size_t failing, commits;

/* A new instance with these variables. */
struct mcp *started(struct text variables);

/* The key made from `text`; valid until the next call. */
const struct hmac_key *key_of(struct text text);

/* A request: headers that are not sent have `bytes` NULL. */
struct sent {
    const char *method, *url;
    struct text headers[HTTP_HEADER_COUNT];
    struct text parameters; /* the values of the headers that tools declare, each after a \n */
    struct text body;
};

/* A mailbox: what was last kept in it, until it is collected, and the last delivery; copies that
   live until the test ends. What was kept with a version is not replaced by what is kept without
   one. */
struct mailbox {
    struct text mailbox, topic, kept;
    struct text delivered_to, delivered_before, delivered, published, posted;
    struct text key; /* the sealing key that was last offered; another one is given */
    bool last;
    uint32_t version;  /* of what is kept; 0 if it has none */
    struct text rival; /* if not empty: kept, once, just before the next version */
    size_t keeps, deliveries, collections, publications, wakes;
};
extern struct mailbox mailbox;

/* Runs the exchange up to the action that ends it: sends the body in small pieces, supplies the
   sealing key, and does with the mailbox what the core asks for, as if every stream were open.
   mcp_reset is left to the caller. */
struct mcp_action exchanged(struct mcp *mcp, const struct sent *sent);

/* A POST of `body` to /mcp with a bearer token and the newest revision. */
struct sent post(struct text body);

/* The length of its head in bytes, as the core takes it. */
size_t head_length(const struct sent *sent);

/* What a new server answers to `method` with the members `params`, in `revision`. `name` is the
   Mcp-Name header of a modern request, NULL for none; `parameters` are the values of tools'
   headers. */
struct text asked(const char *revision, const char *method, const char *name, const char *params,
                  struct text parameters);

/* True if `whole` contains `part`. */
bool text_contains(struct text whole, struct text part);

/* The text in `whole` from the first `mark` to the next `end`, copied; empty without a `mark`. */
struct text behind(struct text whole, struct text mark, char end);

#endif
