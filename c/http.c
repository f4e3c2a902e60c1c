#include "http.h"

#include "limits.h"

#define HTTP_HEADER_LINE(symbol, name) name "\n"
const struct text http_header_names = TEXT_INITIALIZER(HTTP_HEADERS(HTTP_HEADER_LINE));
#undef HTTP_HEADER_LINE

static bool is_host_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '.' || byte == '-' || byte == '_' ||
           byte == ':' || byte == '[' || byte == ']';
}

/* `host` without its port. */
static struct text host_name(struct text host) {
    if (host.length > 0 && host.bytes[0] == '[') {
        size_t close = text_find(host, ']');
        return (struct text){host.bytes, close == host.length ? close : close + 1};
    }
    return (struct text){host.bytes, text_find(host, ':')};
}

/* True for nothing, and for a colon followed by digits. */
static bool is_port(struct text port) {
    uint64_t number;
    return port.length == 0 ||
           (port.bytes[0] == ':' && text_to_number(text_from(port, 1), &number) && number < 65536);
}

bool http_is_host(struct text host) {
    for (size_t i = 0; i < host.length; i++) {
        if (!is_host_byte(host.bytes[i])) return false;
    }
    return host.length > 0 && is_port(text_from(host, host_name(host).length));
}

/* Splits `url` at "://"; false if the scheme is not http or https. */
static bool split_scheme(struct text url, struct text *scheme, struct text *rest) {
    size_t colon = text_find(url, ':');
    *scheme = (struct text){url.bytes, colon};
    *rest = text_from(url, colon);
    if (!text_equal(*scheme, TEXT("http")) && !text_equal(*scheme, TEXT("https"))) return false;
    return text_take(rest, TEXT("://"));
}

static bool parse_url(struct text url, struct http_request *request) {
    struct text rest;
    if (!split_scheme(url, &request->scheme, &rest)) return false;
    size_t slash = text_find(rest, '/');
    request->host = (struct text){rest.bytes, slash};
    if (slash == rest.length || !http_is_host(request->host)) return false;
    rest = text_from(rest, slash);
    text_next_field(&rest, '?', &request->path);
    request->query = rest;
    if (request->path.length > 1 && request->path.bytes[request->path.length - 1] == '/') {
        request->path.length--;
        request->slash_ended = true;
    }
    return true;
}

bool http_parse_head(struct text head, struct http_request *request) {
    struct text url;
    if (!text_next_field(&head, '\n', &request->method)) return false;
    if (!text_next_field(&head, '\n', &url)) return false;
    if (!text_next_field(&head, '\n', &request->place)) return false;
    for (int i = 0; i < HTTP_HEADER_COUNT; i++) {
        struct text *value = &request->headers[i];
        if (!text_next_field(&head, '\n', value)) return false;
        if (value->length == 1 && value->bytes[0] == '\0') *value = (struct text){NULL, 0};
    }
    request->parameters = head;
    return parse_url(url, request);
}

bool http_has(const struct http_request *request, enum http_header header) {
    return request->headers[header].bytes != NULL;
}

bool http_query_value(const struct http_request *request, struct text name, struct text *value) {
    struct text rest = request->query, key;
    while (text_next_field(&rest, '&', value)) {
        text_next_field(value, '=', &key);
        if (text_equal(key, name)) return true;
    }
    return false;
}

/* True if `parameters`, those of a media range, say q=0. */
static bool refuses(struct text parameters) {
    struct text parameter;
    while (text_next_field(&parameters, ';', &parameter)) {
        parameter = text_trim(parameter);
        if (parameter.length < 3 || (parameter.bytes[0] | 0x20) != 'q' ||
            parameter.bytes[1] != '=') {
            continue;
        }
        for (size_t i = 2; i < parameter.length; i++) {
            if (parameter.bytes[i] >= '1' && parameter.bytes[i] <= '9') return false;
        }
        return true;
    }
    return false;
}

static bool range_matches(struct text range, struct text type) {
    if (text_equal(range, TEXT("*/*"))) return true;
    size_t slash = text_find(range, '/');
    if (!text_equal(text_from(range, slash), TEXT("/*"))) return false;
    return text_equal_ignoring_case((struct text){range.bytes, slash + 1},
                                    (struct text){type.bytes, text_find(type, '/') + 1});
}

bool http_accepts(const struct http_request *request, struct text type, bool exact) {
    if (!http_has(request, HTTP_ACCEPT)) return !exact;
    struct text rest = request->headers[HTTP_ACCEPT], range, name;
    bool by_wildcard = false;
    while (text_next_field(&rest, ',', &range)) {
        text_next_field(&range, ';', &name);
        name = text_trim(name);
        bool refused = refuses(range);
        /* the more specific range decides (section 12.5.1) */
        if (text_equal_ignoring_case(name, type)) return !refused;
        if (!refused && range_matches(name, type)) by_wildcard = true;
    }
    return by_wildcard && !exact;
}

bool http_content_is_json(const struct http_request *request) {
    struct text type = request->headers[HTTP_CONTENT_TYPE];
    type.length = text_find(type, ';');
    return text_equal_ignoring_case(text_trim(type), TEXT("application/json"));
}

/* True for 127.a.b.c with four numbers: "127.evil.example" is a name, not an address. */
static bool is_loopback_address(struct text name) {
    struct text field;
    int fields = 0;
    for (; text_next_field(&name, '.', &field); fields++) {
        uint64_t number;
        if (field.length > 3 || !text_to_number(field, &number) || number > 255) return false;
        if (fields == 0 && number != 127) return false;
    }
    return fields == 4;
}

bool http_host_is_loopback(struct text host) {
    struct text name = host_name(host);
    return text_equal_ignoring_case(name, TEXT("localhost")) || text_equal(name, TEXT("[::1]")) ||
           is_loopback_address(name);
}

/* True for scheme://host[:port] of http or https. */
static bool is_origin(struct text origin, struct text *host) {
    struct text scheme;
    return split_scheme(origin, &scheme, host) && http_is_host(*host);
}

bool http_are_origins(struct text list) {
    struct text entry, host;
    while (text_next_field(&list, ',', &entry)) {
        entry = text_trim(entry);
        if (entry.length > 0 && !is_origin(entry, &host)) return false;
    }
    return true;
}

/* True if the comma-separated `list` names `wanted`. */
static bool list_has(struct text list, struct text wanted) {
    struct text entry;
    while (text_next_field(&list, ',', &entry)) {
        if (text_equal_ignoring_case(text_trim(entry), wanted)) return true;
    }
    return false;
}

/* Judges the header Origin, which only browsers send. */
APART static enum http_error judge_page(struct text origin, bool local, struct text allowed) {
    struct text host;
    if (!is_origin(origin, &host)) return HTTP_ERROR_ORIGIN_MALFORMED;
    if (allowed.length > 0) {
        return list_has(allowed, origin) ? HTTP_ERROR_NONE : HTTP_ERROR_ORIGIN_FOREIGN;
    }
    return local && !http_host_is_loopback(host) ? HTTP_ERROR_ORIGIN_FOREIGN : HTTP_ERROR_NONE;
}

enum http_error http_judge_origin(const struct http_request *request, struct text allowed_origins,
                                  struct text allowed_hosts) {
    bool local = http_host_is_loopback(request->host);
    /* A page that rebinds its name to 127.0.0.1 reaches a local server over plain HTTP and under a
       foreign name; a deployed server is reached over HTTPS. */
    if (!local && text_equal(request->scheme, TEXT("http")) &&
        !list_has(allowed_hosts, host_name(request->host))) {
        return HTTP_ERROR_HOST_FOREIGN;
    }
    if (!http_has(request, HTTP_ORIGIN)) return HTTP_ERROR_NONE;
    return judge_page(request->headers[HTTP_ORIGIN], local, allowed_origins);
}

struct buffer http_response_head(const struct http_request *request, struct arena *arena,
                                 struct text content_type) {
    struct buffer head = buffer_in(arena, 512);
    if (content_type.length > 0) http_add_header(&head, TEXT("content-type"), content_type);
    /* a POST without an Origin does not come from a page; there these would only cost time */
    if (http_has(request, HTTP_ORIGIN) || !text_equal(request->method, TEXT("POST"))) {
        http_add_header(&head, TEXT("access-control-allow-origin"), TEXT("*"));
        http_add_header(
            &head, TEXT("access-control-expose-headers"),
            TEXT("WWW-Authenticate, Mcp-Session-Id, MCP-Protocol-Version, Retry-After"));
    }
    return head;
}

void http_append_origin(const struct http_request *request, struct buffer *out) {
    BUFFER_APPEND(out, request->scheme, TEXT("://"), request->host);
}

void http_add_header(struct buffer *head, struct text name, struct text value) {
    BUFFER_APPEND(head, name, TEXT(": "), value, TEXT("\n"));
}
