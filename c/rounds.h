/* A call in several rounds. A modern request goes back with its questions, and with the answers so
   far, sealed (2026-07-28, Multi Round-Trip Requests). For a legacy client the same questions
   become requests on a stream, one after the other, and the call itself waits in a mailbox
   (2025-11-25, Transports). Either way no state stays here, and the tool is run again. */
#ifndef ROUNDS_H
#define ROUNDS_H

#include "asking.h"

/* As struct asking says. */
struct outcome rounds_start(struct tool_call *call);
struct outcome rounds_end(struct tool_call *call, size_t start);

#endif
