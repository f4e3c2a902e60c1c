// What each test of a threat has to notice: a check that is taken out of the source. mutate.mjs does so,
// and demands that the test fails.

/**
 * @typedef {object} Mutant
 * @property {string} row the threat, as its test calls it
 * @property {string} what the mutant makes untrue, in words
 * @property {string} file
 * @property {string} find the exact source, which the file contains once
 * @property {string} replace
 * @property {string} test the part of a path that selects the test's file
 */

/** @type {Mutant[]} */
export const mutants = [];

/** @param {string} row @param {string} test */
const of = (row, test) => (/** @type {string} */ what, /** @type {string} */ file, /** @type {string} */ find, /** @type {string} */ replace) =>
  void mutants.push({ row, what, file, find, replace, test: `threats/${test}.test` });

const rebinding = of("DNS rebinding", "dns-rebinding");
rebinding("the Host is checked", "c/http.c", 'if (!local && text_equal(request->scheme, TEXT("http")) &&', 'if (false && !local && text_equal(request->scheme, TEXT("http")) &&');
rebinding("a foreign Origin is refused", "c/http.c", "return local && !http_host_is_loopback(host) ? HTTP_ERROR_ORIGIN_FOREIGN : HTTP_ERROR_NONE;", "return local ? HTTP_ERROR_NONE : HTTP_ERROR_NONE;");
rebinding("a malformed Origin is refused", "c/http.c", "return HTTP_ERROR_ORIGIN_MALFORMED;", "return HTTP_ERROR_NONE;");
rebinding("a whole name counts, not its beginning", "c/http.c", 'return text_equal_ignoring_case(name, TEXT("localhost")) ||', 'return text_starts_with(name, TEXT("localhost")) ||');

const leak = of("cross-client leak", "cross-client-leak");
leak("an instance serves one request at a time", "worker/core.js", "idle.pop() || new Core(env)", "idle.at(-1) || new Core(env)");
leak("each session's stream has a topic of its own", "c/session.c", "buffer_append_base64url(&topic, session->random, SESSION_RANDOM_BYTES);", 'buffer_append_base64url(&topic, (const uint8_t *)"0123456789abcdef" + (session == NULL),\n                            12);');
leak("what an exchange knew is forgotten after it", "c/mcp.c", "memset(&mcp->exchange, 0, sizeof mcp->exchange);", "mcp->exchange.action.kind = 0;");
leak("a session's id is left on no response that others are made from", "worker/core.js", "const made = new Response(stream, init);", 'if (sessionId) init.headers.set("mcp-session-id", sessionId);\n  const made = new Response(stream, init);');
const aside = of("cross-client leak", "cross-client-leak-aside");
aside("a request has its own copy of its principal", "c/remembered.c", "*principal = copy_principal(texts, &entry->principal);", "*principal = entry->principal;");
aside("an instance serves only its own variables", "worker/core.js", "core.env === env ? Object.assign(", "core ? Object.assign(");
aside("only the instance that set a request aside resumes it", "worker/index.js", "=== reader ? core.resume(aside)", "!== undefined ? core.resume(aside)");
aside("the copy of a request that was set aside is wiped", "worker/core.js", "copies.push(copy.fill(0, 0, size))", "copies.push(copy)");

const hijack = of("session hijack", "session-hijack");
hijack("a seal is valid for one principal", "c/seal.c", "if (subject.length > 0) memcpy(message + 2 + LENGTH_BYTES, subject.bytes, subject.length);", "if (subject.length > 0) memset(message + 2 + LENGTH_BYTES, 0, subject.length);");
hijack("the message endpoint checks whether the session is the caller's", "c/http_sse.c", "exchange_open_session(exchange, id, SEAL_SSE_SESSION)) {", "exchange_open_session(exchange, id, SEAL_SSE_SESSION) || id.length > 0) {");
hijack("a session belongs to a name, not to a token", "c/auth.c", ".subject = found->name,", ".subject = credential->token,");

const table = of("session table DoS", "session-table-dos");
table("the shim has no table", "worker/index.js", "let /** @type {any} */ core, ", "(globalThis.table ??= []).push(new Uint8Array(8192).fill(1));\n  let /** @type {any} */ core, ");
table("the shim's side of an instance has no table", "worker/core.js", "const { method, url, headers } = request, names = this.headerNames;", "const { method, url, headers } = request, names = this.headerNames;\n    (this.table ??= new Map()).set(this.table.size, this.table.size);");
table("a request's memory is reused", "c/mcp.c", "arena_reset(&mcp->arena, mcp->start);", "mcp->start = mcp->arena.used;\n    arena_reset(&mcp->arena, mcp->start);");

const smuggling = of("JSON smuggling", "json-smuggling");
smuggling("no key occurs twice in an object", "c/json.c", "if (any_duplicate(", "if (false && any_duplicate(");
smuggling("a NUL is not text", "c/json.c", "if (unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff)) return JSON_ESCAPE;", "if (unit >= 0xdc00 && unit <= 0xdfff) return JSON_ESCAPE;");
smuggling("a surrogate is one of a pair", "c/json.c", "if (low < 0xdc00 || low > 0xdfff) return JSON_ESCAPE;", "if (low < 0) return JSON_ESCAPE;");
smuggling("bytes are valid UTF-8", "c/json.c", "if (valid < input.length) return JSON_UTF8;", "");
smuggling("nothing follows a message", "c/json.c", "return c->at == c->end ? JSON_OK : JSON_TRAILING;", "return JSON_OK;");
smuggling("keys match only in the same case", "c/json_read.c", ": text_equal(member->key, key);", ": text_equal_ignoring_case(member->key, key);");
smuggling("methods match only in the same case", "c/json_read.c", "return text_equal(string, plain) && !text_has(", "return text_equal_ignoring_case(string, plain) && !text_has(");
smuggling("depth is bounded", "c/json.c", "if (c->depth == LIMIT_JSON_DEPTH) return JSON_TOO_DEEP;", "");

const forgery = of("simple-request CSRF", "simple-request-csrf");
forgery("the content type is checked", "c/exchange.c", "if (!http_content_is_json(&exchange->request)) error = HTTP_ERROR_NOT_JSON;", "");
forgery("the whole media type counts", "c/http.c", 'return text_equal_ignoring_case(text_trim(type), TEXT("application/json"));', 'return text_starts_with(text_trim(type), TEXT("application/json"));');
forgery("pages send no cookies along", "c/http.c", 'http_add_header(&head, TEXT("access-control-allow-origin"), TEXT("*"));', 'http_add_header(&head, TEXT("access-control-allow-origin"), TEXT("*"));\n        http_add_header(&head, TEXT("access-control-allow-credentials"), TEXT("true"));');

const body = of("body DoS", "body-dos");
body("bytes are counted as they arrive", "c/mcp.c", "if (size > exchange->config->body_bytes - exchange->body_length) {", "if (size > exchange->config->body_bytes * 4 - exchange->body_length) {");
body("an announced length is checked", "c/exchange.c", "return *length <= exchange->config->body_bytes ? HTTP_ERROR_NONE : HTTP_ERROR_BODY_TOO_LARGE;", "return HTTP_ERROR_NONE;");
body("no memory is taken before bytes arrive", "c/exchange.c", "exchange->action.body_bytes = (uint32_t)length;", "exchange->action.body_bytes = (uint32_t)length;\n    char *room = arena_allocate(exchange->arena, (size_t)length);\n    for (size_t i = 0; room != NULL && i < length; i++) room[i] = 1;");

const injection = of("metadata and header injection", "header-injection");
injection("each byte of a Host is checked", "c/http.c", "if (slash == rest.length || !http_is_host(request->host)) return false;", "if (slash == rest.length) return false;");
injection("headers of a proxy are not read", "worker/core.js", "const { method, url, headers } = request, names = this.headerNames;", 'const { method, headers } = request, names = this.headerNames, url = request.url.replace("localhost", headers.get("x-forwarded-host") ?? "localhost");');
injection("a header's characters are not cut to bytes", "worker/core.js", "Math.min(line.charCodeAt(at), 127)", "line.charCodeAt(at)");
injection("quotes are escaped", "c/buffer.c", "return kind == 'u' ? ESCAPE_BYTES : 2;", "if (byte == '\"') return out[0] = '\"', 1;\n    return kind == 'u' ? ESCAPE_BYTES : 2;");

const jwt = of("JWT", "jwt");
jwt("only algorithms in the table are taken", "c/jwt.c", "if (jwt->algorithm == NULL) return JWT_ALGORITHM;", "if (jwt->algorithm == NULL) jwt->algorithm = &algorithms[0];");
jwt("a token has three parts", "c/jwt.c", "if (count == PARTS) return false;", "if (count == PARTS) return true;");
jwt("signatures are verified", "worker/services.js", "(await verified.catch(() => false)) ? 1 : 0", "(await verified.catch(() => false)) ? 1 : 1");
jwt("a key is chosen by its id", "c/jwk.c", "if (jwt->has_key_id && !json_says(", "if (false && jwt->has_key_id && !json_says(");
jwt("a critical extension is refused", "c/jwt.c", 'if (json_object_member(header->root, TEXT("crit")).kind != JSON_ABSENT) return JWT_CRITICAL;', "");
jwt("iss is the issuer", "c/jwt.c", "!text_equal(issuer, expected)) {", "expected.length == 0) {");
jwt("aud is this server", "c/jwt.c", "return is_audience(audience, audiences) ? JWT_OK : JWT_AUDIENCE;", "(void)is_audience(audience, audiences);\n        return JWT_OK;");
jwt("a token expires", "c/jwt.c", "if (now >= jwt->expires + skew) return JWT_EXPIRED;", "");
jwt("a token is not valid before its time", "c/jwt.c", "if (now < from - skew) return JWT_NOT_YET_VALID;", "");
jwt("a token must say when it expires", "c/jwt.c", "if (expires.kind == JSON_ABSENT) return JWT_NO_EXPIRY;", "if (expires.kind == JSON_ABSENT) {\n        jwt->expires = now + skew;\n        return JWT_OK;\n    }");
jwt("no claim occurs twice", "c/json.c", "if (any_duplicate(", "if (false && any_duplicate(");
jwt("an issuer is not waited for without end", "worker/services.js", "signal = AbortSignal.timeout(FETCH_MS)", "signal = undefined");

const passthrough = of("token passthrough", "token-passthrough");
passthrough("a token for another server is refused", "c/jwt.c", "return is_audience(audience, audiences) ? JWT_OK : JWT_AUDIENCE;", "(void)is_audience(audience, audiences);\n        return JWT_OK;");
passthrough("a token for several other servers is refused", "c/jwt.c", "return found ? JWT_OK : JWT_AUDIENCE;", "return JWT_OK;");
passthrough("the log contains no token", "c/audit.c", "TEXT(\",\\\"tool\\\":\"), tool);", "TEXT(\",\\\"tool\\\":\"), exchange->credential.token);\n    (void)tool;");

const oracle = of("timing and length oracle", "timing");
oracle("a comparison goes to the end", "c/text.c", "for (size_t i = 0; i < length; i++) difference =", "for (size_t i = 0; i < length && difference == 0; i++) difference =");
oracle("tokens are compared that way", "c/auth.c", "if (text_equal_secret(digest, config->tokens[i].digest, sizeof digest)) {", "if (__builtin_memcmp(digest, config->tokens[i].digest, sizeof digest) == 0) {");
oracle("digests are compared whole", "c/auth.c", "if (text_equal_secret(digest, config->tokens[i].digest, sizeof digest)) {", "if (digest[0] == config->tokens[i].digest[0] &&\n            text_equal_secret(digest, config->tokens[i].digest, sizeof digest)) {");
oracle("all tokens are compared", "c/auth.c", "found = &config->tokens[i];", "found = &config->tokens[i];\n            break;");

const redirect = of("redirect_uri, PKCE", "oauth");
redirect("a redirect URI is compared exactly as it is written", "worker/oauth/authorize.js", "if (!isExact(redirect)) throw", "if (!isExact(redirect) && !redirect) throw");
redirect("a challenge has to be a SHA-256", "worker/oauth/authorize.js", "if (right) return wanted;", "if (right || wanted) return wanted;");

const deputy = of("confused deputy, consent CSRF", "oauth");
deputy("a login form belongs to one browser", "worker/oauth/authorize.js", 'if (!isSame(form.get("token") ?? "", cookie(request, loginCookie))) {', 'if (!isSame("same", "same")) {');
deputy("a form has to come from this site", "worker/oauth/authorize.js", '(request.headers.get("sec-fetch-site") ?? "same-origin") !== "same-origin"', "request.headers.has(\"x-no-such-header\")");
deputy("no page can be framed", "worker/oauth/pages.js", "base-uri 'none'; frame-ancestors 'none'; form-action", "base-uri 'none'; form-action");
deputy("no script can read a cookie", "worker/oauth/sessions.js", "Path=/; Secure; HttpOnly; SameSite=Lax", "Path=/; Secure; SameSite=Lax");

const spam = of("registration spam", "oauth");
spam("registrations are counted", "worker/oauth/index.js", "const refused = pathname === paths.register && (await refuseRegistration(request, mailbox));", "const refused = pathname === paths.register && refuseRegistration.length > 2 ? await refuseRegistration(request, mailbox) : undefined;");
spam("an IPv6 network counts as one address", "worker/oauth/counters.js", 'return [...before, ...zeros, ...after].slice(0, 4).join(":");', "return address;");
spam("registrations expire", "worker/oauth/server.js", "clientRegistrationTTL: 90 * DAY,", "clientRegistrationTTL: 3650 * DAY,");

const forged = of("metadata document SSRF", "oauth");
forged("nothing is fetched from private networks", "worker/oauth/outside.js", "if (isPrivate(hostname)) throw", 'if (isPrivate(hostname) && hostname === "") throw');
forged("redirects are not followed", "worker/oauth/outside.js", 'return platformFetch(input, { redirect: "manual", ...init });', "return platformFetch(input, init);");

const state = of("request state tampering and replay", "request-state");
state("a state is valid for one request", "c/rounds.c", "if (is_over(state) || memcmp(state.bytes + EXPIRY_BYTES, digest, sizeof digest) != 0) {", "if (is_over(state)) {");
state("a state expires", "c/rounds.c", "return host_now() / 1000 > end;", "return host_now() < 0 && end > 0;");
state("a state is valid for one principal", "c/seal.c", "if (subject.length > 0) memcpy(message + 2 + LENGTH_BYTES, subject.bytes, subject.length);", "if (subject.length > 0) memset(message + 2 + LENGTH_BYTES, 0, subject.length);");
state("the whole seal counts", "c/seal.c", "return text_equal_secret(mac, whole + payload->length, MAC_BYTES);", "return text_equal_secret(mac, whole + payload->length, 1);");
state("a change is noticed", "c/seal.c", "return text_equal_secret(mac, whole + payload->length, MAC_BYTES);", "return text_equal_secret(mac, mac, MAC_BYTES);");

const reflected = of("reflected XSS", "reflected-xss");
reflected("the page's policy forbids what it does not name", "c/page.c", "content-security-policy: default-src 'none'; ", "content-security-policy: ");
reflected("browsers may not guess types", "c/page.c", '"x-content-type-options: nosniff\\n"', "");
reflected("errors are JSON", "c/exchange.c", 'exchange_head(exchange, TEXT("application/json"));\n    struct buffer body', 'exchange_head(exchange, TEXT("text/html"));\n    struct buffer body');
of("reflected XSS", "oauth")("what a client says about itself is escaped", "worker/oauth/pages.js", "(character) => `&#${character.charCodeAt(0)};`", "(character) => character");

const open = of("a server open by accident", "open-deploy");
open("an open mode has to be meant", "worker/commands/deploy.mjs", "if (!open && !dryRun) throw", "if (!open && !dryRun && why === undefined) throw");
open("each value of --var counts, the last most", "worker/commands/deploy.mjs", 'return taking && "value" in token && token.value !== undefined ? token.value : [];', 'return token.kind === "option" && token.name === "var" && token.value !== undefined ? token.value : [];');
open("no variable of the environment chooses where AUTH_MODE is read", "worker/commands/wrangler.mjs", 'configuration({ env = "", config } = {})', "configuration({ env, config } = {})");
open("options that wrangler would take in another way are refused", "worker/commands/deploy.mjs", 'if (token.kind === "option") checkOption(', 'if (token.kind === "positional") checkOption(');
open("no mode hides among the secrets", "worker/commands/deploy.mjs", "\n  checkSecrets(plan);", "");

const foreign = of("keys of another Worker or account", "foreign-keys");
foreign("an account that a variable chooses has keys of its own", "worker/commands/keys-store.mjs", ".account_id ?? chosenAccount(where) ?? kept;", ".account_id ?? kept;");
foreign("the variable's older name counts", "worker/commands/keys-store.mjs", 'value("CLOUDFLARE_ACCOUNT_ID") ?? value("CF_ACCOUNT_ID")', 'value("CLOUDFLARE_ACCOUNT_ID")');
foreign("secrets are set for the Worker of the configuration file", "worker/commands/wrangler.mjs", "[environmentArgument(env), ...(config ? [`--config=${config}`] : [])]", "[environmentArgument(config ? env : env)]");
const uploads = of("keys of another Worker or account", "foreign-keys-deploy");
uploads("each Worker has keys of its own", "worker/commands/keys-store.mjs", 'if (isSame(usual)) return resolve(".keys");', 'if (usual) return resolve(".keys");');
uploads("a Worker of the same name in another account is another one", "worker/commands/keys-store.mjs", "name === worker.name && account_id === worker.account_id", "name === worker.name && (account_id || true)");
uploads("options that would choose another Worker are refused", "worker/commands/deploy.mjs", "if (!ELSEWHERE.has(name)) return;", "if (!ELSEWHERE.has(name) || next !== undefined) return;");

const unbounded = of("unbounded recursion, ReDoS", "unbounded");
unbounded("depth is bounded", "c/json.c", "if (c->depth == LIMIT_JSON_DEPTH) return JSON_TOO_DEEP;", "");
unbounded("a pattern's state is visited once for each character", "c/pattern_match.c", "if (pattern->rounds[state] == pattern->round) continue;", "if (pattern->rounds[state] == pattern->round && count > 64) continue;");
unbounded("a URI is walked through once", "c/uri_template.c", "if (text_starts_with(text_from(whole, i), literal)) return i;", "if (text_find(whole, '!') == whole.length &&\n            text_starts_with(text_from(whole, i), literal)) {\n            return i;\n        }");
