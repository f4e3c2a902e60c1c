/* Streams that a client can come back to (2025-11-25, Transports, "Resumability and Redelivery").

   These are, in a session of Streamable HTTP, the stream of GET and that of a request whose call
   waits, for time to pass or for the client's answer. Their events go through the session's
   mailbox, which numbers and keeps them. An id is TOKEN.NUMBER; the token is sealed for the session
   and its principal, so that nobody else's id leads anywhere.

   What is answered at once, in one piece, has no ids, even in an event stream: an id promises that
   the rest can be had later, and nothing of such an answer is kept ("Servers MAY attach an id"). A
   client that loses it asks again, as it would with a JSON response. The streams of 2024-11-05 and
   of 2026-07-28 have no ids either: those revisions have no resumption. */
#ifndef RESUMABLE_H
#define RESUMABLE_H

#include "exchange.h"
#include "linked.h"

/* A new name for a stream of the session. Belongs to the arena, as all texts here do. */
struct text resumable_new(struct exchange *exchange);

/* The topic of the stream `name`; that of the session's own stream if `name` is empty. */
struct text resumable_topic(struct exchange *exchange, struct text name);

/* Sends the events and the response to the stream `name` from now on, which is also the call's
   nonce (tool_call_nonce). */
void resumable_use(struct exchange *exchange, struct text name);

/* True if the events and the response go to such a stream; never in a build that has none but that
   of GET. */
static inline bool resumable_is_used(const struct exchange *exchange) {
    return (asking_linked || waiting_linked) && exchange->stream_mark.length > 0;
}

/* True if the response has not begun and can be a stream that the client can come back to. */
bool resumable_can_begin(const struct exchange *exchange);

/* Adds to an action on the exchange's stream what the mailbox needs to keep it; nothing if the
   stream has no mark. */
void resumable_mark(const struct exchange *exchange, struct mcp_action *action);

/* Makes STREAM the action: the exchange's stream, from `after` on. It begins with an event that has
   an id and a retry hint and says nothing, so that the client can come back whenever the stream
   breaks (2025-11-25, Transports, "Sending Messages to the Server"; SEP-1699). */
void resumable_open(struct exchange *exchange, struct text after);

/* Answers GET: makes STREAM the action, for the session's own stream or the one that the header
   Last-Event-ID names; or the error HTTP_ERROR_EVENT_UNKNOWN. */
void resumable_get(struct exchange *exchange);

/* The event that asks the client to come back after `milliseconds`. */
struct text resumable_retry(struct exchange *exchange, uint32_t milliseconds);

#endif
