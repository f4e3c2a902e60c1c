/* Messages for the client's log (2025-11-25, Logging). Who gets which is the session's to say, or,
   in 2026-07-28, each request's. */
#ifndef LOGGING_H
#define LOGGING_H

#include "linked.h"
#include "methods.h"
#include "tool_call.h"

/* By enum log_level. */
enum { LOG_LEVELS = LOG_EMERGENCY + 1 };
extern const struct text log_levels[LOG_LEVELS];

/* Finds the log level that the string `name` names. */
bool log_level_find(struct json_value name, enum log_level *level);

/* What a build brings one of whose functions calls report_log; else `logging` is not there. */
struct logging {
    struct method_table methods;
    /* Keeps the level that the message set for its session, if it did. */
    void (*keep)(struct exchange *exchange);
};
extern const struct logging logging __attribute__((weak));

#endif
