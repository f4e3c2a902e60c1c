/* Calls that ask the client, as the rest of the core sees them. In a build none of whose functions
   asks anything, the linker finds no use for ask.c, which brings this, and `asking` is not there.
 */
#ifndef ASKING_H
#define ASKING_H

#include "linked.h"
#include "tool_call.h"

struct asking {
    /* Has a call that waits for an answer kept, and what the client of a new session offers where
       its id cannot say it. */
    void (*keep)(struct exchange *exchange);
    /* Reads the answers that came with the call, and checks the state in which it was left. May
       raise exchange->key_missing or exchange->kept.missing, with an error that is not said. */
    struct outcome (*start)(struct tool_call *call);
    /* Where questions were asked, the result's members, which begin at `start` in `out`, are
       replaced by them; where what was needed cannot be asked for, that is the error. */
    struct outcome (*end)(struct tool_call *call, size_t start);
    /* A batch becomes the response that is all it holds; false where it holds one, and more. */
    bool (*unwrap)(struct exchange *exchange, struct json_document *body);
    /* True where `response` answers a question of this server: the action is then to collect the
       call that waits for it. */
    bool (*is_answer)(struct exchange *exchange, const struct jsonrpc_message *response);
    /* `kept` is the call that was collected, or empty where none waits. Makes it the exchange's
       message, with the answer that came; false where there is nothing to do. */
    bool (*resume)(struct exchange *exchange, struct text kept);
    /* Takes away the call that is the client's request `id`, if it waits for an answer: its stream
       is then the exchange's. May raise exchange->kept.missing. */
    void (*cancel)(struct exchange *exchange, struct text id);
};
extern const struct asking asking __attribute__((weak));

/* True where the client has to answer something before there is a response. */
static inline bool asking_asks(const struct exchange *exchange) {
    return asking_linked && exchange->asking.question.length > 0;
}

#endif
