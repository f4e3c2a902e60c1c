#include "list_changes.h"

#include <string.h>

#include "linked.h"
#include "sse.h"
#include "tool.h"

static const bool always = true;

const struct changing_list changing_lists[LISTS] = {
    [LIST_TOOLS] = {TEXT_INITIALIZER("tools"), &always},
    [LIST_RESOURCES] = {TEXT_INITIALIZER("resources"), &resources_linked},
    [LIST_PROMPTS] = {TEXT_INITIALIZER("prompts"), &prompts_linked},
};

APART void list_changes_append(struct exchange *exchange, struct buffer *events) {
    const uint8_t *now = features_lists(exchange), *before = exchange->session.lists;
    for (int list = 0; list < LISTS; list++) {
        const struct changing_list *row = &changing_lists[list];
        size_t at = (size_t)list * SESSION_LIST_BYTES;
        bool same = memcmp(now + at, before + at, SESSION_LIST_BYTES) == 0;
        if (same || !*row->offered) continue;
        struct buffer json = buffer_in(exchange->arena, 128);
        BUFFER_APPEND(&json, TEXT("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/"), row->name,
                      TEXT("/list_changed\"}"));
        sse_append(events, TEXT("message"), buffer_text(&json));
    }
}
