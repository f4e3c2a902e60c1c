/* The core's API: a function from events to actions.

   One struct mcp is one instance; it serves one request at a time. The shim passes it the request's
   head, then carries out the action returned and passes back its outcome, until an action ends the
   exchange:

       mcp_start                           once per instance: the variables
       mcp_head                            a request came                   -> action
       mcp_set_aside, mcp_resume           if others are served while a body comes
       mcp_body_room                       while the action is READ_BODY    -> room
       mcp_body_ended                      the body is complete             -> action
       mcp_answered                        the outcome of the last action   -> action
       mcp_reset                           the exchange is over, or its client has left

   Nothing here reads a clock or touches a socket, and only a tool waits (host_perform). All that
   the core knows of the outside is host.h. */
#ifndef MCP_H
#define MCP_H

#include "exchange.h"

/* Starts an instance with the memory `arena`, which stays the instance's own. `variables` is a
   sequence of NAME NUL VALUE NUL, perhaps all that `arena` holds yet; it is copied. */
void mcp_start(struct mcp *mcp, struct arena arena, struct text variables);

/* Room for `size` bytes of input, to be written and then passed to mcp_head, mcp_resume or
   mcp_answered. Lives until mcp_reset. NULL if memory ran out: mcp_current_action then gives the
   action that ends the exchange. */
char *mcp_input(struct mcp *mcp, size_t size);

/* A request came. `head` is its head (http.h, http_parse_head), in memory from mcp_input. */
const struct mcp_action *mcp_head(struct mcp *mcp, struct text head);

/* While the action is READ_BODY: the exchange's whole state, to be copied so that the instance can
   be reset, and serve others while the body comes. Lives until that reset. Empty if memory ran out:
   then the exchange cannot be set aside. */
struct text mcp_set_aside(struct mcp *mcp);

/* Resumes an exchange that this very instance set aside: `aside`, in the first memory that
   mcp_input gave since mcp_reset, because that is where it lay. Another instance would need the
   same knowledge, such as the sealing key, at the same addresses. The action is READ_BODY again. */
const struct mcp_action *mcp_resume(struct mcp *mcp, struct text aside);

/* Room for the next `size` bytes of the body, to be written before anything else is called. NULL if
   the body would exceed its limit, memory ran out, or the action is another one: mcp_current_action
   then gives the answer. */
char *mcp_body_room(struct mcp *mcp, size_t size);

/* The body is complete. */
const struct mcp_action *mcp_body_ended(struct mcp *mcp);

/* Takes the outcome of the last action (enum mcp_action_kind), in memory from mcp_input. */
const struct mcp_action *mcp_answered(struct mcp *mcp, struct text answer);

/* The action to take now, also the one that mcp_body_room or mcp_input left when they gave NULL. */
const struct mcp_action *mcp_current_action(const struct mcp *mcp);

/* Forgets the request and wipes all it left in memory. */
void mcp_reset(struct mcp *mcp);

#endif
