#include "legacy_ask.h"

#include "cancellation.h"
#include "limits.h"
#include "number.h"
#include "resumable.h"
#include "tree.h"
#include "waiting.h"

/* Our request's id is "ask.NONCE.ROUND.KEY", KEY being the question's; no id is ever used twice
   (2025-11-25, Overview, "Requests"). What follows the prefix is the question's name, and the call
   that waits for the answer is kept under it: an answer to another question finds nothing. */
static const struct text prefix = TEXT_INITIALIZER("ask.");

/* To cancel, a client gives its request's id: the newest question's name is kept under it. */
static const struct text asked = TEXT_INITIALIZER(".asked.");

/* Where a client's offer, and the revision agreed on with it, are kept: one byte each. */
static struct text offer_topic(struct exchange *exchange) {
    struct buffer topic = buffer_in(exchange->arena, 64);
    BUFFER_APPEND(&topic, exchange_topic(exchange), TEXT(".offer"));
    return buffer_text(&topic);
}

static bool offers_later(const struct exchange *exchange) {
    return exchange->in_session && (exchange->session.capabilities & SESSION_OFFERS_LATER) != 0;
}

void legacy_ask_keep(struct exchange *exchange) {
    if (!exchange->initialized || !offers_later(exchange)) return;
    char *offer = arena_allocate(exchange->arena, 2);
    if (offer == NULL) return;
    offer[0] = (char)exchange->offered;
    offer[1] = (char)exchange->agreed;
    exchange_keep(exchange, offer_topic(exchange), (struct text){offer, 2}, LIMIT_SESSION_SECONDS);
}

bool legacy_ask_knows_offer(struct exchange *exchange) {
    struct text offer;
    /* a resumed call knows it; looking repeats the step, and with it a batch's other calls */
    if (!offers_later(exchange) || exchange->answers.kind != JSON_ABSENT || exchange->in_batch ||
        revision_is_modern(exchange->revision)) {
        return true;
    }
    if (!exchange_kept(exchange, exchange_mailbox(exchange), offer_topic(exchange), &offer)) {
        return false;
    }
    if (offer.length == 2) {
        enum revision agreed = (enum revision)offer.bytes[1];
        exchange->session.capabilities = (uint8_t)offer.bytes[0];
        /* not every client repeats it; lists do not look it up, and go by what the client says */
        if (agreed > exchange->revision) exchange->revision = agreed;
    }
    return true;
}

/* The name in the id of our request. False if it is not ours: under a name without a nonce,
   something else may be kept. */
static bool read_name(struct exchange *exchange, struct text id, struct text *name) {
    struct json_value value = {id.length > 0 && id.bytes[0] == '"' ? JSON_STRING : JSON_NUMBER, id,
                               NULL};
    return json_string(value, exchange->arena, name) && text_take(name, prefix) &&
           text_find(*name, '.') == NONCE_DIGITS;
}

/* The call as it waits: the message, its revision, what its client offers, the answers so far, and
   how far it said it was: it will start over, and progress MUST increase (2025-11-25). */
static struct text waiting(struct tool_call *call) {
    struct exchange *exchange = call->exchange;
    struct text body = {exchange->body, exchange->body_length};
    struct buffer kept = buffer_in(exchange->arena, body.length + 256);
    BUFFER_APPEND(&kept, TEXT("{\"revision\":\""), revision_name(exchange->revision),
                  TEXT("\",\"offers\":"));
    buffer_append_integer(&kept, exchange->session.capabilities);
    if (call->progressed) {
        buffer_append(&kept, TEXT(",\"progress\":"));
        number_append(&kept, call->progress);
    }
    BUFFER_APPEND(&kept, TEXT(",\"answers\":{"), buffer_text(&call->carried),
                  TEXT("},\"message\":"), body, TEXT("}"));
    return buffer_text(&kept);
}

/* Makes the first question, `*name`, a request, exchange->asking.question; false if memory runs
   out. */
static bool make_question(struct tool_call *call, struct text *name) {
    struct exchange *exchange = call->exchange;
    struct json_document document;
    struct buffer all = buffer_in(exchange->arena, 0), id = buffer_in(exchange->arena, 64);
    struct buffer request = buffer_in(exchange->arena, 0);
    BUFFER_APPEND(&all, TEXT("{"), buffer_text(&call->questions), TEXT("}"));
    if (json_check(buffer_text(&all), exchange->arena, &document) != JSON_OK) return false;
    const struct json_member *first = document.root.members;
    BUFFER_APPEND(&id, TEXT("\""), prefix, tool_call_nonce(call), TEXT("."));
    buffer_append_integer(&id, (int64_t)exchange->asking.round);
    BUFFER_APPEND(&id, TEXT("."), first->key, TEXT("\""));
    BUFFER_APPEND(&request, TEXT("{\"jsonrpc\":\"2.0\",\"id\":"), buffer_text(&id), TEXT(","),
                  text_from(first->value.text, 1));
    if (!read_name(exchange, buffer_text(&id), name)) return false;
    exchange->asking.question = buffer_text(&request);
    return true;
}

/* Keeps `body` until the answer comes: at once, if something is looked up after that. */
static void keep(struct exchange *exchange, struct text topic, struct text body) {
    struct mcp_action action = exchange_keeping(exchange, topic, body, LIMIT_ANSWER_SECONDS);
    if (waiting_linked) exchange_perform(exchange, &action);
    else exchange_before(exchange, &action);
}

/* There is no stream to ask on. What the user has to do elsewhere needs none: the client sends the
   call again when that is done (2025-11-25, Elicitation, "URL Elicitation Required Error"). */
static struct outcome refuse(struct tool_call *call) {
    bool urls_alone = call->urls.length > 0 && !call->asks_more;
    struct outcome outcome = outcome_error(
        urls_alone ? JSONRPC_URL_ELICITATION_REQUIRED : JSONRPC_INVALID_REQUEST,
        urls_alone ? TEXT("The user has to open a page before this can be done: see "
                          "data.elicitations, and send the request again after that.")
                   : TEXT("This has to ask your client something: send it in a session, alone, "
                          "with text/event-stream in the Accept header."));
    if (urls_alone) {
        struct buffer data = buffer_in(call->exchange->arena, 0);
        BUFFER_APPEND(&data, TEXT("{\"elicitations\":["), buffer_text(&call->urls), TEXT("]}"));
        outcome.data = buffer_text(&data);
    }
    return outcome;
}

/* The action that takes away the call waiting for the question `name`. */
static struct mcp_action collect(struct exchange *exchange, struct text name) {
    return (struct mcp_action){.kind = MCP_ACTION_COLLECT,
                               .mailbox = exchange_mailbox(exchange),
                               .topic = resumable_topic(exchange, name)};
}

struct outcome legacy_ask(struct tool_call *call) {
    struct exchange *exchange = call->exchange;
    if (!exchange->in_session || !exchange->takes_events || exchange->in_batch) {
        return refuse(call);
    }
    if (exchange->asking.round >= LIMIT_ROUNDS) {
        return outcome_invalid_params(TEXT(
            "This call has asked 64 times, and that is enough: perhaps your client's answers do "
            "not fit what it asks for."));
    }
    struct json_document again;
    struct text kept = waiting(call), name;
    /* it will be read back as it is kept, two levels deeper than it came */
    if (kept.length > LIMIT_KEPT_BYTES || json_check(kept, exchange->arena, &again) != JSON_OK) {
        return outcome_invalid_params(
            TEXT("This request is too large, or too deep, to wait for your client's answer."));
    }
    if (!make_question(call, &name)) return outcome_ok;
    keep(exchange, cancellation_topic(exchange, asked, call->request->id), name);
    keep(exchange, resumable_topic(exchange, name), kept);
    /* who has cancelled it meanwhile is asked nothing; who cancels it from now on finds it */
    if (waiting_linked && cancellation_look(call)) {
        struct mcp_action taken = collect(exchange, name);
        exchange_before(exchange, &taken);
        exchange->asking.question.length = 0;
        return outcome_cancelled;
    }
    return outcome_ok;
}

bool legacy_ask_unwrap(struct exchange *exchange, struct json_document *body) {
    struct json_document document;
    struct json_value element;
    size_t position = 0, count = 0, responses = 0;
    enum jsonrpc_kind kind = JSONRPC_INVALID;
    if (!revision_has_batches(exchange->revision)) return true;
    for (; json_next_element(body->root, &position, &element); count++) {
        bool is_read = json_check(element.text, exchange->arena, &document) == JSON_OK;
        kind = is_read ? jsonrpc_read(&document).kind : JSONRPC_INVALID;
        if (kind == JSONRPC_RESPONSE) responses++;
    }
    if (count == 1 && (kind == JSONRPC_RESPONSE || kind == JSONRPC_NOTIFICATION)) {
        *body = document; /* it is read again when the step is repeated, or the call resumed */
        exchange->body = (char *)(uintptr_t)document.root.text.bytes;
        exchange->body_length = document.root.text.length;
    }
    return responses == 0 || count == 1;
}

bool legacy_ask_is_answer(struct exchange *exchange, const struct jsonrpc_message *response) {
    struct text name;
    if (!exchange->in_session || !read_name(exchange, response->id, &name)) return false;
    exchange->action = collect(exchange, name);
    return true;
}

void legacy_ask_cancel(struct exchange *exchange, struct text id) {
    struct text name, nonce;
    /* looking repeats the step, which would carry out the rest of a batch twice */
    if (exchange->in_batch ||
        !exchange_kept(exchange, exchange_mailbox(exchange),
                       cancellation_topic(exchange, asked, id), &name) ||
        name.length == 0) {
        return;
    }
    struct mcp_action action = collect(exchange, name);
    exchange_before(exchange, &action);
    text_next_field(&name, '.', &nonce);
    resumable_use(exchange, nonce);
}

/* Splits the question's name, under which the call was found; its nonce and round are the call's.
   Returns its key. */
static struct text take_name(struct exchange *exchange, struct text name) {
    struct text round;
    text_next_field(&name, '.', &exchange->asking.nonce);
    if (text_next_field(&name, '.', &round) && text_to_number(round, &exchange->asking.round)) {
        exchange->asking.round++;
    }
    return name;
}

/* The answers so far and the one that came; an error response is a refusal. */
static struct json_value add_answer(struct exchange *exchange, struct json_value answers,
                                    struct text key, struct json_value result) {
    struct json_document document;
    struct buffer all = buffer_in(exchange->arena, 0);
    struct text before = {answers.text.bytes, answers.text.length - 1};
    buffer_append(&all, before);
    buffer_append_key(&all, key);
    BUFFER_APPEND(&all, result.kind == JSON_OBJECT ? result.text : TEXT("{\"action\":\"decline\"}"),
                  TEXT("}"));
    if (json_check(buffer_text(&all), exchange->arena, &document) != JSON_OK) return answers;
    return document.root;
}

/* Takes over how far the call said it was. */
static void take_progress(struct exchange *exchange, struct json_value progress) {
    const cJSON *number =
        progress.kind == JSON_NUMBER ? tree_parse(progress.text, exchange->arena) : NULL;
    exchange->asking.progressed = number != NULL;
    if (number != NULL) exchange->asking.progress = number->valuedouble;
}

bool legacy_ask_resume(struct exchange *exchange, struct text kept) {
    struct json_document response, call;
    struct text body = {exchange->body, exchange->body_length}, name = {NULL, 0};
    uint64_t offers;
    if (json_check(kept, exchange->arena, &call) != JSON_OK ||
        json_check(body, exchange->arena, &response) != JSON_OK) {
        return false;
    }
    struct json_value message = json_object_member(call.root, TEXT("message"));
    read_name(exchange, json_object_member(response.root, TEXT("id")).text, &name);
    exchange->answers =
        add_answer(exchange, json_object_member(call.root, TEXT("answers")),
                   take_name(exchange, name), json_object_member(response.root, TEXT("result")));
    if (json_string(json_object_member(call.root, TEXT("revision")), exchange->arena, &name)) {
        revision_find(name, &exchange->revision);
    }
    if (text_to_number(json_object_member(call.root, TEXT("offers")).text, &offers)) {
        exchange->session.capabilities = (uint8_t)offers;
    }
    take_progress(exchange, json_object_member(call.root, TEXT("progress")));
    exchange->body = (char *)(uintptr_t)message.text.bytes;
    exchange->body_length = message.text.length;
    exchange->takes_events = true;
    return true;
}
