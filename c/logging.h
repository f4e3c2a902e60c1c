/* Messages for the client's log (2025-11-25, Logging). Which of them a client gets is set for its
   session or, in 2026-07-28, by each request. */
#ifndef LOGGING_H
#define LOGGING_H

#include "linked.h"
#include "methods.h"
#include "tool_call.h"

/* By enum log_level. */
enum { LOG_LEVELS = LOG_EMERGENCY + 1 };
extern const struct text log_levels[LOG_LEVELS];

/* Finds the log level that the string `name` names; false if there is none. */
bool log_level_find(struct json_value name, enum log_level *level);

/* Only in a build that calls report_log; in others `logging` is undefined. */
struct logging {
    struct method_table methods;
    /* Keeps the level that the message set for its session, if it did. */
    void (*keep)(struct exchange *exchange);
};
extern const struct logging logging __attribute__((weak));

#endif
