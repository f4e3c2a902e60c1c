/* Declarations in which nothing is wrong. */
#include "tool.h"

struct point {
    double x;
    double y;
};

static const struct tool_field point_fields[] = {
    TOOL_NUMBER(struct point, x, NULL, TOOL_ALSO("\"minimum\":0")),
    TOOL_NUMBER(struct point, y, "Upwards", .optional = true, .default_json = "1e2"),
};

struct path {
    struct point start;
    TOOL_ARRAY(struct point) points;
    TOOL_ARRAY(bool) bits;
};

static const struct tool_field path_fields[] = {
    TOOL_OBJECT(struct path, start, struct point, point_fields, NULL, .optional = true),
    TOOL_OBJECTS(struct path, points, struct point, point_fields, NULL, .max_items = 9,
                 .optional = true, .default_json = "[{\"x\":1}]"),
    TOOL_BOOLEANS(struct path, bits, NULL, .min_items = 1),
};

static void draw(struct tool_call *call, const void *given) {
    reply_output(call, given);
}

TOOL(draw, .description = "Draws.", TOOL_FIELDS(path_fields), TOOL_OUTPUT(path_fields),
     .run = draw);
FORM(point, point_fields);

/* A $ref that leads to the same schema in its field and among all fields. */

struct tree {
    struct text root;
};

static const struct tool_field tree_fields[] = {
    TOOL_JSON(struct tree, root, NULL,
              TOOL_ALSO("\"$anchor\":\"node\",\"type\":\"array\",\"items\":{\"$ref\":\"#node\"}")),
};

TOOL(plant, .description = "Takes arrays of arrays.", TOOL_FIELDS(tree_fields), .run = draw);

/* Objects in objects. */

#define LEVEL(outer, inner)                                                                        \
    struct outer {                                                                                 \
        struct inner in;                                                                           \
    };                                                                                             \
    static const struct tool_field outer##_fields[] = {                                            \
        TOOL_OBJECT(struct outer, in, struct inner, inner##_fields, NULL)}

struct level0 {
    double number;
};

static const struct tool_field level0_fields[] = {TOOL_NUMBER(struct level0, number, NULL)};

LEVEL(level1, level0);
LEVEL(level2, level1);
LEVEL(level3, level2);
LEVEL(level4, level3);
LEVEL(level5, level4);
LEVEL(level6, level5);
LEVEL(level7, level6);
LEVEL(level8, level7);

TOOL(deep, .description = "Has LIMIT_FIELDS_DEPTH objects.", TOOL_FIELDS(level8_fields),
     TOOL_OUTPUT(level8_fields), .run = draw);

/* What they say besides their names. */

static const struct icon icons[] = {
    {.src = "https://example.com/i.png", .mime_type = "image/png", .sizes = "48x48 96x96"},
    {.src = "data:image/svg+xml,x", .sizes = "any"},
};

static void read(struct tool_call *call) {
    reply_text(call, "x");
}

TOOL(watched, .description = "Has a view.", .view = "ui://there", .visibility = VISIBLE_TO_APP,
     .meta = "\"com.example/a\":1", TOOL_ICONS(icons), .run = draw);
RESOURCE(there, .uri = "ui://there", .name = "There",
         .annotations = {AUDIENCE_USER | AUDIENCE_ASSISTANT, &(const double){1},
                         "2025-01-12T15:00:58.25+01:00"},
         .read = read);
SKILL(shallow, .uri = "skill://one/SKILL.md",
      .frontmatter = "{\"name\":\"one\",\"description\":\"One.\"}");
RESOURCE(one, .uri = "skill://one/SKILL.md", .name = "One", .read = read);
RESOURCE(two, .uri = "skill://one/two/SKILL.md", .name = "Two", .read = read);
SKILL(deeper, .uri = "skill://one/two/SKILL.md",
      .frontmatter = "{\"name\":\"two\",\"description\":\"Two.\"}");
SERVER(.description = "A test.", .website_url = "https://example.com", TOOL_ICONS(icons));
