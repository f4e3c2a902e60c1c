/* What linked.h says of parts that are not there. Linked directly, not as part of the library:
   whoever looks for one of these finds it here, and nothing is taken in. */
#include "linked.h"

#define LINKED_DEFAULT(part) __attribute__((weak)) const bool part##_linked = false;
LINKED_PARTS(LINKED_DEFAULT)
