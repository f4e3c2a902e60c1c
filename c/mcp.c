#include "mcp.h"

#include <string.h>

#include "gates.h"
#include "issued_tokens.h"
#include "parameter_headers.h"

/* The answer when the arena is exhausted: none of it needs memory. */
static const struct mcp_action no_memory = {
    .kind = MCP_ACTION_RESPOND,
    .status = 503,
    .headers = TEXT_INITIALIZER("content-type: application/json\nretry-after: 1\n"
                                "access-control-allow-origin: *\n"),
    .body = TEXT_INITIALIZER(
        "{\"error\":\"out_of_memory\",\"error_description\":\"The server has no memory "
        "left for this request; try again, or send less at once.\"}"),
};

const struct mcp_action *mcp_current_action(const struct mcp *mcp) {
    const struct exchange *exchange = &mcp->exchange;
    if (mcp->arena.exhausted) {
        return exchange->last_words.kind != 0 ? &exchange->last_words : &no_memory;
    }
    return exchange->before_taken < exchange->before_count
               ? &exchange->before[exchange->before_taken]
               : &exchange->action;
}

void mcp_start(struct mcp *mcp, struct arena arena, struct text variables) {
    memset(mcp, 0, sizeof *mcp);
    mcp->arena = arena;
    char *copy = arena_allocate(&mcp->arena, variables.length);
    if (copy != NULL && variables.length > 0) memcpy(copy, variables.bytes, variables.length);
    config_read(copy, copy == NULL ? 0 : variables.length, &mcp->config);
    if (copy == NULL) mcp->config.error = "The variables do not fit into memory.";
    struct buffer names = buffer_in(&mcp->arena, 0);
    buffer_append(&names, http_header_names);
    size_t fixed = names.length;
    if (parameter_headers_linked) parameter_headers.append(&names);
    mcp->header_names = buffer_text(&names);
    mcp->parameter_names = text_from(mcp->header_names, fixed);
    if (config_has_login(&mcp->config)) {
        mcp->remembered = mcp_server.issued_tokens->remembered_in(&mcp->arena);
    }
    mcp->start = mcp->arena.used;
}

void mcp_reset(struct mcp *mcp) {
    memset(&mcp->exchange, 0, sizeof mcp->exchange);
    arena_reset(&mcp->arena, mcp->start);
}

char *mcp_input(struct mcp *mcp, size_t size) {
    /* the input is the answer to the last words */
    if (mcp->arena.exhausted) mcp->exchange.last_words.kind = 0;
    return arena_allocate(&mcp->arena, size);
}

/* An action on the place where a mailbox keeps the sealing key: without SEAL_KEY, all instances use
   the key that the first of them made. */
static struct mcp_action key_action(enum mcp_action_kind kind, struct text key) {
    return (struct mcp_action){
        .kind = kind, .mailbox = TEXT("key"), .topic = TEXT("key"), .body = key};
}

static struct text new_key(struct exchange *exchange) {
    char *key = arena_allocate(exchange->arena, SEAL_KEY_BYTES);
    if (key == NULL) return (struct text){NULL, 0};
    host_random((uint8_t *)key, SEAL_KEY_BYTES);
    return (struct text){key, SEAL_KEY_BYTES};
}

/* Takes the exchange's step, and looks at what it left behind. */
static const struct mcp_action *take_step(struct mcp *mcp) {
    struct exchange *exchange = &mcp->exchange;
    exchange->key_missing = exchange->kept.missing = false;
    exchange->before_count = exchange->before_taken = 0;
    if (exchange->step == EXCHANGE_HEAD) exchange->endpoint->on_head(exchange);
    else exchange->endpoint->on_body(exchange);
    if (exchange->key_missing) {
        exchange->before_count = 0;
        exchange->action = key_action(MCP_ACTION_KEEP, new_key(exchange));
        exchange->action.version = 1; /* the first that was kept stays */
    } else if (exchange->kept.missing) {
        exchange->action = exchange->kept.peek;
    }
    return mcp_current_action(mcp);
}

/* One of the actions before the exchange's own was carried out; `answer` is its outcome. */
static const struct mcp_action *take_before(struct mcp *mcp, struct text answer) {
    struct exchange *exchange = &mcp->exchange;
    struct mcp_action done = exchange->before[exchange->before_taken++];
    if (done.version > 0) {
        exchange->kept.known = text_equal(answer, TEXT("\1"));
        exchange->kept.body = done.body;
        if (!exchange->kept.known) return take_step(mcp);
    }
    bool more = exchange->before_taken < exchange->before_count || exchange->action.kind != 0;
    return more ? mcp_current_action(mcp) : take_step(mcp);
}

const struct mcp_action *mcp_head(struct mcp *mcp, struct text head) {
    struct exchange *exchange = &mcp->exchange;
    exchange->arena = &mcp->arena;
    exchange->config = &mcp->config;
    exchange->lists = &mcp->lists;
    exchange->remembered = mcp->remembered;
    exchange->revision = REVISION_UNSAID;
    exchange->parameter_names = mcp->parameter_names;
    bool fits = head.length <= LIMIT_HEAD_BYTES;
    if (fits && http_parse_head(head, &exchange->request)) gates_begin(exchange);
    else exchange_fail(exchange, fits ? HTTP_ERROR_BAD_HEAD : HTTP_ERROR_HEAD_TOO_LARGE);
    return exchange->action.kind == 0 ? take_step(mcp) : mcp_current_action(mcp);
}

/* Copies the exchange behind what the arena holds of it: one piece of memory then has it all. */
struct text mcp_set_aside(struct mcp *mcp) {
    const char *first = mcp->arena.base + mcp->start;
    char *copy = arena_allocate(&mcp->arena, sizeof mcp->exchange);
    if (copy == NULL) return (struct text){NULL, 0};
    memcpy(copy, &mcp->exchange, sizeof mcp->exchange);
    return (struct text){first, (size_t)(copy - first) + sizeof mcp->exchange};
}

const struct mcp_action *mcp_resume(struct mcp *mcp, struct text aside) {
    size_t size = sizeof mcp->exchange;
    memcpy(&mcp->exchange, aside.bytes + aside.length - size, size);
    return &mcp->exchange.action;
}

char *mcp_body_room(struct mcp *mcp, size_t size) {
    struct exchange *exchange = &mcp->exchange;
    if (exchange->action.kind != MCP_ACTION_READ_BODY) return NULL;
    if (size > exchange->config->body_bytes - exchange->body_length) {
        exchange_fail(exchange, HTTP_ERROR_BODY_TOO_LARGE);
        return NULL;
    }
    size_t wanted = exchange->body_length + size;
    if (exchange->body == NULL || wanted > exchange->body_capacity) {
        size_t capacity = exchange->body_capacity * 2 + 1; /* also for a piece of no bytes */
        if (capacity < wanted) capacity = wanted;
        char *grown =
            arena_grow(exchange->arena, exchange->body, exchange->body_capacity, capacity);
        if (grown == NULL) {
            exchange->action = no_memory;
            return NULL;
        }
        exchange->body = grown;
        exchange->body_capacity = capacity;
    }
    exchange->body_length = wanted;
    return exchange->body + wanted - size;
}

const struct mcp_action *mcp_body_ended(struct mcp *mcp) {
    if (mcp->exchange.action.kind != MCP_ACTION_READ_BODY) return mcp_current_action(mcp);
    mcp->exchange.step = EXCHANGE_BODY;
    return take_step(mcp);
}

/* The key outlives the request: it becomes one of the variables. */
static const struct mcp_action *take_key(struct mcp *mcp, struct text key) {
    struct exchange *exchange = &mcp->exchange;
    if (exchange->action.kind == MCP_ACTION_KEEP) {
        exchange->action = key_action(MCP_ACTION_PEEK, (struct text){NULL, 0});
        return mcp_current_action(mcp);
    }
    if (key.length != SEAL_KEY_BYTES) {
        exchange->action = no_memory;
        return &exchange->action;
    }
    mcp->config.seal_key = hmac_key(key);
    mcp->config.has_seal_key = true;
    return take_step(mcp);
}

const struct mcp_action *mcp_answered(struct mcp *mcp, struct text answer) {
    struct exchange *exchange = &mcp->exchange;
    if (mcp->arena.exhausted) return &no_memory; /* the last words were said */
    if (exchange->gate != GATE_NONE && exchange->gate != GATES_PASSED) {
        gates_answered(exchange, answer);
        return exchange->action.kind == 0 ? take_step(mcp) : mcp_current_action(mcp);
    }
    if (exchange->key_missing) return take_key(mcp, answer);
    if (exchange->before_taken < exchange->before_count) return take_before(mcp, answer);
    if (exchange->kept.missing) {
        exchange->kept.known = true;
        exchange->kept.body = answer;
        return take_step(mcp);
    }
    bool is_over = exchange->action.kind == MCP_ACTION_RESPOND || exchange->action.kind == 0;
    if (!is_over && exchange->endpoint->on_answer != NULL) {
        exchange->endpoint->on_answer(exchange, answer);
    }
    return mcp_current_action(mcp);
}
