/* Every limit of the server, once, with its reason. The test of each runs at N and N + 1. */
#ifndef LIMITS_H
#define LIMITS_H

/* A request body, in bytes. Large enough for a document or a picture in base64; small enough that
   body, cJSON tree and answer fit a Worker's 128 MB together. MAX_BODY_BYTES in wrangler.toml. */
#define LIMIT_BODY_BYTES (4u << 20)

/* The highest value MAX_BODY_BYTES may have: above it the Worker's own memory is the limit. */
#define LIMIT_BODY_BYTES_CEILING (16u << 20)

/* All that one request may allocate, in bytes: a full body, its tree and an answer of that size. */
#define LIMIT_ARENA_BYTES (80u << 20)

/* Method, URL and the headers that the core reads, in bytes: the platform stops at 128 KB in all.
 */
#define LIMIT_HEAD_BYTES (64u << 10)

/* A bearer credential, in bytes: the largest access tokens in use (JWTs with groups) are near 8 KB.
 */
#define LIMIT_CREDENTIAL_BYTES (16u << 10)

/* Arrays and objects inside each other. Deeper JSON is an attack or a mistake; cJSON recurses. */
#define LIMIT_JSON_DEPTH 64

/* Values in one JSON document: 40 bytes each as a cJSON tree, so 8 MB at the most. */
#define LIMIT_JSON_VALUES 200000

/* Messages in one JSON-RPC batch (2025-03-26 only). */
#define LIMIT_BATCH_MESSAGES 64

/* A JSON-RPC id, in bytes as written: it is echoed, so it must not be a way to amplify. */
#define LIMIT_ID_BYTES 1024

/* Entries on one page of a list: a client with a small window can still read it. */
#define LIMIT_PAGE_ENTRIES 100

/* Values that completion/complete shows (2025-11-25, Completion, "Completion Results"). */
#define LIMIT_COMPLETIONS 100

/* Named tokens in TOKENS: each costs one comparison in every request. */
#define LIMIT_TOKENS 64

/* Seconds between two comment frames on an open stream: proxies cut idle ones after 125 s or less,
   the edge after about 300 s. */
#define LIMIT_KEEP_ALIVE_SECONDS 25

/* Bytes that wait for the reader of a stream before it is closed: a mailbox cannot be slowed down,
   and one slow reader must not fill the memory of all. Two full answers. */
#define LIMIT_BACKLOG_BYTES (8u << 20)

#endif
