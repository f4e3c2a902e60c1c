#include <string.h>

#include "declarations_run.h"
#include "limits.h"
#include "tree.h"

/* The fields of one declaration, at any depth. */
struct table {
    enum fields_use use;
    uint32_t depth;
    bool in_array;
    struct buffer *headers; /* the names so far, one per line */
};

static struct checking of_field(const struct checking *checking, const struct tool_field *field) {
    struct checking own = *checking;
    own.noun = "field";
    own.name = field->name;
    own.place = field->place;
    return own;
}

/* RFC 9110, section 5.6.2. */
static bool is_header_name(struct text name) {
    static const struct text others = TEXT_INITIALIZER("!#$%&'*+-.^_`|~");
    for (size_t i = 0; i < name.length; i++) {
        char byte = name.bytes[i];
        if (!text_is_alphanumeric(byte) && !text_has(others, byte)) return false;
    }
    return name.length > 0;
}

/* 2026-07-28, Streamable HTTP, "Custom Headers from Tool Parameters". */
static void check_header(const struct checking *own, const struct tool_field *field,
                         const struct table *table) {
    struct text name = text_of(field->header), lines = buffer_text(table->headers), line;
    bool primitive = field->kind == &tool_field_integer || field->kind == &tool_field_string ||
                     field->kind == &tool_field_boolean || field->kind == &tool_field_choice;
    if (field->header == NULL) return;
    if (!is_header_name(name)) {
        SAY(own, TEXT("has a TOOL_HEADER that is no part of a header's name"));
    }
    if (table->use != FIELDS_ARGUMENTS) {
        SAY(own, TEXT("has a TOOL_HEADER, which only arguments of tools have"));
    } else if (field->array != NULL || table->in_array || !primitive) {
        SAY(own,
            TEXT("has a TOOL_HEADER, which only a string, an integer, a boolean or a choice has, "
                 "and nothing in an array"));
    }
    while (lines.length > 0 && text_next_field(&lines, '\n', &line)) {
        if (!text_equal_ignoring_case(line, name)) continue;
        SAY(own, TEXT("has the same TOOL_HEADER as another field of the tool"));
    }
    BUFFER_APPEND(table->headers, name, TEXT("\n"));
}

static void check_choices(const struct checking *own, const struct tool_field *field) {
    bool needed = field->kind == &tool_field_choice || field->kind == &tool_field_choices;
    if (needed && field->choice_count == 0) SAY(own, TEXT("has no choices"));
    if (field->kind == &tool_field_choices && field->choice_count > 32) {
        SAY(own, TEXT("has more than the 32 choices that fit its member"));
    }
    for (size_t i = 0; i < field->choice_count; i++) {
        const struct tool_choice *choice = &field->choices[i];
        if (choice->value == NULL) {
            SAY(own, TEXT("has a choice without a value"));
            continue;
        }
        if ((choice->title == NULL) != (field->choices[0].title == NULL) ||
            (choice->title == NULL && field->choice_names)) {
            SAY(own, TEXT("has the choice '"), text_of(choice->value),
                TEXT("' without a title, which others have or .choice_names needs"));
        }
        for (size_t j = 0; j < i; j++) {
            if (field->choices[j].value != NULL &&
                strcmp(field->choices[j].value, choice->value) == 0) {
                SAY(own, TEXT("has the choice '"), text_of(choice->value), TEXT("' twice"));
            }
        }
    }
}

/* A default must be JSON and fit its own field, just like what a client gives. */
static void check_default(const struct checking *own, const struct tool_field *field) {
    struct json_document document;
    struct buffer given = buffer_in(own->scratch, 0), problems = buffer_in(own->scratch, 0);
    struct tool_fields alone = {field, 1};
    enum json_error error = json_check(text_of(field->default_json), own->scratch, &document);
    if (error != JSON_OK) {
        checking_json(own, ".default_json", error, &document);
        return;
    }
    buffer_append(&given, TEXT("{"));
    buffer_append_key(&given, text_of(field->name));
    BUFFER_APPEND(&given, text_of(field->default_json), TEXT("}"));
    void *structure = arena_allocate(own->scratch, field->structure_bytes);
    if (structure == NULL || json_check(buffer_text(&given), own->scratch, &document) != JSON_OK) {
        return;
    }
    memset(structure, 0, field->structure_bytes);
    if (!arguments_bind(SCHEMA_ARGUMENTS, &alone, document.root, structure, &problems)) {
        SAY(own, TEXT("has a .default_json that does not fit: "), buffer_text(&problems));
    }
}

/* The derived schema: TOOL_ALSO may have made it wrong. False if it did. */
static bool check_derived(const struct checking *own, const struct tool_field *field) {
    struct tool_field bare = *field;
    struct json_document document;
    struct buffer schema = buffer_in(own->scratch, 0), problems = buffer_in(own->scratch, 0);
    bare.default_json = NULL; /* it gets a sentence of its own */
    arguments_append_field(&schema, &bare);
    enum json_error error = json_check(buffer_text(&schema), own->scratch, &document);
    if (error == JSON_DUPLICATE_KEY) {
        SAY(own, TEXT("has a member of its schema in TOOL_ALSO that it has anyway"));
    } else if (error == JSON_UTF8) {
        SAY(own, TEXT("has a choice or a TOOL_ALSO that is not UTF-8"));
    } else if (error != JSON_OK) {
        SAY(own, TEXT("has a TOOL_ALSO that is not the members of a JSON object"));
    } else if (!schema_check(tree_parse(buffer_text(&schema), own->scratch), &problems)) {
        SAY(own, TEXT("has a TOOL_ALSO that is no JSON Schema: "), buffer_text(&problems));
    } else {
        return true;
    }
    return false;
}

static void check_table(const struct checking *checking, const struct tool_fields *fields,
                        struct table table);

static void check_object(const struct checking *checking, const struct checking *own,
                         const struct tool_field *field, struct table table) {
    if (field->kind != &tool_field_object) return;
    table.depth++;
    table.in_array = table.in_array || field->array != NULL;
    if (field->fields.count == 0 || strcmp(field->type, field->fields.first[0].structure) != 0) {
        SAY(own, TEXT("is a "), text_of(field->type), TEXT(", but its table describes a "),
            text_of(field->fields.count == 0 ? "struct without fields"
                                             : field->fields.first[0].structure));
    } else if (table.depth > LIMIT_FIELDS_DEPTH) {
        SAY(own, TEXT("lies too deep: objects may have objects, but not more often than "
                      "LIMIT_FIELDS_DEPTH says"));
    } else {
        check_table(checking, &field->fields, table);
    }
}

static void check_place(const struct checking *own, const struct tool_field *field,
                        const struct table *table) {
    if (table->use == FIELDS_PROMPT &&
        (field->kind != &tool_field_string || field->array != NULL)) {
        SAY(own, TEXT("must be a string, as all arguments of prompts"));
    }
    bool flat = field->kind != &tool_field_json && field->kind != &tool_field_object;
    if (table->use == FIELDS_FORM && (!flat || field->array != NULL)) {
        SAY(own, TEXT("is nothing that a form can ask for: no object, no array but CHOICES"));
    }
    if (field->array == NULL && (field->min_items > 0 || field->max_items > 0)) {
        SAY(own, TEXT("has .min_items or .max_items and is no array"));
    }
    if (field->max_items > 0 && field->min_items > field->max_items) {
        SAY(own, TEXT("has more .min_items than .max_items"));
    }
    if (field->header != NULL && field->headers == NULL) {
        SAY(own, TEXT("has .header, which TOOL_HEADER has to make"));
    }
    if (field->also != NULL && field->fits == NULL) {
        SAY(own, TEXT("has .also, which TOOL_ALSO has to make"));
    }
}

static void check_field(const struct checking *checking, const struct tool_fields *fields,
                        size_t index, const struct table *table) {
    const struct tool_field *field = &fields->first[index];
    struct checking own = of_field(checking, field);
    size_t before = checking->said->length;
    for (size_t i = 0; i < index; i++) {
        if (strcmp(fields->first[i].name, field->name) == 0) SAY(&own, TEXT("is there twice"));
    }
    if (strcmp(field->structure, fields->first[0].structure) != 0) {
        SAY(&own, TEXT("is a member of "), text_of(field->structure),
            TEXT(", but the table begins with one of "), text_of(fields->first[0].structure));
    }
    checking_text(&own, "description", field->description);
    check_place(&own, field, table);
    check_choices(&own, field);
    check_header(&own, field, table);
    check_object(checking, &own, field, *table);
    if (checking->said->length > before) return; /* any more would only follow from that */
    if (check_derived(&own, field) && field->default_json != NULL) check_default(&own, field);
}

static void check_table(const struct checking *checking, const struct tool_fields *fields,
                        struct table table) {
    for (size_t i = 0; i < fields->count; i++) check_field(checking, fields, i, &table);
}

/* Each field by itself is right: so must be the schema that they are parts of, where a $ref may
   lead elsewhere, an $anchor be there twice, and all of it lie too deep. */
static void check_whole(const struct checking *checking, const struct tool_fields *fields) {
    struct json_document document;
    struct buffer schema = buffer_in(checking->scratch, 0),
                  problems = buffer_in(checking->scratch, 0);
    arguments_append_schema(&schema, fields, true);
    if (json_check(buffer_text(&schema), checking->scratch, &document) != JSON_OK) {
        SAY(checking, TEXT("has a TOOL_ALSO that lies too deep: LIMIT_JSON_DEPTH says how deep"));
    } else if (!schema_check(tree_parse(buffer_text(&schema), checking->scratch), &problems)) {
        SAY(checking, TEXT("has a TOOL_ALSO that is wrong in its place: "), buffer_text(&problems));
    }
}

void checking_fields(const struct checking *checking, const struct tool_fields *fields,
                     enum fields_use use) {
    struct buffer headers = buffer_in(checking->scratch, 0);
    size_t before = checking->said->length;
    check_table(checking, fields, (struct table){.use = use, .headers = &headers});
    if (checking->said->length == before) check_whole(checking, fields);
}

/* Headers are declared with fields: nothing here reads them from a schema. */
static bool has_header(const cJSON *tree) {
    for (const cJSON *each = tree->child; each != NULL; each = each->next) {
        if (each->string != NULL && strcmp(each->string, "x-mcp-header") == 0) return true;
        if (has_header(each)) return true;
    }
    return false;
}

void checking_schema(const struct checking *checking, const char *macro, const char *schema,
                     tool_fits *fits, bool arguments) {
    struct json_document document;
    struct buffer problems = buffer_in(checking->scratch, 0);
    if (schema == NULL) return;
    if (fits == NULL) SAY(checking, TEXT("has a schema that was not made with "), text_of(macro));
    enum json_error error = json_check(text_of(schema), checking->scratch, &document);
    if (error != JSON_OK) {
        checking_json(checking, macro, error, &document);
        return;
    }
    const cJSON *tree = tree_parse(text_of(schema), checking->scratch);
    if (tree == NULL) return;
    if (!cJSON_IsObject(tree)) {
        SAY(checking, TEXT("has a "), text_of(macro), TEXT(" that is no JSON object"));
        return;
    }
    if (!schema_check(tree, &problems)) {
        SAY(checking, TEXT("has a "), text_of(macro), TEXT(" that is no JSON Schema: "),
            buffer_text(&problems));
    }
    if (arguments && !json_says(json_object_member(document.root, TEXT("type")), TEXT("object"))) {
        SAY(checking, TEXT("has a "), text_of(macro), TEXT(" without \"type\":\"object\""));
    }
    if (has_header(tree)) {
        SAY(checking, TEXT("has a "), text_of(macro),
            TEXT(" with x-mcp-header, which only fields can have"));
    }
}
