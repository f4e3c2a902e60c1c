#include "server.h"

#include "metadata.h"

void server_append_info(struct buffer *out, enum revision revision) {
    buffer_append(out, TEXT("{\"name\":\"" SERVER_NAME "\""));
    metadata_append_title(out, SERVER_TITLE, revision);
    buffer_append(out, TEXT(",\"version\":\"" SERVER_VERSION "\""));
    if (revision >= REVISION_2025_11_25) {
        metadata_append_string(out, TEXT("description"), mcp_server.description);
        metadata_append_string(out, TEXT("websiteUrl"), mcp_server.website_url);
        metadata_append_icons(out, &mcp_server.icons, revision);
    }
    buffer_append(out, TEXT("}"));
}

void server_append_instructions(struct buffer *out) {
    metadata_append_string(out, TEXT("instructions"), mcp_server.instructions);
}
