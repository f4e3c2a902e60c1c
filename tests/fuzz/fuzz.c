/* What is fuzzed, in libFuzzer's form. The first byte of an input says what it is: 'J' a document
   for the JSON checker, anything else an exchange: two bytes with the head's length, the head, the
   body. Beyond what the sanitizers see, what must always hold is checked here. */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mcp.h"
#include "registry.h"
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds) {
    if (!holds) abort();
}

static bool commit_nothing(struct arena *arena, size_t wanted) {
    (void)arena, (void)wanted;
    return false;
}

static struct arena new_arena(void) {
    char *memory = malloc(LIMIT_ARENA_BYTES);
    demand(memory != NULL);
    return (struct arena){.base = memory,
                          .committed = LIMIT_ARENA_BYTES,
                          .limit = LIMIT_ARENA_BYTES,
                          .commit = commit_nothing};
}

/* A copy of exactly its size, for AddressSanitizer. */
static struct text exact(struct text text) {
    char *copy = malloc(text.length);
    if (text.length > 0) memcpy(copy, text.bytes, text.length);
    return (struct text){copy, text.length};
}

static void release(struct text text) {
    free((char *)(uintptr_t)text.bytes);
}

/* Every element of an array must be a document of its own. */
static void read_elements(struct json_value array, struct arena *arena) {
    struct json_document document;
    struct json_value element;
    size_t position = 0;
    while (json_next_element(array, &position, &element)) {
        struct text copy = exact(element.text);
        demand(json_check(copy, arena, &document) == JSON_OK);
        demand(document.root.kind == element.kind);
        release(copy);
    }
}

/* Every way to a member leads to the same one: noted members are those found by walking the
   text. */
static void read_members(struct json_value object, struct arena *arena) {
    const struct json_member *member = object.members;
    struct json_value walked = {object.kind, object.text, NULL};
    struct json_member found = {0}, noted = {0};
    for (; member != NULL; member = member->next) {
        struct text name, quotes = {member->key.bytes - 1, member->key.length + 2}, characters;
        demand(json_next_member(walked, &found) && json_next_member(object, &noted));
        demand(found.key.bytes == member->key.bytes && found.key.length == member->key.length);
        demand(found.value.text.bytes == member->value.text.bytes);
        demand(found.value.text.length == member->value.text.length);
        demand(found.value.kind == member->value.kind && found.value.kind != JSON_ABSENT);
        demand(noted.key.bytes == member->key.bytes && noted.value.kind == member->value.kind);
        demand(json_string((struct json_value){JSON_STRING, quotes, NULL}, arena, &name));
        json_string(member->value, arena, &characters);
        demand(json_object_member(object, name).text.bytes == found.value.text.bytes);
        demand(json_object_member(walked, name).text.bytes == found.value.text.bytes);
        read_members(member->value, arena);
    }
    if (object.members == NULL) return;
    demand(!json_next_member(walked, &found) && !json_next_member(object, &noted));
}

/* What the checker accepts, cJSON must accept, too, and every reader must get through. */
static void fuzz_json(struct text input) {
    static struct arena arena;
    struct json_document document;
    if (arena.base == NULL) arena = new_arena();
    struct text copy = exact(input);
    if (json_check(copy, &arena, &document) == JSON_OK) {
        demand(tree_parse(copy, &arena) != NULL);
        read_elements(document.root, &arena);
        read_members(document.root, &arena);
    } else {
        demand(document.error_offset <= copy.length);
    }
    release(copy);
    arena_reset(&arena, 0);
}

/* The answer to an action on a mailbox: if `open`, a stream takes what is delivered, and a call is
   kept. */
static struct text answer_to(const struct mcp_action *action, bool open) {
    static const struct text kept = TEXT_INITIALIZER(
        "{\"revision\":\"2025-11-25\",\"answers\":{},\"message\":{\"jsonrpc\":\"2.0\",\"id\":1,"
        "\"method\":\"tools/list\"}}");
    switch (action->kind) {
    case MCP_ACTION_DELIVER: return open ? TEXT("\1") : TEXT("\0");
    case MCP_ACTION_COLLECT: return open ? kept : (struct text){NULL, 0};
    case MCP_ACTION_KEEP:
    case MCP_ACTION_PUBLISH: return (struct text){NULL, 0};
    default: abort();
    }
}

/* Runs the exchange with the body in pieces of that size. */
static const struct mcp_action *exchanged(struct mcp *mcp, struct text head, struct text body,
                                          size_t piece) {
    char *room = mcp_input(mcp, head.length);
    if (room == NULL) return mcp_current_action(mcp);
    memcpy(room, head.bytes, head.length);
    const struct mcp_action *action = mcp_head(mcp, (struct text){room, head.length});
    if (action->kind == MCP_ACTION_READ_BODY) {
        for (size_t at = 0; at < body.length;) {
            size_t size = piece < body.length - at ? piece : body.length - at;
            room = mcp_body_room(mcp, size);
            if (room == NULL) return &mcp->exchange.action;
            memcpy(room, body.bytes + at, size);
            at += size;
        }
        action = mcp_body_ended(mcp);
    }
    while (action->kind != MCP_ACTION_RESPOND && action->kind != MCP_ACTION_STREAM) {
        struct text answer = answer_to(action, body.length % 2);
        room = mcp_input(mcp, answer.length);
        if (room == NULL) return mcp_current_action(mcp);
        if (answer.length > 0) memcpy(room, answer.bytes, answer.length);
        action = mcp_answered(mcp, (struct text){room, answer.length});
    }
    return action;
}

static void check_headers(struct text headers) {
    struct text line;
    demand(headers.length == 0 || headers.bytes[headers.length - 1] == '\n');
    while (headers.length > 0 && text_next_field(&headers, '\n', &line)) {
        size_t colon = text_find(line, ':');
        demand(colon > 0 && colon + 2 < line.length && line.bytes[colon + 1] == ' ');
        for (size_t i = 0; i < line.length; i++) {
            demand(line.bytes[i] >= ' ' && line.bytes[i] <= '~');
        }
    }
}

static void check_action(const struct mcp_action *action, struct arena *arena) {
    struct json_document document;
    demand(action->kind == MCP_ACTION_RESPOND || action->kind == MCP_ACTION_STREAM);
    demand(action->status >= 200 && action->status < 600 && action->status != 503);
    check_headers(action->headers);
    demand(text_is_visible(action->session_id, TEXT("")));
    if (text_starts_with(action->headers, TEXT("content-type: application/json\n"))) {
        demand(json_check(action->body, arena, &document) == JSON_OK);
    } else if (action->status >= 400) {
        demand(false);
    }
}

static void fuzz_exchange(struct text head, struct text body, size_t piece) {
    static struct mcp mcp;
    if (mcp.arena.base == NULL) {
        registry_start();
        mcp_start(&mcp, new_arena(),
                  TEXT("AUTH_MODE\0any\0SEAL_KEY\0"
                       "0123456789abcdef0123456789abcdef\0"
                       "MAX_BODY_BYTES\0"
                       "2000\0"));
    }
    const struct mcp_action *action = exchanged(&mcp, head, body, piece);
    check_action(action, &mcp.arena);
    uint32_t status = action->status;
    size_t length = action->body.length;
    mcp_reset(&mcp);
    action = exchanged(&mcp, head, body, body.length + 1);
    demand(action->status == status && action->body.length == length);
    mcp_reset(&mcp);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 3) return 0;
    struct text rest = {(const char *)data + 3, size - 3};
    if (data[0] == 'J') {
        fuzz_json(rest);
        return 0;
    }
    size_t length = data[1] + 256u * data[2];
    if (length > rest.length) length = rest.length;
    fuzz_exchange((struct text){rest.bytes, length},
                  (struct text){rest.bytes + length, rest.length - length}, data[0] % 32 + 1u);
    return 0;
}
