// A real browser, if the machine has one; and what a person does in it.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { passphrase } from "./oauth.mjs";
import { patience } from "./program.mjs";

/** @typedef {import("playwright-core").Browser} Chromium */
/** @typedef {import("playwright-core").Page} ChromiumPage */

const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";

/** Why a test that needs it is skipped; false if there is one. */
export const noChromium = existsSync(executablePath) ? false : `there is no ${executablePath}: install Chromium or set CHROMIUM`;

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const startChromium = () => chromium.launch({ executablePath, args: flags, timeout: patience });

/** A page in a profile of its own. @param {Chromium} browser @param {import("playwright-core").BrowserContextOptions} [options] */
export async function newPage(browser, options) {
  const profile = await browser.newContext(options);
  profile.setDefaultTimeout(patience);
  return profile.newPage();
}

/** All that the page's console says, which includes whatever its policy forbids. @param {ChromiumPage} page */
export function complaintsOf(page) {
  /** @type {string[]} */
  const complaints = [];
  page.on("console", (line) => complaints.push(line.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  return complaints;
}

/** Logs in as the owner, on the page that asks for it. @param {ChromiumPage} page */
export async function logIn(page) {
  await page.getByLabel("The owner's passphrase").fill(passphrase);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** Logs in as the owner, and decides. @param {ChromiumPage} page @param {"Allow" | "Deny"} decision */
export async function logInAnd(page, decision = "Allow") {
  await logIn(page);
  await page.getByRole("button", { name: decision }).click();
}
