#include "part.h"

int flagged_sum(void) {
    return FLAGGED_WIDTH + FLAGGED_MORE + FLAGGED_PART;
}
