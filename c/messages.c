#include "messages.h"

#include "asking.h"
#include "cancellation.h"
#include "jsonrpc.h"
#include "limits.h"
#include "logging.h"
#include "methods.h"
#include "modern.h"
#include "scopes.h"

static struct answer refuse(struct exchange *exchange, struct text id, struct outcome outcome) {
    struct buffer out = buffer_in(exchange->arena, 0);
    jsonrpc_append_error(&out, id, &outcome);
    return (struct answer){outcome.status == 0 ? 200 : outcome.status, buffer_text(&out)};
}

static struct answer refuse_body(struct exchange *exchange, enum jsonrpc_error error,
                                 struct text sentence) {
    return refuse(exchange, (struct text){NULL, 0}, outcome_bad_request(error, sentence));
}

/* A compressed body is hardly ever UTF-8 for as many bytes: one of gzip for a single byte. */
enum { START_BYTES = 8 };

/* Refuses what is not JSON, and says where. */
APART static struct answer refuse_json(struct exchange *exchange, enum json_error error,
                                       size_t offset) {
    struct buffer sentence = buffer_in(exchange->arena, 128);
    if (error == JSON_UTF8 && offset < START_BYTES) {
        buffer_append(
            &sentence,
            TEXT("The body does not begin with UTF-8: send it as such, and uncompressed."));
    } else {
        buffer_append(&sentence, json_error_sentence(error));
    }
    if (error != JSON_EMPTY) {
        buffer_append(&sentence, TEXT(" Checking stopped at byte "));
        buffer_append_integer(&sentence, (int64_t)offset);
        buffer_append(&sentence, TEXT("."));
    }
    return refuse_body(exchange, JSONRPC_PARSE_ERROR, buffer_text(&sentence));
}

static void take_notification(struct exchange *exchange,
                              const struct jsonrpc_message *notification) {
    if (cancellation_linked) cancellation_take(exchange, notification);
}

/* Takes a notification, or a response. */
APART static struct answer take_one(struct exchange *exchange,
                                    const struct jsonrpc_message *message) {
    if (message->kind == JSONRPC_RESPONSE && asking_linked && asking.is_answer(exchange, message)) {
        return (struct answer){0, {NULL, 0}};
    }
    /* Nobody is waiting for any other response: it is accepted and dropped (2025-11-25, Transports,
       "Sending Messages to the Server"). */
    struct outcome outcome = modern_check_version(exchange);
    if (outcome.error != JSONRPC_OK) return refuse(exchange, (struct text){NULL, 0}, outcome);
    if (message->kind == JSONRPC_NOTIFICATION) take_notification(exchange, message);
    return (struct answer){202, {NULL, 0}};
}

static struct answer answer_one(struct exchange *exchange, const struct json_document *document) {
    struct jsonrpc_message message = jsonrpc_read(document);
    if (message.kind == JSONRPC_INVALID) return refuse(exchange, message.id, message.invalid);
    if (message.kind != JSONRPC_REQUEST) return take_one(exchange, &message);
    if (modern_is(exchange, &message)) {
        struct outcome outcome = modern_check(exchange, &message);
        if (outcome.error != JSONRPC_OK) return refuse(exchange, message.id, outcome);
    }
    struct buffer out = buffer_in(exchange->arena, 512);
    struct outcome outcome = methods_answer(exchange, &message, &out);
    if (asking_asks(exchange)) return (struct answer){200, exchange->asking.question};
    return (struct answer){outcome.status == 0 ? 200 : outcome.status, buffer_text(&out)};
}

/* Answers an element of a batch, if it asks for an answer. */
static void answer_element(struct exchange *exchange, struct json_value element,
                           struct buffer *out) {
    struct json_document document;
    if (json_check(element.text, exchange->arena, &document) != JSON_OK) return; /* no memory */
    struct jsonrpc_message message = jsonrpc_read(&document);
    if (message.kind == JSONRPC_NOTIFICATION) take_notification(exchange, &message);
    if (message.kind == JSONRPC_NOTIFICATION || message.kind == JSONRPC_RESPONSE) return;
    size_t before = out->length;
    buffer_append(out, before == 0 ? TEXT("[") : TEXT(","));
    if (message.kind != JSONRPC_REQUEST) {
        jsonrpc_append_error(out, message.id, &message.invalid);
    } else if (methods_answer(exchange, &message, out).status == 202) {
        out->length = before;
    }
}

APART static struct answer answer_batch(struct exchange *exchange, struct json_value batch) {
    struct outcome outcome = modern_check_version(exchange);
    if (outcome.error != JSONRPC_OK) return refuse(exchange, (struct text){NULL, 0}, outcome);
    exchange->in_batch = true;
    /* with the key at hand, no message can stop the batch and have it run again */
    if (!exchange_has_key(exchange)) return (struct answer){0, {NULL, 0}};
    struct buffer out = buffer_in(exchange->arena, 512);
    struct json_value element;
    size_t position = 0, count = 0;
    /* all are counted before any is answered, because answering may have effects */
    while (json_next_element(batch, &position, &element)) count++;
    if (count == 0) {
        return refuse_body(exchange, JSONRPC_INVALID_REQUEST, TEXT("The batch is empty."));
    }
    if (count > LIMIT_BATCH_MESSAGES) {
        return refuse_body(exchange, JSONRPC_INVALID_REQUEST,
                           TEXT("The batch has more than 64 messages."));
    }
    for (position = 0; json_next_element(batch, &position, &element);) {
        answer_element(exchange, element, &out);
    }
    if (out.length == 0) return (struct answer){202, {NULL, 0}};
    buffer_append(&out, TEXT("]"));
    return (struct answer){200, buffer_text(&out)};
}

struct answer messages_answer(struct exchange *exchange) {
    struct json_document document;
    struct text body = {exchange->body, exchange->body_length};
    enum json_error error = json_check(body, exchange->arena, &document);
    if (error != JSON_OK) return refuse_json(exchange, error, document.error_offset);
    /* what goes on with an answer was allowed when it began */
    if (exchange->answers.kind == JSON_ABSENT && !scopes_allow_body(exchange, document.root)) {
        exchange_fail(exchange, HTTP_ERROR_SCOPE_INSUFFICIENT);
        return (struct answer){0, {NULL, 0}};
    }
    if (asking_linked && !asking.unwrap(exchange, &document)) {
        return refuse_body(exchange, JSONRPC_INVALID_REQUEST, TEXT(NOT_IN_A_BATCH));
    }
    if (document.root.kind != JSON_ARRAY) return answer_one(exchange, &document);
    if (!revision_has_batches(exchange->revision)) {
        return refuse_body(
            exchange, JSONRPC_INVALID_REQUEST,
            TEXT("Only revision 2025-03-26 has batches: send one message a request."));
    }
    return answer_batch(exchange, document.root);
}

void messages_keep(struct exchange *exchange) {
    if (asking_linked) asking.keep(exchange);
    if (logging_linked) logging.keep(exchange);
}
