#include "metadata.h"

#include "number.h"

void metadata_append_string(struct buffer *out, struct text name, const char *value) {
    if (value == NULL) return;
    BUFFER_APPEND(out, TEXT(",\""), name, TEXT("\":"));
    buffer_append_json_string(out, text_of(value));
}

void metadata_append_title(struct buffer *out, const char *title, enum revision revision) {
    if (revision_has_titles(revision)) metadata_append_string(out, TEXT("title"), title);
}

static void append_icon(struct buffer *out, const struct icon *icon) {
    static const struct text themes[] = {[ICON_LIGHT] = TEXT_INITIALIZER(",\"theme\":\"light\""),
                                         [ICON_DARK] = TEXT_INITIALIZER(",\"theme\":\"dark\"")};
    struct text sizes = text_of(icon->sizes), size;
    buffer_separate(out);
    buffer_append_member(out, TEXT("{\"src\":"), text_of(icon->src));
    metadata_append_string(out, TEXT("mimeType"), icon->mime_type);
    if (sizes.length > 0) {
        buffer_append(out, TEXT(",\"sizes\":["));
        while (text_next_field(&sizes, ' ', &size)) {
            buffer_separate(out);
            buffer_append_json_string(out, size);
        }
        buffer_append(out, TEXT("]"));
    }
    buffer_append(out, themes[icon->theme]);
    buffer_append(out, TEXT("}"));
}

void metadata_append_icons(struct buffer *out, const struct icons *icons, enum revision revision) {
    if (icons->count == 0 || revision < REVISION_2025_11_25) return;
    buffer_append(out, TEXT(",\"icons\":["));
    for (size_t i = 0; i < icons->count; i++) append_icon(out, &icons->first[i]);
    buffer_append(out, TEXT("]"));
}

/* Begins the member "annotations"; end_annotations takes it back if nothing follows. */
static size_t begin_annotations(struct buffer *out) {
    size_t start = out->length;
    buffer_append(out, TEXT(",\"annotations\":{"));
    return start;
}

static void end_annotations(struct buffer *out, size_t start) {
    if (out->length > 0 && out->bytes[out->length - 1] == '{') out->length = start;
    else buffer_append(out, TEXT("}"));
}

bool metadata_fits_priority(const double *priority) {
    return priority == NULL || (*priority >= 0 && *priority <= 1);
}

APART void metadata_append_annotations(struct buffer *out, const struct annotations *annotations,
                                       enum revision revision) {
    static const struct text audiences[] = {
        [AUDIENCE_USER] = TEXT_INITIALIZER("\"user\""),
        [AUDIENCE_ASSISTANT] = TEXT_INITIALIZER("\"assistant\""),
        [AUDIENCE_USER | AUDIENCE_ASSISTANT] = TEXT_INITIALIZER("\"user\",\"assistant\""),
    };
    size_t start = begin_annotations(out);
    if (annotations->audience != 0) {
        BUFFER_APPEND(out, TEXT("\"audience\":["), audiences[annotations->audience & 3], TEXT("]"));
    }
    if (annotations->priority != NULL) {
        buffer_separate(out);
        buffer_append(out, TEXT("\"priority\":"));
        number_append(out, *annotations->priority);
    }
    if (annotations->last_modified != NULL && revision >= REVISION_2025_06_18) {
        buffer_separate(out);
        buffer_append_member(out, TEXT("\"lastModified\":"), text_of(annotations->last_modified));
    }
    end_annotations(out, start);
}

static void append_hint(struct buffer *out, struct text name, enum tool_hint hint) {
    if (hint == HINT_UNSAID) return;
    buffer_separate(out);
    BUFFER_APPEND(out, name, hint == HINT_YES ? TEXT("true") : TEXT("false"));
}

void metadata_append_hints(struct buffer *out, const struct tool *tool, enum revision revision) {
    if (revision < REVISION_2025_03_26) return;
    size_t start = begin_annotations(out);
    /* later revisions have a title beside the name, and prefer it */
    if (tool->title != NULL && !revision_has_titles(revision)) {
        buffer_append_member(out, TEXT("\"title\":"), text_of(tool->title));
    }
    append_hint(out, TEXT("\"readOnlyHint\":"), tool->read_only);
    append_hint(out, TEXT("\"destructiveHint\":"), tool->destructive);
    append_hint(out, TEXT("\"idempotentHint\":"), tool->idempotent);
    append_hint(out, TEXT("\"openWorldHint\":"), tool->open_world);
    end_annotations(out, start);
}

void metadata_append_resource(struct buffer *out, const struct resource *resource,
                              enum revision revision) {
    metadata_append_string(out, TEXT("name"), resource->name);
    metadata_append_title(out, resource->title, revision);
    metadata_append_string(out, TEXT("description"), resource->description);
    metadata_append_string(out, TEXT("mimeType"), resource->mime_type);
    if (resource->size > 0) {
        buffer_append(out, TEXT(",\"size\":"));
        buffer_append_integer(out, (int64_t)resource->size);
    }
    metadata_append_annotations(out, &resource->annotations, revision);
    metadata_append_icons(out, &resource->icons, revision);
}
