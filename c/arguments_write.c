/* A struct as JSON, by the fields that describe it. */
#include <string.h>

#include "arguments_kinds.h"
#include "tool_call.h"

/* True if the member holds nothing and may be left out. */
static bool is_left_out(const struct tool_field *field, const char *structure) {
    const char *member = structure + field->offset, *items;
    if (!field->optional) return false;
    if (field->array == NULL) return field->kind->is_none != NULL && field->kind->is_none(member);
    memcpy(&items, member, sizeof items);
    return items == NULL;
}

void arguments_append_json(struct buffer *out, const struct tool_fields *fields,
                           const void *structure) {
    buffer_append(out, TEXT("{"));
    for (size_t i = 0; i < fields->count; i++) {
        const struct tool_field *field = &fields->first[i];
        if (is_left_out(field, structure)) continue;
        buffer_append_key(out, text_of(field->name));
        if (field->array != NULL) field->array->append(out, field, structure);
        else field->kind->append(out, field, (const char *)structure + field->offset);
    }
    buffer_append(out, TEXT("}"));
}

void reply_output(struct tool_call *call, const void *output) {
    struct buffer json = buffer_in(call->exchange->arena, 0);
    if (call->tool != NULL && call->tool->output.count == 0) {
        reply_error(call, "reply_output needs TOOL_OUTPUT: this tool's author has to mend it.");
        return;
    }
    if (call->tool != NULL) arguments_append_json(&json, &call->tool->output, output);
    tool_call_give_output(call, buffer_text(&json));
}
