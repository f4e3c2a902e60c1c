/* One tool more than LIMIT_DECLARATIONS. */
#include "tool.h"

static void run(struct tool_call *call, const void *arguments) {
    (void)call, (void)arguments;
}

#define ONE(name) TOOL(name, .description = "One of many.", .run = run);
#define FOUR(name) ONE(name##a) ONE(name##b) ONE(name##c) ONE(name##d)
#define SIXTEEN(name) FOUR(name##a) FOUR(name##b) FOUR(name##c) FOUR(name##d)
#define SIXTY_FOUR(name) SIXTEEN(name##a) SIXTEEN(name##b) SIXTEEN(name##c) SIXTEEN(name##d)
#define MANY(name) SIXTY_FOUR(name##a) SIXTY_FOUR(name##b) SIXTY_FOUR(name##c) SIXTY_FOUR(name##d)
#define TOO_MANY(name) MANY(name##a) MANY(name##b) MANY(name##c) MANY(name##d)

TOO_MANY(a)
TOO_MANY(b)
TOO_MANY(c)
TOO_MANY(d)
ONE(e)
