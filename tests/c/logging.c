/* How a log message is cut on its way to the client. */
#include "logging.h"

#include "check.h"

/* The `data` of the notification that report_log raises for `message`. */
static struct text logged(struct text message) {
    struct arena *arena = fresh_arena();
    struct exchange exchange = {.arena = arena,
                                .revision = REVISION_2025_11_25,
                                .takes_events = true,
                                .has_log_level = true,
                                .log_level = LOG_DEBUG,
                                .events = buffer_in(arena, 0)};
    struct jsonrpc_message request = {.kind = JSONRPC_REQUEST};
    struct tool_call call = {.exchange = &exchange, .request = &request};
    report_log(&call, LOG_INFO, "%.*s", TOOL_FORMAT(message));
    return behind(buffer_text(&exchange.events), TEXT("\"data\":\""), '"');
}

static void is_cut_after_its_limit(void) {
    CHECK_EQUAL(logged(repeated("", LIMIT_LOG_BYTES, "x", "")).length, LIMIT_LOG_BYTES);
    CHECK_EQUAL(logged(repeated("", LIMIT_LOG_BYTES + 1, "x", "")).length, LIMIT_LOG_BYTES);
}

static void is_cut_between_characters(void) {
    static const char *const characters[] = {"\303\251", "\342\202\254", "\360\237\230\200"};
    for (size_t i = 0; i < COUNT(characters); i++) {
        size_t size = strlen(characters[i]);
        for (size_t before = 0; before < size; before++) {
            struct text whole = repeated(&"xxx"[3 - before], 600, characters[i], "");
            size_t fit = (LIMIT_LOG_BYTES - before) / size;
            CHECK_TEXT(logged(whole), ((struct text){whole.bytes, before + fit * size}));
        }
    }
}

/* Once it was sent all the same, and clients that decode strictly lost their connection. */
static void is_not_sent_unless_it_is_utf8(void) {
    CHECK_TEXT(logged(TEXT("caf\303\251")), TEXT("caf\303\251"));
    CHECK_EQUAL(logged(TEXT("caf\351")).length, 0);
}

static const struct test tests[] = {
    {"a message is not sent unless it is UTF-8", is_not_sent_unless_it_is_utf8},
    {"a message is cut after LIMIT_LOG_BYTES", is_cut_after_its_limit},
    {"a message is cut between two characters, whatever their size", is_cut_between_characters},
};
SUITE(logging, tests);
