#include "remembered.h"

#include <string.h>

#include "limits.h"
#include "sha256.h"

struct entry {
    double until;
    struct principal principal; /* its texts are views of `texts` */
    char texts[LIMIT_REMEMBERED_BYTES];
};

struct remembered {
    size_t count, next; /* `next`: where the next entry goes */
    /* of the entries' tokens: side by side, because each request looks through them */
    uint8_t digests[LIMIT_REMEMBERED_TOKENS][SHA256_BYTES];
    struct entry entries[LIMIT_REMEMBERED_TOKENS];
};

struct remembered *remembered_in(struct arena *arena) {
    struct remembered *table = arena_allocate(arena, sizeof *table);
    if (table != NULL) memset(table, 0, sizeof *table);
    return table;
}

/* A copy of `from` at `*at`, which moves past it. */
static struct text copy(char **at, struct text from) {
    struct text to = {*at, from.length};
    if (from.length > 0) memcpy(*at, from.bytes, from.length);
    *at += from.length;
    return to;
}

/* All three are in one request's memory, so that their sum cannot overflow. */
static size_t texts_length(const struct principal *principal) {
    return principal->subject.length + principal->name.length + principal->scopes.length;
}

/* A copy of `from` whose texts are at `at`, texts_length of it. */
static struct principal copy_principal(char *at, const struct principal *from) {
    struct principal to = *from;
    to.subject = copy(&at, from->subject);
    to.name = copy(&at, from->name);
    to.scopes = copy(&at, from->scopes);
    return to;
}

bool remembered_find(const struct remembered *table, struct text token, double now,
                     struct arena *arena, struct principal *principal) {
    uint8_t digest[SHA256_BYTES];
    if (table == NULL || table->count == 0) return false;
    sha256(token, digest);
    for (size_t i = 0; i < table->count; i++) {
        const struct entry *entry = &table->entries[i];
        if (!text_equal_secret(digest, table->digests[i], sizeof digest)) continue;
        if (now >= entry->until) return false;
        /* the entry may be somebody else's before the request is over */
        char *texts = arena_allocate(arena, texts_length(&entry->principal));
        if (texts == NULL) return false;
        *principal = copy_principal(texts, &entry->principal);
        return true;
    }
    return false;
}

/* The place for an entry with that digest: its own, or that of the oldest. */
static size_t place_for(struct remembered *table, const uint8_t digest[SHA256_BYTES]) {
    for (size_t i = 0; i < table->count; i++) {
        if (text_equal_secret(digest, table->digests[i], SHA256_BYTES)) return i;
    }
    size_t place = table->next;
    table->next = (table->next + 1) % LIMIT_REMEMBERED_TOKENS;
    if (table->count < LIMIT_REMEMBERED_TOKENS) table->count++;
    return place;
}

void remembered_add(struct remembered *table, struct text token, const struct principal *principal,
                    double until) {
    uint8_t digest[SHA256_BYTES];
    if (table == NULL || texts_length(principal) > LIMIT_REMEMBERED_BYTES) return;
    sha256(token, digest);
    size_t place = place_for(table, digest);
    struct entry *entry = &table->entries[place];
    memcpy(table->digests[place], digest, sizeof digest);
    entry->until = until;
    entry->principal = copy_principal(entry->texts, principal);
}

enum http_error remembered_let_in(struct exchange *exchange, struct text issuer,
                                  const struct principal *principal, uint32_t seconds) {
    double stale = host_now() + seconds * 1000.0;
    struct buffer subject = buffer_in(exchange->arena, 256);
    BUFFER_APPEND(&subject, issuer, TEXT("\n"), principal->subject);
    exchange->principal = *principal;
    exchange->principal.by = PRINCIPAL_SUBJECT;
    exchange->principal.subject = buffer_text(&subject);
    exchange->principal.limited = true;
    if (exchange->arena->exhausted) return HTTP_ERROR_BUSY; /* the subject may have been cut */
    remembered_add(exchange->remembered, exchange->credential.token, &exchange->principal,
                   principal->expires < stale ? principal->expires : stale);
    return HTTP_ERROR_NONE;
}
