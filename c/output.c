/* A tool's structured result: checked against what the tool declares before anybody sees it. */
#include <string.h>

#include "arguments.h"
#include "tool_call.h"

static bool declares_output(const struct tool *tool) {
    return tool->output.count > 0 || tool->output_schema != NULL;
}

static bool fits(struct tool_call *call, struct json_value output, struct buffer *problems) {
    const struct tool *tool = call->tool;
    if (tool == NULL) return true; /* in a prompt, say: nobody is shown it */
    if (tool->output_schema != NULL) {
        return tool->output_fits(SCHEMA_OUTPUT, text_of(tool->output_schema), output.text,
                                 problems);
    }
    if (tool->output.count == 0) return true;
    if (output.kind != JSON_OBJECT) {
        buffer_append(problems, TEXT("The output must be an object."));
        return false;
    }
    size_t size = arguments_bytes(&tool->output);
    void *again = arena_allocate(problems->arena, size);
    if (again == NULL) return false;
    memset(again, 0, size);
    return arguments_bind(SCHEMA_OUTPUT, &tool->output, output, again, problems);
}

void tool_call_give_output(struct tool_call *call, struct text json) {
    struct json_document document;
    struct buffer problems = buffer_in(call->exchange->arena, 0);
    call->structured = (struct text){NULL, 0};
    if (json_check(json, call->exchange->arena, &document) != JSON_OK) {
        reply_error(call,
                    "This tool's structured result is not JSON at its byte %zu: its author has to "
                    "mend it.",
                    document.error_offset);
    } else if (!fits(call, document.root, &problems)) {
        reply_error(call,
                    "This tool's structured result is not what the tool declares: its author has "
                    "to mend it. %.*s",
                    TOOL_FORMAT(problems));
    } else {
        enum revision revision = call->exchange->revision;
        bool shown = document.root.kind == JSON_OBJECT ? revision_has_titles(revision)
                                                       : revision_is_modern(revision);
        if (shown) call->structured = json;
        call->gave_output = true;
        tool_call_append_text(call, json);
    }
}

void tool_call_demand_output(struct tool_call *call) {
    bool asks = call->questions.length > 0 || tool_call_misses(call);
    if (asks || call->is_error || call->gave_output || !declares_output(call->tool)) return;
    reply_error(call, "This tool gave no structured result, which it declares: its author has to "
                      "mend it.");
}
