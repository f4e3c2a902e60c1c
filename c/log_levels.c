/* Apart from logging.c, because every build reads the level that a modern request asks for. */
#include "logging.h"

const struct text log_levels[LOG_LEVELS] = {
    [LOG_DEBUG] = TEXT_INITIALIZER("debug"),   [LOG_INFO] = TEXT_INITIALIZER("info"),
    [LOG_NOTICE] = TEXT_INITIALIZER("notice"), [LOG_WARNING] = TEXT_INITIALIZER("warning"),
    [LOG_ERROR] = TEXT_INITIALIZER("error"),   [LOG_CRITICAL] = TEXT_INITIALIZER("critical"),
    [LOG_ALERT] = TEXT_INITIALIZER("alert"),   [LOG_EMERGENCY] = TEXT_INITIALIZER("emergency"),
};

bool log_level_find(struct json_value name, enum log_level *level) {
    for (size_t i = 0; i < LOG_LEVELS; i++) {
        if (!json_says(name, log_levels[i])) continue;
        *level = (enum log_level)i;
        return true;
    }
    return false;
}
