/* What the files that make up a WebAssembly instance know of each other. */
#ifndef WASM_H
#define WASM_H

#include "mcp.h"

/* The instance. */
struct mcp *wasm_instance(void);

/* What the request's tool printed without a line end so far, from malloc. */
extern struct text wasm_printed;

#endif
