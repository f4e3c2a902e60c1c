#include "revision.h"

static const struct text names[REVISION_COUNT] = {
    [REVISION_2024_11_05] = TEXT_INITIALIZER("2024-11-05"),
    [REVISION_2025_03_26] = TEXT_INITIALIZER("2025-03-26"),
    [REVISION_2025_06_18] = TEXT_INITIALIZER("2025-06-18"),
    [REVISION_2025_11_25] = TEXT_INITIALIZER("2025-11-25"),
    [REVISION_2026_07_28] = TEXT_INITIALIZER("2026-07-28"),
};

struct text revision_name(enum revision revision) {
    return names[revision];
}

void revision_append_all(struct buffer *out) {
    buffer_append(out, TEXT("["));
    for (int i = REVISION_COUNT - 1; i > REVISION_2024_11_05; i--) {
        buffer_separate(out);
        buffer_append_json_string(out, names[i]);
    }
    buffer_append(out, TEXT("]"));
}

bool revision_find(struct text name, enum revision *revision) {
    for (int i = REVISION_COUNT - 1; i >= 0; i--) {
        if (text_equal(names[i], name)) {
            *revision = (enum revision)i;
            return true;
        }
    }
    return false;
}

bool revision_is_modern(enum revision revision) {
    return revision >= REVISION_2026_07_28;
}

bool revision_has_batches(enum revision revision) {
    return revision == REVISION_2025_03_26;
}

bool revision_has_titles(enum revision revision) {
    return revision >= REVISION_2025_06_18;
}
