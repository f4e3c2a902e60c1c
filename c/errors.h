/* Every error that a client can get, in one place. Three families, never mixed: HTTP errors say
   that the request did not get as far as JSON-RPC; JSON-RPC errors, that a message could not be
   carried out; tool errors (tool.h), that a tool ran and failed. */
#ifndef ERRORS_H
#define ERRORS_H

#include "text.h"

/* HTTP errors: symbol, status, word for programs, sentence for people. */
#define HTTP_ERRORS(ERROR)                                                                         \
    ERROR(BAD_HEAD, 400, "bad_request", "The URL or the Host header is malformed.")                \
    ERROR(LENGTH_MALFORMED, 400, "bad_request", "The Content-Length header is not a number.")      \
    ERROR(VERSION_UNKNOWN, 400, "unsupported_protocol_version",                                    \
          "The MCP-Protocol-Version header names no revision that this server knows: use the one " \
          "that 'initialize' agreed on.")                                                          \
    ERROR(CREDENTIAL_MISSING, 401, "unauthorized",                                                 \
          "This server asks for a token: send the header 'Authorization: Bearer TOKEN'.")          \
    ERROR(                                                                                         \
        CREDENTIAL_MALFORMED, 401, "invalid_token",                                                \
        "The credential is malformed: send 'Authorization: Bearer TOKEN', of letters, digits and " \
        "-._~+/ with = at the end.")                                                               \
    ERROR(CREDENTIAL_TWICE, 401, "invalid_token",                                                  \
          "More than one credential was sent: use one of Authorization, X-Api-Key and "            \
          "X-Auth-Token.")                                                                         \
    ERROR(CREDENTIAL_UNKNOWN, 401, "invalid_token",                                                \
          "The token is not good here: mistyped, withdrawn, expired, or another server's. The "    \
          "server's log says which.")                                                              \
    ERROR(SCOPE_INSUFFICIENT, 403, "insufficient_scope",                                           \
          "This needs scopes that the token lacks: get one with those in the WWW-Authenticate "    \
          "header, or ask the server's owner.")                                                    \
    ERROR(ORIGIN_MALFORMED, 403, "forbidden_origin",                                               \
          "The Origin header is not that of a page of http or https.")                             \
    ERROR(ORIGIN_FOREIGN, 403, "forbidden_origin",                                                 \
          "Pages of this origin may not use this server; its owner can name the origin in "        \
          "ALLOWED_ORIGINS.")                                                                      \
    ERROR(HOST_FOREIGN, 403, "forbidden_host",                                                     \
          "Over plain HTTP this server answers to localhost only: use https; its owner can "       \
          "name the host in ALLOWED_HOSTS.")                                                       \
    ERROR(                                                                                         \
        NOT_FOUND, 404, "not_found",                                                               \
        "There is nothing here: MCP is served at /mcp and /sse. A client that came to log in has " \
        "no token that is good here.")                                                             \
    ERROR(SESSION_UNKNOWN, 404, "session_not_found",                                               \
          "This session is not known here, or is somebody else's: begin a new one with "           \
          "'initialize' and no session id, or with GET /sse.")                                     \
    ERROR(SESSION_MISSING, 400, "session_missing",                                                 \
          "The sessionId is missing: open GET /sse and post to the URL of its 'endpoint' event.")  \
    ERROR(STREAM_CLOSED, 404, "stream_not_found",                                                  \
          "No stream is open for this session: open GET /sse again.")                              \
    ERROR(EVENT_UNKNOWN, 400, "unknown_event",                                                     \
          "The Last-Event-ID is not one of this session: open the stream without it.")             \
    /* 2025-11-25, Transports, "Listening for Messages from the Server": no stream is 405. Of any  \
       other status SDK v1 takes it that trying again might help. */                               \
    ERROR(EVENT_GONE, 405, "event_gone",                                                           \
          "What came after this event is gone, or nothing did: a request that was not answered "   \
          "has to be sent again.")                                                                 \
    ERROR(                                                                                         \
        METHOD_NOT_ALLOWED, 405, "method_not_allowed",                                             \
        "This method is not served here, or only in a session: see the Allow header. Streamable "  \
        "HTTP is at /mcp, HTTP+SSE at /sse.")                                                      \
    ERROR(NOT_ACCEPTABLE, 406, "not_acceptable",                                                   \
          "The Accept header must allow text/event-stream; of a POST application/json will do.")   \
    ERROR(BODY_TOO_LARGE, 413, "body_too_large",                                                   \
          "The body is larger than this server's MAX_BODY_BYTES.")                                 \
    ERROR(NOT_JSON, 415, "unsupported_media_type",                                                 \
          "The body must be sent with 'Content-Type: application/json'.")                          \
    ERROR(RATE_EXCEEDED, 429, "too_many_requests",                                                 \
          "There were too many requests; try again in a minute.")                                  \
    ERROR(HEAD_TOO_LARGE, 431, "head_too_large", "The URL and the headers have more than 64 KB.")  \
    ERROR(BUSY, 503, "out_of_memory",                                                              \
          "The server has no memory left for this request; try again, or send less at once.")      \
    ERROR(KEYS_UNAVAILABLE, 503, "temporarily_unavailable",                                        \
          "The token's issuer cannot be asked at the moment; try again.")                          \
    ERROR(                                                                                         \
        NOT_CONFIGURED, 500, "not_configured",                                                     \
        "The server is not open yet: its owner has to set AUTH_MODE (tokens, jwt, oauth, any or "  \
        "none).")                                                                                  \
    ERROR(MISCONFIGURED, 500, "misconfigured", "A variable of this server cannot be used.")

enum http_error {
    HTTP_ERROR_NONE,
#define HTTP_ERROR_SYMBOL(symbol, status, word, sentence) HTTP_ERROR_##symbol,
    HTTP_ERRORS(HTTP_ERROR_SYMBOL)
#undef HTTP_ERROR_SYMBOL
};

struct http_error_text {
    uint32_t status;
    const char *word, *sentence;
};

/* Status and texts of `error`, which is not HTTP_ERROR_NONE. Lives forever. */
const struct http_error_text *http_error_text(enum http_error error);

/* JSON-RPC error codes (JSON-RPC 2.0, section 5.1). */
enum jsonrpc_error {
    JSONRPC_OK = 0,
    JSONRPC_PARSE_ERROR = -32700,
    JSONRPC_INVALID_REQUEST = -32600,
    JSONRPC_METHOD_NOT_FOUND = -32601,
    JSONRPC_INVALID_PARAMS = -32602,
    JSONRPC_INTERNAL_ERROR = -32603,
    JSONRPC_RESOURCE_NOT_FOUND = -32002, /* legacy revisions only */
    /* 2025-11-25, Elicitation */
    JSONRPC_URL_ELICITATION_REQUIRED = -32042,
    /* 2026-07-28, Overview, "Error Codes" */
    JSONRPC_HEADER_MISMATCH = -32020,
    JSONRPC_MISSING_CLIENT_CAPABILITY = -32021,
    JSONRPC_UNSUPPORTED_PROTOCOL_VERSION = -32022,
};

/* The outcome of a message: JSONRPC_OK, or an error. All texts live as long as the request. */
struct outcome {
    enum jsonrpc_error error;
    struct text sentence; /* says what is wrong and what to do; valid UTF-8 */
    struct text data;     /* JSON, the error's `data`; empty if it has none */
    uint32_t status;      /* of the HTTP response; 0: 200; 202: the message has no response */
};

/* Nothing went wrong. */
extern const struct outcome outcome_ok;

/* The client cancelled the request: it wants no response (2025-11-25, Cancellation). */
extern const struct outcome outcome_cancelled;

/* The error of a message in a batch that must be sent by itself. */
#define NOT_IN_A_BATCH "Send this by itself, not in a batch."

/* An error, in a response of status 200. */
struct outcome outcome_error(enum jsonrpc_error error, struct text sentence);

/* The commonest: JSONRPC_INVALID_PARAMS. */
struct outcome outcome_invalid_params(struct text sentence);

/* An error, in a response of status 400. */
struct outcome outcome_bad_request(enum jsonrpc_error error, struct text sentence);

#endif
