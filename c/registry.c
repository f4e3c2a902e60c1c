#include "registry.h"

#include <stddef.h>
#include <string.h>

#include "limits.h"
#include "linked.h"

/* The linker gathers what DECLARE puts into each section, and names its ends. Weak, because a build
   without a resource, say, has no such section. */
#ifdef __APPLE__
#define SECTION(name)                                                                              \
    extern const void *name##_first __asm("section$start$__DATA$" #name);                          \
    extern const void *name##_end __asm("section$end$__DATA$" #name);
#define ENDS(name)                                                                                 \
    { &name##_first, &name##_end }
#else
#define SECTION(name)                                                                              \
    extern const void *__start_##name[] __attribute__((weak));                                     \
    extern const void *__stop_##name[] __attribute__((weak));
#define ENDS(name)                                                                                 \
    { __start_##name, __stop_##name }
#endif

SECTION(mcp_tools)
SECTION(mcp_resources)
SECTION(mcp_templates)
SECTION(mcp_prompts)
SECTION(mcp_skills)
SECTION(mcp_forms)

static const struct {
    const void *const *first, *const *end;
} sections[REGISTRY_COUNT] = {
    [REGISTRY_TOOLS] = ENDS(mcp_tools),         [REGISTRY_RESOURCES] = ENDS(mcp_resources),
    [REGISTRY_TEMPLATES] = ENDS(mcp_templates), [REGISTRY_PROMPTS] = ENDS(mcp_prompts),
    [REGISTRY_SKILLS] = ENDS(mcp_skills),       [REGISTRY_FORMS] = ENDS(mcp_forms),
};

static const void *sorted[LIMIT_DECLARATIONS]; /* one registry after the other */
static size_t starts[REGISTRY_COUNT + 1];

size_t registry_declared(void) {
    size_t count = 0;
    for (int kind = 0; kind < REGISTRY_COUNT; kind++) {
        count += (size_t)(sections[kind].end - sections[kind].first);
    }
    return count;
}

/* Every declaration begins with its key. */
static struct text key_of(const void *declaration) {
    const char *key;
    memcpy(&key, declaration, sizeof key);
    return text_of(key);
}

void registry_start(void) {
    for (int kind = 0; kind < REGISTRY_COUNT; kind++) {
        enum registry registry = (enum registry)kind;
        size_t count = 0, room = LIMIT_DECLARATIONS - starts[kind];
        const void **mine = sorted + starts[kind];
        starts[kind + 1] = starts[kind];
        const void *const *entry = sections[kind].first;
        for (; entry < sections[kind].end && count < room; entry++) {
            struct text key = key_of(*entry);
            /* most are already in order: as they are declared, or listed by the build */
            bool last = count == 0 || text_compare(key_of(mine[count - 1]), key) <= 0;
            size_t at = last ? count : registry_position(registry, key);
            memmove(mine + at + 1, mine + at, (count - at) * sizeof *mine);
            mine[at] = *entry;
            starts[kind + 1] = starts[kind] + ++count;
        }
    }
}

size_t registry_count(enum registry registry) {
    return starts[registry + 1] - starts[registry];
}

const void *registry_at(enum registry registry, size_t index) {
    return sorted[starts[registry] + index];
}

struct text registry_key(enum registry registry, size_t index) {
    return key_of(registry_at(registry, index));
}

size_t registry_position(enum registry registry, struct text key) {
    size_t low = 0, high = registry_count(registry);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_compare(registry_key(registry, middle), key) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

const void *registry_find(enum registry registry, struct text key) {
    size_t at = registry_position(registry, key);
    bool found = at < registry_count(registry) && text_equal(registry_key(registry, at), key);
    return found ? registry_at(registry, at) : NULL;
}

/* The feature comes right after the key, whatever the declaration is. */
#define FEATURE_IS_SECOND(type)                                                                    \
    _Static_assert(offsetof(struct type, feature) == sizeof(const char *), #type)
FEATURE_IS_SECOND(resource);
FEATURE_IS_SECOND(resource_template);
FEATURE_IS_SECOND(prompt);
FEATURE_IS_SECOND(skill);

const struct feature *registry_feature(enum registry registry) {
    const struct feature *feature;
    /* of a build with tools alone the linker knows it */
    bool declares = resources_linked || prompts_linked || skills_linked;
    if (!declares || registry_count(registry) == 0) return NULL;
    memcpy(&feature, (const char *)registry_at(registry, 0) + sizeof(const char *), sizeof feature);
    return feature;
}
