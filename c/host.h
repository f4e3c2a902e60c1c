/* What the core asks of the machine it runs on: brief calls that, except for host_perform, never
   wait. wasm.c and native.c implement it; nothing else in the core reaches outside. What takes time
   is an action (mcp.h). */
#ifndef HOST_H
#define HOST_H

#include "text.h"

/* Milliseconds since 1970-01-01 UTC. */
double host_now(void);

/* Fills `bytes` with `size` bytes from a cryptographic random source. */
void host_random(uint8_t *bytes, size_t size);

struct mcp_action;

/* Carries out `action`, of a kind that has an answer, while the caller waits: the only function
   here that takes time. The answer lives until the next call. */
struct text host_perform(const struct mcp_action *action);

/* One line for the operator's log. Never holds a credential. */
void host_log(struct text line);

#endif
