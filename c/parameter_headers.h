/* Arguments that clients repeat in headers, Mcp-Param-NAME, for gateways to route by (2026-07-28,
   Streamable HTTP, "Custom Headers from Tool Parameters"). */
#ifndef PARAMETER_HEADERS_H
#define PARAMETER_HEADERS_H

#include "errors.h"
#include "exchange.h"
#include "json.h"
#include "linked.h"
#include "tool.h"

struct parameter_headers {
    /* Appends the names of the headers that this build's tools declare, each once, one per line. */
    void (*append)(struct buffer *names);
    /* Checks that the headers of a modern call say what its arguments `given` say, for these fields
       and those of nested objects. */
    struct outcome (*check)(struct exchange *exchange, const struct tool_fields *fields,
                            struct json_value given);
};

/* Linked by TOOL_HEADER; undefined in a build without it. */
extern const struct parameter_headers parameter_headers __attribute__((weak));

#endif
