// The dashboard in a browser, over a whole relay: every page is sound for everybody, stays live, is honest when it cannot, and nothing that a
// stranger wrote is more than text. `UPDATE_SCREENSHOTS=1` writes the pictures of the docs.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axe, expectSound, sidewaysScroll, startBrowser, type Visit, visit } from "../support/browser.ts";
import { dashboardRelay, HOSTILE_TITLES, PROD } from "../support/dashboard/relay.ts";
import { genericBody } from "../support/generic-route.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { describeReal, REAL } from "../support/real.ts";
import type { Stack } from "../support/stack.ts";

const ADMIN = "test-admin-token";
const PICTURES = join(import.meta.dirname, "..", "..", "docs", "images");
/** Every page without a part that varies. */
const PAGES = [
  "/",
  "/alerts",
  "/inbox",
  "/deliveries",
  "/log",
  "/silences",
  "/routes",
  "/rules",
  "/destinations",
  "/configuration",
  "/audit",
  "/settings",
];
const UNTIL = { timeout: PATIENCE_MS };

let stack: Stack;
let browser: Browser;
let desk: Visit;

describeReal("the dashboard in Chromium", [REAL.chromium], () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([dashboardRelay(), startBrowser()]);
    desk = await visit(browser, stack.relay.url, ADMIN);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  describe.each(PAGES)("%s", (path) => {
    test("is sound in light and dark", async () => {
      const { page } = desk;
      await page.emulateMedia({ colorScheme: "light" });
      await page.goto(path);
      await page.locator("main h1").waitFor();
      await expectSound(desk);
      await picture(desk, path);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await axe(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "light" });
    });

    test.each([390, 320])("fits a phone of %i px", async (width) => {
      const phone = await visit(browser, stack.relay.url, ADMIN, { viewport: { width, height: 800 }, hasTouch: true });
      await phone.page.goto(path);
      await phone.page.locator("main h1").waitFor();
      await expectSound(phone);
      await phone.page.getByText("Menu", { exact: true }).click();
      await phone.page.getByRole("link", { name: "Overview" }).waitFor();
      await phone.page.context().close();
    });

    test("can be read without a script", async () => {
      const plain = await visit(browser, stack.relay.url, ADMIN, { javaScriptEnabled: false });
      await plain.page.goto(path);
      expect(await plain.page.locator("main h1").count()).toBe(1);
      expect(await plain.page.locator("[data-live-state]:visible").count()).toBe(0);
      await plain.page.context().close();
    });
  });

  test("an alert's page is sound in light and dark", async () => {
    const { page } = desk;
    const { items } = await stack.get<{ items: { id: string }[] }>("/api/alerts?q=Something%20high");
    await page.goto(`/alerts/${items[0]?.id}`);
    await page.locator("main h1").waitFor();
    await expectSound(desk);
    await picture(desk, "/alert");
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await axe(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "light" });
  });

  test("an alert's page is sound, whatever its title", async () => {
    const { items } = await stack.get<{ items: { id: string; title: string }[] }>("/api/alerts?limit=200");
    for (const { id } of items.filter(({ title }) => HOSTILE_TITLES.some((hostile) => title.slice(0, 5) === hostile.slice(0, 5)))) {
      await desk.page.goto(`/alerts/${id}`);
      await desk.page.locator("main h1").waitFor();
      await expectSound(desk);
      expect(await desk.page.evaluate("window.__ran")).toBeUndefined();
    }
  });

  test("the keyboard gets everywhere: first to the content, then through the pages", async () => {
    const { page } = desk;
    await page.goto("/");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("location.hash")).toBe("#content");
  });

  test("a new alert stands there without loading again, at its place and marked as news", async () => {
    const { page } = desk;
    await page.goto("/alerts");
    await page.evaluate("window.__same = true");
    await stack.hook(PROD, genericBody({ key: "live", title: "Came while somebody looked", asset: "srv-live" }));
    await page.getByRole("link", { name: "Came while somebody looked" }).waitFor(UNTIL);
    expect(await page.evaluate("window.__same")).toBe(true);
    expect(await page.locator("main .alerts > li").first().textContent()).toContain("Came while somebody looked");
    expect(desk.troubles).toEqual([]);
  });

  test("what somebody writes or has unfolded stays while the page is live, and a pause is a pause", async () => {
    const { page } = desk;
    await page.goto("/");
    const fold = page.locator("main details").first();
    await fold.locator("summary").click();
    await page.waitForResponse((answer) => answer.request().headers()["x-tocsin-live"] !== undefined, UNTIL);
    await page.waitForResponse((answer) => answer.request().headers()["x-tocsin-live"] !== undefined, UNTIL);
    expect(await fold.getAttribute("open")).not.toBeNull();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText(/^Paused\. This is from/).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText(/^Live: /).waitFor();
  });

  test("a lost connection is said, with the time from which the page is, and its return", async () => {
    const lost = await visit(browser, stack.relay.url, ADMIN);
    await lost.page.goto("/");
    await lost.page.context().setOffline(true);
    await lost.page.getByText(/^Connection lost\. This is from \d\d:\d\d:\d\d UTC/).waitFor(UNTIL);
    await axeWhile(lost);
    await lost.page.context().setOffline(false);
    await lost.page.getByText(/^Live: /).waitFor(UNTIL);
    await lost.page.context().clearCookies();
    await lost.page.getByText(/^Signed out\. This is from/).waitFor(UNTIL);
    expect(await lost.page.locator("[data-live-text] a").getAttribute("href")).toBe("/signin?next=%2F");
    await lost.page.context().close();
  });

  test("nobody sees anything before signing in, and comes to the page that was asked for", async () => {
    const guest = await visit(browser, stack.relay.url);
    await guest.page.goto("/alerts?severity=critical");
    expect(new URL(guest.page.url()).pathname).toBe("/signin");
    await expectSound(guest);
    await guest.page.locator("input[name=token]").fill("wrong");
    await guest.page.getByRole("button", { name: "Sign in" }).click();
    await guest.page.getByRole("alert").waitFor();
    await expectSound(guest);
    await guest.page.locator("input[name=token]").fill(ADMIN);
    await guest.page.getByRole("button", { name: "Sign in" }).click();
    await guest.page.waitForURL("**/alerts?severity=critical");
    await guest.page.context().close();
  });
});

/** While the connection is lost, what says so has to be readable too. */
async function axeWhile(lost: Visit): Promise<void> {
  expect(await axe(lost.page)).toEqual([]);
  expect(await sidewaysScroll(lost.page)).toBe(0);
}

async function picture({ page }: Visit, path: string): Promise<void> {
  if (process.env.UPDATE_SCREENSHOTS !== "1") return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `dashboard-${path === "/" ? "overview" : path.slice(1)}.png`), fullPage: true });
}
