/* As configure would have written it. */
#define FLAGGED_MORE 2
