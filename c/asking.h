/* Calls that ask the client, as the rest of the core sees them. If no function of a build asks
   anything, the linker leaves out ask.c, which defines `asking`. */
#ifndef ASKING_H
#define ASKING_H

#include "linked.h"
#include "tool_call.h"

struct asking {
    /* Queues keeping what the client of a new session offers, if its id cannot say it. */
    void (*keep)(struct exchange *exchange);
    /* Reads the answers that came with the call, and checks the state in which it was left. May set
       exchange->key_missing or exchange->kept.missing, with an error that is not sent. */
    struct outcome (*start)(struct tool_call *call);
    /* If questions were asked, they replace the result's members, which begin at `start` in `out`;
       a call that then waits in a mailbox is kept there. If something needed cannot be asked for,
       that is the error. */
    struct outcome (*end)(struct tool_call *call, size_t start);
    /* Replaces a batch of just one response or notification by that message; false if it holds a
       response, and more. */
    bool (*unwrap)(struct exchange *exchange, struct json_document *body);
    /* True if `response` answers a question of this server: the action is then to collect the call
       that waits for it. */
    bool (*is_answer)(struct exchange *exchange, const struct jsonrpc_message *response);
    /* `kept` is the collected call, or empty if none waits. Makes it the exchange's message, with
       the answer that came; false if there is nothing to do. */
    bool (*resume)(struct exchange *exchange, struct text kept);
    /* Takes away the call of the client's request `id`, if it waits for an answer; its stream is
       then the exchange's. May set exchange->kept.missing. */
    void (*cancel)(struct exchange *exchange, struct text id);
};
extern const struct asking asking __attribute__((weak));

/* True if the client has to answer something before there is a response. */
static inline bool asking_asks(const struct exchange *exchange) {
    return asking_linked && exchange->asking.question.length > 0;
}

#endif
