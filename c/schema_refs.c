#include <string.h>

#include "limits.h"
#include "schema_run.h"

/* A schema with a URI of its own, the root among them: the pointers and anchors of the references
   in it start from there. URIs are compared as they are written; schema_check makes sure that those
   below the root are absolute, so that a relative reference leads to none of them. */
struct schema_resource {
    const char *id; /* empty for a root that has none */
    const cJSON *schema;
    struct schema_resource *next;
};

struct schema_anchor {
    const char *name;
    const struct schema_resource *resource;
    const cJSON *schema;
    struct schema_anchor *next;
};

/* The schema's value for the text keyword `name`; NULL if it has none. */
static const char *text_member(struct schema_run *run, const cJSON *schema, const char *name) {
    const cJSON *member = schema_member(run, schema, name, NULL);
    return cJSON_IsString(member) ? member->valuestring : NULL;
}

static void *allocate(struct schema_run *run, size_t size) {
    void *memory = arena_allocate(run->problems->arena, size);
    if (memory == NULL) run->stopped = true;
    return memory;
}

/* The resource that begins at `schema`, within `outer`; `outer` itself if none does. */
static const struct schema_resource *enter_resource(struct schema_run *run, const cJSON *schema,
                                                    const struct schema_resource *outer) {
    const char *id = text_member(run, schema, "$id");
    if (id == NULL && outer != NULL) return outer;
    struct schema_resource *resource = allocate(run, sizeof *resource);
    if (resource == NULL) return NULL;
    resource->id = id == NULL ? "" : id;
    resource->schema = schema;
    resource->next = run->resources;
    run->resources = resource;
    return resource;
}

/* Notes which resource `schema` and the schemas in it belong to, and their anchors. */
static void note_schema(struct schema_run *run, const cJSON *schema,
                        const struct schema_resource *resource) {
    if (!cJSON_IsObject(schema) && !cJSON_IsBool(schema)) return;
    resource = enter_resource(run, schema, resource);
    const void **note = schema_note(run, (uintptr_t)schema);
    if (resource == NULL || note == NULL || !schema_spend(run, 1)) return;
    *note = resource;
    const char *name = text_member(run, schema, "$anchor");
    struct schema_anchor *anchor = name == NULL ? NULL : allocate(run, sizeof *anchor);
    if (anchor != NULL) {
        *anchor = (struct schema_anchor){name, resource, schema, run->anchors};
        run->anchors = anchor;
    }
    for (const cJSON *member = schema->child; member != NULL; member = member->next) {
        const struct schema_keyword *keyword = schema_keyword(member->string);
        if (keyword == NULL || keyword->form > FORM_LAST_OF_SCHEMAS || run->stopped) continue;
        if (keyword->form == FORM_SCHEMA) {
            note_schema(run, member, resource);
            continue;
        }
        for (const cJSON *one = member->child; one != NULL; one = one->next) {
            note_schema(run, one, resource);
        }
    }
}

/* Takes one byte off a token of a pointer in a fragment: %XX, ~0, ~1 or the byte itself. */
static char take_byte(const char **at) {
    char byte = *(*at)++;
    int high = byte == '%' ? text_hex_digit((*at)[0]) : -1;
    int low = high < 0 ? -1 : text_hex_digit((*at)[1]);
    if (low >= 0) {
        byte = (char)(high * 16 + low);
        *at += 2;
    }
    if (byte != '~' || (**at != '0' && **at != '1')) return byte;
    return *(*at)++ == '0' ? '~' : '/';
}

/* True if the token at `at` says `name` or, for an element (NULL), `index`. */
static bool token_says(const char *at, const char *name, size_t index) {
    if (name == NULL) {
        size_t number = 0;
        const char *digit = at;
        for (; *digit >= '0' && *digit <= '9' && number < LIMIT_JSON_VALUES; digit++) {
            number = number * 10 + (size_t)(*digit - '0');
        }
        return digit > at && number == index && (*digit == '/' || *digit == '\0');
    }
    while (*at != '/' && *at != '\0') {
        if (*name == '\0' || take_byte(&at) != *name++) return false;
    }
    return *name == '\0';
}

/* What `pointer`, which is empty or begins with a slash, leads to (RFC 6901). */
static const cJSON *follow(struct schema_run *run, const cJSON *from, const char *pointer) {
    while (from != NULL && *pointer == '/') {
        size_t index = 0;
        from = from->child;
        while (from != NULL && !token_says(pointer + 1, from->string, index++)) {
            from = schema_spend(run, 1) ? from->next : NULL;
        }
        pointer += 1 + strcspn(pointer + 1, "/");
    }
    return from;
}

static const cJSON *find_anchor(struct schema_run *run, const struct schema_resource *resource,
                                const char *name) {
    const struct schema_anchor *at = run->anchors;
    for (; at != NULL && schema_spend(run, 1); at = at->next) {
        if (at->resource == resource && strcmp(at->name, name) == 0) return at->schema;
    }
    return NULL;
}

/* True if `ref`, which has `length` bytes before its fragment, is the URI of `resource`. */
static bool is_in(const struct schema_resource *resource, const char *ref, size_t length) {
    return strcspn(resource->id, "#") == length && memcmp(resource->id, ref, length) == 0;
}

/* What was noted for a schema: its resource. NULL for anything but a schema within this one. */
static const void *resource_of(struct schema_run *run, const cJSON *schema) {
    const void **note = schema == NULL ? NULL : schema_note(run, (uintptr_t)schema);
    return note == NULL ? NULL : *note;
}

static const cJSON *find_target(struct schema_run *run, const cJSON *schema, const char *ref) {
    size_t length = strcspn(ref, "#");
    const char *fragment = ref[length] == '#' ? ref + length + 1 : "";
    const struct schema_resource *resource = length > 0 ? run->resources : resource_of(run, schema);
    while (length > 0 && resource != NULL && !is_in(resource, ref, length)) {
        resource = schema_spend(run, 1) ? resource->next : NULL;
    }
    if (resource == NULL) return NULL;
    if (*fragment != '/' && *fragment != '\0') return find_anchor(run, resource, fragment);
    const cJSON *target = follow(run, resource->schema, fragment);
    return resource_of(run, target) == NULL ? NULL : target;
}

const cJSON *schema_target(struct schema_run *run, const cJSON *schema, const char *ref) {
    if (run->resources == NULL) note_schema(run, run->root, NULL);
    const void **note = schema_note(run, (uintptr_t)ref);
    if (note == NULL || *note != NULL) return note == NULL ? NULL : *note;
    const cJSON *target = find_target(run, schema, ref);
    if (target != NULL && (note = schema_note(run, (uintptr_t)ref)) != NULL) *note = target;
    return run->stopped ? NULL : target;
}
