/* What declarations say besides their names: clients check it, and many refuse a whole list if one
   entry of it is wrong. */
#include <string.h>

#include "date.h"
#include "declarations_run.h"
#include "metadata.h"
#include "registry.h"

/* The specification has http: too, though clients must not show such an icon. */
static bool is_icon_url(struct text url) {
    return text_starts_with(url, TEXT("https://")) || text_starts_with(url, TEXT("http://")) ||
           text_starts_with(url, TEXT("data:"));
}

/* "any", or a width and a height in pixels. */
static bool is_size(struct text size) {
    uint64_t number;
    size_t x = text_find(size, 'x');
    return text_equal(size, TEXT("any")) ||
           (text_to_number((struct text){size.bytes, x}, &number) &&
            text_to_number(text_from(size, x + 1), &number));
}

void checking_icons(const struct checking *checking, const struct icons *icons) {
    for (size_t i = 0; i < icons->count; i++) {
        const struct icon *icon = &icons->first[i];
        struct text sizes = text_of(icon->sizes), size;
        bool known = is_icon_url(text_of(icon->src));
        if (!known) SAY(checking, TEXT("has an icon whose .src is no https: or data: URL"));
        checking_text(checking, "icon's .src", known ? icon->src : NULL);
        checking_media_type(checking, icon->mime_type);
        while (text_next_field(&sizes, ' ', &size)) {
            if (is_size(size)) continue;
            SAY(checking,
                TEXT("has an icon whose .sizes are none: such as \"48x48 96x96\" or \"any\""));
            break;
        }
    }
}

void checking_annotations(const struct checking *checking, const struct annotations *annotations) {
    const char *modified = annotations->last_modified;
    if ((annotations->audience & ~(unsigned)(AUDIENCE_USER | AUDIENCE_ASSISTANT)) != 0) {
        SAY(checking, TEXT("has an .audience that is none: AUDIENCE_USER | AUDIENCE_ASSISTANT"));
    }
    if (!metadata_fits_priority(annotations->priority)) {
        SAY(checking, TEXT("has a .priority that is not from 0 to 1"));
    }
    if (modified != NULL && !date_is_time(text_of(modified))) {
        SAY(checking, TEXT("has a .last_modified that is none, such as 2025-01-12T15:00:58Z"));
    }
}

/* `members` are checked JSON, or are said to be none. */
static bool has_member(const struct checking *checking, const char *members, struct text name) {
    struct json_document document;
    struct buffer whole = buffer_in(checking->scratch, 0);
    BUFFER_APPEND(&whole, TEXT("{"), text_of(members), TEXT("}"));
    return json_check(buffer_text(&whole), checking->scratch, &document) == JSON_OK &&
           json_object_member(document.root, name).kind != JSON_ABSENT;
}

void checking_view(const struct checking *checking, const struct tool *tool) {
    if ((tool->visibility & ~(unsigned)(VISIBLE_TO_MODEL | VISIBLE_TO_APP)) != 0) {
        SAY(checking, TEXT("has a .visibility that is none: VISIBLE_TO_MODEL | VISIBLE_TO_APP"));
    }
    if (tool->view != NULL && registry_find(REGISTRY_RESOURCES, text_of(tool->view)) == NULL) {
        SAY(checking, TEXT("has a .view at which there is no resource"));
    }
    if ((tool->view != NULL || tool->visibility != 0) &&
        has_member(checking, tool->meta, TEXT("ui"))) {
        SAY(checking, TEXT("has a .meta with \"ui\", which .view and .visibility make"));
    }
}

/* Says whether `name`, which ends the folder's path, names the folder of the skill at `uri`. */
static bool is_folder(struct text uri, struct text name) {
    static const struct text file = TEXT_INITIALIZER("/SKILL.md");
    size_t behind = name.length + file.length + 1;
    if (name.length == 0 || uri.length < behind) return false;
    struct text end = text_from(uri, uri.length - behind);
    return end.bytes[0] == '/' && text_starts_with(text_from(end, 1), name) &&
           text_equal(text_from(end, 1 + name.length), file);
}

void checking_frontmatter(const struct checking *checking, const struct skill *skill) {
    struct json_document document;
    struct text name;
    if (skill->uri == NULL || skill->frontmatter == NULL) return;
    if (json_check(text_of(skill->frontmatter), checking->scratch, &document) != JSON_OK ||
        document.root.kind != JSON_OBJECT) {
        return;
    }
    if (!text_starts_with(text_of(skill->uri), TEXT("skill://")) ||
        !json_string(json_object_member(document.root, TEXT("name")), checking->scratch, &name) ||
        !is_folder(text_of(skill->uri), name)) {
        SAY(checking, TEXT("must be at skill://NAME/SKILL.md, or deeper: NAME is the \"name\" in "
                           "its .frontmatter"));
    } else if (registry_find(REGISTRY_RESOURCES, text_of(skill->uri)) == NULL) {
        SAY(checking, TEXT("has no RESOURCE at its .uri, which clients read"));
    }
    if (json_object_member(document.root, TEXT("description")).kind != JSON_STRING) {
        SAY(checking, TEXT("has a .frontmatter without a \"description\""));
    }
}
