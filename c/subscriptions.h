/* Who wants to hear of a resource, and telling them. A subscription is a line in the mailbox of its
   resource: the event to send, framed already, and the stream to send it to. */
#ifndef SUBSCRIPTIONS_H
#define SUBSCRIPTIONS_H

#include "features.h"

/* subscriptions/listen (2026-07-28, Subscriptions), resources/subscribe and resources/unsubscribe
   (2025-11-25 and before, Resources). */
feature_method subscriptions_listen, resources_subscribe, resources_unsubscribe;

/* Tells all who subscribed to `uri`, before the exchange's action. */
void subscriptions_publish(struct exchange *exchange, struct text uri);

#endif
