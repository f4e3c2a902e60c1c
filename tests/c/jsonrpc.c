#include "jsonrpc.h"

#include "check.h"

static struct jsonrpc_message read(struct text text) {
    struct json_document document;
    CHECK_EQUAL(json_check(exact(text), fresh_arena(), &document), JSON_OK);
    return jsonrpc_read(&document);
}

static void tells_the_kinds_apart(void) {
    CHECK_EQUAL(read(TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\"}")).kind,
                JSONRPC_REQUEST);
    CHECK_EQUAL(read(TEXT("{\"jsonrpc\":\"2.0\",\"method\":\"a\"}")).kind, JSONRPC_NOTIFICATION);
    CHECK_EQUAL(read(TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}")).kind,
                JSONRPC_RESPONSE);
    CHECK_EQUAL(read(TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{}}")).kind, JSONRPC_RESPONSE);
    CHECK_EQUAL(read(TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":1}")).kind, JSONRPC_INVALID);
    CHECK_EQUAL(read(TEXT("{\"jsonrpc\":\"2.0\"}")).kind, JSONRPC_INVALID);
    CHECK_EQUAL(read(TEXT("[]")).kind, JSONRPC_INVALID);
    CHECK_EQUAL(read(TEXT("{}")).kind, JSONRPC_INVALID);
}

static void keeps_ids_as_written(void) {
    CHECK_TEXT(read(TEXT("{\"jsonrpc\":\"2.0\",\"id\": -12 ,\"method\":\"a\"}")).id, TEXT("-12"));
    CHECK_TEXT(read(TEXT("{\"jsonrpc\":\"2.0\",\"id\":\"\\u0061\",\"method\":\"a\"}")).id,
               TEXT("\"\\u0061\""));
    CHECK_TEXT(read(TEXT("{\"jsonrpc\":\"1.0\",\"id\":5,\"method\":\"a\"}")).id, TEXT("5"));
    CHECK_EQUAL(read(TEXT("{\"jsonrpc\":\"2.0\",\"id\":1.0,\"method\":\"a\"}")).kind,
                JSONRPC_INVALID);
    CHECK_EQUAL(read(TEXT("{\"jsonrpc\":\"2.0\",\"id\":1E3,\"method\":\"a\"}")).kind,
                JSONRPC_INVALID);
    CHECK_EQUAL(read(TEXT("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"a\"}")).kind,
                JSONRPC_INVALID);
}

static void bounds_ids(void) {
    const char *before = "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":";
    CHECK_EQUAL(read(repeated(before, LIMIT_ID_BYTES, "1", "}")).kind, JSONRPC_REQUEST);
    CHECK_EQUAL(read(repeated(before, LIMIT_ID_BYTES + 1, "1", "}")).kind, JSONRPC_INVALID);
    CHECK_EQUAL(read(repeated(before, LIMIT_ID_BYTES + 1, "1", "}")).id.length, 0);
}

static void finds_params(void) {
    struct jsonrpc_message message =
        read(TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":{\"x\":[1]}}"));
    CHECK_TEXT(jsonrpc_param(&message, TEXT("x")).text, TEXT("[1]"));
    CHECK_EQUAL(jsonrpc_param(&message, TEXT("X")).kind, JSON_ABSENT);
    CHECK_EQUAL(jsonrpc_param(&message, TEXT("method")).kind, JSON_ABSENT);
}

static void writes_errors(void) {
    struct buffer out = buffer_in(fresh_arena(), 0);
    struct outcome outcome = outcome_bad_request(JSONRPC_PARSE_ERROR, TEXT("a \"b\""));
    jsonrpc_append_error(&out, (struct text){NULL, 0}, &outcome);
    CHECK_TEXT(buffer_text(&out), TEXT("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700,"
                                       "\"message\":\"a \\\"b\\\"\"}}"));
    out.length = 0;
    outcome.data = TEXT("{\"x\":1}");
    jsonrpc_append_error(&out, TEXT("7"), &outcome);
    CHECK(text_contains(buffer_text(&out), TEXT("\"a \\\"b\\\"\",\"data\":{\"x\":1}}}")));
}

static const struct test tests[] = {
    {"tells requests, notifications and responses apart", tells_the_kinds_apart},
    {"keeps ids as they were written", keeps_ids_as_written},
    {"takes ids of 1024 bytes, not 1025", bounds_ids},
    {"finds params by exact name", finds_params},
    {"writes errors, without an id if there is none, and with data", writes_errors},
};
SUITE(jsonrpc, tests);
