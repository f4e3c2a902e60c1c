#include "tool.h"

static void get_token(struct tool_call *call, const void *arguments) {
    (void)arguments;
    struct text credential = tool_credential(call), caller = tool_caller(call);
    if (caller.length > 0) {
        reply_text(call, "User's token: (hidden), known here as %.*s", TOOL_FORMAT(caller));
    } else if (credential.length > 0) {
        reply_text(call, "User's token: %.*s", TOOL_FORMAT(credential));
    } else {
        reply_text(call, "User's token: none, this server asks for none");
    }
}

TOOL(getToken, .title = "Get token",
     .description = "Shows the credential with which this client came.", .read_only = HINT_YES,
     .run = get_token);
