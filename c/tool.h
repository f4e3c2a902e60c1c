/* The header for tool authors. A tool is one file in c/tools/: a struct for its arguments, a table
   that describes them, a function, and TOOL(...). Adding the file adds the tool.

       struct greet_arguments { struct text name; };

       static const struct tool_field fields[] = {
           TOOL_STRING(struct greet_arguments, name, "Whom to greet"),
       };

       static void greet(struct tool_call *call, const void *given) {
           const struct greet_arguments *arguments = given;
           reply_text(call, "Hello, %.*s!", TOOL_FORMAT(arguments->name));
       }

       TOOL(greet, .title = "Greet", .description = "Greets somebody by name.",
            TOOL_FIELDS(fields), .run = greet);

   The arguments arrive checked and typed: numbers, strings, choices, arrays of these, nested
   structs. Structured output is declared by the same kind of table. Resources and prompts are
   declared likewise, with RESOURCE, RESOURCE_TEMPLATE and PROMPT, and answer with the same reply_
   functions. A wrong declaration fails the build, with file and line.

   Whatever a call hands out lives until the function returns, and is then freed automatically. So
   is memory from malloc that was not freed before (over stdio, only free releases it). Static
   variables outlive the call: the next caller finds them, whoever that is, or gets another instance
   with its own. Keep nothing of a call in them. The stack has 64 KB. All texts in declarations live
   forever; those not set are not shown to clients.

   See tool_fields.h for declaring fields, tool_asking.h for asking the client, and edge.h, which is
   included separately, for what takes time. */
#ifndef TOOL_H
#define TOOL_H

#include "tool_asking.h"
#include "tool_fields.h"
#include "views.h" /* made by the build: the names of c/views/ */

/* A call of a tool, a resource or a prompt, from start to end. */
struct tool_call;

/* -- Further members of declarations, shown in the revisions that have them -- */

/* An icon for people (from 2025-11-25 on). `src` is an https: or data: URL; `sizes` is a list such
   as "48x48 96x96", or "any". */
enum icon_theme { ICON_ANY_THEME, ICON_LIGHT, ICON_DARK };
struct icon {
    const char *src;
    const char *mime_type;
    const char *sizes;
    enum icon_theme theme; /* the background it is designed for */
};
struct icons {
    const struct icon *first;
    size_t count;
};

/* Sets the member `.icons` to an array of struct icon. */
#define TOOL_ICONS(array) .icons = FIELDS_OF(array)

/* Who a resource or a content block is for, and how important it is. */
enum audience { AUDIENCE_USER = 1, AUDIENCE_ASSISTANT = 2 };
struct annotations {
    unsigned audience;         /* AUDIENCE_USER | AUDIENCE_ASSISTANT; 0: unspecified */
    const double *priority;    /* 0 to 1, as &(const double){0.5}; NULL: unspecified */
    const char *last_modified; /* "2025-01-12T15:00:58Z", as tool_time gives (from 2025-06-18 on) */
};

/* What a client may assume about a tool (from 2025-03-26 on). */
enum tool_hint { HINT_UNSAID, HINT_YES, HINT_NO };

/* -- Declarations: the first member is what clients ask for -- */

/* Who may call a tool in clients that show views (MCP Apps, "Visibility"). */
enum tool_visibility {
    VISIBLE_TO_MODEL = 1,
    VISIBLE_TO_APP = 2, /* alone: for the view's own buttons; other clients do not see the tool */
};

struct tool {
    const char *name; /* 1 to 128 of A-Z a-z 0-9 _ - . */
    const char *title;
    const char *description;
    struct tool_fields fields;
    /* A hand-written JSON Schema 2020-12 instead of fields, set by TOOL_SCHEMA. `arguments` is then
       a struct text: a JSON object that fits it. */
    const char *input_schema;
    tool_fits *fits;
    /* The structured output, from 2025-06-18 on: fields, for reply_output; or a JSON Schema, set by
       TOOL_OUTPUT_SCHEMA, for reply_structured. A tool with either must reply that way, or with an
       error; output that does not fit is an error. A schema that is not of type object is shown
       from 2026-07-28 on. */
    struct tool_fields output;
    const char *output_schema;
    tool_fits *output_fits;
    void (*run)(struct tool_call *call, const void *arguments);
    /* The scopes that a token needs for it, space-separated (RFC 6749, section 3.3): "files:read".
       Callers whose token is limited to others do not see the tool, and are refused. NULL: none. */
    const char *scopes;
    enum tool_hint read_only;   /* changes nothing anywhere; unsaid means no */
    enum tool_hint destructive; /* its changes can destroy data; unsaid means yes */
    enum tool_hint idempotent;  /* repeating the call changes nothing more; unsaid: no */
    enum tool_hint open_world;  /* reaches things outside, such as the web; unsaid: yes */
    struct icons icons;
    const char *view; /* the HTML page that shows its results: VIEW(name); see "Views" below */
    enum tool_visibility visibility; /* 0: both */
    const char *meta;                /* members of its `_meta`, "\"com.example/team\":\"search\"" */
    /* Whether calls run as tasks; set by TOOL_TASK_OPTIONAL or TOOL_TASK_REQUIRED. */
    const struct task_feature *task;
    bool task_required;
    bool task_later; /* only from where the function calls task_begins */
    struct place place;
};

/* The code that a kind of declaration needs, linked by its macro: a build without any such
   declaration has none of it. */
struct feature;
extern const struct feature resource_feature, template_feature, prompt_feature, skill_feature;

/* A resource to read, at a fixed URI. */
struct resource {
    const char *uri;
    const struct feature *feature;
    const char *name; /* required */
    const char *title;
    const char *description;
    const char *mime_type;
    size_t size; /* of its contents in bytes; 0: unspecified */
    struct annotations annotations;
    struct icons icons;
    void (*read)(struct tool_call *call);
    const char *meta; /* as a tool's; also sent with its contents */
    struct place place;
};

/* Resources at URIs of one form. `uri_template` has simple expressions, such as "note://{id}/text"
   (RFC 6570, level 1); each matches one or more characters other than a slash. Of several that
   match a URI, the one with the most characters outside expressions is read. */
struct resource_template {
    const char *uri_template;
    const struct feature *feature;
    const char *name; /* required */
    const char *title;
    const char *description;
    const char *mime_type;
    struct annotations annotations; /* of each such resource */
    struct icons icons;
    /* `variables` holds the value of each expression, in their order, percent-decoded. */
    void (*read)(struct tool_call *call, const struct text *variables);
    /* Offers values of the variable `name` that begin with `begun`, by reply_completion. NULL:
       none. */
    void (*complete)(struct tool_call *call, struct text name, struct text begun);
    const char *meta; /* as a resource's */
    struct place place;
};

/* The maximum number of expressions in a template. */
enum { RESOURCE_VARIABLES_MAX = 8 };

/* A prompt for users to choose. Its arguments are strings. */
struct prompt {
    const char *name;
    const struct feature *feature;
    const char *title;
    const char *description;
    struct icons icons;
    struct tool_fields fields;
    void (*run)(struct tool_call *call, const void *arguments);
    /* Offers values of the argument `name`, as above. */
    void (*complete)(struct tool_call *call, struct text name, struct text begun);
    const char *meta; /* as a tool's */
    struct place place;
};

/* A form for a user to fill in: elicit(call, "who", "Who are you?", form_who.fields, &answers). */
struct form {
    const char *name;
    struct tool_fields fields;
    struct place place;
};

/* An agent skill (extension io.modelcontextprotocol/skills, SEP-2640). A folder under c/skills/
   with a SKILL.md is one, without any C: its files are resources at skill://PATH, the path below
   c/skills/. Declare a skill in C only if its SKILL.md is generated when it is read, with a
   RESOURCE for the SKILL.md and one for each other file. */
struct skill {
    const char *uri; /* of its SKILL.md: "skill://NAME/SKILL.md", or deeper */
    const struct feature *feature;
    const char *frontmatter; /* that SKILL.md's, as a JSON object with "name" (as in the URI) and
                                "description"; clients compare the two */
    const char *resources;   /* its files as a JSON array, set by the build; NULL: "dynamic" */
    struct place place;
};

/* What the server says about itself, besides its name and title (server.h). */
struct server {
    const char *description; /* from 2025-11-25 on, like the next two */
    const char *website_url;
    struct icons icons;
    const char *instructions;                /* how to use the server, for the client's model */
    const struct list_changes *lists_change; /* set by SERVER_LISTS_CHANGE */
    const struct endpoint *page;             /* set by SERVER, like the next */
    const struct issued_tokens *issued_tokens;
    struct place place; /* of the declaration */
};

/* A member of struct server, for lists that can change while the server runs: call list_changed
   when they do. Clients are told to expect this, and each stream listens for it. */
#define SERVER_LISTS_CHANGE .lists_change = &list_changes
struct list_changes;
extern const struct list_changes list_changes;

/* Declares the server: SERVER(.instructions = "Add before you multiply."). Two in a build fail to
   link. */
#define SERVER(...)                                                                                \
    const struct server mcp_server = {                                                             \
        .page = &server_page, .issued_tokens = &issued_tokens, .place = PLACE_HERE, __VA_ARGS__}
extern const struct server mcp_server;
extern const struct endpoint server_page;
extern const struct issued_tokens issued_tokens;

/* The same without the page at / and the modes jwt and oauth, whose code is then left out: 8 KB
   less to upload. */
#define SERVER_BARE(...)                                                                           \
    const struct server mcp_server = {.page = NULL, .place = PLACE_HERE, __VA_ARGS__}

/* Declares the tool or prompt `symbol`, which is also its name. The rest are members of the
   struct. */
#define TOOL(symbol, ...) DECLARE(tool, mcp_tools, symbol, .name = #symbol, __VA_ARGS__)
/* The same for a name that is not a C identifier: TOOL_NAMED(look_up, "look-up", ...). */
#define TOOL_NAMED(symbol, named, ...) DECLARE(tool, mcp_tools, symbol, .name = named, __VA_ARGS__)
#define PROMPT(symbol, ...)                                                                        \
    DECLARE(prompt, mcp_prompts, symbol, .name = #symbol, .feature = &prompt_feature, __VA_ARGS__)

/* Declares a resource, resource_SYMBOL, or a template; `symbol` need only be unique within the
   file. */
#define RESOURCE(symbol, ...)                                                                      \
    DECLARE(resource, mcp_resources, symbol, .feature = &resource_feature, __VA_ARGS__)
#define RESOURCE_TEMPLATE(symbol, ...)                                                             \
    DECLARE(resource_template, mcp_templates, symbol, .feature = &template_feature, __VA_ARGS__)
#define SKILL(symbol, ...)                                                                         \
    DECLARE(skill, mcp_skills, symbol, .feature = &skill_feature, __VA_ARGS__)

/* -- Tasks (extension io.modelcontextprotocol/tasks, SEP-2663) -- */

/* Members of struct tool for a tool that takes long. A client that supports tasks (this extension,
   2026-07-28) is answered at once, and the function runs afterwards, for up to 15 minutes, whether
   or not the client stays; the reply is kept until a day after the start. For other clients it runs
   while they wait; with TOOL_TASK_REQUIRED they are refused.

   The function is written like any other. The message of report_progress is the task's status
   message, shown from the next edge_sleep on. edge_sleep returns false if the task was cancelled.
   Questions are asked through the task. A run may be cut off by the machine and started again, so
   what the function does elsewhere must be safe to do twice. tool_credential is empty: no secret is
   kept. */
#define TOOL_TASK_OPTIONAL .task = &task_feature
#define TOOL_TASK_REQUIRED .task = &task_feature, .task_required = true
struct task_feature;
extern const struct task_feature task_feature;

/* For a tool with `.task_later = true`: from here on the call may run as a task; earlier questions
   are asked while the client waits. False: return now; the function is run again, as a task, with
   the answers so far. */
bool task_begins(struct tool_call *call);

/* -- Views: HTML for a tool's results (extension io.modelcontextprotocol/ui, MCP Apps) --

   c/views/NAME.html is the view NAME: a complete document that contains its scripts and styles.
   With `.view = VIEW(NAME)` a tool's results are shown in it, by clients that can; the view gets
   the result of reply_structured, and can call the server's tools. c/views/NAME.json, if there is
   one, says what the page needs of the client (MCP Apps, UIResourceMeta):
   {"csp":{"connectDomains":["https://api.example.com"]},"prefersBorder":true}. Other clients see
   the plain tool, so its text must be enough by itself; client_shows_views tells them apart.
   A view that is generated when it is read is a RESOURCE at a ui:// URI, of the type
   VIEW_MIME_TYPE, with `.meta = "\"ui\":{...}"`, and `.view` is its URI. */
#define VIEW(name) VIEW_##name
#define VIEW_MIME_TYPE "text/html;profile=mcp-app"

/* True if the client said that it shows views. */
bool client_shows_views(const struct tool_call *call);

/* Declares the form form_SYMBOL from an array of struct tool_field: flat, with no JSON and no
   arrays except CHOICES (2025-11-25, Elicitation, "Requested Schema"). */
#define FORM(symbol, array)                                                                        \
    DECLARE(form, mcp_forms, symbol, .name = #symbol, .fields = FIELDS_OF(array))

/* Members of struct tool for hand-written schemas; schema.h lists the keywords. */
#define TOOL_SCHEMA(json) .input_schema = (json), .fits = tool_schema_fits
#define TOOL_OUTPUT_SCHEMA(json) .output_schema = (json), .output_fits = tool_schema_fits
tool_fits tool_schema_fits;

/* Puts a pointer to the declaration into a section that registry.c walks. An error in it fails the
   build, reported at its last line (declarations.c). */
#ifdef __APPLE__
#define DECLARE_SECTION(section) "__DATA," #section
#else
#define DECLARE_SECTION(section) #section
#endif
#define DECLARE(type, in, symbol, ...)                                                             \
    static const struct type type##_##symbol = {__VA_ARGS__, .place = PLACE_HERE};                 \
    __attribute__((used, section(DECLARE_SECTION(                                                  \
                             in)))) static const struct type *const type##_pointer_##symbol =      \
        &type##_##symbol

/* -- Replies: each appends one block to the result -- */

/* Formats are printf's, except for what is rare: %a, %n, long double, wide characters and strings
   (format.h). */

#define TOOL_PRINTF __attribute__((format(printf, 2, 3)))

/* A text, formatted as by printf. The result must be valid UTF-8. In a resource: its contents. */
TOOL_PRINTF void reply_text(struct tool_call *call, const char *format, ...);

/* Tools: a text, with the result marked as an error, which the model sees. Say what is wrong and
   what to do instead. Resources and prompts: the reason why there is nothing to give; whatever else
   was replied is dropped. */
TOOL_PRINTF void reply_error(struct tool_call *call, const char *format, ...);

/* Tools and prompts: an image or a sound of `size` bytes, of the type `mime_type`. */
void reply_image(struct tool_call *call, const char *mime_type, const void *bytes, size_t size);
void reply_audio(struct tool_call *call, const char *mime_type, const void *bytes, size_t size);

/* Resources only: `size` bytes as the contents. */
void reply_blob(struct tool_call *call, const void *bytes, size_t size);

/* Resources only: there is nothing at this URI. */
void reply_not_found(struct tool_call *call);

/* Tools and prompts: a whole resource, as text. */
void reply_resource(struct tool_call *call, struct text uri, const char *mime_type,
                    struct text text);

/* Tools and prompts: a link to a resource, for the client to read: &resource_SYMBOL, or any with a
   uri and a name. From 2025-06-18 on; before that, a text that names it. */
void reply_link(struct tool_call *call, const struct resource *resource);

/* Tools with TOOL_OUTPUT: the structured result. `output` is the struct that the fields describe;
   an optional string, array, JSON, choice or number is left out if it is NULL, -1 or NaN. The
   result is also sent as text, for clients without structured results. */
void reply_output(struct tool_call *call, const void *output);

/* The same, as JSON formatted as by printf; before 2026-07-28 only an object is sent as structured
   result. Write strings in it with tool_json_string, never with %s alone. */
TOOL_PRINTF void reply_structured(struct tool_call *call, const char *format, ...);

/* Says who the next block is for, and how important it is; no effect in a resource's contents.
   `annotations` must live until that block is appended. A priority outside 0 to 1 is an error, and
   so is a date that is none. */
void reply_annotated(struct tool_call *call, const struct annotations *annotations);

/* Prompts only: sets who says the following blocks; initially the user. */
void reply_as(struct tool_call *call, enum prompt_role role);

/* In `complete`: one value. Only the first 100 are shown. */
void reply_completion(struct tool_call *call, struct text value);

/* In `complete`: the value already chosen for another argument or variable. False, with an empty
   text, if the client did not say: before 2025-06-18 it cannot. */
bool completion_argument(struct tool_call *call, const char *name, struct text *value);

/* -- Reports: sent before the result, if the client asked for them -- */

/* Reports `progress`, which must exceed the last one, of `total` (0: unknown). `message` may be
   NULL. Shown if the request carried a progressToken. While a call waits (edge.h), the core itself
   reports tiny steps from time to time, so that clients don't give up. */
void report_progress(struct tool_call *call, double progress, double total, const char *message);

enum log_level {
    LOG_DEBUG,
    LOG_INFO,
    LOG_NOTICE,
    LOG_WARNING,
    LOG_ERROR,
    LOG_CRITICAL,
    LOG_ALERT,
    LOG_EMERGENCY,
};

/* A message for the client's log; no secrets. Cut at 1,024 bytes, on a character boundary. */
__attribute__((format(printf, 3, 4))) void report_log(struct tool_call *call, enum log_level level,
                                                      const char *format, ...);

/* Tells all subscribers that the resource at `uri` has changed. */
void resource_updated(struct tool_call *call, const char *uri);

/* Tells all listeners that one of the lists has changed, so that they get it again. Only in a build
   whose SERVER has SERVER_LISTS_CHANGE. A deploy needs no call: it ends all streams, and a session
   of 2025-11-25 or before whose lists differ is told when it opens its next stream; in 2026-07-28 a
   list says how long it is fresh. */
enum tool_list { LIST_TOOLS, LIST_RESOURCES, LIST_PROMPTS };
void list_changed(struct tool_call *call, enum tool_list list);

/* -- What a call can see -- */

/* The two arguments of "%.*s" for a text. */
#define TOOL_FORMAT(value) (int)(value).length, (value).bytes

/* `number` as JavaScript prints it: 0.30000000000000004, 1e+21, 0 for -0. Lives as long as the
   call; never NULL. */
const char *tool_number(struct tool_call *call, double number);

/* `milliseconds` since 1970 in UTC, below 0 before it, to the second: "2027-01-31T10:00:00Z". What
   is outside the years 1 to 9999 is their start or end. Lives as long as the call; never NULL. */
const char *tool_time(struct tool_call *call, double milliseconds);

/* `text` as a NUL-terminated string, for functions that need one. Lives as long as the call; never
   NULL. */
const char *tool_string(struct tool_call *call, struct text text);

/* A string, formatted as by printf, such as a URL. (snprintf works too, but brings the libc's
   printf: 6 KB more to upload.) Lives as long as the call; never NULL. */
TOOL_PRINTF const char *tool_formatted(struct tool_call *call, const char *format, ...);

/* `text`, which must be valid UTF-8, as a quoted JSON string, for "%s" in JSON. Lives as long as
   the call; never NULL. */
const char *tool_json_string(struct tool_call *call, struct text text);

/* The caller's credential header; empty if the server requires none, and in a task. In mode `any`
   it is complete; in other modes the secret is hidden: "Bearer mcp_... (hidden)". */
struct text tool_credential(const struct tool_call *call);

/* When the caller's credential expires, in milliseconds since 1970; 0: never, or unknown. */
double tool_caller_expires(const struct tool_call *call);

/* The scopes that the caller's token is limited to, space-separated. False if it is not limited,
   and may do everything. */
bool tool_caller_scopes(const struct tool_call *call, struct text *scopes);

/* The call's place in its caller's trace, as in W3C Trace Context and W3C Baggage; empty if the
   caller sent none. The tool's questions and reports carry it automatically. */
struct trace_context {
    struct text traceparent;
    struct text tracestate;
    struct text baggage;
};
struct trace_context tool_trace(const struct tool_call *call);

/* The caller's name: the key's in mode `tokens`, what the token says in `jwt` and `oauth`, else
   empty. For people: names need not be unique. */
struct text tool_caller(const struct tool_call *call);

#endif
