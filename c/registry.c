#include "registry.h"

#include <string.h>

/* The linker gathers what TOOL puts into the section, and names its ends. Weak: a build without a
   tool has no section. */
#ifdef __APPLE__
extern const struct tool *first_tool __asm("section$start$__DATA$mcp_tools");
extern const struct tool *end_of_tools __asm("section$end$__DATA$mcp_tools");
#define FIRST (&first_tool)
#define END (&end_of_tools)
#else
extern const struct tool *__start_mcp_tools[] __attribute__((weak));
extern const struct tool *__stop_mcp_tools[] __attribute__((weak));
#define FIRST __start_mcp_tools
#define END __stop_mcp_tools
#endif

enum { TOOLS_MAX = 4096 };
static const struct tool *sorted[TOOLS_MAX];
static size_t count;

static int compare(struct text left, struct text right) {
    size_t shorter = left.length < right.length ? left.length : right.length;
    int order = shorter == 0 ? 0 : memcmp(left.bytes, right.bytes, shorter);
    return order != 0 ? order : (left.length > right.length) - (left.length < right.length);
}

void registry_start(void) {
    count = 0;
    for (const struct tool *const *entry = FIRST; entry < END && count < TOOLS_MAX; entry++) {
        size_t at = registry_position(text_of((*entry)->name));
        memmove(&sorted[at + 1], &sorted[at], (count - at) * sizeof *sorted);
        sorted[at] = *entry;
        count++;
    }
}

size_t registry_count(void) {
    return count;
}

const struct tool *registry_at(size_t index) {
    return sorted[index];
}

size_t registry_position(struct text name) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(text_of(sorted[middle]->name), name) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

const struct tool *registry_find(struct text name) {
    size_t at = registry_position(name);
    return at < count && text_equal(text_of(sorted[at]->name), name) ? sorted[at] : NULL;
}
