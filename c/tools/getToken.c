#include "tool.h"

static const char *expiry(struct tool_call *call) {
    double expires = tool_caller_expires(call);
    return expires > 0 ? tool_time(call, expires) : "never";
}

static void get_token(struct tool_call *call, const void *arguments) {
    (void)arguments;
    struct text credential = tool_credential(call), caller = tool_caller(call), scopes;
    if (!tool_caller_scopes(call, &scopes)) scopes = TEXT("all");
    if (credential.length == 0) {
        reply_text(call, "User's token: none, this server asks for none");
    } else if (caller.length == 0) {
        reply_text(call, "User's token: %.*s", TOOL_FORMAT(credential));
    } else {
        reply_text(call, "User's token: %.*s, of %.*s; scopes: %.*s; expires: %s",
                   TOOL_FORMAT(credential), TOOL_FORMAT(caller), TOOL_FORMAT(scopes), expiry(call));
    }
}

TOOL(getToken, .title = "Get token",
     .description = "Shows the credential with which this client came.", .read_only = HINT_YES,
     .run = get_token);
