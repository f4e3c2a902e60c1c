// Checks of OAuth, as far as they go without anybody logging in.
import { fail, none, pass, skip, warn } from "./check.mjs";
import { advertisesOAuth, challenge, isIn, isLocal, isOpen, isWebUrl, issuerMetadata, issuerOf, issuerPlaces, resourceMetadata, resourcePlaces } from "./facts.mjs";
import { said } from "./checks-connection.mjs";

/** @import { Check, Outcome } from "./check.mjs" */
/** @import { Client } from "./clients.mjs" */
/** @import { Probe } from "./probe.mjs" */

/** @param {Probe} probe */
const byKey = async (probe) => probe.credential !== undefined && (await isIn(probe));

/** Runs a check only if there is OAuth. @param {(probe: Probe, client: Client) => Promise<Outcome>} run @returns {Check["run"]} */
const whereOAuth = (run) => async (probe, client) => ((await advertisesOAuth(probe)) ? run(probe, client) : none("no OAuth is advertised here"));

/** @type {Check} */
export const wayIn = {
  title: "there is a way in for this client",
  async run(probe, { staticHeaders }) {
    if (await isOpen(probe)) return pass("open: no credential is asked for");
    const header = probe.credential?.name.toLowerCase() ?? "authorization";
    const takesHeader = staticHeaders === "any" || staticHeaders.includes(header);
    if (probe.credential && !(await isIn(probe))) return fail("the credential that you gave is refused", "Give a valid one: --token for Authorization: Bearer, --header for another header.");
    if (takesHeader && probe.credential) return pass(`a key in the header ${header}`);
    if (await advertisesOAuth(probe)) return pass("OAuth");
    if (takesHeader) return skip("a key in a header; to check more, give one (--token or --header)");
    return fail(
      staticHeaders.length ? `it sends a key only in ${staticHeaders.join(", ")}` : "it sends no keys and knows only OAuth, which the server does not advertise",
      staticHeaders.length ? "Accept the key in one of these headers." : "Offer OAuth (in a server of this project: AUTH_MODE=oauth, or tokens,oauth to keep the keys).",
    );
  },
};

/** @type {Check} */
export const resource = {
  title: "its protected resource metadata names this URL",
  run: whereOAuth(async (probe) => {
    const { metadata } = await challenge(probe);
    if (metadata) {
      const { failed, status, json } = URL.canParse(metadata) ? await probe.ask({ url: metadata }) : { failed: "not a URL", status: 0, json: undefined };
      if (status !== 200 || json?.resource === undefined) {
        return fail(`the challenge names metadata that is not there (${metadata}: ${failed || status})`, "Serve the document there, or leave out resource_metadata if there is no OAuth.");
      }
    }
    const found = await resourceMetadata(probe);
    if (!found) return warn("there is none, and clients of 2025-06-18 and later begin there", `Serve ${resourcePlaces(probe.url)[0]} (RFC 9728).`);
    const { resource: named, authorization_servers: servers } = found.answer.json;
    // the document at the root may speak for the whole origin
    const isRoot = found.url === resourcePlaces(probe.url).at(-1) && found.url !== metadata;
    const exact = named === probe.url || (isRoot && String(named).replace(/\/$/, "") === new URL(probe.url).origin);
    if (!exact) return fail(`resource is ${JSON.stringify(named)}, not this URL: clients compare it, character by character, with the URL that they were given`, `Set it to exactly this URL, or give clients ${JSON.stringify(named)}.`);
    if (!Array.isArray(servers) || servers.length === 0 || !servers.every(isWebUrl)) {
      return fail("authorization_servers names none, so a client does not know where to log in", "Name the issuer there, by its URL, in a list.");
    }
    return pass();
  }),
};

/** @type {Check} */
export const issuer = {
  title: "its authorization server has metadata",
  run: whereOAuth(async (probe) => {
    const name = await issuerOf(probe);
    const found = await issuerMetadata(probe);
    if (!found) {
      const key = (await byKey(probe)) ? "the server takes keys but advertises OAuth that is not there: a client whose key is refused once, or that looks for OAuth first, ends up in a login that cannot work" : "clients cannot log in";
      return fail(`${name} has no metadata (looked at ${issuerPlaces(name).map((url) => new URL(url).pathname).join(", ")}): ${key}`, "Serve it (RFC 8414). If there is no OAuth, do not advertise it: leave out resource_metadata, and answer 404 under /.well-known/.");
    }
    const { json } = found.answer;
    if (String(json.issuer).replace(/\/$/, "") !== name.replace(/\/$/, "")) return fail(`it says that it is ${JSON.stringify(json.issuer)}, not ${name}`, "Make both the same (RFC 8414, section 3.3).");
    for (const endpoint of ["authorization_endpoint", "token_endpoint"]) {
      if (!isWebUrl(json[endpoint])) return fail(`it has no ${endpoint}`, "Add it.");
      if (!json[endpoint].startsWith("https:") && !isLocal(json[endpoint])) return fail(`its ${endpoint} is not https`, "Serve it over https.");
    }
    return pass(new URL(found.url).href);
  }),
};

/** @type {Check} */
export const pkce = {
  title: "it lists PKCE with S256",
  run: whereOAuth(async (probe) => {
    const methods = (await issuerMetadata(probe))?.answer.json.code_challenge_methods_supported;
    if (Array.isArray(methods) && methods.includes("S256")) return pass();
    return fail("code_challenge_methods_supported does not have S256, so a client must not go on", "Support PKCE with S256, and list it.");
  }),
};

/** @type {Check} */
export const registration = {
  title: "the client can register",
  run: whereOAuth(async (probe, { documents }) => {
    const json = (await issuerMetadata(probe))?.answer.json ?? {};
    const methods = json.token_endpoint_auth_methods_supported;
    const takesDocuments = json.client_id_metadata_document_supported === true;
    const takesPublic = Array.isArray(methods) && methods.includes("none");
    if (documents && takesDocuments && takesPublic) return pass("by a Client ID Metadata Document");
    if (isWebUrl(json.registration_endpoint)) return pass("dynamically");
    if (documents && takesDocuments) return fail('"none" is not among token_endpoint_auth_methods_supported, so this client does not use its metadata document', 'Add "none" there.');
    const how = documents ? 'neither client_id_metadata_document_supported with "none" among token_endpoint_auth_methods_supported, nor registration_endpoint' : "no registration_endpoint";
    return fail(`there is ${how}, so the client cannot get a client ID by itself`, "Offer a way to register; without one, each user needs a client ID from you.");
  }),
};

/** @type {Check} */
export const unknownClient = {
  title: "a client whose registration is gone is told so",
  run: whereOAuth(async (probe) => {
    const url = (await issuerMetadata(probe))?.answer.json.token_endpoint;
    if (!isWebUrl(url)) return skip("there is no token endpoint");
    const body = new URLSearchParams({ grant_type: "authorization_code", code: "none", client_id: "remote-mcp-doctor-unknown", redirect_uri: "https://claude.ai/api/mcp/auth_callback", code_verifier: "0".repeat(43) });
    const answer = await probe.ask({ url, method: "POST", body: body.toString(), headers: { "content-type": "application/x-www-form-urlencoded" } });
    if (answer.status === 401 && answer.json?.error === "invalid_client") return pass();
    return fail(`an unknown client gets ${answer.failed || answer.status}${said(probe, answer)} from the token endpoint; only on 401 invalid_client does it register again`, 'Answer 401 with {"error":"invalid_client"} (RFC 6749, section 5.2).');
  }),
};
