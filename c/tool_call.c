#include "tool_call.h"

#include <stdarg.h>
#include <stdio.h>

#include "arguments.h"
#include "number.h"

struct tool_call {
    struct exchange *exchange;
    struct buffer *out; /* the result's content, as far as it has come */
    bool has_content;
    bool is_error;
};

static void append_content(struct tool_call *call, struct text text) {
    buffer_append(call->out, call->has_content ? TEXT(",{\"type\":\"text\",\"text\":")
                                               : TEXT("{\"type\":\"text\",\"text\":"));
    buffer_append_json_string(call->out, text);
    buffer_append(call->out, TEXT("}"));
    call->has_content = true;
}

__attribute__((format(printf, 2, 0))) static void
append_formatted(struct tool_call *call, const char *format, va_list values) {
    va_list again;
    va_copy(again, values);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) length = 0;
    size_t size = (size_t)length + 1;
    char *text = arena_allocate(call->exchange->arena, size);
    if (text == NULL) return;
    vsnprintf(text, size, format, values);
    append_content(call, (struct text){text, size - 1});
}

void tool_text(struct tool_call *call, const char *format, ...) {
    va_list values;
    va_start(values, format);
    append_formatted(call, format, values);
    va_end(values);
}

void tool_error(struct tool_call *call, const char *format, ...) {
    va_list values;
    va_start(values, format);
    append_formatted(call, format, values);
    va_end(values);
    call->is_error = true;
}

const char *tool_number(struct tool_call *call, double number) {
    char *text = arena_allocate(call->exchange->arena, NUMBER_TEXT_BYTES);
    if (text == NULL) return "";
    number_print(number, text);
    return text;
}

struct text tool_credential(const struct tool_call *call) {
    if (call->exchange->config->auth_tokens) return (struct text){NULL, 0};
    return call->exchange->credential.header;
}

struct text tool_caller(const struct tool_call *call) {
    return call->exchange->principal.name;
}

void tool_call_run(struct exchange *exchange, const struct tool *tool, struct json_value given,
                   struct buffer *out) {
    struct tool_call call = {exchange, out, false, false};
    struct buffer problems = buffer_in(exchange->arena, 0);
    _Alignas(max_align_t) char arguments[TOOL_ARGUMENTS_BYTES] = {0};
    buffer_append(out, TEXT("\"content\":["));
    if (arguments_bind(tool, given, arguments, &problems)) {
        tool->run(&call, arguments);
    } else {
        append_content(&call, buffer_text(&problems));
        call.is_error = true;
    }
    buffer_append(out, call.is_error ? TEXT("],\"isError\":true") : TEXT("]"));
}
