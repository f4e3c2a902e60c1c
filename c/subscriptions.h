/* Subscribers to resources and lists, and telling them of changes. A subscription is a line in the
   mailbox of its subject: the event to send, already framed, and the stream to send it to. */
#ifndef SUBSCRIPTIONS_H
#define SUBSCRIPTIONS_H

#include "limits.h"
#include "methods.h"

/* What the subscription of the exchange's session to `topic` is kept under, in the same mailbox: so
   MCP_ACTION_PUBLISH finds it, and the session's stream. Belongs to the exchange's arena. */
struct text subscriptions_topic(struct exchange *exchange, struct text topic);

/* subscriptions/listen (2026-07-28, Subscriptions), resources/subscribe and resources/unsubscribe
   (2025-11-25 and before, Resources). */
feature_method subscriptions_listen, resources_subscribe, resources_unsubscribe;

/* The first of them, for the tables of all features that can be subscribed to. */
#define SUBSCRIPTIONS_METHOD                                                                       \
    { TEXT_INITIALIZER("subscriptions/listen"), subscriptions_listen, MODERN }

/* The milliseconds left below which a subscription is ended by the first change that reaches
   nobody: its stream was there and is gone. A session's has more for a day. */
#define SUBSCRIPTION_ENDS_MS ((LIMIT_SUBSCRIPTION_SECONDS - LIMIT_OPENING_SECONDS) * 1000)

#endif
