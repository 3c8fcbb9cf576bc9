// The dashboard over a million alerts: each page answers and is right. What it took is printed; `npm run bench -- --only dashboard` measures it.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sidewaysScroll, startBrowser, type Visit, visit } from "../support/browser.ts";
import { GENERIC } from "../support/generic-route.ts";
import { fillAlerts, needle } from "../support/many-alerts.ts";
import { describeReal, REAL } from "../support/real.ts";
import { type Stack, startStack } from "../support/stack.ts";

const ADMIN = "test-admin-token";
const COUNT = 1_000_000;
const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";

let stack: Stack;
let browser: Browser;
let desk: Visit;

describeReal("the dashboard over a million alerts", [REAL.chromium], () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([
      startStack({
        config: () => ({
          destinations: { box: { type: "inbox" } },
          routes: { cloud: { id: ROUTE, ...GENERIC, rules: [{ to: ["box"] }] } },
        }),
      }),
      startBrowser(),
    ]);
    const began = performance.now();
    await fillAlerts((await stack.relay.db()) as unknown as D1Database, { count: COUNT, until: Date.now() });
    console.info(`${COUNT} alerts written in ${Math.round((performance.now() - began) / 1_000)} s`);
    desk = await visit(browser, stack.relay.url, ADMIN);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  test("the first page has the newest fifty, and leads on to the next", async () => {
    const { page } = desk;
    await open(page, "/alerts");
    expect(await rows(page).count()).toBe(50);
    await expectNewest(page, COUNT - 1);
    await page.getByRole("link", { name: "Older", exact: true }).click();
    await page.getByRole("heading", { name: "50 older alerts" }).waitFor();
    await expectNewest(page, COUNT - 51);
    await page.getByRole("link", { name: "Newest", exact: true }).click();
    await page.getByRole("heading", { name: "The newest 50" }).waitFor();
    expect(desk.troubles).toEqual([]);
  });

  test("a filtered search finds what is rare, and nothing else", async () => {
    const { page } = desk;
    await open(page, "/alerts?route=cloud&severity=critical&status=resolved");
    // One in ten thousand is of this route, and each of them is critical. One call looks at so many rows only: the rest is a press away.
    const newest = COUNT - 10_000 + 17;
    const first = await rows(page).allTextContents();
    expect(await page.locator(".alerts > li:has(.severity.critical)").count()).toBe(first.length);
    await page.getByRole("link", { name: "Search further" }).click();
    await page.waitForURL(/cursor=/);
    const all = [...first, ...(await rows(page).allTextContents())];
    expect(all.length).toBeGreaterThan(first.length);
    for (const [place, text] of all.entries()) expect(text).toContain(needle(newest - place * 10_000).host);
  });

  test("words that one alert has find that one", async () => {
    const { page } = desk;
    const { host } = needle(COUNT - 1_000);
    await open(page, "/alerts");
    await page.locator("input[name=q]").fill(host);
    await page.locator("form.search button.main").click();
    await page.waitForURL(/q=ws-/);
    await page.getByText(host).first().waitFor();
    expect(await rows(page).count()).toBe(1);
    await rows(page).getByRole("link").first().click();
    await page.waitForURL(/\/alerts\/sekoia|\/alerts\/ndr|\/alerts\/endpoints/);
  });

  test("words that no alert has end in how far was looked, and the way on", async () => {
    const { page } = desk;
    await open(page, "/alerts?q=nobody-has-this");
    await page.getByText(/^None is like that since/).waitFor();
    expect(await page.locator("main").getAttribute("data-live")).toBe("60");
    const until = await page.getByText(/^Looked back to /).textContent();
    await page.getByRole("link", { name: "Search further" }).click();
    await page.waitForURL(/cursor=/);
    await page.getByText(/^None is like that since/).waitFor();
    expect(await page.getByText(/^Looked back to /).textContent()).not.toBe(until);
    expect(await page.locator("input[name=q]").inputValue()).toBe("nobody-has-this");
  });

  test("words that only an old alert has are found by searching further", async () => {
    const { page } = desk;
    const far = needle(Math.round(COUNT * 0.8)).host;
    await open(page, `/alerts?q=${far}`);
    for (let steps = 0; (await rows(page).count()) === 0; steps += 1) {
      expect(steps).toBeLessThan(50);
      await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: "Search further" }).click()]);
    }
    expect(await rows(page).textContent()).toContain(far);
  });

  test("the overview stands, and a phone has no need to scroll sideways", async () => {
    const { page } = desk;
    await open(page, "/");
    await page.getByRole("heading", { name: "Latest alerts" }).waitFor();
    const phone = await visit(browser, stack.relay.url, ADMIN, { viewport: { width: 390, height: 800 } });
    await open(phone.page, "/alerts");
    expect(await rows(phone.page).count()).toBe(50);
    expect(await sidewaysScroll(phone.page)).toBe(0);
    await phone.page.context().close();
  });
});

const rows = (page: Page) => page.locator(".alerts > li");

async function expectNewest(page: Page, number: number): Promise<void> {
  expect(await rows(page).first().textContent()).toContain(needle(number).host);
}

/** Opens a page and prints how long it took, until its heading stood there. */
async function open(page: Page, path: string): Promise<void> {
  const began = performance.now();
  await page.goto(path);
  await page.locator("main h1").waitFor();
  console.info(`${path}: ${Math.round(performance.now() - began)} ms`);
}
