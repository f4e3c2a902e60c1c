/* Declarations that compile and are wrong. declarations.test.mjs says what is said of each. */
#include "tool.h"

static void run(struct tool_call *call, const void *arguments) {
    (void)call, (void)arguments;
}

static void read(struct tool_call *call) {
    (void)call;
}

static void read_at(struct tool_call *call, const struct text *variables) {
    (void)call, (void)variables;
}

/* Tools. */

TOOL(price$, .description = "Has a name that clients may refuse.", .run = run);
TOOL(undescribed, .run = run);
TOOL(greedy, .description = "Needs what is no scope.", .scopes = "read  write", .run = run);
TOOL(idle, .title = "", .description = "Has nothing to run.");
TOOL(latin, .description = "Caf\xe9", .run = run);

/* Fields. */

struct point {
    double x;
    double y;
};

static const struct tool_field point_fields[] = {
    TOOL_NUMBER(struct point, x, NULL),
    TOOL_NUMBER(struct point, y, NULL),
};

struct size {
    double width;
};

static const struct tool_field size_fields[] = {TOOL_NUMBER(struct size, width, NULL)};

static const struct tool_choice colors[] = {{"red", "Red"}, {"blue", NULL}, {"red", "Red"}};

static const struct tool_choice drinks[] = {{"tea", NULL}, {"caf\xe9", NULL}};

struct everything {
    double twice;
    int64_t no_json;
    int64_t no_fit;
    int64_t too_low;
    int64_t unchecked;
    int64_t unknown_keyword;
    int64_t repeated;
    int64_t unclosed;
    int64_t bounded;
    struct point other_table;
    TOOL_ARRAY(double) empty;
    TOOL_ARRAY(struct size) sizes;
    int color;
    int drink;
    struct text plain;
    struct text spaced;
    struct text first;
    struct text second;
    double number;
    TOOL_ARRAY(struct text) list;
};

static const struct tool_field everything_fields[] = {
    TOOL_NUMBER(struct everything, twice, NULL),
    TOOL_NUMBER(struct everything, twice, "Again"),
    TOOL_INTEGER(struct everything, no_json, NULL, .default_json = "one"),
    TOOL_INTEGER(struct everything, no_fit, NULL, .default_json = "1.5"),
    TOOL_INTEGER(struct everything, too_low, NULL, .default_json = "1", TOOL_ALSO("\"minimum\":2")),
    TOOL_INTEGER(struct everything, unchecked, NULL, .also = "\"minimum\":2"),
    TOOL_INTEGER(struct everything, unknown_keyword, NULL, TOOL_ALSO("\"minimun\":2")),
    TOOL_INTEGER(struct everything, repeated, NULL, TOOL_ALSO("\"type\":\"string\"")),
    TOOL_INTEGER(struct everything, unclosed, NULL, TOOL_ALSO("\"minimum\":")),
    TOOL_INTEGER(struct everything, bounded, NULL, .max_items = 2),
    TOOL_NUMBER(struct size, width, "Of another struct"),
    TOOL_OBJECT(struct everything, other_table, struct point, size_fields, NULL),
    TOOL_OBJECTS(struct everything, sizes, struct size, size_fields, NULL,
                 .default_json = "[{\"width\":1},{}]"),
    TOOL_NUMBERS(struct everything, empty, NULL, .min_items = 3, .max_items = 2),
    TOOL_CHOICE(struct everything, color, colors, NULL),
    TOOL_CHOICE(struct everything, drink, drinks, NULL),
    TOOL_STRING(struct everything, plain, NULL, .header = "Plain"),
    TOOL_STRING(struct everything, spaced, NULL, TOOL_HEADER("My Region")),
    TOOL_STRING(struct everything, first, NULL, TOOL_HEADER("Region")),
    TOOL_STRING(struct everything, second, NULL, TOOL_HEADER("REGION")),
    TOOL_NUMBER(struct everything, number, NULL, TOOL_HEADER("Number")),
    TOOL_STRINGS(struct everything, list, NULL, TOOL_HEADER("List")),
};

TOOL(everything, .description = "Has all fields that are wrong.", TOOL_FIELDS(everything_fields),
     .run = run);

/* Fields that are right by themselves. */

struct referring {
    struct text id;
    TOOL_ARRAY(struct text) others;
};

static const struct tool_field referring_fields[] = {
    TOOL_JSON(struct referring, id, NULL,
              TOOL_ALSO("\"$defs\":{\"id\":{\"type\":\"string\"}},\"$ref\":\"#/$defs/id\"")),
    TOOL_STRINGS(struct referring, others, NULL, TOOL_ALSO("\"$anchor\":\"x\"")),
};

TOOL(referring, .description = "Has a $ref into what is a part.", TOOL_FIELDS(referring_fields),
     .run = run);

/* Schemas. */

TOOL(torn, .description = "Has a schema that is not JSON.", TOOL_SCHEMA("{\"type\":\"object\""),
     .run = run);
TOOL(repeating, .description = "Has a schema with a member twice.",
     TOOL_SCHEMA("{\"type\":\"object\",\"type\":\"object\"}"), .run = run);
#define TEN(text) text text text text text text text text text text
TOOL(buried, .description = "Has a schema with 65 arrays and objects in each other.",
     TOOL_SCHEMA("{\"examples\":" TEN("[[[[[[") "[[[[]]]]" TEN("]]]]]]") "}"), .run = run);
TOOL(endless, .description = "Has a schema with 100,000 values and a keyword that nobody knows.",
     TOOL_SCHEMA("{\"type\":\"object\",\"exampels\":[" TEN(TEN(TEN(TEN(TEN("0,"))))) "0]}"),
     .run = run);
TOOL(anything, .description = "Takes more than objects.", TOOL_SCHEMA("{}"), .run = run);
TOOL(misspelt, .description = "Has a keyword that nobody knows.",
     TOOL_SCHEMA("{\"type\":\"object\",\"requierd\":[]}"), .run = run);
TOOL(routed, .description = "Has a header in its schema.",
     TOOL_SCHEMA("{\"type\":\"object\",\"properties\":{\"a\":{\"x-mcp-header\":\"A\"}}}"),
     .run = run);
TOOL(doubled, .description = "Has two outputs.", TOOL_OUTPUT(point_fields),
     TOOL_OUTPUT_SCHEMA("{\"type\":\"strin\"}"), .run = run);

/* Resources. */

RESOURCE(bare, .uri = "no scheme", .name = "bare", .read = read);
RESOURCE(nameless, .uri = "test://nameless", .mime_type = "text", .read = read);
RESOURCE(deaf, .uri = "test://deaf", .name = "deaf");
RESOURCE(echo, .uri = "test://deaf", .name = "echo", .read = read);
RESOURCE_TEMPLATE(fixed, .uri_template = "test://fixed", .name = "fixed", .read = read_at);
RESOURCE_TEMPLATE(greedy, .uri_template = "test://{+path}", .name = "greedy", .read = read_at);
RESOURCE_TEMPLATE(open, .uri_template = "test://{id", .name = "open", .read = read_at);
RESOURCE_TEMPLATE(same, .uri_template = "test://{id}/{id}", .name = "same", .read = read_at);
RESOURCE_TEMPLATE(beside, .uri_template = "test://{a}{b}", .name = "beside", .read = read_at);

/* Prompts and forms. */

struct words {
    int64_t count;
    struct text note;
};

static const struct tool_field words_fields[] = {
    TOOL_INTEGER(struct words, count, NULL),
    TOOL_STRING(struct words, note, NULL),
};

PROMPT(counting, TOOL_FIELDS(words_fields), .run = run);
PROMPT(silent, .description = "Says nothing.");

struct boxed {
    struct size box;
};

static const struct tool_field boxed_fields[] = {
    TOOL_OBJECT(struct boxed, box, struct size, size_fields, NULL),
};

FORM(boxed, boxed_fields);

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
LEVEL(level9, level8);

TOOL(deep, .description = "Has one object more than LIMIT_FIELDS_DEPTH.",
     TOOL_FIELDS(level9_fields), .run = run);

static void read_marked(struct tool_call *call) {
    reply_text(call, "marked");
}

RESOURCE(marked, .uri = "test://marked", .name = "Marked", .meta = "\"a\":", .read = read_marked);
SKILL(listed, .uri = "skill://listed/SKILL.md", .frontmatter = "[]");
SKILL(bare, .uri = "nowhere");

/* What they say besides their names. */

static const struct icon icons[] = {
    {.mime_type = "image/png", .sizes = "48x48 large"},
    {.src = "ftp://example.com/i.png", .mime_type = "png", .sizes = "any"},
};

TOOL(pictured, .description = "Has icons that are none.", TOOL_ICONS(icons), .run = run);
TOOL(watched, .description = "Has a view that is not there.", .view = "ui://nowhere",
     .visibility = 4, .meta = "\"ui\":{}", .run = run);
TOOL(late, .description = "Is no task.", .task_later = true, .run = run);
RESOURCE(rated, .uri = "test://rated", .name = "Rated",
         .annotations = {4, &(const double){5}, "2025-01-12"}, .read = read_marked);
RESOURCE(dated, .uri = "test://dated", .name = "Dated",
         .annotations = {.last_modified = "2025-01-12t15:00:58z"}, .read = read_marked);
SKILL(misnamed, .uri = "skill://misnamed/SKILL.md", .frontmatter = "{\"name\":\"named\"}");
SKILL(homeless, .uri = "https://example.com/homeless/SKILL.md",
      .frontmatter = "{\"name\":\"homeless\",\"description\":\"At home elsewhere.\"}");
SKILL(unread, .uri = "skill://unread/SKILL.md",
      .frontmatter = "{\"name\":\"unread\",\"description\":\"Nobody can read it.\"}");
SERVER(.description = "", .website_url = "example.com", .instructions = "Caf\xe9",
       .icons = {icons, 1});
