/* The reply_ functions of tool.h: blocks of a result, framed as the kind of call requires. */
#include <stdarg.h>

#include "date.h"
#include "extensions.h"
#include "format.h"
#include "limits.h"
#include "metadata.h"
#include "number.h"
#include "tool_call.h"

/* A completion has no blocks. */
static void begin_block(struct tool_call *call) {
    call->is_error |= call->kind == CALL_COMPLETION;
    call->count++;
    buffer_separate(call->out);
    if (call->kind != CALL_PROMPT) return;
    buffer_append(call->out, call->role == PROMPT_USER
                                 ? TEXT("{\"role\":\"user\",\"content\":")
                                 : TEXT("{\"role\":\"assistant\",\"content\":"));
}

/* Ends a block; in what is read there is nothing to annotate. */
static void end_block(struct tool_call *call) {
    if (call->annotations != NULL && call->kind != CALL_RESOURCE) {
        metadata_append_annotations(call->out, call->annotations, call->exchange->revision);
    }
    call->annotations = NULL;
    if (call->kind == CALL_RESOURCE) {
        extensions_append_contents_meta(call->out, call->meta, call->exchange->revision, call->uri);
    }
    buffer_append(call->out, call->kind == CALL_PROMPT ? TEXT("}}") : TEXT("}"));
}

/* Appends `{"uri":...,"mimeType":...`, the start of a resource's contents. */
static void begin_contents(struct tool_call *call, struct text uri, const char *mime_type) {
    buffer_append_member(call->out, TEXT("{\"uri\":"), uri);
    if (mime_type == NULL) return;
    buffer_append_member(call->out, TEXT(",\"mimeType\":"), text_of(mime_type));
}

void tool_call_append_text(struct tool_call *call, struct text text) {
    begin_block(call);
    if (call->kind == CALL_RESOURCE) {
        begin_contents(call, call->uri, call->mime_type);
        buffer_append(call->out, TEXT(",\"text\":"));
    } else {
        buffer_append(call->out, TEXT("{\"type\":\"text\",\"text\":"));
    }
    buffer_append_json_string(call->out, text);
    if (!call->is_error) call->said = text;
    end_block(call);
}

/* What printf makes of `format`; belongs to the arena, and is empty if that is exhausted. */
APART __attribute__((format(printf, 2, 0))) static struct text
format_text(struct tool_call *call, const char *format, va_list values) {
    struct buffer text = buffer_in(call->exchange->arena, 256);
    format_append(&text, format, values);
    return call->exchange->arena->exhausted ? (struct text){NULL, 0} : buffer_text(&text);
}

/* Finds the text that `format` merely repeats: one that exists already needs no printf. */
__attribute__((format(printf, 1, 0))) static bool is_there(const char *format, va_list values,
                                                           struct text *text) {
    struct text whole = text_of(format);
    bool sized = text_equal(whole, TEXT("%.*s"));
    if (!sized && !text_equal(whole, TEXT("%s"))) return false;
    va_list again;
    va_copy(again, values);
    int most = sized ? va_arg(again, int) : -1;
    const char *string = va_arg(again, const char *);
    va_end(again);
    if (string == NULL) return false; /* printf has a word for it */
    *text = text_of_most(string, most);
    return true;
}

/* Appends the block that `format` makes. */
__attribute__((format(printf, 2, 0))) static void say(struct tool_call *call, const char *format,
                                                      va_list values) {
    struct text text;
    if (!is_there(format, values, &text)) text = format_text(call, format, values);
    tool_call_append_text(call, text);
}

void reply_text(struct tool_call *call, const char *format, ...) {
    va_list values;
    va_start(values, format);
    say(call, format, values);
    va_end(values);
}

void reply_error(struct tool_call *call, const char *format, ...) {
    va_list values;
    va_start(values, format);
    say(call, format, values);
    va_end(values);
    call->is_error = true;
}

/* True if `reply`, which is only for calls of `kind`, is in its place; otherwise an error that says
   so takes its place, rather than a result that no schema allows. */
static bool is_for(struct tool_call *call, enum tool_call_kind kind, const char *reply) {
    if (call->kind == kind) return true;
    if (call->kind != CALL_COMPLETION) {
        reply_error(call, "%s cannot reply to this: its author has to mend it.", reply);
    }
    return false;
}

/* The same for replies that are content, and not what a resource holds. */
static bool is_content(struct tool_call *call, const char *reply) {
    return call->kind != CALL_RESOURCE || is_for(call, CALL_TOOL, reply);
}

static void append_media(struct tool_call *call, struct text type, const char *mime_type,
                         const void *bytes, size_t size) {
    begin_block(call);
    BUFFER_APPEND(call->out, TEXT("{\"type\":\""), type, TEXT("\",\"mimeType\":"));
    buffer_append_json_string(call->out, text_of(mime_type));
    buffer_append(call->out, TEXT(",\"data\":\""));
    buffer_append_base64(call->out, bytes, size);
    buffer_append(call->out, TEXT("\""));
    end_block(call);
}

void reply_image(struct tool_call *call, const char *mime_type, const void *bytes, size_t size) {
    if (is_content(call, "reply_image")) {
        append_media(call, TEXT("image"), mime_type, bytes, size);
    }
}

void reply_audio(struct tool_call *call, const char *mime_type, const void *bytes, size_t size) {
    if (!is_content(call, "reply_audio")) return;
    if (call->exchange->revision == REVISION_2024_11_05) {
        reply_text(call, "(a sound of type %s, which this revision cannot carry)", mime_type);
    } else {
        append_media(call, TEXT("audio"), mime_type, bytes, size);
    }
}

void reply_blob(struct tool_call *call, const void *bytes, size_t size) {
    if (!is_for(call, CALL_RESOURCE, "reply_blob")) return;
    begin_block(call);
    begin_contents(call, call->uri, call->mime_type);
    buffer_append(call->out, TEXT(",\"blob\":\""));
    buffer_append_base64(call->out, bytes, size);
    buffer_append(call->out, TEXT("\""));
    end_block(call);
}

void reply_not_found(struct tool_call *call) {
    if (is_for(call, CALL_RESOURCE, "reply_not_found")) call->not_found = true;
}

void reply_resource(struct tool_call *call, struct text uri, const char *mime_type,
                    struct text text) {
    if (!is_content(call, "reply_resource")) return;
    begin_block(call);
    buffer_append(call->out, TEXT("{\"type\":\"resource\",\"resource\":"));
    begin_contents(call, uri, mime_type);
    buffer_append_member(call->out, TEXT(",\"text\":"), text);
    buffer_append(call->out, TEXT("}"));
    end_block(call);
}

/* A client that checks what it gets refuses the whole result for one of these. */
static bool annotations_fit(const struct annotations *annotations) {
    const char *modified = annotations->last_modified;
    return metadata_fits_priority(annotations->priority) &&
           (modified == NULL || date_is_time(text_of(modified)));
}
#define NEEDED_OF_ANNOTATIONS                                                                      \
    "no priority but from 0 to 1, and no date but one like 2025-01-12T15:00:58Z: its author has "  \
    "to mend it."

void reply_link(struct tool_call *call, const struct resource *resource) {
    if (!is_content(call, "reply_link")) return;
    if (resource->uri == NULL || resource->name == NULL ||
        !annotations_fit(&resource->annotations)) {
        reply_error(call, "reply_link needs a uri, a name, " NEEDED_OF_ANNOTATIONS);
        return;
    }
    if (!revision_has_titles(call->exchange->revision)) {
        reply_text(call, "%s: %s", resource->name, resource->uri);
        return;
    }
    begin_block(call);
    buffer_append_member(call->out, TEXT("{\"type\":\"resource_link\",\"uri\":"),
                         text_of(resource->uri));
    metadata_append_resource(call->out, resource, call->exchange->revision);
    end_block(call);
}

void reply_structured(struct tool_call *call, const char *format, ...) {
    va_list values;
    va_start(values, format);
    tool_call_give_output(call, format_text(call, format, values));
    va_end(values);
}

void reply_annotated(struct tool_call *call, const struct annotations *annotations) {
    bool fits = annotations == NULL || annotations_fit(annotations);
    call->annotations = fits ? annotations : NULL;
    if (!fits && (call->kind == CALL_TOOL || call->kind == CALL_PROMPT)) {
        reply_error(call, "reply_annotated needs " NEEDED_OF_ANNOTATIONS);
    }
}

void reply_as(struct tool_call *call, enum prompt_role role) {
    call->role = role;
}

void reply_completion(struct tool_call *call, struct text value) {
    if (!is_for(call, CALL_COMPLETION, "reply_completion")) return;
    if (call->count < LIMIT_COMPLETIONS) {
        buffer_separate(call->out);
        buffer_append_json_string(call->out, value);
    }
    call->count++;
}

bool completion_argument(struct tool_call *call, const char *name, struct text *value) {
    struct json_value context = jsonrpc_param(call->request, TEXT("context"));
    struct json_value chosen = json_object_member(context, TEXT("arguments"));
    *value = (struct text){NULL, 0};
    return json_string(json_object_member(chosen, text_of(name)), call->exchange->arena, value);
}

/* What `text` holds, as a string. */
static const char *terminated(struct buffer *text) {
    buffer_append(text, TEXT("\0"));
    return text->arena->exhausted ? "" : text->bytes;
}

const char *tool_number(struct tool_call *call, double number) {
    struct buffer digits = buffer_in(call->exchange->arena, 32);
    number_print(&digits, number);
    return terminated(&digits);
}

const char *tool_string(struct tool_call *call, struct text text) {
    struct buffer string = buffer_in(call->exchange->arena, text.length + 1);
    buffer_append(&string, text);
    return terminated(&string);
}

const char *tool_formatted(struct tool_call *call, const char *format, ...) {
    va_list values;
    struct buffer string = buffer_in(call->exchange->arena, 0);
    va_start(values, format);
    format_append(&string, format, values);
    va_end(values);
    return terminated(&string);
}

const char *tool_time(struct tool_call *call, double milliseconds) {
    struct buffer time = buffer_in(call->exchange->arena, 24);
    date_append(&time, milliseconds, false);
    return terminated(&time);
}

const char *tool_json_string(struct tool_call *call, struct text text) {
    struct buffer json = buffer_in(call->exchange->arena, text.length + 3);
    buffer_append_json_string(&json, text);
    return terminated(&json);
}

/* Of a secret, no more than shows which kind it is; of a short one, nothing. */
static struct text redacted(struct exchange *exchange) {
    const struct credential *credential = &exchange->credential;
    struct buffer out = buffer_in(exchange->arena, 32);
    size_t shown = credential->token.length >= 20 ? 4 : 0;
    if (credential->header.length == 0) return (struct text){NULL, 0};
    BUFFER_APPEND(&out, TEXT("Bearer "), (struct text){credential->token.bytes, shown},
                  TEXT("... (hidden)"));
    return buffer_text(&out);
}

struct text tool_credential(const struct tool_call *call) {
    bool checked = call->exchange->principal.by >= PRINCIPAL_NAMED;
    return checked ? redacted(call->exchange) : call->exchange->credential.header;
}

double tool_caller_expires(const struct tool_call *call) {
    return call->exchange->principal.expires;
}

bool tool_caller_scopes(const struct tool_call *call, struct text *scopes) {
    *scopes = call->exchange->principal.scopes;
    return call->exchange->principal.limited;
}

struct text tool_caller(const struct tool_call *call) {
    return call->exchange->principal.name;
}
