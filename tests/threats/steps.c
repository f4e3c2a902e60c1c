/* What the core does, counted in steps: blocks of code that ran, as -fsanitize-coverage=trace-pc
   reports them. A count is the same each time and on every machine, which no clock is. Commands
   stand on the command line, and print one number a line:

     secrets                     comparing two digests that differ in the first byte, the second ...
     tokens TOKENS TOKEN ...     judging a request with each token
     template TEMPLATE N ...     matching a URI of N bytes that has to be searched through
     pattern PATTERN N ...       searching a text of N bytes
     objects START N ...         checking JSON with N keys in one object, which begin so and are
                                 sorted against the grain
     depth N ...                 checking JSON of N arrays inside each other
     post BODY ...               answering a POST to /mcp */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "json.h"
#include "mcp.h"
#include "pattern.h"
#include "registry.h"
#include "uri_template.h"

#define UNCOUNTED __attribute__((no_sanitize("coverage")))

static unsigned long steps;

void __sanitizer_cov_trace_pc(void);
UNCOUNTED void __sanitizer_cov_trace_pc(void) {
    steps++;
}

/* The C library is not counted, so that a comparison that ends early could hide there,
   and a search that begins anew each time. */
int memcmp(const void *left, const void *right, size_t length) {
    const unsigned char *a = left, *b = right;
    for (size_t i = 0; i < length; i++) {
        if (a[i] != b[i]) return a[i] - b[i];
    }
    return 0;
}

void *memchr(const void *bytes, int wanted, size_t length) {
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++) {
        if (at[i] == (unsigned char)wanted) return (void *)(uintptr_t)(at + i);
    }
    return NULL;
}

static struct arena arena;

UNCOUNTED static bool no_more(struct arena *full, size_t wanted) {
    (void)full, (void)wanted;
    return false;
}

UNCOUNTED static void begin(void) {
    arena_reset(&arena, 0);
    steps = 0;
}

UNCOUNTED static void print(unsigned long count) {
    printf("%lu\n", count);
}

/* `count` times `piece`, between `before` and `after`. */
UNCOUNTED static struct text repeated(const char *before, size_t count, const char *piece,
                                      const char *after) {
    size_t size = strlen(piece), length = strlen(before);
    char *whole = malloc(length + count * size + strlen(after) + 1);
    strcpy(whole, before);
    for (size_t i = 0; i < count; i++) memcpy(whole + length + i * size, piece, size);
    strcpy(whole + length + count * size, after);
    return text_of(whole);
}

UNCOUNTED static void count_secrets(int count, char **words) {
    (void)count, (void)words;
    uint8_t left[SHA256_BYTES] = {0}, right[SHA256_BYTES] = {0};
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        right[i] = 1;
        begin();
        text_equal_secret(left, right, SHA256_BYTES);
        print(steps);
        right[i] = 0;
    }
}

UNCOUNTED static void count_tokens(int count, char **words) {
    static char variables[4096];
    static struct config config;
    static const char mode[] = "AUTH_MODE\0tokens\0TOKENS";
    memcpy(variables, mode, sizeof mode);
    strcpy(variables + sizeof mode, words[0]);
    config_read(variables, sizeof mode + strlen(words[0]) + 1, &config);
    for (int i = 1; i < count; i++) {
        struct http_request request = {0};
        struct credential credential;
        struct principal principal;
        request.headers[HTTP_X_API_KEY] = text_of(words[i]);
        begin();
        auth_check(&config, &request, &credential, &principal);
        print(steps);
    }
}

UNCOUNTED static void count_template(int count, char **words) {
    for (int i = 1; i < count; i++) {
        struct text variables[2], uri = repeated("n://", strtoul(words[i], NULL, 10), "a", "");
        begin();
        uri_template_match(text_of(words[0]), uri, &arena, variables, 2);
        print(steps);
    }
}

UNCOUNTED static void count_pattern(int count, char **words) {
    for (int i = 1; i < count; i++) {
        const char *problem;
        uint32_t left = UINT32_MAX;
        struct text subject = repeated("", strtoul(words[i], NULL, 10), "a", "!");
        begin();
        pattern_found(pattern_compile(text_of(words[0]), &arena, &problem), subject, &left);
        print(steps);
    }
}

UNCOUNTED static void count_json(struct text text) {
    struct json_document document;
    begin();
    json_check(text, &arena, &document);
    print(steps);
}

UNCOUNTED static void count_objects(int count, char **words) {
    for (int i = 1; i < count; i++) {
        size_t keys = strtoul(words[i], NULL, 10), length = 1;
        char *text = malloc(keys * (strlen(words[0]) + 16) + 16);
        strcpy(text, "{");
        for (size_t key = keys; key > 0; key--) {
            length += (size_t)sprintf(text + length, "\"%s%08zu\":0%s", words[0], key,
                                      key > 1 ? "," : "}");
        }
        count_json(text_of(text));
    }
}

UNCOUNTED static void count_depth(int count, char **words) {
    for (int i = 0; i < count; i++) count_json(repeated("", strtoul(words[i], NULL, 10), "[", ""));
}

/* A request's head, with what a header of `names` has to say here, or nothing. */
UNCOUNTED static struct text head_with(struct text names) {
    struct buffer head = buffer_in(&arena, 0);
    struct text name;
    buffer_append(&head, TEXT("POST\nhttp://localhost/mcp\n-"));
    while (text_next_field(&names, '\n', &name)) {
        bool type = text_equal(name, TEXT("content-type"));
        if (name.length == 0) continue;
        buffer_append(&head, TEXT("\n"));
        buffer_append(&head, type ? TEXT("application/json") : TEXT("\0"));
    }
    return buffer_text(&head);
}

UNCOUNTED static void count_post(int count, char **words) {
    static struct mcp mcp;
    enum { BYTES = 32 << 20 };
    struct arena own = {.base = malloc(BYTES), .committed = BYTES, .limit = BYTES};
    own.commit = no_more;
    registry_start();
    mcp_start(&mcp, own, TEXT("AUTH_MODE\0none\0"));
    struct text head = head_with(mcp.header_names);
    for (int i = 0; i < count; i++) {
        size_t size = strlen(words[i]);
        char *room = mcp_input(&mcp, head.length);
        memcpy(room, head.bytes, head.length);
        steps = 0;
        mcp_head(&mcp, (struct text){room, head.length});
        memcpy(mcp_body_room(&mcp, size), words[i], size);
        const struct mcp_action *action = mcp_body_ended(&mcp);
        print(steps);
        if (action->status != 200) print(action->status);
        mcp_reset(&mcp);
    }
}

static const struct {
    const char *name;
    void (*run)(int count, char **words);
} commands[] = {
    {"secrets", count_secrets}, {"tokens", count_tokens},   {"template", count_template},
    {"pattern", count_pattern}, {"objects", count_objects}, {"depth", count_depth},
    {"post", count_post},
};

UNCOUNTED int main(int count, char **words) {
    enum { BYTES = 64 << 20 };
    arena = (struct arena){
        .base = malloc(BYTES), .committed = BYTES, .limit = BYTES, .commit = no_more};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (count > 1 && strcmp(words[1], commands[i].name) == 0) {
            commands[i].run(count - 2, words + 2);
            return 0;
        }
    }
    return 1;
}
