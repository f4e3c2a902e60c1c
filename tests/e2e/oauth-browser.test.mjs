// Mode `oauth` in a real Chromium without JavaScript: that cookies and policies are as a browser requires
// them, which posting by hand does not show.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { networkInterfaces } from "node:os";
import { after, before, describe, test } from "node:test";
import { complaintsOf, logIn, newPage as pageIn, noChromium as skip, startChromium } from "./support/chromium.mjs";
import { Client, hashed, startOAuth } from "./support/oauth.mjs";
import { eventually } from "./support/program.mjs";
import { registration, startUpstream } from "./support/upstream.mjs";

/** @type {import("./support/server.mjs").Server} */
let server;
/** @type {Awaited<ReturnType<typeof startUpstream>>} */
let upstream;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {import("node:http").Server[]} */
const applications = [];
let redirectUri = "";

/** A client's redirect URI, on loopback. Its own answer redirects once more, as that of some clients does. @param {string} host */
async function startApplication(host) {
  const application = createServer(({ url }, response) => {
    if (url?.startsWith("/callback")) response.writeHead(302, { location: "/done" }).end();
    else response.writeHead(200, { "content-type": "text/plain" }).end("You can close this page.");
  }).listen(0, host);
  applications.push(application);
  await once(application, "listening");
  return `http://${host.includes(":") ? `[${host}]` : host}:${/** @type {import("node:net").AddressInfo} */ (application.address()).port}/callback`;
}

before(async () => {
  if (skip) return;
  redirectUri = await startApplication("127.0.0.1");
  upstream = await startUpstream();
  const variables = { OWNER_PASSPHRASE: hashed(), UPSTREAM_ISSUER: upstream.url, UPSTREAM_CLIENT_ID: registration.client_id, UPSTREAM_CLIENT_SECRET: registration.client_secret, UPSTREAM_ALLOWED: "ada@example.com" };
  [server, browser] = await Promise.all([startOAuth(variables), startChromium()]);
  upstream.expect(`${server.url}/oauth/callback`);
});
after(async () => {
  await browser?.close();
  await server?.stop();
  upstream?.stop();
  for (const application of applications) {
    application.closeAllConnections();
    application.close();
  }
});

/** A page in a profile of its own, with JavaScript off, and what its console says. @param {"light" | "dark"} [colorScheme] */
async function newPage(colorScheme = "light") {
  const page = await pageIn(browser, { javaScriptEnabled: false, colorScheme, viewport: { width: 390, height: 844 } });
  return { page, complaints: complaintsOf(page) };
}

/** Clicks, and waits for the application to be called; returns the URL of that call. @param {import("playwright-core").Page} page @param {string} button */
async function decide(page, button, to = redirectUri) {
  const called = page.waitForRequest((request) => request.url().startsWith(to));
  await page.getByRole("button", { name: button, exact: true }).click();
  const request = await called;
  await page.waitForURL(/\/done$/);
  return request.url();
}

describe("in Chromium", { skip }, () => {
  for (const scheme of /** @type {const} */ (["light", "dark"])) {
    test(`the owner logs in and allows, in ${scheme}`, async () => {
      const client = await Client.register(server.url, { redirect_uris: [redirectUri] });
      const { page, complaints } = await newPage(scheme);
      await page.goto(client.url({ redirect_uri: redirectUri }));
      if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/login-${scheme}.png`, fullPage: true });
      await page.getByLabel("The owner's passphrase").fill("wrong");
      await page.getByRole("button", { name: "Log in" }).click();
      await page.getByRole("alert").getByText("That is not the passphrase.").waitFor();
      await logIn(page);
      await page.getByRole("heading", { name: "Allow access?" }).waitFor();
      assert.equal(await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"), scheme === "dark");
      if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/consent-${scheme}.png`, fullPage: true });
      const overflow = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
      assert.equal(overflow, false, "it fits a phone");
      const { status } = await client.redeem(await decide(page, "Allow"), { redirect_uri: redirectUri });
      assert.equal(status, 200);
      assert.deepEqual(complaints.filter((line) => !/status of 403/.test(line)), []);
    });
  }

  const noIPv6 = Object.values(networkInterfaces()).flat().some((each) => each?.address === "::1") ? false : "this machine has no ::1";

  // a policy cannot name that address: the browser posted the form and then did not follow the redirect
  test("a client that waits at [::1] gets its code", { skip: noIPv6 }, async () => {
    const to = await startApplication("::1"), client = await Client.register(server.url, { redirect_uris: [to] }), { page, complaints } = await newPage();
    await page.goto(client.url({ redirect_uri: to }));
    await logIn(page);
    assert.match(await decide(page, "Allow", to), /[?&]code=/);
    assert.deepEqual(complaints, []);
  });

  test("somebody logs in upstream and denies", async () => {
    const client = await Client.register(server.url, { redirect_uris: [redirectUri] });
    const { page } = await newPage();
    await page.goto(client.url({ redirect_uri: redirectUri }));
    await page.getByRole("link", { name: /Continue with/ }).click();
    await page.locator("input[name=login]").fill("ada");
    await page.locator("input[name=password]").fill("x");
    await page.locator("button[type=submit]").click();
    await page.locator("button[type=submit]").click(); // consent there
    await page.getByText("ada@example.com").waitFor();
    assert.match(await decide(page, "Deny"), /error=access_denied/);
  });

  test("two tabs at once: each gets its own code", async () => {
    const client = await Client.register(server.url, { redirect_uris: [redirectUri] });
    const { page: first } = await newPage(), second = await first.context().newPage();
    for (const page of [first, second]) await page.goto(client.url({ redirect_uri: redirectUri }));
    for (const page of [first, second]) {
      await logIn(page);
      await page.getByRole("heading", { name: "Allow access?" }).waitFor();
    }
    const codes = [await decide(first, "Allow"), await decide(second, "Allow")].map((url) => new URL(url).searchParams.get("code"));
    assert.ok(codes[0] && codes[1] && codes[0] !== codes[1]);
  });

  test("the pages cannot be put into a frame", async () => {
    const client = await Client.register(server.url, { redirect_uris: [redirectUri] });
    const { page, complaints } = await newPage();
    await page.setContent(`<iframe src="${client.url({ redirect_uri: redirectUri }).replaceAll("&", "&amp;")}"></iframe>`);
    await eventually(() => complaints.some((line) => line.includes("frame-ancestors 'none'")), "a complaint about the frame");
  });
});
