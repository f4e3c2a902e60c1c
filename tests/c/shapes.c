/* Tools with arrays, objects within objects, and outputs: `draw` returns what it is given, `give`
   and `list` return whatever JSON they are told to. check.h has the number of tools. */
#include "shapes.h"

static const struct tool_field point_fields[] = {
    TOOL_NUMBER(struct point, x, "To the right", TOOL_ALSO("\"minimum\":0")),
    TOOL_NUMBER(struct point, y, NULL, .optional = true, .default_json = "1"),
    TOOL_STRING(struct point, label, NULL, .optional = true, TOOL_ALSO("\"format\":\"email\"")),
};

static const struct tool_choice colors[] = {{"red", NULL}, {"blue", NULL}};

static const struct tool_field fields[] = {
    TOOL_OBJECT(struct drawing, center, struct point, point_fields, NULL, .optional = true),
    TOOL_OBJECTS(struct drawing, points, struct point, point_fields, "Its corners", .min_items = 1,
                 .max_items = 3),
    TOOL_NUMBERS(struct drawing, numbers, NULL, .optional = true, .default_json = "[0.5,2]"),
    TOOL_INTEGERS(struct drawing, integers, NULL, .optional = true),
    TOOL_STRINGS(struct drawing, names, NULL, .optional = true),
    TOOL_BOOLEANS(struct drawing, flags, NULL, .optional = true),
    TOOL_STRINGS(struct drawing, backwards, NULL, .optional = true),
    TOOL_CHOICE(struct drawing, color, colors, NULL, .optional = true),
    TOOL_CHOICES(struct drawing, tags, colors, NULL, .optional = true),
    TOOL_JSON(struct drawing, extra, NULL, .default_json = "{\"a\":[]}"),
};

const struct tool_fields drawing_fields = FIELDS_OF(fields);

static void draw(struct tool_call *call, const void *drawing) {
    reply_output(call, drawing);
}

TOOL(draw, .description = "Gives back what it is given.", TOOL_FIELDS(fields), TOOL_OUTPUT(fields),
     .run = draw);

struct told {
    struct text json;
};

static const struct tool_field told_fields[] = {TOOL_JSON(struct told, json, NULL)};

static void say(struct tool_call *call, const void *given) {
    const struct told *told = given;
    if (told->json.bytes[0] != '0') reply_structured(call, "%.*s", TOOL_FORMAT(told->json));
}

TOOL(give, .description = "Gives what it is told.", TOOL_FIELDS(told_fields),
     TOOL_OUTPUT(point_fields), .run = say);

TOOL(list, .description = "Gives what it is told.", TOOL_FIELDS(told_fields),
     TOOL_OUTPUT_SCHEMA("{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}"), .run = say);

static void quote(struct tool_call *call, const void *arguments) {
    (void)arguments;
    reply_structured(call, "{\"said\":%s}", tool_json_string(call, TEXT("a\",\"b\":\"\\")));
}

TOOL(quote, .description = "Gives a text that would end its string.", .run = quote);
