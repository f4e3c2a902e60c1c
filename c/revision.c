#include "revision.h"

static const struct text names[REVISION_COUNT] = {
    [REVISION_2024_11_05] = TEXT_INITIALIZER("2024-11-05"),
    [REVISION_2025_03_26] = TEXT_INITIALIZER("2025-03-26"),
    [REVISION_2025_06_18] = TEXT_INITIALIZER("2025-06-18"),
    [REVISION_2025_11_25] = TEXT_INITIALIZER("2025-11-25"),
};

struct text revision_name(enum revision revision) {
    return names[revision];
}

bool revision_find(struct text name, enum revision *revision) {
    for (int i = 0; i < REVISION_COUNT; i++) {
        if (text_equal(names[i], name)) {
            *revision = (enum revision)i;
            return true;
        }
    }
    return false;
}

bool revision_has_batches(enum revision revision) {
    return revision == REVISION_2025_03_26;
}

bool revision_has_titles(enum revision revision) {
    return revision >= REVISION_2025_06_18;
}
