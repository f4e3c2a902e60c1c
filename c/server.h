/* Who this server is. */
#ifndef SERVER_H
#define SERVER_H

#include "buffer.h"
#include "revision.h"

#define SERVER_NAME "remote-mcp-server-c"
#define SERVER_TITLE "Remote MCP server in C"
#define SERVER_VERSION "0.1.0" /* the same as in package.json, which a test checks */

/* MCP's Implementation as every modern result repeats it: who it is, and no more. */
#define SERVER_INFO_JSON                                                                           \
    "{\"name\":\"" SERVER_NAME "\",\"title\":\"" SERVER_TITLE "\",\"version\":\"" SERVER_VERSION   \
    "\"}"

/* How long a client may consider a list fresh, in milliseconds: it changes only by a deploy, and
   five minutes after one every client has the new one (2026-07-28, Caching). */
#define SERVER_TTL_MS "300000"

/* Appends the whole Implementation: with all that the build's SERVER says (tool.h). */
void server_append_info(struct buffer *out, enum revision revision);

/* Appends a comma and the server's instructions, if it has any. */
void server_append_instructions(struct buffer *out);

#endif
