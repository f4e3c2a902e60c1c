/* What a build without a SERVER of its own says about itself: nothing. In a file of its own, or a
   compiler would take this for the value. */
#include "tool.h"

__attribute__((weak)) SERVER(.description = NULL);
