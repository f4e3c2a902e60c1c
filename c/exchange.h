/* One request's life inside the core: what the parts of it share. */
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
    /* Pass the request's body: mcp_body_room as it arrives, then mcp_body_ended. It has
       `body_bytes`, if the head said so, else 0. */
    MCP_ACTION_READ_BODY,
    /* Open the topic `topic` of the mailbox `mailbox`; answer with `status` and `headers`; write
       `body`; then write what the mailbox relays, and `keep_alive` every `keep_alive_seconds`,
       until either side leaves. Ends the exchange; but where the topic has a mark and does not have
       all that came after `after` any more, or has ended and nothing came, nothing is opened, and
       the answer is the byte 0. */
    MCP_ACTION_STREAM,
    /* Hand `body` to the topic `topic` of the mailbox `mailbox`, to the newest of its streams;
       `delivery` says what then becomes of them. The answer is the byte 1 where a stream took it or
       it is kept, 0 where neither is so. */
    MCP_ACTION_DELIVER,
    /* Keep `body` under `topic` in the mailbox, for `milliseconds`, or for ever where that is 0;
       where `version` is not 0, only in the place of the version before it (version 1: only where
       nothing is kept). The answer is the byte 1, or 0 where it was not kept. */
    MCP_ACTION_KEEP,
    /* Get what is kept under `topic`. The answer is that; empty where nothing is. */
    MCP_ACTION_PEEK,
    /* The same, and it is kept no longer: of several that collect, one gets it. */
    MCP_ACTION_COLLECT,
    /* Deliver what is kept under "TOPIC MAILBOX/TARGET", TOPIC being `topic`, and `body` behind it,
       to the topic TARGET of the mailbox MAILBOX: all of it. What nobody takes, and has less than
       `milliseconds` left, is kept no longer. The answer is empty. */
    MCP_ACTION_PUBLISH,
    /* Answer with `status` and `headers`, unless that was done; write `body` if there is any; then
       wait `milliseconds`. The answer is the byte 1, or 0 where the client has left. */
    MCP_ACTION_WAIT,
    /* Write `body` to the response that MCP_ACTION_WAIT began, and end it. Ends the exchange. */
    MCP_ACTION_FINISH,
    /* Have the mailbox post `body` to the path `topic` of this server in `milliseconds`, and again
       later until it is answered with a status below 300, whatever restarts meanwhile. The answer
       is empty. */
    MCP_ACTION_WAKE,
    /* Get the document at the URL `topic`, of at most `backlog_bytes` bytes; a copy that is not
       older than `milliseconds` will do. The answer is the document, or empty where there is none
       to be had now. */
    MCP_ACTION_FETCH,
    /* Verify that `body` is the signature of `after` by the key `topic`, a JWK, under the algorithm
       `mark`: JSON as WebCrypto takes it. The answer is the byte 1, or 0. */
    MCP_ACTION_VERIFY,
    /* Ask the server's own authorization server about the access token `topic`. The answer is as
       oauth.h says; empty where the token is not good. */
    MCP_ACTION_INTROSPECT,
    /* Count one request of `topic` against the platform's rate limit. The answer is the byte 1, or
       0 where it is over the limit. */
    MCP_ACTION_LIMIT,
};

/* What becomes of a topic's streams once a piece was delivered. */
enum mcp_delivery {
    MCP_DELIVERY_GOES_ON,
    MCP_DELIVERY_ENDS,   /* they end, and so does the topic: this was the last piece */
    MCP_DELIVERY_PAUSES, /* they end, and the topic does not; the piece is neither numbered nor kept
                          */
};

/* Every text lives until mcp_reset. Laid out as the shim reads it: 32-bit words on WebAssembly.

   A topic that was once given a `mark`, by STREAM or DELIVER, is kept: its pieces get ascending
   numbers and stay in the mailbox for `milliseconds`, the newest `backlog_bytes` of them, or up
   to twice as many; a comment, which may only be the last, is not kept. Each is written with a line
   before it that is the mark and its number; the `body` of STREAM with the mark and the number of
   the piece before the next. `after` is a number: what came later is written first. Empty: nothing;
   "0": all that is kept. */
struct mcp_action {
    uint32_t kind;
    uint32_t status;
    struct text headers; /* lines "name: value\n" */
    struct text body;
    struct text mailbox;
    struct text topic;
    struct text mark;
    struct text after;
    struct text keep_alive;  /* of last words: the tool that is running, for the log */
    struct text own_headers; /* lines, too: those that differ from one response to the next */

    uint32_t keep_alive_seconds;
    uint32_t milliseconds;
    uint32_t delivery;      /* enum mcp_delivery */
    uint32_t backlog_bytes; /* a stream whose reader is that far behind is closed */
    uint32_t version;
    uint32_t body_bytes;
};

/* One digest of each list (features.h), made when it is first asked for. */
struct list_digests {
    bool known;
    uint8_t bytes[SESSION_LISTS_BYTES];
};

/* A path and what is done there. */
struct endpoint {
    struct text path;
    struct text allow; /* the methods, as in the header Allow */
    bool open;         /* no credential is asked for */
    /* The head is acceptable so far: sets an action. */
    void (*on_head)(struct exchange *exchange);
    /* The body is complete: sets an action. NULL where none is ever read. */
    void (*on_body)(struct exchange *exchange);
    /* An action was carried out: sets the next. NULL where none is ever asked for. */
    void (*on_answer)(struct exchange *exchange, struct text answer);
};

/* The gates (gates.h) that can ask for something outside. */
enum exchange_gate { GATE_NONE, GATE_CREDENTIAL, GATE_RATE, GATES_PASSED };

/* The steps of an exchange that can need the sealing key, or what a mailbox keeps, and are then
   taken again. */
enum exchange_step { EXCHANGE_HEAD, EXCHANGE_BODY };

/* Lists of what a tool's own code freed, by size (wasm_libc.c). */
enum { FREED_LISTS = 17 };
struct block;

/* Owned by the instance; empty between two requests. While a body comes others can have the
   instance (mcp_set_aside): what this points to is in its arena, or nothing that they change. */
struct exchange {
    struct arena *arena;
    const struct config *config;
    struct list_digests *lists;    /* the instance's */
    struct remembered *remembered; /* the instance's; NULL where no mode needs it */
    struct mcp_action action;
    enum exchange_gate gate; /* which one the action is for */
    struct http_request request;
    struct text parameter_names; /* those of request.parameters, a line each */
    const struct endpoint *endpoint;
    struct credential credential;
    struct jwt_check
        *jwt_check; /* how far mode jwt is with the credential; NULL: it is not asked */
    struct principal principal;
    struct text scopes_needed; /* by the tools that the body calls, between spaces */
    bool in_session;           /* `session` is the request's own */
    struct session session;
    bool initialized; /* `initialize` ran, and agreed on `agreed` */
    enum revision agreed;
    uint8_t offered;        /* the capabilities that came with `initialize`, as in struct session */
    enum revision revision; /* which one the request speaks */
    char *body;
    size_t body_length, body_capacity;
    bool takes_events;        /* events can go before the response */
    struct text stream_topic; /* where they and it go; empty: into the HTTP response */
    struct text stream_mark;  /* of a stream that the client can come back to, or empty */
    double alone_since;       /* when it was first seen that the client had left; 0: it did not */
    bool given_up;            /* it stayed away for too long */
    struct buffer events;     /* those that have not gone yet, framed */
    bool begun;               /* the response was, by an action of kind WAIT */
    struct mcp_action last_words; /* taken where it cannot go on */
    double call_began;            /* of the tool that is running, as audit_call takes it */
    struct text request_id;       /* of the newest request that was carried out */
    bool in_batch;                /* the message stands in a batch */
    struct {
        struct text question; /* a request for the client; empty where there is none */
        struct text nonce;    /* tells this call from the session's others */
        uint64_t round;       /* how often the call was taken up again: no id is used twice */
        struct text topic;    /* what it is kept under */
        struct text kept;     /* the call as it waits */
        bool progressed;      /* before it did, `progress` was reported */
        double progress;
    } asking;
    struct json_value answers; /* the client's, to what this call asked before */
    struct mcp_action *before; /* actions to take before `action`; the outcome of one matters,
                                  if it has a version (exchange_commit) */
    size_t before_count, before_taken, before_capacity;
    struct text listens;     /* subscriptions/listen ran: the event that its stream begins with */
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
    } kept;                /* what a mailbox keeps that the step reads, and may keep anew */
    struct task_run *task; /* a task is running, and this is it; else NULL */
    const char *claim;     /* the record that this exchange kept to run a task; NULL before */
    bool may_become_task;  /* the call, once its function says so */
    /* Asked each time before a call waits: false where nobody wants it any more. NULL: nobody is
       asked. */
    bool (*while_waiting)(struct exchange *exchange);
    struct block *freed[FREED_LISTS];
};

/* One instance of the server. */
struct mcp {
    struct arena arena;
    size_t start; /* of the arena's part that a request may use */
    struct config config;
    struct text header_names;    /* what the shim passes in a head: HTTP_HEADERS, then the tools' */
    struct text parameter_names; /* the latter alone */
    struct list_digests lists;
    struct remembered *remembered;
    struct exchange exchange;
};

/* True where there is a mailbox to keep, to wake and to be heard through: not over stdio, where a
   request has no endpoint either. */
static inline bool exchange_has_mailbox(const struct exchange *exchange) {
    return exchange->endpoint != NULL;
}

/* The head of a response to this exchange, to be added to and given to exchange_respond. */
struct buffer exchange_head(struct exchange *exchange, struct text content_type);

/* The same for a response that is a stream of events. */
struct buffer exchange_events_head(struct exchange *exchange);

/* Makes RESPOND the action. */
void exchange_respond(struct exchange *exchange, uint32_t status, const struct buffer *head,
                      struct text body);

/* The same with nothing more in the head: `json`, or no body where that is empty. */
void exchange_answer(struct exchange *exchange, uint32_t status, struct text json);

/* Makes RESPOND the action, with the status and the body of `error`. */
void exchange_fail(struct exchange *exchange, enum http_error error);

/* True where the sealing key is known; else raises `key_missing`, and the caller gives up: the step
   is taken again once the key is there. */
bool exchange_has_key(struct exchange *exchange);

/* Makes STREAM the action: `first`, then what comes for `topic` to the mailbox of `session`. */
void exchange_stream(struct exchange *exchange, const struct session *session, struct text topic,
                     struct text first);

/* Has a copy of `action`, of a kind whose outcome does not matter, taken before the exchange's. */
void exchange_before(struct exchange *exchange, const struct mcp_action *action);

/* Has `body` kept under `topic` in the session's mailbox, for so many seconds, before the
   exchange's action. */
void exchange_keep(struct exchange *exchange, struct text topic, struct text body,
                   uint32_t seconds);

/* What is kept under `topic` of `mailbox`; empty where nothing is. False where that is not known
   yet: the caller gives up, and the step is taken again once it is. One place an exchange. */
bool exchange_kept(struct exchange *exchange, struct text mailbox, struct text topic,
                   struct text *body);

/* Has `keep`, an action of kind KEEP with a version, taken before the exchange's. Where somebody
   else was faster, the step is taken again with what they kept; so nothing that matters goes before
   it. A step that then leaves no action is taken again, too, with what was kept now. */
void exchange_commit(struct exchange *exchange, const struct mcp_action *keep);

/* Carries out `action` while the call waits: host_perform. Where memory ran out a part of it may be
   missing: then nothing is done, and the answer is empty. */
struct text exchange_perform(struct exchange *exchange, const struct mcp_action *action);

/* The action DELIVER to exchange->stream_topic of the next of `events`, which is taken off: of all,
   where the stream has no mark. */
struct mcp_action exchange_next_delivery(struct exchange *exchange, struct text *events);

/* Makes DELIVER to exchange->stream_topic the action: all of `events`, one by one where the stream
   has a mark. What `delivery` says becomes of the streams with the last of them. */
void exchange_deliver(struct exchange *exchange, struct text events, enum mcp_delivery delivery);

/* Has an error response said in memory's stead, should it run out from here on. */
void exchange_prepare_last_words(struct exchange *exchange);

/* The exchange cannot go on: what is left to say stands in exchange->last_words, and its kind is 0
   where that is nothing. Where nothing was prepared, it is an error response to the request that
   was carried out. A tool that was running has its line in the log. Not inline: it is called with a
   stack that was set right a moment before. */
__attribute__((noinline)) void exchange_say_last_words(struct exchange *exchange);

/* Makes READ_BODY the action, or an error where an MCP message cannot have that media type or
   length. */
void exchange_read_message(struct exchange *exchange);

#endif
