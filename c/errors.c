#include "errors.h"

#define HTTP_ERROR_TEXT(symbol, status, word, sentence) {(status), (word), (sentence)},
static const struct http_error_text texts[] = {{0, NULL, NULL}, HTTP_ERRORS(HTTP_ERROR_TEXT)};
#undef HTTP_ERROR_TEXT

const struct http_error_text *http_error_text(enum http_error error) {
    return &texts[error];
}

const struct outcome outcome_ok = {JSONRPC_OK, {NULL, 0}, {NULL, 0}, 0};
const struct outcome outcome_cancelled = {JSONRPC_OK, {NULL, 0}, {NULL, 0}, 202};

struct outcome outcome_error(enum jsonrpc_error error, struct text sentence) {
    return (struct outcome){error, sentence, {NULL, 0}, 0};
}

struct outcome outcome_invalid_params(struct text sentence) {
    return outcome_error(JSONRPC_INVALID_PARAMS, sentence);
}

struct outcome outcome_bad_request(enum jsonrpc_error error, struct text sentence) {
    return (struct outcome){error, sentence, {NULL, 0}, 400};
}
