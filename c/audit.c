#include "audit.h"

#include "sha256.h"

/* Appends the member that says who called: the key's name, the subject and its issuer, or the start
   of the digest of a token that nobody checks. */
APART static void append_principal(struct buffer *line, const struct principal *principal) {
    struct text subject = principal->subject, issuer;
    uint8_t digest[SHA256_BYTES];
    switch (principal->by) {
    case PRINCIPAL_ANYBODY: break;
    case PRINCIPAL_TOKEN:
        sha256(subject, digest);
        buffer_append(line, TEXT(",\"token\":\""));
        buffer_append_base64url(line, digest, 6);
        buffer_append(line, TEXT("\""));
        break;
    case PRINCIPAL_NAMED: buffer_append_member(line, TEXT(",\"key\":"), subject); break;
    case PRINCIPAL_SUBJECT:
        text_next_field(&subject, '\n', &issuer);
        buffer_append_member(line, TEXT(",\"issuer\":"), issuer);
        buffer_append_member(line, TEXT(",\"subject\":"), subject);
    }
}

void audit_call(struct exchange *exchange, struct text tool, const char *outcome, double began) {
    struct arena *arena = exchange->arena;
    bool exhausted = arena->exhausted;
    if (!exchange->config->audit) return;
    arena->exhausted = false; /* what did not fit was larger than this, which must be logged */
    struct buffer line = buffer_in(exchange->arena, 256);
    buffer_append(&line, TEXT("{\"event\":\"call\""));
    append_principal(&line, &exchange->principal);
    buffer_append_member(&line, TEXT(",\"tool\":"), tool);
    buffer_append(&line, TEXT(",\"milliseconds\":"));
    buffer_append_integer(&line, (int64_t)(host_now() - began));
    BUFFER_APPEND(&line, TEXT(",\"outcome\":\""), text_of(outcome), TEXT("\"}"));
    if (!arena->exhausted) host_log(buffer_text(&line));
    if (exhausted) arena->exhausted = true;
}

APART void audit_refusal(struct exchange *exchange, enum http_error error) {
    const struct http_error_text *text = http_error_text(error);
    const char *wrong = exchange->config->error, *refusal = exchange->credential.refusal;
    if (error == HTTP_ERROR_CREDENTIAL_MALFORMED) refusal = "malformed";
    if (error == HTTP_ERROR_CREDENTIAL_TWICE) refusal = "more_than_one";
    if (text->status == 500) refusal = text->word;
    struct buffer line = buffer_in(exchange->arena, 128);
    BUFFER_APPEND(&line, TEXT("{\"event\":\"refused\",\"reason\":\""),
                  refusal == NULL ? TEXT("unknown") : text_of(refusal), TEXT("\",\"path\":\""),
                  exchange->endpoint->path, TEXT("\""));
    /* whoever reads the log can put it right */
    if (wrong == NULL && error == HTTP_ERROR_NOT_CONFIGURED) wrong = text->sentence;
    if (wrong != NULL) buffer_append_member(&line, TEXT(",\"error\":"), text_of(wrong));
    buffer_append(&line, TEXT("}"));
    if (!exchange->arena->exhausted) host_log(buffer_text(&line));
}
