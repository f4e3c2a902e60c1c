/* The head of an HTTP request and the head of its response (RFC 9110). */
#ifndef HTTP_H
#define HTTP_H

#include "buffer.h"
#include "errors.h"

/* The request headers that the core reads, in the order in which the shim passes them. A header not
   listed here is never copied. */
#define HTTP_HEADERS(HEADER)                                                                       \
    HEADER(ACCEPT, "accept")                                                                       \
    HEADER(AUTHORIZATION, "authorization")                                                         \
    HEADER(CONTENT_LENGTH, "content-length")                                                       \
    HEADER(CONTENT_TYPE, "content-type")                                                           \
    HEADER(LAST_EVENT_ID, "last-event-id")                                                         \
    HEADER(MCP_METHOD, "mcp-method")                                                               \
    HEADER(MCP_NAME, "mcp-name")                                                                   \
    HEADER(MCP_PROTOCOL_VERSION, "mcp-protocol-version")                                           \
    HEADER(MCP_SESSION_ID, "mcp-session-id")                                                       \
    HEADER(ORIGIN, "origin")                                                                       \
    HEADER(X_API_KEY, "x-api-key")                                                                 \
    HEADER(X_AUTH_TOKEN, "x-auth-token")

enum http_header {
#define HTTP_HEADER_NAME(symbol, name) HTTP_##symbol,
    HTTP_HEADERS(HTTP_HEADER_NAME)
#undef HTTP_HEADER_NAME
        HTTP_HEADER_COUNT
};

/* The names above, one per line, for the shim. Lives forever. */
extern const struct text http_header_names;

/* A request's head. All texts are views of what http_parse_head was given. A header that was not
   sent has `bytes` NULL; one sent empty has length 0 and other bytes. */
struct http_request {
    struct text method;
    struct text scheme; /* "http" or "https" */
    struct text host;   /* with the port, if the URL has one */
    struct text path;   /* without the query, and without a slash at its end unless it is "/" */
    bool slash_ended;   /* the path had one at its end */
    struct text query;  /* without the question mark */
    struct text place;  /* the data centre that took the request, as the platform names it */
    struct text headers[HTTP_HEADER_COUNT];
    struct text parameters; /* the lines after them: the headers that tools declare */
};

/* Reads `head`: lines with the method, the absolute URL, the place, then each header of
   HTTP_HEADERS without blanks around it (the platform removes them), a lone NUL standing for one
   that was not sent, then those of `parameters`. A character that is not ASCII comes as the byte
   127, which is in nothing that is looked for. False if it does not have that form, or the URL's
   host is none. */
bool http_parse_head(struct text head, struct http_request *request);

/* True if the header was sent. */
bool http_has(const struct http_request *request, enum http_header header);

/* Gets the value of `name` in the query; false if it is not there. Not decoded: what this server
   puts into URLs needs no encoding. */
bool http_query_value(const struct http_request *request, struct text name, struct text *value);

/* True if the Accept header (RFC 9110, section 12.5.1) allows the media type `type`, such as
   "text/event-stream", with a quality above 0; `exact` requires it to be named, not matched by a
   wildcard. Without the header everything is allowed, unless `exact`. */
bool http_accepts(const struct http_request *request, struct text type, bool exact);

/* True if the content type is application/json, whatever its parameters. */
bool http_content_is_json(const struct http_request *request);

/* True for a name or an address, with or without a port. */
bool http_is_host(struct text host);

/* True for localhost, 127.0.0.0/8 and [::1], with or without a port. */
bool http_host_is_loopback(struct text host);

/* True if all comma-separated entries of `list`, but for blank ones, are origins:
   scheme://host[:port] of http or https. */
bool http_are_origins(struct text list);

/* Judges the host and the Origin header. `allowed_origins` and `allowed_hosts` are the variables of
   those names: comma-separated, empty if not set. HTTP_ERROR_HOST_FOREIGN for plain HTTP by a name
   that is neither loopback nor allowed (DNS rebinding), HTTP_ERROR_ORIGIN_MALFORMED for "null" and
   what is not scheme://host[:port] of http or https, HTTP_ERROR_ORIGIN_FOREIGN for an origin that
   is not allowed here. */
enum http_error http_judge_origin(const struct http_request *request, struct text allowed_origins,
                                  struct text allowed_hosts);

/* Starts a response's head with what every response has: `content_type` (empty: no body), and what
   a page in a browser needs to be allowed to read it. */
struct buffer http_response_head(const struct http_request *request, struct arena *arena,
                                 struct text content_type);

/* Appends the origin by which the client reaches this server. A host has no character that JSON or
   HTML would escape. */
void http_append_origin(const struct http_request *request, struct buffer *out);

/* Adds the line `name: value`. */
void http_add_header(struct buffer *head, struct text name, struct text value);

#endif
