/* Who wants to hear of a resource or a list, and telling them. A subscription is a line in the
   mailbox of its subject: the event to send, framed already, and the stream to send it to. */
#ifndef SUBSCRIPTIONS_H
#define SUBSCRIPTIONS_H

#include "limits.h"
#include "methods.h"

/* subscriptions/listen (2026-07-28, Subscriptions), resources/subscribe and resources/unsubscribe
   (2025-11-25 and before, Resources). */
feature_method subscriptions_listen, resources_subscribe, resources_unsubscribe;

/* The first of them, in the tables of all features that have something to say there. */
#define SUBSCRIPTIONS_METHOD                                                                       \
    { TEXT_INITIALIZER("subscriptions/listen"), subscriptions_listen, MODERN, false }

/* The milliseconds that a subscription has left when the first change that meets nobody ends it:
   its stream was there and is no more. A session's has more for a day. */
#define SUBSCRIPTION_ENDS_MS ((LIMIT_SUBSCRIPTION_SECONDS - LIMIT_OPENING_SECONDS) * 1000)

#endif
