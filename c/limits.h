/* Every limit of the server, in one place, with its reason. Each that refuses something is tested
   at N and N + 1. */
#ifndef LIMITS_H
#define LIMITS_H

/* A request body, in bytes. Large enough for a document or a picture in base64; small enough that
   body, cJSON tree and answer fit a Worker's 128 MB together. MAX_BODY_BYTES in wrangler.toml. */
#define LIMIT_BODY_BYTES (4u << 20)

/* The highest value MAX_BODY_BYTES may have: above it the Worker's own memory is the limit. */
#define LIMIT_BODY_BYTES_CEILING (16u << 20)

/* All that one request may allocate, in bytes: a full body, its tree and an answer of that size. */
#define LIMIT_ARENA_BYTES (80u << 20)

/* Method, URL and headers that the core reads, in bytes: the platform stops at 128 KB in all. */
#define LIMIT_HEAD_BYTES (64u << 10)

/* A bearer credential, in bytes: the largest access tokens (JWTs with groups) have about 8 KB. */
#define LIMIT_CREDENTIAL_BYTES (16u << 10)

/* Seconds by which the clocks of a JWT's issuer and this server may differ (RFC 7519, section
   4.1.4: "no more than a few minutes"). */
#define LIMIT_JWT_SKEW_SECONDS 60

/* A document of the issuer of JWTs, its metadata or its keys, in bytes: the largest key sets in
   use, with certificates in them, have about 30 KB. */
#define LIMIT_JWKS_BYTES (64u << 10)

/* Keys in an issuer's set: many times what any issuer needs to replace a key. */
#define LIMIT_JWKS_KEYS 64

/* The minimum size of an RSA key, in bits (RFC 7518, section 3.3). */
#define LIMIT_RSA_BITS 2048

/* How old a copy of these documents may be, in seconds: a key that the issuer withdrew stays good
   that long, unless a new one is seen before. */
#define LIMIT_JWKS_SECONDS 600

/* The same if the copy does not have the token's key, or cannot be used: whoever makes up keys
   cannot have the issuer asked more often. */
#define LIMIT_JWKS_REFRESH_SECONDS 30

/* Nested arrays and objects. Deeper JSON is an attack or a mistake; cJSON recurses. */
#define LIMIT_JSON_DEPTH 64

/* Values in one JSON document: 48 bytes each as a cJSON tree, so 10 MB besides keys and strings. */
#define LIMIT_JSON_VALUES 200000

/* Messages in one JSON-RPC batch (2025-03-26 only). */
#define LIMIT_BATCH_MESSAGES 64

/* A JSON-RPC id, in bytes as written: it is echoed, and must not be a way to amplify. */
#define LIMIT_ID_BYTES 1024

/* Entries on one page of a list: a client with a small window can still read it. */
#define LIMIT_PAGE_ENTRIES 100

/* Values that completion/complete shows (2025-11-25, Completion, "Completion Results"). */
#define LIMIT_COMPLETIONS 100

/* Named tokens in TOKENS: each costs one comparison per request. */
#define LIMIT_TOKENS 64

/* Access tokens that an instance remembers as good, and the bytes of what each stands for: issuer,
   subject, name and scopes. 48 KB in all, in modes that need it. */
#define LIMIT_REMEMBERED_TOKENS 32
#define LIMIT_REMEMBERED_BYTES 1400

/* Seconds for which an access token of the server's own stays good after it was revoked: each
   lookup reads the platform's storage. */
#define LIMIT_INTROSPECTED_SECONDS 60

/* Seconds between two comment frames on an open stream: proxies cut idle ones after 125 s or less,
   the edge after about 300 s. */
#define LIMIT_KEEP_ALIVE_SECONDS 25

/* Seconds for which the sealed state of a request that waits for answers is good: somebody has to
   see a question and answer it. */
#define LIMIT_REQUEST_STATE_SECONDS 3600

/* A call that waits for its client's answer, in a mailbox or sealed in a requestState, or a task,
   in bytes: a Durable Object keeps values of up to 2 MB, and an answer can be a picture. */
#define LIMIT_KEPT_BYTES (1u << 20)

/* Seconds for which a call waits in a mailbox for its client's answer: who is asked in the evening
   answers in the morning. After that nobody ends the call, but its client. */
#define LIMIT_ANSWER_SECONDS 86400u

/* Seconds for which what a stream said is kept after it broke: a laptop sleeps through a
   meeting. */
#define LIMIT_KEPT_SECONDS 3600u

/* Seconds for which a session's log level is kept, and what the client of a session on /sse offers:
   a month. */
#define LIMIT_SESSION_SECONDS 2592000u

/* Seconds for which it is known that a request was cancelled: a call that waits checks every few
   seconds, and a later request may have the same id. */
#define LIMIT_CANCELLED_SECONDS 60u

/* Seconds for which a task is kept, from its start: users who went home find it in the morning. */
#define LIMIT_TASK_SECONDS 86400

/* How often a client is told to poll a task, in milliseconds. */
#define LIMIT_TASK_POLL_MS 2000

/* How often a waiting task or call checks whether it was cancelled, in milliseconds: each check
   reads a mailbox. */
#define LIMIT_TASK_CHECK_MS 2000

/* How long after a stream was requested it is told the state of its tasks, in milliseconds: changes
   while it was being opened would otherwise be missed. */
#define LIMIT_TASK_LISTEN_MS 1000

/* Milliseconds more for each task that is still to be subscribed to, one after the other: two calls
   of a mailbox, which may be far away. */
#define LIMIT_TASK_LISTEN_EACH_MS 200u

/* How often a task is run that does not finish because it traps, is too slow, or the machine was
   restarted: the platform gives a run 15 minutes, and tries again after 2, 4, 8 ... seconds. */
#define LIMIT_TASK_ATTEMPTS 5

/* A task id as it is sent, in bytes: ours have 50. */
#define LIMIT_TASK_ID_BYTES 64

/* Seconds for which a stream's subscription is good: longer than a stream lives at the edge. A
   session's is good for twice that, because its streams come and go. */
#define LIMIT_SUBSCRIPTION_SECONDS 86400u

/* Seconds within which a stream is open after it was subscribed for. */
#define LIMIT_OPENING_SECONDS 60u

/* Questions that one call asks a client in a session, one after the other: an answer that does not
   fit is asked for again, and a program may give the same one each time. */
#define LIMIT_ROUNDS 64

/* Resources, or tasks, that one stream listens for: each is a line in a mailbox. What a session
   subscribes to before 2026-07-28, a resource a request, is not counted: that would take one more
   mailbox for each. A line is kept once for each resource that exists, and for two days. */
#define LIMIT_SUBSCRIPTIONS 100

/* The URI of a resource to subscribe to, in bytes: it is kept, and each change repeats it. RFC
   9110, section 4.1, recommends supporting 8,000. */
#define LIMIT_URI_BYTES 8192

/* A log message, in bytes: longer ones are cut. */
#define LIMIT_LOG_BYTES 1024

/* A wait in a call of this many milliseconds, or after something was said, makes the response a
   stream that is kept: a shorter silence is not worth the cost. */
#define LIMIT_SILENT_MILLISECONDS 1000u

/* Milliseconds after which a client whose stream broke comes back: soon enough for a person, and no
   storm if all come back at once. */
#define LIMIT_RETRY_MILLISECONDS 1000u

/* Seconds for which a call goes on alone after its connection was closed, by either side: the
   platform ends it after 30, and its last output has to be kept by then. */
#define LIMIT_ALONE_SECONDS 20

/* Seconds after which a waiting call checks whether its connection was closed. */
#define LIMIT_LOOK_SECONDS 5

/* One member of a trace context, in bytes with its quotes: W3C Baggage asks for 8,192 to be
   propagated, and each notification repeats it. */
#define LIMIT_TRACE_BYTES 8194

/* Bytes that may wait for a stream's reader before the stream is closed: a mailbox cannot be slowed
   down, and one slow reader must not fill everybody's memory. Also how many of a stream's newest
   bytes are kept for a client that comes back; older ones are gone. Two full answers. */
#define LIMIT_BACKLOG_BYTES (8u << 20)

/* What checking one value against a JSON Schema may cost, in steps (a keyword, a comparison, one
   state of a pattern): 4 MB of ordinary arguments take a few million; ten million take 0.1 s. */
#define LIMIT_SCHEMA_STEPS 10000000

/* Nested schemas being applied: JSON of LIMIT_JSON_DEPTH under a recursive schema with two
   combinators per level. A $ref that leads back to itself ends here; half of the stack has room for
   it. */
#define LIMIT_SCHEMA_DEPTH 200

/* Sentences about one value: neither a person nor a model mends more at a time. */
#define LIMIT_SCHEMA_PROBLEMS 8

/* Bytes of a name, a value or a pattern that a sentence repeats: enough to tell which. */
#define LIMIT_SCHEMA_ECHO_BYTES 100

/* Values of an enum that a sentence lists: enough to choose from, few enough to read. */
#define LIMIT_SCHEMA_LISTED 20

/* Tools, resources, prompts and so on of one build: each that there may be takes a 4-byte
   pointer. */
#define LIMIT_DECLARATIONS 4096

/* Nested objects in declared fields: still a readable C struct; binding them recurses. */
#define LIMIT_FIELDS_DEPTH 8

/* Instructions of a compiled pattern: x{1,1000} with room to spare; a match takes at most that many
   steps per character, and LIMIT_SCHEMA_STEPS bounds the whole. */
#define LIMIT_PATTERN_INSTRUCTIONS 4096

/* Character ranges in one pattern: many times what a class written by hand has. */
#define LIMIT_PATTERN_RANGES 1024

/* Nested groups in a pattern: compiling recurses. */
#define LIMIT_PATTERN_DEPTH 32

#endif
