/* Tools that ask in every way: with a URL, with all that sampling can carry, and with tools for the
   model. check.h has the number of tools. */
#include "edge.h"

static void login(struct tool_call *call, const void *arguments) {
    (void)arguments;
    const char *id = elicitation_id(call, "login");
    const char *url = tool_formatted(call, "https://example.com/connect?elicitation=%s", id);
    enum ask asked = elicit_url(call, "login", "Please \"sign in\"", url);
    if (asked == ASK_DECLINED) reply_text(call, "declined");
    if (asked != ASK_ACCEPTED) return;
    elicitation_completed(call, "login");
    reply_text(call, "signed in by %s", id);
}

TOOL(login, .description = "Has the user sign in elsewhere.", .run = login);

static const struct sampling_content seen[] = {
    {SAMPLING_TEXT, .text = TEXT_INITIALIZER("What is this?")},
    {SAMPLING_IMAGE, .data = TEXT_INITIALIZER("abc"), .mime_type = TEXT_INITIALIZER("image/png")},
    {SAMPLING_AUDIO, .data = TEXT_INITIALIZER("abcd"), .mime_type = TEXT_INITIALIZER("audio/wav")},
};
static const struct sampling_content understood[] = {
    {SAMPLING_TEXT, .text = TEXT_INITIALIZER("A dot.")}};
static const struct sampling_message messages[] = {
    {PROMPT_USER, seen, 3},
    {PROMPT_ASSISTANT, understood, 1},
};
static const char *const hints[] = {"small", "sm\"all"};
static const char *const stops[] = {"END", "\n"};

/* Everything that a sampling request can hold, except tools. */
static void wish(struct tool_call *call, const void *arguments) {
    struct sampling_answer answer;
    const struct sampling what = {
        .messages = messages,
        .message_count = 2,
        .max_tokens = 7,
        .model_hints = hints,
        .model_hint_count = 2,
        .cost_priority = &(const double){0.25},
        .speed_priority = &(const double){0},
        .intelligence_priority = &(const double){1},
        .temperature = &(const double){0},
        .stop_sequences = stops,
        .stop_sequence_count = 2,
        .metadata = "{\"a\":1}",
        .include_context = SAMPLING_THIS_SERVER,
    };
    (void)arguments;
    enum ask asked = sample_message(call, "wish", &what, &answer);
    if (asked == ASK_DECLINED) reply_text(call, "declined");
    if (asked != ASK_ACCEPTED) return;
    reply_text(call, "%zu blocks, '%.*s', of %.*s, by %.*s", answer.message.count,
               TOOL_FORMAT(answer.text), TOOL_FORMAT(answer.model),
               TOOL_FORMAT(answer.stop_reason));
    for (size_t i = 0; i < answer.message.count; i++) {
        const struct sampling_content *block = &answer.message.content[i];
        reply_text(call, "%d: %.*s%.*s", (int)block->kind, TOOL_FORMAT(block->mime_type),
                   TOOL_FORMAT(block->data));
    }
}

TOOL(wish, .description = "Asks the model with every wish there is.", .run = wish);

struct city_input {
    struct text city;
};

static const struct tool_field city_fields[] = {
    TOOL_STRING(struct city_input, city, "The city"),
};

static const struct sampling_tool model_tools[] = {
    {"weather", NULL, "The weather in a city", FIELDS_OF(city_fields)},
};

enum { ROUNDS = 3, USES = 4 };

/* Lets the model use a tool until it has an answer. */
static void agent(struct tool_call *call, const void *arguments) {
    struct sampling_message said[2 * ROUNDS];
    struct sampling_content results[ROUNDS][USES];
    struct sampling what = {
        .prompt = "How is the weather?",
        .max_tokens = 9,
        .messages = said,
        .tools = model_tools,
        .tool_count = 1,
    };
    (void)arguments;
    for (int round = 0; round < ROUNDS; round++) {
        struct sampling_answer answer;
        char key[] = {'r', (char)('0' + round), '\0'};
        if (round == ROUNDS - 1) what.tool_choice = SAMPLING_TOOLS_NONE;
        if (sample_message(call, key, &what, &answer) != ASK_ACCEPTED) return;
        size_t uses = 0;
        for (size_t i = 0; i < answer.message.count && uses < USES; i++) {
            const struct sampling_content *use = &answer.message.content[i];
            struct sampling_content *result = &results[round][uses];
            struct city_input input = {{NULL, 0}};
            if (use->kind != SAMPLING_TOOL_USE) continue;
            *result = (struct sampling_content){SAMPLING_TOOL_RESULT, .id = use->id};
            result->is_error = !sampling_input(
                call, use, (struct tool_fields)FIELDS_OF(city_fields), &input, &result->text);
            if (!result->is_error) result->text = input.city;
            uses++;
        }
        if (uses == 0) {
            reply_text(call, "%.*s", TOOL_FORMAT(answer.text));
            return;
        }
        said[what.message_count++] = answer.message;
        said[what.message_count++] = (struct sampling_message){PROMPT_USER, results[round], uses};
    }
}

TOOL(agent, .description = "Lets the model use a tool.", .run = agent);

/* Two uses but only one result: the core refuses to send that. */
static void unbalanced(struct tool_call *call, const void *arguments) {
    static const struct sampling_content uses[] = {
        {SAMPLING_TOOL_USE, .text = TEXT_INITIALIZER("{}"), .id = TEXT_INITIALIZER("1"),
         .name = TEXT_INITIALIZER("weather")},
        {SAMPLING_TOOL_USE, .text = TEXT_INITIALIZER("{}"), .id = TEXT_INITIALIZER("2"),
         .name = TEXT_INITIALIZER("weather")},
    };
    static const struct sampling_content results[] = {
        {SAMPLING_TOOL_RESULT, .text = TEXT_INITIALIZER("x"), .id = TEXT_INITIALIZER("1")}};
    static const struct sampling_message both[] = {{PROMPT_ASSISTANT, uses, 2},
                                                   {PROMPT_USER, results, 1}};
    const struct sampling what = {
        .prompt = "p", .messages = both, .message_count = 2, .tools = model_tools, .tool_count = 1};
    struct text answer;
    (void)arguments;
    sample(call, "x", &what, &answer);
}

TOOL(unbalanced, .description = "Answers half of its model's tool uses.", .run = unbalanced);

/* Both are out of bounds: the core refuses to send that. */
static void unmeasured(struct tool_call *call, const void *arguments) {
    const double none = 0.0 / 0.0, much = 1.5;
    struct text answer;
    (void)arguments;
    sample(call, "x", &(struct sampling){.prompt = "p", .temperature = &none}, &answer);
    sample(call, "y", &(struct sampling){.prompt = "p", .cost_priority = &much}, &answer);
}

TOOL(unmeasured, .description = "Asks its model for more than there is.", .run = unmeasured);

static void astray(struct tool_call *call, const void *arguments) {
    (void)arguments;
    elicit_url(call, "x", "Please sign in", "/login");
}

TOOL(astray, .description = "Sends the user to what is no URL.", .run = astray);

struct picked {
    int color;
};

static const struct tool_choice picks[] = {{"r", "Red"}, {"b", "Blue"}};

static const struct tool_field picked_fields[] = {
    TOOL_CHOICE(struct picked, color, picks, NULL),
};

static void pick(struct tool_call *call, const void *arguments) {
    struct picked picked = {-1};
    struct tool_fields fields = FIELDS_OF(picked_fields);
    (void)arguments;
    if (elicit(call, "color", "Which?", fields, &picked) != ASK_ACCEPTED) return;
    reply_text(call, "picked %s", picks[picked.color].title);
}

TOOL(pick, .description = "Has the user choose.", .run = pick);

/* Shows what a call can see of its trace context. */
static void traced(struct tool_call *call, const void *arguments) {
    struct trace_context trace = tool_trace(call);
    (void)arguments;
    report_progress(call, 1, 0, NULL);
    reply_text(call, "%.*s|%.*s|%.*s", TOOL_FORMAT(trace.traceparent),
               TOOL_FORMAT(trace.tracestate), TOOL_FORMAT(trace.baggage));
}

TOOL(traced, .description = "Says where it stands in a trace.", .run = traced);

/* Two questions with one key, and another. */
static void confused(struct tool_call *call, const void *arguments) {
    (void)arguments;
    elicit_url(call, "page", "One", "https://example.com/one");
    elicit_url(call, "page", "Two", "https://example.com/two");
    elicit_url(call, "last", "Three", "https://example.com/three");
}

TOOL(confused, .description = "Asks two questions with one key.", .run = confused);

/* Everything at once. */
static void needy(struct tool_call *call, const void *arguments) {
    const struct sampling what = {.prompt = "p", .tools = model_tools, .tool_count = 1};
    struct picked picked;
    struct text said;
    struct root roots[1];
    size_t count;
    (void)arguments;
    elicit_url(call, "page", "One", "https://example.com/one");
    elicit(call, "color", "Which?", (struct tool_fields)FIELDS_OF(picked_fields), &picked);
    sample(call, "model", &what, &said);
    list_roots(call, "roots", roots, 1, &count);
}

TOOL(needy, .description = "Asks for everything at once.", TOOL_OUTPUT(picked_fields),
     .run = needy);
