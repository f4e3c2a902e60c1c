/* Calls that wait: where their events go, what ends them, and what the client is told when memory
   runs out. Events on the way are sent while the tool runs, which tests/e2e checks; this checks how
   a call ends. */
#include <stdio.h>

#include "check.h"

static const struct text variables = TEXT_INITIALIZER("AUTH_MODE\0any\0SEAL_KEY\0"
                                                      "0123456789abcdef0123456789abcdef\0");

/* The id of a new session of that revision. */
static struct text session_of(struct mcp *mcp, const char *revision) {
    char body[256];
    snprintf(body, sizeof body,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
             "\"protocolVersion\":\"%s\",\"capabilities\":{}}}",
             revision);
    struct sent sent = post(exact(text_of(body)));
    struct text id = exact(exchanged(mcp, &sent).session_id);
    mcp_reset(mcp);
    return id;
}

/* A call of the tool `wait` in `session`, or outside a session if that is empty. */
static struct sent waiting(struct text session, const char *revision) {
    struct sent sent =
        post(TEXT("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":"
                  "\"wait\",\"_meta\":{\"progressToken\":\"p\"}}}"));
    sent.headers[HTTP_ACCEPT] = TEXT("application/json, text/event-stream");
    sent.headers[HTTP_MCP_PROTOCOL_VERSION] = text_of(revision);
    if (session.length > 0) sent.headers[HTTP_MCP_SESSION_ID] = session;
    return sent;
}

static void ends_on_its_stream(void) {
    struct mcp *mcp = started(variables);
    struct sent sent = waiting(session_of(mcp, "2025-11-25"), "2025-11-25");
    CHECK_EQUAL(exchanged(mcp, &sent).kind, MCP_ACTION_RESPOND);
    CHECK_EQUAL(mailbox.deliveries, 2); /* each event by itself */
    CHECK(mailbox.last);
    CHECK(text_starts_with(mailbox.delivered, TEXT("event: message\ndata: {")));
    CHECK(text_contains(mailbox.delivered, TEXT("\"id\":7,\"result\":")));
    CHECK(text_contains(mailbox.delivered, TEXT("closed 1")));
    CHECK(text_contains(mailbox.delivered_to, TEXT(".")));
    mcp_reset(mcp);
}

static void closes_no_connection_of_older_revisions(void) {
    static const char *const older[] = {"2025-03-26", "2025-06-18"};
    for (size_t i = 0; i < COUNT(older); i++) {
        struct mcp *mcp = started(variables);
        struct sent sent = waiting(session_of(mcp, older[i]), older[i]);
        exchanged(mcp, &sent);
        CHECK_CASE(text_contains(mailbox.delivered, TEXT("closed 0")), older[i]);
        mcp_reset(mcp);
    }
}

/* Outside a session, and for a client that takes no events: nothing is kept. */
static void touches_no_mailbox_where_nobody_can_come_back(void) {
    struct mcp *mcp = started(variables);
    struct sent sent = waiting((struct text){NULL, 0}, "2025-11-25");
    struct mcp_action action = exchanged(mcp, &sent);
    CHECK_EQUAL(action.kind, MCP_ACTION_FINISH);
    CHECK(text_contains(action.body, TEXT("closed 0")));
    CHECK(!text_contains(action.body, TEXT("id: ")));
    mcp_reset(mcp);
    sent = waiting(session_of(mcp, "2025-11-25"), "2025-11-25");
    sent.headers[HTTP_ACCEPT] = TEXT("application/json");
    CHECK_EQUAL(exchanged(mcp, &sent).kind, MCP_ACTION_RESPOND);
    CHECK_EQUAL(mailbox.deliveries, 0);
    mcp_reset(mcp);
}

extern struct text (*native_performer)(const struct mcp_action *action);
static struct mcp *performed_for;
static bool opened; /* a stream, which the client reads instead of the response */
static size_t astray;

/* As wasm.c and the shim do: the answer is put into the arena. */
static struct text perform(const struct mcp_action *action) {
    bool placed = action->mailbox.length > 0 && action->topic.length > 0;
    astray += action->kind != MCP_ACTION_WAIT && !placed;
    opened = opened || action->kind == MCP_ACTION_STREAM;
    char *room = mcp_input(performed_for, 1);
    if (room == NULL) return (struct text){NULL, 0};
    *room = 1;
    return (struct text){room, 1};
}

/* Fails each allocation of the exchange in turn: whatever was sent before, the client learns of the
   end where it reads, and nothing goes to a mailbox whose name was cut short. Returns how often the
   end was an error on a stream, for which it is too late to send a status. */
static size_t fail_each(const struct sent *sent) {
    struct mcp *mcp = performed_for = started(variables);
    native_performer = perform;
    astray = 0;
    size_t allocations = 0, last_words = 0;
    for (size_t i = 0; i <= allocations; i++) {
        mcp_reset(mcp);
        mcp->arena.committed = mcp->arena.used;
        mailbox = (struct mailbox){0};
        commits = 0;
        failing = i;
        opened = false;
        struct mcp_action action = exchanged(mcp, sent);
        if (i == 0) {
            allocations = commits;
            continue;
        }
        struct text said = action.kind == MCP_ACTION_FINISH ? action.body : mailbox.delivered;
        bool refused = action.kind == MCP_ACTION_RESPOND && action.status == 503;
        bool error = text_contains(said, TEXT("\"id\":7,\"error\":{\"code\":-32603,"));
        bool result = text_contains(said, TEXT("\"id\":7,\"result\":"));
        CHECK(error || result || (refused && !opened && mailbox.deliveries == 0));
        CHECK(mailbox.deliveries == 0 || mailbox.last);
        last_words += error;
    }
    CHECK_EQUAL(astray, 0);
    failing = 0;
    native_performer = NULL;
    mcp_reset(mcp);
    return last_words;
}

static void says_an_end_where_memory_runs_out(void) {
    struct sent sent = waiting((struct text){NULL, 0}, "2025-11-25");
    CHECK(fail_each(&sent) >= 3);
    sent = waiting(session_of(started(variables), "2025-11-25"), "2025-11-25");
    CHECK(fail_each(&sent) >= 3);
}

static const struct test tests[] = {
    {"ends a waiting call on its stream", ends_on_its_stream},
    {"closes no connection in revisions before 2025-11-25",
     closes_no_connection_of_older_revisions},
    {"uses no mailbox if the client cannot come back",
     touches_no_mailbox_where_nobody_can_come_back},
    {"tells the client of the end if memory runs out, even after events were sent",
     says_an_end_where_memory_runs_out},
};
SUITE(resumable, tests);
