/* Completion: values for an argument of a prompt, or a variable of a resource template. */
#ifndef COMPLETION_H
#define COMPLETION_H

#include "methods.h"

/* completion/complete (2025-11-25, Completion); an unknown method if no declaration completes
   anything. */
feature_method completion_complete;

/* Its row, for the features that have something to complete. */
#define COMPLETION_METHOD                                                                          \
    { TEXT_INITIALIZER("completion/complete"), completion_complete, BOTH }

#endif
