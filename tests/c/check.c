#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "registry.h"

/* Every suite, one per line. */
/* clang-format off */
#define SUITES(SUITE) \
    SUITE(arena) \
    SUITE(arguments) \
    SUITE(asking) \
    SUITE(asking_legacy) \
    SUITE(auth) \
    SUITE(base64) \
    SUITE(buffer) \
    SUITE(config) \
    SUITE(date) \
    SUITE(decimal) \
    SUITE(extensions) \
    SUITE(features) \
    SUITE(format) \
    SUITE(header_value) \
    SUITE(host) \
    SUITE(http) \
    SUITE(issuer) \
    SUITE(json) \
    SUITE(jsonrpc) \
    SUITE(jwk) \
    SUITE(jwt) \
    SUITE(jwt_check) \
    SUITE(logging) \
    SUITE(mcp) \
    SUITE(memory) \
    SUITE(number) \
    SUITE(oauth) \
    SUITE(output) \
    SUITE(registry) \
    SUITE(remembered) \
    SUITE(resumable) \
    SUITE(scan) \
    SUITE(seal) \
    SUITE(session) \
    SUITE(sha256) \
    SUITE(subscriptions) \
    SUITE(tasks) \
    SUITE(uri) \
    SUITE(uri_template) \
    SUITE(utf8)
/* clang-format on */

#define SUITE_DECLARATION(name) extern const struct suite name##_suite;
SUITES(SUITE_DECLARATION)

#define SUITE_ADDRESS(name) &name##_suite,
static const struct suite *const suites[] = {SUITES(SUITE_ADDRESS)};

int print_numbers(void); /* in number.c */

/* The first failure of the running test. */
static char failure[512];

void check_that(bool holds, const char *file, int line, const char *what) {
    if (!holds && failure[0] == '\0') {
        snprintf(failure, sizeof failure, "%s:%d: %s", file, line, what);
    }
}

void check_equal(long long actual, long long wanted, const char *file, int line, const char *what) {
    char both[300];
    snprintf(both, sizeof both, "%.200s is %lld, not %lld", what, actual, wanted);
    check_that(actual == wanted, file, line, both);
}

void check_text(struct text actual, struct text wanted, const char *file, int line,
                const char *what) {
    char both[400];
    snprintf(both, sizeof both, "%.60s is \"%.*s\", not \"%.*s\"", what,
             (int)(actual.length < 150 ? actual.length : 150), actual.bytes,
             (int)(wanted.length < 150 ? wanted.length : 150), wanted.bytes);
    check_that(text_equal(actual, wanted), file, line, both);
}

/* What exact() and repeated() returned since the test began. */
static char *copies[4096];
static size_t copy_count;

static char *room(size_t size) {
    char *copy = malloc(size);
    if ((copy == NULL && size > 0) || copy_count == COUNT(copies)) abort();
    copies[copy_count++] = copy;
    return copy;
}

struct text exact(struct text text) {
    char *copy = room(text.length);
    if (text.length > 0) memcpy(copy, text.bytes, text.length);
    return (struct text){copy, text.length};
}

struct text repeated(const char *before, size_t count, const char *piece, const char *after) {
    size_t first = strlen(before), each = strlen(piece), last = strlen(after);
    char *copy = room(first + count * each + last), *at = copy;
    memcpy(at, before, first);
    at += first;
    for (size_t i = 0; i < count; i++, at += each) memcpy(at, piece, each);
    memcpy(at, after, last);
    return (struct text){copy, first + count * each + last};
}

const struct hmac_key *key_of(struct text text) {
    static struct hmac_key key;
    key = hmac_key(text);
    return &key;
}

size_t failing, commits;

static bool commit_one(struct arena *arena, size_t wanted) {
    if (++commits == failing) return false;
    arena->committed = wanted;
    return true;
}

struct arena *fresh_arena(void) {
    static struct arena arena;
    if (arena.base == NULL) {
        arena.base = malloc(LIMIT_ARENA_BYTES);
        if (arena.base == NULL) abort();
    }
    arena_reset(&arena, 0);
    arena.committed = 0;
    arena.limit = LIMIT_ARENA_BYTES;
    arena.commit = commit_one;
    failing = commits = 0;
    return &arena;
}

struct mcp *started(struct text variables) {
    static struct mcp mcp;
    struct arena *arena = fresh_arena();
    if (mcp.arena.base != NULL) {
        arena->used = mcp.arena.used; /* the instance before this one used the same memory */
        arena_reset(arena, 0);
    }
    mcp_start(&mcp, *arena, variables);
    return &mcp;
}

struct sent post(struct text body) {
    struct sent sent = {.method = "POST", .url = "https://mcp.example.com/mcp", .body = body};
    sent.headers[HTTP_CONTENT_TYPE] = TEXT("application/json");
    sent.headers[HTTP_AUTHORIZATION] = TEXT("Bearer abc");
    sent.headers[HTTP_MCP_PROTOCOL_VERSION] = TEXT("2025-11-25");
    return sent;
}

static size_t put(char *out, size_t at, struct text text) {
    if (out != NULL && text.length > 0) memcpy(out + at, text.bytes, text.length);
    return at + text.length;
}

/* Writes the head if `out` is not NULL; returns its length. */
static size_t write_head(const struct sent *sent, char *out) {
    size_t at = put(out, 0, text_of(sent->method));
    at = put(out, at, TEXT("\n"));
    at = put(out, at, text_of(sent->url));
    at = put(out, at, TEXT("\nAMS"));
    for (int i = 0; i < HTTP_HEADER_COUNT; i++) {
        struct text value = sent->headers[i];
        at = put(out, at, TEXT("\n"));
        at = put(out, at, value.bytes == NULL ? TEXT("\0") : value);
    }
    return put(out, at, sent->parameters);
}

size_t head_length(const struct sent *sent) {
    return write_head(sent, NULL);
}

static const struct mcp_action *send_head(struct mcp *mcp, const struct sent *sent) {
    size_t length = write_head(sent, NULL);
    char *head = mcp_input(mcp, length);
    if (head == NULL) return mcp_current_action(mcp);
    write_head(sent, head);
    return mcp_head(mcp, (struct text){head, length});
}

static const struct mcp_action *send_body(struct mcp *mcp, struct text body) {
    for (size_t at = 0; at < body.length;) {
        size_t size = body.length > 100000 ? 65536 : 7;
        if (size > body.length - at) size = body.length - at;
        char *piece = mcp_body_room(mcp, size);
        if (piece == NULL) return &mcp->exchange.action;
        memcpy(piece, body.bytes + at, size);
        at += size;
    }
    return mcp_body_ended(mcp);
}

/* Not memcpy: AddressSanitizer would object to it reading what lies between two allocations. */
#if __has_attribute(no_sanitize)
__attribute__((no_sanitize("address")))
#endif
static void
copy_arena(volatile char *to, const volatile char *from, size_t size) {
    for (size_t i = 0; i < size; i++) to[i] = from[i];
}

/* As the shim does with a body that has a length. What happens if others are served meanwhile:
   tests/threats/cross-client-leak-aside.test.mjs. */
static void set_aside_and_resume(struct mcp *mcp) {
    struct text aside = mcp_set_aside(mcp);
    if (aside.length == 0) return; /* there is no memory left */
    char *copy = malloc(aside.length + 1);
    if (copy == NULL) abort();
    copy_arena(copy, aside.bytes, aside.length);
    mcp_reset(mcp);
    char *here = mcp_input(mcp, aside.length);
    if (here != NULL) memcpy(here, copy, aside.length);
    free(copy);
    mcp_resume(mcp, (struct text){here, aside.length});
}

static const struct mcp_action *send_answer(struct mcp *mcp, struct text answer) {
    char *given = mcp_input(mcp, answer.length);
    if (given == NULL) return mcp_current_action(mcp);
    if (answer.length > 0) memcpy(given, answer.bytes, answer.length);
    return mcp_answered(mcp, (struct text){given, answer.length});
}

struct mailbox mailbox;

static bool is_there(const struct mcp_action *action) {
    return text_equal(action->mailbox, mailbox.mailbox) && text_equal(action->topic, mailbox.topic);
}

static struct text collect(const struct mcp_action *action) {
    struct text kept = mailbox.kept;
    mailbox.collections++;
    if (!is_there(action)) return (struct text){NULL, 0};
    mailbox.kept = (struct text){NULL, 0};
    return kept;
}

static struct text keep(const struct mcp_action *action) {
    mailbox.keeps++;
    if (action->version == 0 && mailbox.version > 0) return TEXT("\1");
    if (action->version > 0 && mailbox.rival.length > 0) {
        mailbox.kept = mailbox.rival;
        mailbox.rival.length = 0;
        mailbox.version++;
    }
    if (action->version > 0 && action->version != mailbox.version + 1) return TEXT("\0");
    mailbox.version = action->version;
    mailbox.mailbox = exact(action->mailbox);
    mailbox.topic = exact(action->topic);
    mailbox.kept = exact(action->body);
    return TEXT("\1");
}

/* Does with the mailbox what `action` says; returns the answer. */
static struct text in_mailbox(const struct mcp_action *action) {
    switch (action->kind) {
    case MCP_ACTION_DELIVER:
        mailbox.deliveries++;
        mailbox.delivered_before = mailbox.delivered;
        mailbox.delivered = exact(action->body);
        mailbox.delivered_to = exact(action->topic);
        mailbox.last = action->delivery == MCP_DELIVERY_ENDS;
        return TEXT("\1");
    case MCP_ACTION_KEEP: return keep(action);
    case MCP_ACTION_PEEK: return is_there(action) ? mailbox.kept : TEXT("");
    case MCP_ACTION_COLLECT: return collect(action);
    case MCP_ACTION_WAKE:
        mailbox.wakes++;
        mailbox.posted = exact(action->body);
        break;
    default: mailbox.publications++; mailbox.published = exact(action->body);
    }
    return (struct text){NULL, 0};
}

extern struct text (*native_performer)(const struct mcp_action *action);

/* What a call that asks keeps before it looks whether it was cancelled; nothing else is done at
   once. */
static struct text keep_at_once(const struct mcp_action *action) {
    bool kept = action->kind == MCP_ACTION_KEEP && action->version == 0;
    return kept ? keep(action) : (struct text){NULL, 0};
}

struct mcp_action exchanged(struct mcp *mcp, const struct sent *sent) {
    const struct mcp_action *action = send_head(mcp, sent);
    for (int steps = 0; steps < LIMIT_SUBSCRIPTIONS + 16; steps++) {
        if (action->kind == MCP_ACTION_READ_BODY) {
            set_aside_and_resume(mcp);
            action = send_body(mcp, sent->body);
        } else if (text_equal(action->mailbox, TEXT("key"))) {
            bool peeks = action->kind == MCP_ACTION_PEEK;
            if (!peeks) mailbox.key = exact(action->body);
            action =
                send_answer(mcp, peeks ? TEXT("0123456789abcdef0123456789abcdef") : TEXT("\0"));
        } else if (action->kind == MCP_ACTION_RESPOND || action->kind == MCP_ACTION_STREAM ||
                   action->kind == MCP_ACTION_FINISH) {
            break;
        } else {
            action = send_answer(mcp, in_mailbox(action));
        }
    }
    return *action;
}

bool text_contains(struct text whole, struct text part) {
    for (size_t i = 0; i + part.length <= whole.length; i++) {
        if (memcmp(whole.bytes + i, part.bytes, part.length) == 0) return true;
    }
    return false;
}

struct text behind(struct text whole, struct text mark, char end) {
    for (size_t i = 0; i + mark.length <= whole.length; i++) {
        if (!text_starts_with(text_from(whole, i), mark)) continue;
        struct text rest = text_from(whole, i + mark.length);
        return exact((struct text){rest.bytes, text_find(rest, end)});
    }
    return (struct text){NULL, 0};
}

static bool run(const struct suite *suite, const struct test *test) {
    failure[0] = '\0';
    mailbox = (struct mailbox){0};
    native_performer = keep_at_once;
    test->run();
    while (copy_count > 0) free(copies[--copy_count]);
    bool passed = failure[0] == '\0';
    printf("%s %s: %s\n", passed ? "ok" : "not ok", suite->noun, test->name);
    if (!passed) printf("# %s\n", failure);
    fflush(stdout);
    return passed;
}

/* Runs all tests; with the argument "numbers", prints the numbers whose bits come on stdin. */
int main(int count, char **arguments) {
    if (count > 1 && strcmp(arguments[1], "numbers") == 0) return print_numbers();
    bool passed = true;
    registry_start();
    for (size_t i = 0; i < COUNT(suites); i++) {
        for (size_t j = 0; j < suites[i]->count; j++) {
            passed = run(suites[i], &suites[i]->tests[j]) && passed;
        }
    }
    printf("1..end\n");
    return passed ? 0 : 1;
}
