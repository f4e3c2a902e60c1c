/* Who this server is. */
#ifndef SERVER_H
#define SERVER_H

#define SERVER_NAME "remote-mcp-server-c"
#define SERVER_TITLE "Remote MCP server in C"
#define SERVER_VERSION "0.1.0" /* the same as in package.json; a test holds them together */

#endif
