/* What a build says about itself that has no SERVER of its own: nothing. In a file of its own, or a
   compiler would take this for the value. */
#include "tool.h"

__attribute__((weak)) SERVER(.description = NULL);
