// Debian's Chromium, as somebody looks at the dashboard: signed in, and with everything that goes wrong in the page as a failure.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import { PATIENCE_MS } from "./patience.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** What the standard's levels A and AA ask for, as axe names its rules. */
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** A page, and what went wrong in it so far: errors of scripts, what the policy refused, requests that failed. */
export interface Visit {
  page: Page;
  troubles: string[];
}

/** The browser; whoever starts it closes it. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });

/** Opens a page at the relay; `token` signs in first. */
export async function visit(browser: Browser, address: string, token?: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1_400, height: 900 }, baseURL: address, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => {
    // What the browser says of an answer's status is looked at by whoever asked.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) troubles.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith("data:")) troubles.push(`asks ${request.url()}`);
  });
  if (token !== undefined) await signIn(page, token);
  return { page, troubles };
}

/** Signs in by a token; ends on the overview. */
export async function signIn(page: Page, token: string): Promise<void> {
  await page.goto("/signin");
  await page.locator("input[name=token]").fill(token);
  await Promise.all([page.waitForURL("/"), page.getByRole("button", { name: "Sign in" }).click()]);
}

/** What axe finds against WCAG 2.2 AA, as a line for each: the rule, and where. */
export async function axe(page: Page): Promise<string[]> {
  // By the debugging protocol, which the page's policy has no say in.
  await page.evaluate(AXE);
  const results = (await page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(LEVELS)} })`)) as AxeResults;
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 200)}\n  ${failureSummary}`),
  );
}

/** By how many pixels the page is wider than the window: somebody would have to scroll sideways. */
export const sidewaysScroll = (page: Page): Promise<number> =>
  page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") as Promise<number>;

/** Fails where something went wrong in the page, where axe finds something, or where it is wider than the window. */
export async function expectSound({ page, troubles }: Visit): Promise<void> {
  expect(troubles).toEqual([]);
  expect(await axe(page)).toEqual([]);
  expect(await sidewaysScroll(page)).toBe(0);
}
