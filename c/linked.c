/* What linked.h says of parts that are not there. Linked as it is, not as a part of the library:
   who looks for one of these finds it here, and takes nothing in. */
#include "linked.h"

#define LINKED_DEFAULT(part) __attribute__((weak)) const bool part##_linked = false;
LINKED_PARTS(LINKED_DEFAULT)
