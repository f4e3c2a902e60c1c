/* Who this server is. */
#ifndef SERVER_H
#define SERVER_H

#define SERVER_NAME "remote-mcp-server-c"
#define SERVER_TITLE "Remote MCP server in C"
#define SERVER_VERSION "0.1.0" /* the same as in package.json; a test holds them together */

/* MCP's Implementation, from 2025-06-18 on and before. */
#define SERVER_INFO_JSON                                                                           \
    "{\"name\":\"" SERVER_NAME "\",\"title\":\"" SERVER_TITLE "\",\"version\":\"" SERVER_VERSION   \
    "\"}"
#define SERVER_INFO_JSON_UNTITLED                                                                  \
    "{\"name\":\"" SERVER_NAME "\",\"version\":\"" SERVER_VERSION "\"}"

/* How long a client may take what it read for fresh, in milliseconds: lists change by a deploy
   only, and five minutes after one every client has the new one (2026-07-28, Caching). */
#define SERVER_TTL_MS "300000"

#endif
