/* One request's life inside the core: what its parts share. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "auth.h"
#include "config.h"
#include "host.h"
#include "http.h"
#include "json.h"
#include "session.h"

/* What the shim has to do next. */
enum mcp_action_kind {
    /* Answer with `status`, `headers` and `body`. Ends the exchange. */
    MCP_ACTION_RESPOND = 1,
    /* Pass in the request's body: mcp_body_room as it arrives, then mcp_body_ended. `body_bytes` is
       its length if the head gave it, else 0. */
    MCP_ACTION_READ_BODY,
    /* Open the topic `topic` of the mailbox `mailbox`; answer with `status` and `headers`; write
       `body`; then write what the mailbox relays, and `keep_alive` every `keep_alive_seconds`,
       until either side leaves. Of what came after `after`, events are repeated until they are more
       than `backlog_bytes`: then the mailbox leaves. Ends the exchange, unless the topic has a mark
       and either no longer has all that came after `after`, or has ended with nothing after it:
       then nothing is opened, and the answer is the byte 0. */
    MCP_ACTION_STREAM,
    /* Deliver `body` to the newest stream of the topic `topic` of the mailbox `mailbox`; `delivery`
       says what then happens to the topic's streams. The answer is the byte 1 if a stream took it
       or it is kept, else 0. */
    MCP_ACTION_DELIVER,
    /* Keep `body` under `topic` in the mailbox, for `milliseconds` (0: forever). If `version` is
       not 0, only in place of the version before it (version 1: only if nothing is kept). The
       answer is the byte 1, or 0 if it was not kept. */
    MCP_ACTION_KEEP,
    /* Get what is kept under `topic`. The answer is that; empty if there is nothing. */
    MCP_ACTION_PEEK,
    /* The same, and keep it no longer: of several that collect, one gets it. */
    MCP_ACTION_COLLECT,
    /* Deliver each thing kept under "TOPIC MAILBOX/TARGET", TOPIC being `topic`, followed by
       `body`, to the topic TARGET of the mailbox MAILBOX. What nobody takes is no longer kept if it
       has less than `milliseconds` left. The answer is empty. */
    MCP_ACTION_PUBLISH,
    /* Answer with `status` and `headers`, unless already done; write `body`, if any; then wait
       `milliseconds`. The answer is the byte 1, or 0 if the client has left. */
    MCP_ACTION_WAIT,
    /* Write `body` to the response that MCP_ACTION_WAIT began, and end it. Ends the exchange. */
    MCP_ACTION_FINISH,
    /* Have the mailbox post `body` to the path `topic` of this server in `milliseconds`, and again
       later, across restarts, until it is answered with a status below 300, or 404. The answer is
       empty. */
    MCP_ACTION_WAKE,
    /* Get the document at the URL `topic`, of at most `backlog_bytes` bytes; a copy no older than
       `milliseconds` will do, or an older one while another request gets it. The answer is the
       document, or empty if it cannot be had now. */
    MCP_ACTION_FETCH,
    /* Verify that `body` is the signature of `after` by the key `topic`, a JWK, under the algorithm
       `mark`, which is JSON as WebCrypto takes it. The answer is the byte 1, or 0. */
    MCP_ACTION_VERIFY,
    /* Ask the server's own authorization server about the access token `topic`. The answer is as
       oauth.h says; empty if the token is not good. */
    MCP_ACTION_INTROSPECT,
    /* Count one request of `topic` against the platform's rate limit. The answer is the byte 1, or
       0 if it is over the limit. */
    MCP_ACTION_LIMIT,
};

/* What happens to a topic's streams after a piece was delivered. */
enum mcp_delivery {
    MCP_DELIVERY_GOES_ON,
    MCP_DELIVERY_ENDS,   /* they end, and so does the topic: this was the last piece */
    MCP_DELIVERY_PAUSES, /* they end, but not the topic; the piece is neither numbered nor kept */
};

/* Every text lives until mcp_reset. Laid out as the shim reads it: 32-bit words on WebAssembly.

   A topic that STREAM or DELIVER once gave a `mark` is kept: its pieces get ascending numbers and
   stay in the mailbox for `milliseconds`, the newest `backlog_bytes` of them, or up to twice as
   many, and the newest however large it is. A comment, which may only come last, is not kept. Each
   piece is written after a line with the mark and its number, the `body` of STREAM after one with
   the mark and the number of the piece before the next. `after` is a number: later pieces are
   written first. Empty: none; "0": all that are kept. */
struct mcp_action {
    uint32_t kind;
    uint32_t status;
    struct text headers; /* lines "name: value\n" */
    struct text body;
    struct text mailbox;
    struct text topic;
    struct text mark;
    struct text after;
    struct text keep_alive; /* in last words: the running tool, for the log */
    struct text session_id; /* the header Mcp-Session-Id, which no two responses share; or empty */

    uint32_t keep_alive_seconds;
    uint32_t milliseconds;
    uint32_t delivery;      /* enum mcp_delivery */
    uint32_t backlog_bytes; /* a stream whose reader is that far behind is closed */
    uint32_t version;
    uint32_t body_bytes;
};

/* A digest of each list (features.h), made on first use. */
struct list_digests {
    bool known;
    uint8_t bytes[SESSION_LISTS_BYTES];
};

/* A path and its handlers. */
struct endpoint {
    struct text path;
    struct text allow; /* the methods, as in the header Allow */
    bool open;         /* no credential is required */
    /* Takes a head that is acceptable so far; sets an action. */
    void (*on_head)(struct exchange *exchange);
    /* Takes the complete body; sets an action. NULL if none is ever read. */
    void (*on_body)(struct exchange *exchange);
    /* Takes an action's outcome; sets the next. NULL if none is ever needed. */
    void (*on_answer)(struct exchange *exchange, struct text answer);
};

/* The gates (gates.h) that may need something from outside. */
enum exchange_gate { GATE_NONE, GATE_CREDENTIAL, GATE_RATE, GATES_PASSED };

/* The steps of an exchange that may lack the sealing key, or what a mailbox keeps, and are then
   taken again. */
enum exchange_step { EXCHANGE_HEAD, EXCHANGE_BODY };

/* Lists of memory freed by a tool's own code, by size (wasm_libc.c). */
enum { FREED_LISTS = 17 };
struct block;

/* Owned by the instance; empty between requests. While a body comes, others may use the instance
   (mcp_set_aside): what this points to is in its arena, or is not changed by them. */
struct exchange {
    struct arena *arena;
    const struct config *config;
    struct list_digests *lists;    /* the instance's */
    struct remembered *remembered; /* the instance's; NULL if no mode needs it */
    struct mcp_action action;
    enum exchange_gate gate; /* the one that the action is for */
    struct http_request request;
    struct text parameter_names; /* of the headers in request.parameters, one per line */
    const struct endpoint *endpoint;
    struct credential credential;
    struct jwt_check *jwt_check; /* mode jwt's progress on the credential; NULL: not asked */
    struct principal principal;
    struct text scopes_needed; /* by the tools that the body calls, space-separated */
    bool in_session;           /* `session` is the request's own */
    struct session session;
    bool initialized; /* `initialize` ran, and agreed on `agreed` */
    enum revision agreed;
    uint8_t offered;        /* the capabilities that came with `initialize`, as in struct session */
    enum revision revision; /* the one that the request speaks */
    char *body;
    size_t body_length, body_capacity;
    bool takes_json;              /* the response may be JSON */
    bool takes_events;            /* events can be sent before the response */
    struct text stream_topic;     /* where they and the response go; empty: to the HTTP response */
    struct text stream_mark;      /* of a stream that the client can come back to, or empty */
    double alone_since;           /* when the client was first seen to have left; 0: it has not */
    bool given_up;                /* the client stayed away too long */
    struct buffer events;         /* those not sent yet, framed */
    bool begun;                   /* the response has, by an action of kind WAIT */
    struct mcp_action last_words; /* taken if the exchange cannot go on */
    double call_began;            /* when the running tool's did, for audit_call; 0: not logged */
    struct text request_id;       /* of the latest request carried out */
    bool in_batch;                /* the message is in a batch */
    struct {
        struct text question; /* a request for the client; empty if there is none */
        struct text nonce;    /* tells this call from the session's others */
        uint64_t round;       /* how often the call was resumed: no id is used twice */
        bool progressed;      /* `progress` was reported before the call waited */
        double progress;
    } asking;
    struct json_value answers; /* the client's, to this call's earlier questions */
    struct mcp_action *before; /* actions to take before `action`; an outcome matters only if the
                                  action has a version (exchange_commit) */
    size_t before_count, before_taken, before_capacity;
    struct text listens;     /* subscriptions/listen ran: the first event of its stream */
    bool sets_log_level;     /* logging/setLevel ran */
    bool has_log_level;      /* `log_level` is known */
    uint8_t log_level;       /* enum log_level: the session's */
    struct text result_type; /* a modern result's; empty: "complete" */
    enum exchange_step step;
    bool key_missing; /* the step could not go on without the sealing key */
    struct {
        bool missing; /* the step could not go on without it: `peek` gets it */
        bool known;
        struct mcp_action peek;
        struct text body;
    } kept;                /* what a mailbox keeps that the step reads, and may replace */
    struct task_run *task; /* the running task, or NULL */
    const char *claim;     /* the record that this exchange kept to run a task; NULL before */
    bool may_become_task;  /* the call may, once its function says so */
    /* Called each time before a call waits; false if nobody wants it any more. NULL: not called. */
    bool (*while_waiting)(struct exchange *exchange);
    struct block *freed[FREED_LISTS];
};

/* One instance of the server. */
struct mcp {
    struct arena arena;
    size_t start; /* where the requests' part of the arena begins */
    struct config config;
    struct text header_names;    /* what the shim passes in a head: HTTP_HEADERS, then the tools' */
    struct text parameter_names; /* only the latter */
    struct list_digests lists;
    struct remembered *remembered;
    struct exchange exchange;
};

/* True if there is a mailbox to keep, wake and relay: not over stdio, where a request also has no
   endpoint. */
static inline bool exchange_has_mailbox(const struct exchange *exchange) {
    return exchange->endpoint != NULL;
}

/* The head of a response to this exchange, to be extended and passed to exchange_respond. */
struct buffer exchange_head(struct exchange *exchange, struct text content_type);

/* The same for a response that is a stream of events. */
struct buffer exchange_events_head(struct exchange *exchange);

/* Makes RESPOND the action. */
void exchange_respond(struct exchange *exchange, uint32_t status, const struct buffer *head,
                      struct text body);

/* The same with no further headers: `json`, or no body if that is empty. */
void exchange_answer(struct exchange *exchange, uint32_t status, struct text json);

/* Makes RESPOND the action, with the status and the body of `error`. */
void exchange_fail(struct exchange *exchange, enum http_error error);

/* True if the sealing key is known. Otherwise sets `key_missing`, and the caller must give up: the
   step is taken again once the key is there. */
bool exchange_has_key(struct exchange *exchange);

/* Opens the session `id`, sealed as `kind`: the exchange is then in it. False if the step is over:
   the key is missing, or the action is an error. */
bool exchange_open_session(struct exchange *exchange, struct text id, enum seal_kind kind);

/* The mailbox of the exchange's session, and what its streams are filed under there. */
struct text exchange_mailbox(const struct exchange *exchange);
struct text exchange_topic(const struct exchange *exchange);

/* Makes STREAM the action: `first`, then whatever comes for `topic` to the session's mailbox. */
void exchange_stream(struct exchange *exchange, struct text topic, struct text first);

/* Queues a copy of `action`, of a kind whose outcome does not matter, before the exchange's
   action. */
void exchange_before(struct exchange *exchange, const struct mcp_action *action);

/* The action that keeps `body` under `topic` in the session's mailbox, for `seconds`; it holds both
   as they are. */
struct mcp_action exchange_keeping(const struct exchange *exchange, struct text topic,
                                   struct text body, uint32_t seconds);

/* Queues that action before the exchange's. */
void exchange_keep(struct exchange *exchange, struct text topic, struct text body,
                   uint32_t seconds);

/* Gets what is kept under `topic` of `mailbox`, empty if there is nothing. False if that is not
   known yet: the caller must give up, and the step is taken again once it is. What was queued until
   then is carried out before that. One place per exchange. */
bool exchange_kept(struct exchange *exchange, struct text mailbox, struct text topic,
                   struct text *body);

/* Queues `keep`, an action of kind KEEP with a version, before the exchange's action. If somebody
   else was faster, the step is taken again with what they kept, so nothing that matters may be
   queued before it. A step that sets no action is also taken again, with what was kept now. */
void exchange_commit(struct exchange *exchange, const struct mcp_action *keep);

/* Carries out `action` while the call waits (host_perform). If memory ran out, a part of it may be
   missing: then nothing is done, and the answer is empty. */
struct text exchange_perform(struct exchange *exchange, const struct mcp_action *action);

/* The action that delivers the next of `events`, which it takes off, to exchange->stream_topic: all
   of them if the stream has no mark. */
struct mcp_action exchange_next_delivery(struct exchange *exchange, struct text *events);

/* Makes DELIVER to exchange->stream_topic the action: all of `events`, one by one if the stream has
   a mark. `delivery` applies to the last of them. */
void exchange_deliver(struct exchange *exchange, struct text events, enum mcp_delivery delivery);

/* Prepares the error response to send should the exchange fail, or memory run out, from here on. */
void exchange_prepare_last_words(struct exchange *exchange);

/* The exchange cannot go on: puts what is left to say into exchange->last_words, with kind 0 if
   that is nothing. If nothing was prepared, it is an error response to the request being carried
   out. Logs the call of a tool that was running. Not inline: the stack pointer was reset just
   before the call. */
__attribute__((noinline)) void exchange_say_last_words(struct exchange *exchange);

/* Makes READ_BODY the action, or an error if an MCP message cannot have that media type or
   length. */
void exchange_read_message(struct exchange *exchange);

#endif
