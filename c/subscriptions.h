/* Who wants to hear of a resource or a list, and telling them. A subscription is a line in the
   mailbox of its subject: the event to send, framed already, and the stream to send it to. */
#ifndef SUBSCRIPTIONS_H
#define SUBSCRIPTIONS_H

#include "features.h"

/* subscriptions/listen (2026-07-28, Subscriptions), resources/subscribe and resources/unsubscribe
   (2025-11-25 and before, Resources). */
feature_method subscriptions_listen, resources_subscribe, resources_unsubscribe;

/* Tells all who subscribed to `subject`, before the exchange's action. */
void subscriptions_publish(struct exchange *exchange, struct text subject);

/* Has the stream of exchange->session, which is legacy and being opened, hear of lists that change,
   in a build where they do. */
void subscriptions_to_lists(struct exchange *exchange);

/* Appends an event for each list that is not what it was when exchange->session began: another
   version was deployed since. */
void subscriptions_append_changes(struct exchange *exchange, struct buffer *events);

#endif
