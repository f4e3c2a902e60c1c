/* The core as a program of this machine: MCP over stdin and stdout, and the driver that the tests
   replay transcripts with. Plain C, so that it is also what runs as a WASI program where there is
   no compiler for the machine itself.

   SHA-256 and HMAC are written here because such a machine may have no crypto library. Nobody
   attacks a process over its own stdin, and the Worker never links this file. */
#define _DEFAULT_SOURCE /* getentropy */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#ifdef __APPLE__
#include <sys/random.h>
#endif

#include "host.h"
#include "mcp.h"
#include "messages.h"
#include "registry.h"

/* SHA-256 (FIPS 180-4, section 6.2). */

enum { BLOCK_BYTES = 64 };

struct sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes taken so far */
    uint8_t block[BLOCK_BYTES];
};

static const struct sha256 sha256_empty = {{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                            0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19},
                                           0,
                                           {0}};

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t word, int bits) {
    return word >> bits | word << (32 - bits);
}

static void expand(const uint8_t block[BLOCK_BYTES], uint32_t words[64]) {
    for (int i = 0; i < 16; i++) {
        const uint8_t *at = block + i * 4;
        words[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t a = words[i - 15], b = words[i - 2];
        words[i] = words[i - 16] + words[i - 7] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
                   (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
}

static void take_block(struct sha256 *hash) {
    uint32_t words[64], s[8];
    expand(hash->block, words);
    memcpy(s, hash->state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t first = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) +
                         ((s[4] & s[5]) ^ (~s[4] & s[6])) + round_constants[i] + words[i];
        uint32_t second = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) +
                          ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += first;
        s[0] = first + second;
    }
    for (int i = 0; i < 8; i++) hash->state[i] += s[i];
}

static void sha256_take(struct sha256 *hash, const void *data, size_t size) {
    const uint8_t *bytes = data;
    for (size_t i = 0; i < size; i++) {
        hash->block[hash->length++ % BLOCK_BYTES] = bytes[i];
        if (hash->length % BLOCK_BYTES == 0) take_block(hash);
    }
}

static void sha256_end(struct sha256 *hash, uint8_t digest[HOST_DIGEST_BYTES]) {
    uint64_t bits = hash->length * 8;
    sha256_take(hash, "\x80", 1);
    while (hash->length % BLOCK_BYTES != BLOCK_BYTES - 8) sha256_take(hash, "", 1);
    for (int shift = 56; shift >= 0; shift -= 8) {
        uint8_t byte = (uint8_t)(bits >> shift);
        sha256_take(hash, &byte, 1);
    }
    for (int i = 0; i < HOST_DIGEST_BYTES; i++) {
        digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

/* The host. */

void host_sha256(struct text data, uint8_t digest[HOST_DIGEST_BYTES]) {
    struct sha256 hash = sha256_empty;
    sha256_take(&hash, data.bytes, data.length);
    sha256_end(&hash, digest);
}

void host_hmac_sha256(struct text key, struct text data, uint8_t digest[HOST_DIGEST_BYTES]) {
    uint8_t inner[BLOCK_BYTES] = {0}, outer[BLOCK_BYTES];
    if (key.length > BLOCK_BYTES) host_sha256(key, inner);
    else if (key.length > 0) memcpy(inner, key.bytes, key.length);
    for (int i = 0; i < BLOCK_BYTES; i++) {
        outer[i] = inner[i] ^ 0x5c;
        inner[i] ^= 0x36;
    }
    struct sha256 hash = sha256_empty;
    sha256_take(&hash, inner, sizeof inner);
    sha256_take(&hash, data.bytes, data.length);
    sha256_end(&hash, digest);
    hash = sha256_empty;
    sha256_take(&hash, outer, sizeof outer);
    sha256_take(&hash, digest, HOST_DIGEST_BYTES);
    sha256_end(&hash, digest);
}

/* Under test the random bytes are these, so that two runs can be compared byte by byte. */
static bool predictable;
static uint32_t predictable_state;

void host_random(uint8_t *bytes, size_t size) {
    for (size_t i = 0; predictable && i < size; i++) {
        predictable_state = predictable_state * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(predictable_state >> 24);
    }
    if (!predictable && getentropy(bytes, size) != 0) abort();
}

double host_now(void) {
    struct timespec now;
    if (predictable || timespec_get(&now, TIME_UTC) != TIME_UTC) return 0;
    return (double)now.tv_sec * 1000 + (double)(now.tv_nsec / 1000000);
}

/* Who carries out actions while a call waits, under test; NULL: nobody. */
static struct text (*performer)(const struct mcp_action *action);

/* Over stdio nobody else can be spoken to while a tool waits: it waits, and what it asks of a
   mailbox is not there. */
struct text host_perform(const struct mcp_action *action) {
    if (performer != NULL) return performer(action);
    struct timespec time = {action->milliseconds / 1000, action->milliseconds % 1000 * 1000000L};
    if (action->kind != MCP_ACTION_WAIT) return (struct text){NULL, 0};
    nanosleep(&time, NULL);
    return TEXT("\1");
}

void host_log(struct text line) {
    fprintf(stderr, "%.*s\n", (int)line.length, line.bytes);
}

#ifndef NATIVE_WITHOUT_MAIN

static struct mcp instance;

static bool commit_nothing(struct arena *arena, size_t wanted) {
    (void)arena, (void)wanted;
    return false;
}

/* Starts the instance anew. Its memory is reserved once and whole; the system gives a page of it
   when it is first touched. */
static void start(struct text variables) {
    static char *memory;
    if (memory == NULL) memory = malloc(LIMIT_ARENA_BYTES);
    if (memory == NULL) abort();
    if (instance.arena.base != NULL) arena_reset(&instance.arena, 0);
    registry_start();
    mcp_start(&instance,
              (struct arena){.base = memory,
                             .committed = LIMIT_ARENA_BYTES,
                             .limit = LIMIT_ARENA_BYTES,
                             .commit = commit_nothing},
              variables);
}

/* MCP over stdio (2025-11-25, Transports, "stdio"): a message a line. */

/* Reads a line into the exchange's body. `*refused` where it is too long or memory ran out: the
   rest of it is then skipped. False at the end of the input. */
static bool read_line(bool *refused) {
    char piece[4096];
    size_t filled = 0, total = 0;
    int byte;
    *refused = false;
    do {
        byte = getc(stdin);
        bool ends = byte == '\n' || byte == EOF;
        if (!ends) piece[filled++] = (char)byte;
        if (filled == 0 || (filled < sizeof piece && !ends)) continue;
        char *room = *refused ? NULL : mcp_body_room(&instance, filled);
        if (room == NULL) *refused = true;
        else memcpy(room, piece, filled);
        if (room != NULL) mcp_body_received(&instance, filled);
        total += filled;
        filled = 0;
    } while (byte != '\n' && byte != EOF);
    return byte != EOF || total > 0;
}

static void print_error(enum jsonrpc_error code, enum http_error error) {
    printf("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":%d,\"message\":\"%s\"}}\n", code,
           http_error_text(error)->sentence.bytes);
}

/* Answers the line that was read. */
static void answer_line(bool refused) {
    struct exchange *exchange = &instance.exchange;
    if (refused) {
        bool too_large = exchange->action.status == 413;
        print_error(too_large ? JSONRPC_INVALID_REQUEST : JSONRPC_INTERNAL_ERROR,
                    too_large ? HTTP_ERROR_BODY_TOO_LARGE : HTTP_ERROR_BUSY);
        return;
    }
    struct text line = {exchange->body, exchange->body_length};
    if (text_trim(line).length == 0) return; /* a blank line is no message */
    struct answer answer = messages_answer(exchange);
    if (instance.arena.exhausted) {
        print_error(JSONRPC_INTERNAL_ERROR, HTTP_ERROR_BUSY);
    } else if (answer.json.length > 0) {
        fwrite(answer.json.bytes, 1, answer.json.length, stdout);
        putchar('\n');
    }
}

static int serve(void) {
    enum revision revision = REVISION_UNSAID;
    /* whoever has this process has everything: there is nobody to seal against */
    start(TEXT("AUTH_MODE\0none\0SEAL_KEY\0the stdio server seals for itself only\0"));
    for (bool more = true, refused; more;) {
        struct exchange *exchange = &instance.exchange;
        exchange->arena = &instance.arena;
        exchange->config = &instance.config;
        exchange->revision = revision;
        more = read_line(&refused);
        if (more) answer_line(refused);
        if (exchange->initialized) revision = exchange->agreed;
        fflush(stdout);
        mcp_reset(&instance);
    }
    return ferror(stdout) ? 1 : 0;
}

/* --replay: events in, actions out.

   An event is a line "NAME LENGTH" and LENGTH bytes: variables (starts the instance anew), head,
   body (a piece), end, answer, reset. Each is answered by "none\n", or by the action that it led
   to: a line "action KIND STATUS SECONDS MILLISECONDS LAST BACKLOG" and the lengths of headers,
   body, mailbox, topic and keep-alive, and then their bytes. An action that is carried out while
   the call waits comes as such a line that begins with "perform"; "answered LENGTH" and its answer
   follow. */

static void print_action(const char *word, const struct mcp_action *action) {
    const struct text parts[] = {action->headers, action->body, action->mailbox, action->topic,
                                 action->keep_alive};
    enum { PARTS = sizeof parts / sizeof *parts };
    printf("%s %u %u %u %u %u %u", word, (unsigned)action->kind, (unsigned)action->status,
           (unsigned)action->keep_alive_seconds, (unsigned)action->milliseconds,
           (unsigned)action->last, (unsigned)action->backlog_bytes);
    for (int i = 0; i < PARTS; i++) printf(" %zu", parts[i].length);
    putchar('\n');
    for (int i = 0; i < PARTS; i++) {
        if (parts[i].length > 0) fwrite(parts[i].bytes, 1, parts[i].length, stdout);
    }
}

/* Reads the `size` bytes of an event into `room`, or past them where that is NULL. */
static bool take(char *room, size_t size) {
    if (room != NULL) return fread(room, 1, size, stdin) == size;
    for (; size > 0; size--) {
        if (getc(stdin) == EOF) return false;
    }
    return true;
}

static void take_variables(size_t size) {
    char *variables = malloc(size + 1);
    if (variables == NULL || !take(variables, size)) abort();
    start((struct text){variables, size});
    free(variables);
    predictable = true;
    predictable_state = 0;
}

/* Passes an event that has bytes to the instance; gives the action, or NULL where there is none. */
static const struct mcp_action *take_bytes(const char *name, size_t size) {
    bool body = strcmp(name, "body") == 0;
    char *room = body ? mcp_body_room(&instance, size) : mcp_input(&instance, size);
    if (!take(room, size)) abort();
    if (body && (room != NULL || size == 0)) { /* nothing came, so nothing was refused */
        mcp_body_received(&instance, size);
        return NULL;
    }
    if (room == NULL) return &instance.exchange.action;
    struct text bytes = {room, size};
    return strcmp(name, "head") == 0 ? mcp_head(&instance, bytes) : mcp_answered(&instance, bytes);
}

static struct text perform(const struct mcp_action *action) {
    char line[64];
    size_t size;
    print_action("perform", action);
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL || sscanf(line, "answered %zu", &size) != 1)
        exit(2);
    char *answer = mcp_input(&instance, size);
    if (!take(answer, size)) exit(2);
    return (struct text){answer, answer == NULL ? 0 : size};
}

static int replay(void) {
    char line[64], name[16];
    size_t size;
    performer = perform;
    while (fgets(line, sizeof line, stdin) != NULL) {
        const struct mcp_action *action = NULL;
        if (sscanf(line, "%15s %zu", name, &size) != 2) return 2;
        if (strcmp(name, "variables") == 0) take_variables(size);
        else if (strcmp(name, "reset") == 0) mcp_reset(&instance);
        else if (strcmp(name, "end") == 0) action = mcp_body_ended(&instance);
        else action = take_bytes(name, size);
        if (action != NULL) print_action("action", action);
        else printf("none\n");
        fflush(stdout);
    }
    return 0;
}

int main(int count, char **arguments) {
    if (count == 1) return serve();
    if (count == 2 && strcmp(arguments[1], "--replay") == 0) return replay();
    fprintf(stderr, "Usage: %s [--replay]\n", arguments[0]);
    return 2;
}

#endif
