/* The core's API: a function from events to actions.

   One struct mcp is one instance; it serves one request at a time. The shim gives it the request's
   head, and then does what the returned action says, giving the outcome back, until an action ends
   the exchange:

       mcp_start                           once an instance: the variables
       mcp_head                            a request came                   -> action
       mcp_set_aside, mcp_resume           if others are served while a body comes
       mcp_body_room                       while the action is READ_BODY    -> room
       mcp_body_ended                      the body is complete             -> action
       mcp_answered                        the outcome of the last action   -> action
       mcp_reset                           the exchange is over, or its client has left

   Nothing here reads a clock or touches a socket, and only a tool waits (host_perform); host.h is
   all the core knows of the outside. */
#ifndef MCP_H
#define MCP_H

#include "exchange.h"

/* Starts an instance whose memory is `arena`, empty and not yet used; it stays the instance's own.
   `variables` is NAME NUL VALUE NUL, again and again; it is copied. */
void mcp_start(struct mcp *mcp, struct arena arena, struct text variables);

/* Room for `size` bytes of input, to be written and then passed to mcp_head, mcp_resume or
   mcp_answered. Lives until mcp_reset. NULL where memory ran out: mcp_current_action then says what
   to answer, and it is RESPOND. */
char *mcp_input(struct mcp *mcp, size_t size);

/* A request came whose head (http.h, http_parse_head) is `head`, in memory from mcp_input. */
const struct mcp_action *mcp_head(struct mcp *mcp, struct text head);

/* While the action is READ_BODY: all that there is of the exchange, to be copied, so that the
   instance can be reset, and serve others while the body comes. Lives until then. Empty where
   memory ran out: then it cannot be. */
struct text mcp_set_aside(struct mcp *mcp);

/* Goes on with an exchange that this very instance set aside: `aside`, in memory from mcp_input.
   Another would have to know as much, such as the sealing key, and at the same addresses. The
   action is READ_BODY again. */
const struct mcp_action *mcp_resume(struct mcp *mcp, struct text aside);

/* Room for the next `size` bytes of the body, as they arrive: to be written before anything else is
   called. NULL where the body would be over its limit or memory ran out: mcp_current_action then
   says what to answer. */
char *mcp_body_room(struct mcp *mcp, size_t size);

/* The body is complete. */
const struct mcp_action *mcp_body_ended(struct mcp *mcp);

/* What the last action came to: see enum mcp_action_kind. In memory from mcp_input. */
const struct mcp_action *mcp_answered(struct mcp *mcp, struct text answer);

/* The action to take now: what mcp_body_room or mcp_input left behind when they gave NULL. */
const struct mcp_action *mcp_current_action(const struct mcp *mcp);

/* Forgets the request and wipes all it left in memory. */
void mcp_reset(struct mcp *mcp);

#endif
