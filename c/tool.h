/* The one header of a tool author. A tool is one file in c/tools/: a struct for its arguments, a
   table that describes them, a function, and TOOL(...). Adding the file adds the tool.

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

   The arguments arrive checked and typed: numbers, strings, choices, arrays of them, structs within
   structs. What a tool gives to programs is declared by the same tables. Resources and prompts are
   declared in the same way, with RESOURCE, RESOURCE_TEMPLATE and PROMPT, and answer with the same
   reply_ functions. A wrong declaration fails the build, with file and line. Whatever a call hands
   out lives until the function returns, and is freed for it; so is what the function allocates by
   malloc, if it was not freed before (over stdio by free alone). What it keeps in static variables
   the next caller finds there, whoever that is, or another instance has its own: keep nothing of a
   call. The stack has 32 KB. All texts in declarations live for ever; those that are not set are
   not shown to clients.

   How fields are declared stands in tool_fields.h, how the client is asked in tool_asking.h; what
   takes time is in edge.h, which is included beside this. */
#ifndef TOOL_H
#define TOOL_H

#include "tool_asking.h"
#include "tool_fields.h"
#include "views.h" /* made by the build: the names of c/views/ */

/* A call of a tool, a resource or a prompt, from start to end. */
struct tool_call;

/* -- What declarations can say beside that; shown in the revisions that have it -- */

/* A picture for people to know something by (from 2025-11-25 on). `src` is an https: or data: URL;
   `sizes` such as "48x48 96x96", or "any". */
enum icon_theme { ICON_ANY_THEME, ICON_LIGHT, ICON_DARK };
struct icon {
    const char *src;
    const char *mime_type;
    const char *sizes;
    enum icon_theme theme; /* the background it is made for */
};
struct icons {
    const struct icon *first;
    size_t count;
};

/* The member `.icons` for an array of struct icon. */
#define TOOL_ICONS(array) .icons = FIELDS_OF(array)

/* For whom a resource or a block is, and how much it matters. */
enum audience { AUDIENCE_USER = 1, AUDIENCE_ASSISTANT = 2 };
struct annotations {
    unsigned audience;         /* AUDIENCE_USER | AUDIENCE_ASSISTANT; 0: nothing is said */
    const double *priority;    /* 0 to 1, as &(const double){0.5}; NULL: nothing is said */
    const char *last_modified; /* ISO 8601, "2025-01-12T15:00:58Z" (from 2025-06-18 on) */
};

/* What a client may believe about a tool (from 2025-03-26 on). */
enum tool_hint { HINT_UNSAID, HINT_YES, HINT_NO };

/* -- Declarations: the first member is what clients ask for -- */

/* Who may call a tool where the client shows views (MCP Apps, "Visibility"). */
enum tool_visibility {
    VISIBLE_TO_MODEL = 1,
    VISIBLE_TO_APP = 2, /* alone: for the view's own buttons; other clients do not see the tool */
};

struct tool {
    const char *name; /* 1 to 128 of A-Z a-z 0-9 _ - . */
    const char *title;
    const char *description;
    struct tool_fields fields;
    /* A JSON Schema 2020-12 instead of fields, where its author prefers to write it: made by
       TOOL_SCHEMA. `arguments` is then a struct text with the JSON object that fits it. */
    const char *input_schema;
    tool_fits *fits;
    /* What it gives, from 2025-06-18 on: the fields for reply_output; or a JSON Schema, made by
       TOOL_OUTPUT_SCHEMA, for reply_structured. A tool with either must reply so, or with an error;
       what does not fit is an error. A schema that is not of type object, from 2026-07-28 on. */
    struct tool_fields output;
    const char *output_schema;
    tool_fits *output_fits;
    void (*run)(struct tool_call *call, const void *arguments);
    /* What a token must have for it, between spaces (RFC 6749, section 3.3): "files:read". Callers
       whose token is limited to others do not see the tool, and are refused. NULL: none. */
    const char *scopes;
    enum tool_hint read_only;   /* changes nothing anywhere; unsaid is taken for no */
    enum tool_hint destructive; /* what it changes can be lost; unsaid is taken for yes */
    enum tool_hint idempotent;  /* the same call again changes nothing more; unsaid: no */
    enum tool_hint open_world;  /* reaches things outside, such as the web; unsaid: yes */
    struct icons icons;
    const char *view; /* its results are shown in this HTML page: VIEW(name); see "Views" below */
    enum tool_visibility visibility; /* 0: both */
    const char *meta;                /* members of its `_meta`, "\"com.example/team\":\"search\"" */
    /* Whether calls run as tasks: made by TOOL_TASK_OPTIONAL or TOOL_TASK_REQUIRED. */
    const struct task_feature *task;
    bool task_required;
    bool task_later; /* only from where the function says task_begins */
    struct place place;
};

/* What a declaration brings with it, by the macro that makes it: a build without any such
   declaration carries none of it. */
struct feature;
extern const struct feature resource_feature, template_feature, prompt_feature, skill_feature;

/* Something to read, at a fixed URI. */
struct resource {
    const char *uri;
    const struct feature *feature;
    const char *name; /* required */
    const char *title;
    const char *description;
    const char *mime_type;
    size_t size; /* of its contents in bytes; 0: nothing is said */
    struct annotations annotations;
    struct icons icons;
    void (*read)(struct tool_call *call);
    const char *meta; /* as a tool's; its contents carry it, too */
    struct place place;
};

/* Things to read, at URIs of one form. `uri_template` has simple expressions, such as
   "note://{id}/text" (RFC 6570, level 1); each stands for one or more characters but no slash. */
struct resource_template {
    const char *uri_template;
    const struct feature *feature;
    const char *name; /* required */
    const char *title;
    const char *description;
    const char *mime_type;
    struct annotations annotations; /* of each of them */
    struct icons icons;
    /* `variables` holds what stands for each expression, in their order, percent-decoded. */
    void (*read)(struct tool_call *call, const struct text *variables);
    /* Offers values for the variable `name` that begin with `begun`, by reply_completion; NULL:
     * none. */
    void (*complete)(struct tool_call *call, struct text name, struct text begun);
    const char *meta; /* as a resource's */
    struct place place;
};

/* The most expressions in a template. */
enum { RESOURCE_VARIABLES_MAX = 8 };

/* Something to say, for a user to choose. Its arguments are strings. */
struct prompt {
    const char *name;
    const struct feature *feature;
    const char *title;
    const char *description;
    struct icons icons;
    struct tool_fields fields;
    void (*run)(struct tool_call *call, const void *arguments);
    /* Offers values for the argument `name`, as above. */
    void (*complete)(struct tool_call *call, struct text name, struct text begun);
    const char *meta; /* as a tool's */
    struct place place;
};

/* What a user is asked: elicit(call, "who", "Who are you?", form_who.fields, &answers). */
struct form {
    const char *name;
    struct tool_fields fields;
    struct place place;
};

/* An agent skill (extension io.modelcontextprotocol/skills, SEP-2640). A folder under c/skills/
   with a SKILL.md in it is one, and needs no C: its files are resources under skill://, its path
   below c/skills/ in their URIs. Only a skill that is made when it is read is declared in C, beside
   the RESOURCE that makes its SKILL.md, and others for its other files. */
struct skill {
    const char *uri; /* of its SKILL.md: "skill://NAME/SKILL.md", or deeper */
    const struct feature *feature;
    const char *frontmatter; /* that SKILL.md's as a JSON object, with "name" (as in the URI) and
                                "description"; clients compare the two */
    const char *resources;   /* its files, a JSON array, by the build; NULL: "dynamic" */
    struct place place;
};

/* What the server says about itself beside its name and title, which stand in server.h. */
struct server {
    const char *description; /* from 2025-11-25 on, like the next two */
    const char *website_url;
    struct icons icons;
    const char *instructions;                /* how to use the server, for the client's model */
    const struct list_changes *lists_change; /* made by SERVER_LISTS_CHANGE */
    const struct endpoint *page;             /* made by SERVER, like the next */
    const struct issued_tokens *issued_tokens;
};

/* A member of struct server: what clients list can change while the server runs, and list_changed
   is called then. Clients are told that they will hear of it, and each stream listens for it. */
#define SERVER_LISTS_CHANGE .lists_change = &list_changes
struct list_changes;
extern const struct list_changes list_changes;

/* Declares it: SERVER(.instructions = "Add before you multiply."). Twice in a build fails to link.
 */
#define SERVER(...)                                                                                \
    const struct server mcp_server = {                                                             \
        .page = &server_page, .issued_tokens = &issued_tokens, __VA_ARGS__}
extern const struct server mcp_server;
extern const struct endpoint server_page;
extern const struct issued_tokens issued_tokens;

/* The same without the page at / and without the modes jwt and oauth: nothing of them is there, and
   8 KB less is uploaded. */
#define SERVER_BARE(...) const struct server mcp_server = {.page = NULL, __VA_ARGS__}

/* Declares the tool or prompt `symbol`, whose name is that too. The rest are members of the struct.
 */
#define TOOL(symbol, ...) DECLARE(tool, mcp_tools, symbol, .name = #symbol, __VA_ARGS__)
/* The same for a name that is no symbol: TOOL_NAMED(look_up, "look-up", ...). */
#define TOOL_NAMED(symbol, named, ...) DECLARE(tool, mcp_tools, symbol, .name = named, __VA_ARGS__)
#define PROMPT(symbol, ...)                                                                        \
    DECLARE(prompt, mcp_prompts, symbol, .name = #symbol, .feature = &prompt_feature, __VA_ARGS__)

/* Declares a resource or template; `symbol` only tells it from others in the same file. */
#define RESOURCE(symbol, ...)                                                                      \
    DECLARE(resource, mcp_resources, symbol, .feature = &resource_feature, __VA_ARGS__)
#define RESOURCE_TEMPLATE(symbol, ...)                                                             \
    DECLARE(resource_template, mcp_templates, symbol, .feature = &template_feature, __VA_ARGS__)
#define SKILL(symbol, ...)                                                                         \
    DECLARE(skill, mcp_skills, symbol, .feature = &skill_feature, __VA_ARGS__)

/* -- Tasks (extension io.modelcontextprotocol/tasks, SEP-2663) -- */

/* Members of struct tool for one that takes long. To a client that takes tasks (the extension
   io.modelcontextprotocol/tasks, 2026-07-28) a call is answered at once, and the function runs
   afterwards, for up to 15 minutes, whether or not the client stays; what it replies is kept for a
   day. For other clients it runs while they wait; with TOOL_TASK_REQUIRED they are refused.

   The function is written like any other. What it reports by report_progress is the task's status
   message, shown from its next edge_sleep on; edge_sleep returns false where the task was
   cancelled; questions are asked through the task. Because a run may be cut off by the machine, and
   is then started again, what the function does elsewhere must bear to be done twice.
   tool_credential is empty: no secret is kept. */
#define TOOL_TASK_OPTIONAL .task = &task_feature
#define TOOL_TASK_REQUIRED .task = &task_feature, .task_required = true
struct task_feature;
extern const struct task_feature task_feature;

/* For a tool with `.task_later = true`: from here on the call may run as a task; what it asks
   before is asked while the client waits. False: return now; the function is run again, as a task,
   with the answers so far. */
bool task_begins(struct tool_call *call);

/* -- Views: HTML for a tool's results (extension io.modelcontextprotocol/ui, MCP Apps) --

   c/views/NAME.html is the view NAME: a whole document, scripts and styles within it. `.view =
   VIEW(NAME)` shows a tool's results in it, where the client can; the view gets the result of
   reply_structured, and can call the server's tools. c/views/NAME.json, if there is one, holds what
   the page needs of the client (MCP Apps, UIResourceMeta):
   {"csp":{"connectDomains":["https://api.example.com"]},"prefersBorder":true}. Other clients see
   the plain tool, so its text must say all by itself; client_shows_views tells.
   A view that is made when it is read is a RESOURCE at a URI of ui://, of the type VIEW_MIME_TYPE,
   with `.meta = "\"ui\":{...}"`, and `.view` is its URI. */
#define VIEW(name) VIEW_##name
#define VIEW_MIME_TYPE "text/html;profile=mcp-app"

/* True where the client shows views: it said so. */
bool client_shows_views(const struct tool_call *call);

/* Declares the form form_SYMBOL for an array of struct tool_field: flat, without arrays but CHOICES
   (2025-11-25, Elicitation, "Requested Schema"). */
#define FORM(symbol, array)                                                                        \
    DECLARE(form, mcp_forms, symbol, .name = #symbol, .fields = FIELDS_OF(array))

/* The members of struct tool for schemas that its author wrote; schema.h lists the keywords. */
#define TOOL_SCHEMA(json) .input_schema = (json), .fits = tool_schema_fits
#define TOOL_OUTPUT_SCHEMA(json) .output_schema = (json), .output_fits = tool_schema_fits
tool_fits tool_schema_fits;

/* Puts a pointer to the declaration into a section that registry.c walks. What is wrong with it
   fails the build, at its last line (declarations.c). */
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

/* Whatever takes a format takes printf's, but for what is rare: %a, %n, long double, wide
   characters and strings (format.h). */

#define TOOL_PRINTF __attribute__((format(printf, 2, 3)))

/* A text, formatted as by printf. What it makes must be valid UTF-8. In a resource: its contents.
 */
TOOL_PRINTF void reply_text(struct tool_call *call, const char *format, ...);

/* Tools: a text, and the result is marked as an error, which the model is shown. Say what is wrong
   and what to do instead. Resources: what was asked for cannot be read, and this is why. */
TOOL_PRINTF void reply_error(struct tool_call *call, const char *format, ...);

/* A picture or a sound: `size` bytes of the type `mime_type`, such as "image/png". */
void reply_image(struct tool_call *call, const char *mime_type, const void *bytes, size_t size);
void reply_audio(struct tool_call *call, const char *mime_type, const void *bytes, size_t size);

/* Resources only: `size` bytes as its contents. */
void reply_blob(struct tool_call *call, const void *bytes, size_t size);

/* Resources only: there is nothing at this URI. */
void reply_not_found(struct tool_call *call);

/* Tools and prompts: a resource whole, as text. */
void reply_resource(struct tool_call *call, struct text uri, const char *mime_type,
                    struct text text);

/* Tools: a resource by its URI, for the client to read. `resource` needs uri and name. From
   2025-06-18 on; before that, a text that names it. */
void reply_link(struct tool_call *call, const struct resource *resource);

/* Tools with TOOL_OUTPUT: the result for programs. `output` is the struct that the fields describe;
   an OPTIONAL string, array, JSON, choice or number is left out where it is NULL, -1 or NaN. The
   text is shown as well, for clients that know no structured results. */
void reply_output(struct tool_call *call, const void *output);

/* The same, as JSON formatted as by printf; before 2026-07-28 only objects are shown to programs. A
   string in it is written with tool_json_string, never with %s alone. */
TOOL_PRINTF void reply_structured(struct tool_call *call, const char *format, ...);

/* Says for whom the next block is, and how much it matters; in a resource's contents: nothing.
   Lives until that block is appended. */
void reply_annotated(struct tool_call *call, const struct annotations *annotations);

/* Prompts only: who says what follows; at first the user. */
void reply_as(struct tool_call *call, enum prompt_role role);

/* In `complete`: one value. At most 100 are shown. */
void reply_completion(struct tool_call *call, struct text value);

/* In `complete`: what was already chosen for another argument or variable. False, and an empty
   text, where the client has not said so: before 2025-06-18 it cannot. */
bool completion_argument(struct tool_call *call, const char *name, struct text *value);

/* -- Reports: on their way before the result, where the client asked for them -- */

/* How far the call has come: `progress` of `total`, above the last one; total 0: unknown. `message`
   may be NULL. Shown where the request carried a progressToken. While a call waits (edge.h), the
   core itself reports a very little more every now and then, so that clients don't give it up. */
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

/* A message for the client's log; no secrets. Cut at 1,024 bytes, not within a
   character. */
__attribute__((format(printf, 3, 4))) void report_log(struct tool_call *call, enum log_level level,
                                                      const char *format, ...);

/* The resource at `uri` is not what it was: all who subscribed to it are told. `uri` lives as long
   as the call. */
void resource_updated(struct tool_call *call, const char *uri);

/* One of the lists is not what it was: all who listen are told to get it again. Only in a build
   whose SERVER says SERVER_LISTS_CHANGE. A deploy needs no call: it ends all streams, and a session
   of 2025-11-25 or before whose lists were others is told when it opens its next; in 2026-07-28 a
   list says itself how long it is good. */
enum tool_list { LIST_TOOLS, LIST_RESOURCES, LIST_PROMPTS };
void list_changed(struct tool_call *call, enum tool_list list);

/* -- What a call can see -- */

/* The two arguments that "%.*s" takes for a text. */
#define TOOL_FORMAT(value) (int)(value).length, (value).bytes

/* `number` as JavaScript prints it: 0.30000000000000004, 1e+21, 0 for -0. Lives as long as the
   call; never NULL. */
const char *tool_number(struct tool_call *call, double number);

/* The second at `milliseconds` since 1970, in UTC: "2027-01-31T10:00:00Z". Lives as long as the
   call; never NULL. */
const char *tool_time(struct tool_call *call, double milliseconds);

/* `text` with a NUL behind it, for functions that want a string. Lives as long as the call; never
   NULL. */
const char *tool_string(struct tool_call *call, struct text text);

/* A string, formatted as by printf: for a URL, say. (snprintf works, too, but brings the libc's
   printf, 6 KB more to upload.) Lives as long as the call; never NULL. */
TOOL_PRINTF const char *tool_formatted(struct tool_call *call, const char *format, ...);

/* `text`, which must be valid UTF-8, as a JSON string with its quotes, for "%s" in JSON. Lives as
   long as the call; never NULL. */
const char *tool_json_string(struct tool_call *call, struct text text);

/* The credential header with which the caller came; empty where the server asks for none, and in a
   task. In mode `any` it is whole; elsewhere a tool sees no secret: "Bearer mcp_... (hidden)". */
struct text tool_credential(const struct tool_call *call);

/* When the caller's credential expires, in milliseconds since 1970; 0: never, or not known. */
double tool_caller_expires(const struct tool_call *call);

/* The scopes that the caller's token is limited to, between spaces. False where it is not limited,
   and may do everything. */
bool tool_caller_scopes(const struct tool_call *call, struct text *scopes);

/* Where the call stands in its caller's trace, as W3C Trace Context and W3C Baggage say it; empty
   where nothing came. What the tool asks and reports carries it along by itself. */
struct trace_context {
    struct text traceparent;
    struct text tracestate;
    struct text baggage;
};
struct trace_context tool_trace(const struct tool_call *call);

/* The caller's name: that of the key in mode `tokens`; what the token says in `jwt` and `oauth`;
   else empty. For people: it need not be the only one of that name. */
struct text tool_caller(const struct tool_call *call);

#endif
