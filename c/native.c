/* The core as a program for this machine: MCP over stdin and stdout, and the driver with which the
   tests replay transcripts. Plain C, so that it also runs as a WASI program where there is no
   compiler for the machine itself. */
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
#include "sse.h"

/* Under test the random bytes come from here, so that two runs can be compared byte by byte. */
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

/* Carries out actions while a call waits; the tests in C have their own. */
struct text (*native_performer)(const struct mcp_action *action);

struct text host_perform(const struct mcp_action *action) {
    return native_performer == NULL ? (struct text){NULL, 0} : native_performer(action);
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

/* Starts the instance anew. Its memory is reserved once, as a whole; the system provides each page
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

/* MCP over stdio (2025-11-25, Transports, "stdio"): one message per line. */

/* Reads a line into the exchange's body. `*refused` says that it is too long or memory ran out; the
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
        total += filled;
        filled = 0;
    } while (byte != '\n' && byte != EOF);
    return byte != EOF || total > 0;
}

static FILE *wire; /* what was stdout, which is now stderr, for whatever a tool prints */

/* Sets `wire`; false if it cannot be had. */
static bool take_wire(void) {
#ifdef __wasi__
    wire = fdopen(3, "w"); /* put there by c/toolchain/stdio.mjs */
#else
    int file = dup(STDOUT_FILENO);
    if (file >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) wire = fdopen(file, "w");
#endif
    return wire != NULL;
}

static void print_line(struct text line) {
    if (line.length == 0) return;
    fwrite(line.bytes, 1, line.length, wire);
    putc('\n', wire);
}

/* Prints the messages in `events`, one per line. Anything else in them keeps a stream open, and
   there is none. */
static void print_events(struct text events) {
    struct text line;
    while (text_next_field(&events, '\n', &line)) {
        if (text_take(&line, TEXT("data: "))) print_line(line);
    }
    fflush(wire);
}

/* While a tool waits nobody else can be served: what it has said goes out, and it waits. There is
   no mailbox for it to ask anything of. */
static struct text wait_here(const struct mcp_action *action) {
    struct timespec time = {action->milliseconds / 1000, action->milliseconds % 1000 * 1000000L};
    if (action->kind != MCP_ACTION_WAIT) return (struct text){NULL, 0};
    print_events(action->body);
    nanosleep(&time, NULL);
    return TEXT("\1");
}

/* `id` is the request's, as far as it was read: without it nobody would know whose error this is,
   and the client would wait for an answer. */
static void print_error(struct text id, enum jsonrpc_error code, enum http_error error) {
    fprintf(wire, "{\"jsonrpc\":\"2.0\",");
    if (id.length > 0) fprintf(wire, "\"id\":%.*s,", (int)id.length, id.bytes);
    fprintf(wire, "\"error\":{\"code\":%d,\"message\":\"%s\"}}\n", code,
            http_error_text(error)->sentence);
}

/* Answers the line that was read. */
static void answer_line(bool refused) {
    struct exchange *exchange = &instance.exchange;
    if (refused) {
        bool too_large = exchange->action.status == 413;
        print_error((struct text){NULL, 0},
                    too_large ? JSONRPC_INVALID_REQUEST : JSONRPC_INTERNAL_ERROR,
                    too_large ? HTTP_ERROR_BODY_TOO_LARGE : HTTP_ERROR_BUSY);
        return;
    }
    struct text line = {exchange->body, exchange->body_length};
    if (text_trim(line).length == 0) return; /* a blank line is no message */
    struct buffer out = buffer_in(&instance.arena, 0);
    sse_append_json(&out, messages_answer(exchange).json); /* one line, like an event's data */
    if (instance.arena.exhausted) {
        struct text none = {NULL, 0}; /* of a batch nobody knows which are answered */
        print_error(exchange->in_batch ? none : exchange->request_id, JSONRPC_INTERNAL_ERROR,
                    HTTP_ERROR_BUSY);
        return;
    }
    print_events(buffer_text(&exchange->events));
    print_line(buffer_text(&out));
}

/* What outlives a line: the session is that of the process. */
struct stdio_session {
    enum revision revision;
    bool has_log_level;
    uint8_t log_level;
};

static void begin_line(struct exchange *exchange, const struct stdio_session *session) {
    exchange->arena = &instance.arena;
    exchange->config = &instance.config;
    exchange->lists = &instance.lists;
    exchange->revision = session->revision;
    exchange->has_log_level = session->has_log_level;
    exchange->log_level = session->log_level;
    exchange->takes_events = true;
    exchange->events = buffer_in(&instance.arena, 0);
    exchange->action.kind = MCP_ACTION_READ_BODY; /* a line has no head */
}

static void end_line(const struct exchange *exchange, struct stdio_session *session) {
    if (exchange->initialized) session->revision = exchange->agreed;
    if (!exchange->sets_log_level) return;
    session->has_log_level = true;
    session->log_level = exchange->log_level;
}

static int serve(void) {
    struct stdio_session session = {.revision = REVISION_UNSAID};
    if (!take_wire()) return 1;
    native_performer = wait_here;
    /* whoever has this process has everything, so there is nobody to seal against */
    start(TEXT("AUTH_MODE\0none\0SEAL_KEY\0the stdio server seals for itself only\0"));
    for (bool more = true, refused; more;) {
        begin_line(&instance.exchange, &session);
        more = read_line(&refused);
        if (more) answer_line(refused);
        end_line(&instance.exchange, &session);
        fflush(NULL);
        mcp_reset(&instance);
    }
    return ferror(wire) ? 1 : 0;
}

/* --replay: events in, actions out.

   An event is a line "NAME LENGTH" followed by LENGTH bytes: variables (starts the instance anew),
   head, body (a piece), end, answer, reset. Each is answered by "none\n", or by the action that it
   led to: a line "action KIND STATUS SECONDS MILLISECONDS DELIVERY BACKLOG VERSION", continued by
   the lengths of headers, body, mailbox, topic, keep-alive, mark, after and session id, and then
   their bytes. An action that is carried out while the call waits comes as such a line beginning
   with "perform"; "answered LENGTH" and its answer follow. */

static void print_action(const char *word, const struct mcp_action *action) {
    const struct text parts[] = {action->headers, action->body,       action->mailbox,
                                 action->topic,   action->keep_alive, action->mark,
                                 action->after,   action->session_id};
    enum { PARTS = sizeof parts / sizeof *parts };
    printf("%s %u %u %u %u %u %u %u", word, (unsigned)action->kind, (unsigned)action->status,
           (unsigned)action->keep_alive_seconds, (unsigned)action->milliseconds,
           (unsigned)action->delivery, (unsigned)action->backlog_bytes, (unsigned)action->version);
    for (int i = 0; i < PARTS; i++) printf(" %zu", parts[i].length);
    putchar('\n');
    for (int i = 0; i < PARTS; i++) {
        if (parts[i].length > 0) fwrite(parts[i].bytes, 1, parts[i].length, stdout);
    }
}

/* Reads the `size` bytes of an event into `room`, or skips them if that is NULL. */
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

/* Passes an event that has bytes to the instance; returns the action, or NULL if there is none. */
static const struct mcp_action *take_bytes(const char *name, size_t size) {
    bool body = strcmp(name, "body") == 0;
    char *room = body ? mcp_body_room(&instance, size) : mcp_input(&instance, size);
    if (!take(room, size)) abort();
    if (body && room != NULL) return NULL;
    if (room == NULL) return mcp_current_action(&instance);
    struct text bytes = {room, size};
    return strcmp(name, "head") == 0 ? mcp_head(&instance, bytes) : mcp_answered(&instance, bytes);
}

static struct text perform(const struct mcp_action *action) {
    char line[64];
    size_t size;
    print_action("perform", action);
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL || sscanf(line, "answered %zu", &size) != 1) {
        exit(2);
    }
    char *answer = mcp_input(&instance, size);
    if (!take(answer, size)) exit(2);
    return (struct text){answer, answer == NULL ? 0 : size};
}

static int replay(void) {
    char line[64], name[16];
    size_t size;
    native_performer = perform;
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
