// Routes, rules and the configuration, changed in a browser over a whole relay: first what it would do, then a revision; nobody overwrites what
// they did not see, nobody loses sight of a critical alert unasked, and what was typed stays where something is wrong.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, startBrowser, type Visit, visit } from "../support/browser.ts";
import { ADMIN, audited, heading, makeToken, raise, said } from "../support/dashboard/desk.ts";
import { dashboardRelay, FALCO, PROD } from "../support/dashboard/relay.ts";
import { genericBody } from "../support/generic-route.ts";
import { describeReal, REAL } from "../support/real.ts";
import type { Stack } from "../support/stack.ts";

let stack: Stack;
let browser: Browser;
let desk: Visit;
let page: Page;

describeReal("the configuration on the dashboard", [REAL.chromium], () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([dashboardRelay(), startBrowser()]);
    desk = await visit(browser, stack.relay.url, ADMIN, { permissions: ["clipboard-read", "clipboard-write"] });
    page = desk.page;
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  describe("a route", () => {
    test("shows its address to whoever asks, and remembers who did", async () => {
      await page.goto("/routes/prod");
      expect(await page.content()).not.toContain(PROD);
      await page.locator('form[action$="/address"] button').click();
      await page.locator("pre.address", { hasText: `/hooks/${PROD}` }).waitFor();
      await page.locator("#address [data-copy]").click();
      expect(await page.evaluate("navigator.clipboard.readText()")).toMatch(new RegExp(`^http.*/hooks/${PROD}$`));
      expect((await audited(stack, "routes.revealed"))[0]).toMatchObject({ actor: "admin", target: "prod" });
      await page.goto("/routes/prod");
      expect(await page.content()).not.toContain(PROD);
    });

    test("gets a fresh address, and the former one is accepted for a while", async () => {
      await page.goto("/routes/falco");
      await page.getByText("Give it a fresh address").click();
      await page.locator("button[value=rotate]").click();
      await heading(page, "Give a fresh address to the route falco");
      expect(await page.content()).not.toContain(FALCO);
      await apply();
      await said(page, /Applied as revision \d+/);
      await page.locator("#address", { hasText: "still accepted" }).waitFor();
      await page.locator('form[action$="/address"] button').click();
      const address = (await page.locator("pre.address").textContent()) ?? "";
      expect(address).toContain("/hooks/");
      expect(address).not.toContain(FALCO);
      const body = { rule: "Terminal shell", priority: "Warning", output: "a shell", time: new Date().toISOString(), source: "syscall" };
      const send = (to: string) => fetch(to, { method: "POST", body: JSON.stringify(body) });
      await expect.poll(async () => (await send(address)).status).toBe(202);
      expect((await stack.hook(FALCO, body)).status).toBe(202);
    });

    test("says what would become of a sample, and sends its alert as a test", async () => {
      await page.goto("/routes/falco");
      await page.locator("select[name=sample]").selectOption("event-shell-in-pod");
      await page.getByRole("button", { name: "Show what would become of it" }).click();
      await page.getByRole("heading", { name: "Who would be told" }).waitFor();
      await page.locator(".message").first().waitFor();
      await expectSound(desk);
      const before = stack.chats.discord("soc").messages.length;
      await page.goto("/routes/falco");
      await page.locator("select[name=sample]").selectOption("event-shell-in-pod");
      await page.getByRole("button", { name: "Send its alert as a test" }).click();
      await heading(page, "Test sent");
      await page.locator(".card", { hasText: "soc" }).getByText("delivered", { exact: true }).first().waitFor();
      expect(stack.chats.discord("soc").messages.length).toBe(before + 1);
    });

    test("shows what a test would send without sending it", async () => {
      const before = stack.chats.slack("oncall").requests.length;
      await page.goto("/routes/prod");
      await page.locator("select[name=severity]").selectOption("critical");
      await page.getByRole("button", { name: "Show what would be sent" }).click();
      await heading(page, "What a test would send");
      await page.getByRole("heading", { name: "oncall" }).waitFor();
      expect(stack.chats.slack("oncall").requests.length).toBe(before);
    });
  });

  describe("rules", () => {
    test("are searched", async () => {
      await page.goto("/rules");
      await page.locator("input[name=q]").fill("crown");
      await page.getByRole("button", { name: "Search" }).click();
      await page.waitForURL(/q=crown/);
      await page.locator(".rule").first().waitFor();
      expect(await page.locator(".rule h3").allTextContents()).toEqual([expect.stringContaining("crown jewels")]);
      await page.goto("/rules?to=oncall");
      expect(await page.locator(".rule h3").allTextContents()).toEqual([expect.stringContaining("urgent")]);
    });

    test("one is switched off and on, each a revision that is shown first", async () => {
      await page.goto("/rules?route=prod");
      const before = await revision();
      await ruleOf("brute force").locator("button[value=disable]").click();
      await heading(page, "Switch off the rule “brute force” of prod");
      await page.locator(".diff tr.in", { hasText: "enabled = false" }).waitFor();
      await expectSound(desk);
      expect(await revision()).toBe(before);
      await apply();
      await said(page, `Applied as revision ${before + 1}`);
      await ruleOf("brute force").getByText("switched off").waitFor();
      expect(await revision()).toBe(before + 1);
      await expect.poll(async () => (await rules("prod")).find(({ name }) => name === "brute force")?.enabled).toBe(false);
      await ruleOf("brute force").locator("button[value=enable]").click();
      await apply();
      await said(page, `Applied as revision ${before + 2}`);
      await expect.poll(async () => (await rules("prod")).find(({ name }) => name === "brute force")?.enabled).toBe(true);
      expect((await audited(stack, "configuration.applied"))[0]?.actor).toBe("admin");
    });

    test("one is duplicated, changed, moved and removed", async () => {
      await page.goto("/rules?route=prod");
      await act("the rest", "duplicate");
      await apply();
      await page.waitForURL(/\/rules\/edit\?/);
      expect(await page.locator("input[name=name]").inputValue()).toBe("the rest copy");
      await page.locator("input[name=name]").fill("the rest, too");
      await page.locator("textarea[name=when]").fill("alert.severity_id == LOW");
      await page.getByRole("button", { name: "Show what it would change" }).click();
      await page.locator(".diff tr.in", { hasText: "the rest, too" }).waitFor();
      await page.getByRole("button", { name: "Go on editing" }).click();
      expect(await page.locator("textarea[name=when]").inputValue()).toBe("alert.severity_id == LOW");
      await page.getByRole("button", { name: "Show what it would change" }).click();
      await apply();
      await said(page, /Applied as revision/);
      await expect.poll(async () => (await rules("prod")).map(({ name }) => name).slice(-2)).toEqual(["the rest", "the rest, too"]);
      await act("the rest, too", "up");
      await apply();
      await said(page, /Applied as revision/);
      await expect.poll(async () => (await rules("prod")).map(({ name }) => name).slice(-2)).toEqual(["the rest, too", "the rest"]);
      await act("the rest, too", "remove");
      await apply();
      await said(page, /Applied as revision/);
      await expect.poll(async () => (await rules("prod")).map(({ name }) => name).slice(-1)).toEqual(["the rest"]);
      await expect.poll(async () => (await rules("prod")).some(({ name }) => name === "the rest, too")).toBe(false);
    });

    test("a wrong condition is told at its field, and what was typed stays", async () => {
      const before = await revision();
      await page.goto("/rules/edit?route=prod&rule=urgent");
      await page.locator("textarea[name=when]").fill("alert.severity_id >= HIHG");
      await page.locator("button[value=check]").click();
      await page.locator("#wrong-when", { hasText: "did you mean HIGH?" }).waitFor();
      expect(await page.locator("textarea[name=when]").inputValue()).toBe("alert.severity_id >= HIHG");
      await expectSound(desk);
      await page.locator("textarea[name=when]").fill("alert.severity_id >= HIGH");
      await page.locator("button[value=check]").click();
      await page.getByText("The condition is right.").waitFor();
      expect(await revision()).toBe(before);
    });

    test("a new one is added where it is to stand", async () => {
      await page.goto("/rules/new?route=falco");
      await page.locator("input[name=name]").fill("first of all");
      await page.locator("input[name=to][value=box]").check();
      await page.getByRole("button", { name: "Show what it would change" }).click();
      await apply();
      await said(page, /Applied as revision/);
      await expect.poll(async () => (await rules("falco")).some(({ name }) => name === "first of all")).toBe(true);
    });

    test("of two people at once, the second sees what the first did before anything is applied", async () => {
      const other = await visit(browser, stack.relay.url, await makeToken(stack, "colleague", "configure"));
      await other.page.goto("/rules?route=prod");
      await page.goto("/rules?route=prod");
      await ruleOf("scans are grouped").locator("button[value=disable]").click();
      await apply();
      await said(page, /Applied as revision/);
      const between = await revision();
      await ruleOf("crown jewels", other.page).locator("button[value=disable]").click();
      await heading(other.page, "Somebody changed the configuration meanwhile");
      await expectSound(other);
      expect(await revision()).toBe(between);
      await other.page.getByRole("button", { name: "See what yours would do now" }).click();
      await heading(other.page, "Switch off the rule “crown jewels” of prod");
      await other.page.locator("button.main", { hasText: "Apply as a new revision" }).click();
      await said(other.page, `Applied as revision ${between + 1}`);
      await expect
        .poll(async () => (await rules("prod")).filter(({ enabled }) => !enabled).map(({ name }) => name))
        .toEqual(["scans are grouped", "crown jewels"]);
      expect((await audited(stack, "configuration.applied"))[0]?.actor).toBe("colleague");
      await other.page.context().close();
    });

    test("an alert and a payload are tried against them, and nothing is sent", async () => {
      const id = await raise(stack, { key: "tried", title: "Tried on the rules", severity: "critical", asset: "srv-tried" });
      await stack.settled();
      const requests = stack.chats.discord("soc").requests.length;
      await page.goto(`/rules/try?alert=${id}`);
      await page.locator(".decisions li", { hasText: "urgent" }).first().waitFor();
      await page.locator("select[name=route]").selectOption("prod");
      await page.locator("textarea[name=payload]").fill('{"key": ');
      await page.getByRole("button", { name: "Show what would become of it" }).click();
      await page.getByText(/The payload is not JSON/).waitFor();
      expect(await page.locator("textarea[name=payload]").inputValue()).toBe('{"key": ');
      await page
        .locator("textarea[name=payload]")
        .fill(JSON.stringify(genericBody({ key: "paper", title: "On paper alone", severity: "critical" })));
      await page.getByRole("button", { name: "Show what would become of it" }).click();
      await page.getByRole("heading", { name: "Who would be told" }).waitFor();
      await page.locator(".message", { hasText: "On paper alone" }).first().waitFor();
      expect(stack.chats.discord("soc").requests.length).toBe(requests);
      const { items } = await stack.get<{ items: { title: string }[] }>("/api/alerts?limit=200");
      expect(items.some(({ title }) => title === "On paper alone")).toBe(false);
    });
  });

  describe("the text", () => {
    test("is wrong: each place is told, and what was typed stays", async () => {
      await page.goto("/configuration/edit");
      const text = await page.locator("textarea[name=text]").inputValue();
      expect(text).not.toContain(PROD);
      const wrong = `${text}\n[routes.broken]\nid = "no-uuid"\nsource = "generic"\n`;
      await page.locator("textarea[name=text]").fill(wrong);
      await page.getByRole("button", { name: "Show what it would change" }).click();
      await page.locator(".note.bad", { hasText: "routes.broken.id" }).waitFor();
      expect(await page.locator("textarea[name=text]").inputValue()).toBe(wrong);
    });

    test("that would leave critical alerts to nobody asks to be confirmed", async () => {
      await raise(stack, { key: "lost", title: "Told to somebody", severity: "critical", asset: "srv-lost" });
      await stack.settled();
      await page.goto("/configuration/edit");
      const text = await page.locator("textarea[name=text]").inputValue();
      const before = await revision();
      const off = text
        .replaceAll(/^\[\[routes\.prod\.rules\]\]$/gm, "[[routes.prod.rules]]\nenabled = false")
        .replaceAll(/(enabled = false\n[^[]*)enabled = false\n/g, "$1");
      await page.locator("textarea[name=text]").fill(off);
      await page.getByRole("button", { name: "Show what it would change" }).click();
      const confirm = page.locator("input[name=confirm]");
      await confirm.waitFor();
      await expectSound(desk);
      expect(await confirm.evaluate((box) => (box as unknown as { required: boolean }).required)).toBe(true);
      await apply();
      expect(await revision()).toBe(before);
      await confirm.check();
      await apply();
      await said(page, `Applied as revision ${before + 1}`);
      await expect.poll(async () => (await rules("prod")).every(({ enabled }) => !enabled)).toBe(true);
      // And back, by the list of revisions.
      await page.goto("/configuration");
      await page.locator(`#revision-${before}`).getByRole("button", { name: "Go back to it…" }).click();
      await heading(page, `Go back to revision ${before}?`);
      await page.locator("button.main").click();
      await said(page, `Gone back to revision ${before}, as revision ${before + 2}`);
      await expect.poll(async () => (await rules("prod")).some(({ enabled }) => enabled)).toBe(true);
      expect((await audited(stack, "configuration.rolled_back"))[0]?.actor).toBe("admin");
    });

    test("of two revisions is compared, without ids", async () => {
      await change("# compared");
      await change("# compared again");
      await page.goto("/configuration");
      const now = await revision();
      await page.locator(`#revision-${now - 2} input[name=from]`).check();
      await page.locator(`#revision-${now} input[name=to]`).check();
      await page.getByRole("button", { name: "Show what differs" }).click();
      await heading(page, `Revision ${now - 2} to ${now}`);
      await page.locator(".diff tr.in", { hasText: "# compared again" }).waitFor();
      expect(await page.content()).not.toContain(PROD);
      await expectSound(desk);
    });
  });

  test("who may only look sees rules without their forms, and no text", async () => {
    const reader = await visit(browser, stack.relay.url, await makeToken(stack, "looker", "read"));
    await reader.page.goto("/rules");
    await reader.page.locator(".rule").first().waitFor();
    expect(await reader.page.locator('form[action="/rules/act"]').count()).toBe(0);
    await reader.page.goto("/configuration");
    await reader.page.getByText("The text itself needs the role configure.").waitFor();
    expect(await reader.page.locator("pre.whole").count()).toBe(0);
    await reader.page.context().close();
  });
});

/** Presses the button that applies what is shown. */
const apply = (): Promise<void> => page.locator("button.main", { hasText: "Apply as a new revision" }).click();

const ruleOf = (name: string, on: Page = page) =>
  on.locator("li.rule").filter({ has: on.locator("h3").getByRole("link", { name, exact: true }) });

/** Presses one of the buttons that are a fold away. */
async function act(rule: string, which: string): Promise<void> {
  await page.goto("/rules?route=prod");
  await page.getByRole("button", { name: "Pause" }).click();
  await ruleOf(rule).locator("summary").click();
  await ruleOf(rule).locator(`button[value=${which}]`).click();
}

/** Adds a comment to the text, as a revision. */
async function change(comment: string): Promise<void> {
  const before = await revision();
  await page.goto("/configuration/edit");
  const text = await page.locator("textarea[name=text]").inputValue();
  await page.locator("textarea[name=text]").fill(`${text}\n${comment}\n`);
  await page.getByRole("button", { name: "Show what it would change" }).click();
  await apply();
  await said(page, `Applied as revision ${before + 1}`);
}

const revision = async (): Promise<number> =>
  (await stack.get<{ items: { revision: number }[] }>("/api/config/revisions?limit=1")).items[0]?.revision ?? 0;

const rules = async (route: string) =>
  (await stack.get<{ items: { name: string; rules: { name: string; enabled: boolean }[] }[] }>("/api/routes")).items.find(
    ({ name }) => name === route,
  )?.rules ?? [];
