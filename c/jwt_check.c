#include "jwt_check.h"

#include "issuer.h"
#include "jwk.h"
#include "limits.h"
#include "remembered.h"

/* How far a check has come. Belongs to the request's arena. */
struct jwt_check {
    /* Takes the answer to what was asked for last. */
    enum http_error (*step)(struct exchange *exchange, struct text answer);
    unsigned place; /* of the metadata */
    bool answered;  /* there was something at one of the places */
    bool refreshed; /* the newest documents were asked for */
    struct text keys_url;
    struct text key; /* the one that the signature was last verified with; empty before */
    struct jwt jwt;
};

/* Where the instance last found the metadata: it looks there first, because an issuer that has it
   in one of the two places may have nothing in the other. */
static unsigned last_place;
_Static_assert(ISSUER_PLACES == 2, "!last_place is the other one");

/* Lets nobody in, and has the log say why. */
static enum http_error refuse(struct exchange *exchange, enum jwt_refusal refusal) {
    exchange->credential.refusal = jwt_refusal_word(refusal);
    return refusal >= JWT_ISSUER_UNAVAILABLE ? HTTP_ERROR_KEYS_UNAVAILABLE
                                             : HTTP_ERROR_CREDENTIAL_UNKNOWN;
}

/* Asks for one of the issuer's documents. A copy that is not too old will do; but once one did not,
   only a nearly new one will: the issuer may have replaced a key since, or mended its documents.
   Whoever makes up keys cannot have the issuer asked more often than that. */
static enum http_error fetch(struct exchange *exchange, struct text url,
                             enum http_error (*step)(struct exchange *, struct text)) {
    struct jwt_check *check = exchange->jwt_check;
    uint32_t seconds = check->refreshed ? LIMIT_JWKS_REFRESH_SECONDS : LIMIT_JWKS_SECONDS;
    check->step = step;
    exchange->action = (struct mcp_action){.kind = MCP_ACTION_FETCH,
                                           .topic = url,
                                           .milliseconds = seconds * 1000,
                                           .backlog_bytes = LIMIT_JWKS_BYTES};
    return HTTP_ERROR_NONE;
}

static enum http_error take_keys(struct exchange *exchange, struct text keys);

static enum http_error refresh_keys(struct exchange *exchange) {
    exchange->jwt_check->refreshed = true;
    return fetch(exchange, exchange->jwt_check->keys_url, take_keys);
}

static enum http_error take_signature(struct exchange *exchange, struct text answer) {
    struct jwt_check *check = exchange->jwt_check;
    if (!text_equal(answer, TEXT("\1"))) {
        return check->refreshed ? refuse(exchange, JWT_SIGNATURE) : refresh_keys(exchange);
    }
    struct principal principal = {.subject = check->jwt.subject,
                                  .name = check->jwt.name,
                                  .scopes = check->jwt.scopes,
                                  .expires = check->jwt.expires};
    /* remembered no longer than its key */
    return remembered_let_in(exchange, exchange->config->jwt_issuer, &principal,
                             LIMIT_JWKS_SECONDS);
}

static enum http_error take_keys(struct exchange *exchange, struct text keys) {
    struct jwt_check *check = exchange->jwt_check;
    struct text key;
    if (keys.length == 0) {
        /* the copy was good enough to reject the signature */
        return refuse(exchange, check->key.length > 0 ? JWT_SIGNATURE : JWT_KEYS_UNAVAILABLE);
    }
    enum jwt_refusal refusal = JWT_KEYS_MALFORMED;
    if (keys.length <= LIMIT_JWKS_BYTES) {
        refusal = jwk_find(keys, &check->jwt, exchange->arena, &key);
    }
    if (refusal != JWT_OK && !check->refreshed) return refresh_keys(exchange);
    if (refusal != JWT_OK) return refuse(exchange, refusal);
    /* this is still the key that failed to verify it */
    if (text_equal(key, check->key)) return refuse(exchange, JWT_SIGNATURE);
    check->key = key;
    check->step = take_signature;
    exchange->action = (struct mcp_action){.kind = MCP_ACTION_VERIFY,
                                           .topic = key,
                                           .mark = check->jwt.algorithm->webcrypto,
                                           .after = check->jwt.signed_text,
                                           .body = check->jwt.signature};
    return HTTP_ERROR_NONE;
}

static enum http_error take_metadata(struct exchange *exchange, struct text metadata);

static enum http_error fetch_metadata(struct exchange *exchange, unsigned place) {
    struct text issuer = exchange->config->jwt_issuer;
    exchange->jwt_check->place = place;
    return fetch(exchange, issuer_metadata_url(issuer, place, exchange->arena), take_metadata);
}

static enum http_error take_metadata(struct exchange *exchange, struct text metadata) {
    struct jwt_check *check = exchange->jwt_check;
    if (metadata.length > 0 && metadata.length <= LIMIT_JWKS_BYTES &&
        issuer_read_metadata(exchange->config->jwt_issuer, metadata, exchange->arena,
                             &check->keys_url)) {
        last_place = check->place;
        return fetch(exchange, check->keys_url, take_keys);
    }
    check->answered = check->answered || metadata.length > 0;
    if (check->place == last_place) return fetch_metadata(exchange, !last_place);
    if (!check->answered) return refuse(exchange, JWT_ISSUER_UNAVAILABLE);
    if (check->refreshed) return refuse(exchange, JWT_ISSUER_MALFORMED);
    check->refreshed = true;
    return fetch_metadata(exchange, last_place);
}

enum http_error jwt_check_begin(struct exchange *exchange) {
    const struct config *config = exchange->config;
    struct jwt_expected expected = {config->jwt_issuer, config->jwt_audience, host_now()};
    struct jwt_check *check = arena_allocate(exchange->arena, sizeof *check);
    if (check == NULL) return HTTP_ERROR_BUSY;
    *check = (struct jwt_check){0};
    exchange->jwt_check = check;
    enum jwt_refusal refusal =
        jwt_read(exchange->credential.token, &expected, exchange->arena, &check->jwt);
    if (refusal != JWT_OK) return refuse(exchange, refusal);
    return fetch_metadata(exchange, last_place);
}

enum http_error jwt_check_answered(struct exchange *exchange, struct text answer) {
    return exchange->jwt_check->step(exchange, answer);
}
