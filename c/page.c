/* The page at /: worker/home/index.html with this server's own facts filled in. */
#include "endpoints.h"
#include "home.h"
#include "registry.h"
#include "server.h"

static void append_tools(struct buffer *out) {
    for (size_t i = 0; i < registry_count(REGISTRY_TOOLS); i++) {
        const struct tool *tool = registry_at(REGISTRY_TOOLS, i);
        buffer_append(out, TEXT("<li><code>"));
        buffer_append_html(out, text_of(tool->name));
        buffer_append(out, TEXT("</code> <span>"));
        buffer_append_html(out, text_of(tool->description));
        buffer_append(out, TEXT("</span></li>"));
    }
}

/* Modes whose tokens are checked can be combined: each says its own, and no more. */
static void append_checked(const struct config *config, struct buffer *out) {
    if (config->auth_oauth) {
        buffer_append(out, TEXT("Clients can log in: connect, and a page opens. "));
    }
    if (config->auth_jwt) {
        buffer_append(out, TEXT("A token of this server's issuer connects. "));
    }
    if (config->auth_tokens) {
        buffer_append(out, TEXT("A token from this server's owner connects. "));
    }
}

static void append_access(const struct exchange *exchange, struct buffer *out) {
    const struct config *config = exchange->config;
    bool local = http_host_is_loopback(exchange->request.host);
    if (config->error != NULL) buffer_append_html(out, text_of(config->error));
    else if (config->auth_none) buffer_append(out, TEXT("Anybody connects, without a token."));
    else if (config->auth_unset && !local) {
        const char *sentence = http_error_text(HTTP_ERROR_NOT_CONFIGURED)->sentence;
        buffer_append_html(out, text_of(sentence));
    } else if (config->auth_any || config->auth_unset) {
        buffer_append(out, TEXT("Any bearer token connects: this server checks none."));
    } else append_checked(config, out);
}

/* The page loads nothing, can be framed nowhere, and sends no referrer. */
static const struct text headers = TEXT_INITIALIZER(
    "cache-control: no-store\n"
    "x-content-type-options: nosniff\n"
    "referrer-policy: no-referrer\n"
    "content-security-policy: default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\n");

static void answer(struct exchange *exchange) {
    struct buffer head = exchange_head(exchange, TEXT("text/html; charset=utf-8"));
    struct buffer out = buffer_in(exchange->arena, sizeof home_html + 1024);
    struct text rest = {(const char *)home_html, sizeof home_html - 1};
    while (rest.length > 0) {
        size_t plain = text_find(rest, '{');
        buffer_append(&out, (struct text){rest.bytes, plain});
        rest = text_from(rest, plain);
        if (text_take(&rest, TEXT("{{origin}}"))) http_append_origin(&exchange->request, &out);
        else if (text_take(&rest, TEXT("{{tools}}"))) append_tools(&out);
        else if (text_take(&rest, TEXT("{{access}}"))) append_access(exchange, &out);
        else if (text_take(&rest, TEXT("{{version}}"))) buffer_append(&out, TEXT(SERVER_VERSION));
        else if (text_take(&rest, TEXT("{"))) buffer_append(&out, TEXT("{"));
    }
    buffer_append(&head, headers);
    exchange_respond(exchange, 200, &head, buffer_text(&out));
}

const struct endpoint server_page = {
    TEXT_INITIALIZER("/"), TEXT_INITIALIZER("GET, HEAD"), true, answer, NULL, NULL};
