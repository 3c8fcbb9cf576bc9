// What can be done on the dashboard to alerts, deliveries, silences and tokens, pressed in a browser over a whole relay: each does what it
// says, which is looked up at the API or on the wall; who may not is not offered it; what was typed stays where something is wrong.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, sidewaysScroll, startBrowser, type Visit, visit } from "../support/browser.ts";
import { ADMIN, audited, heading, makeToken, raise, said } from "../support/dashboard/desk.ts";
import { dashboardRelay, HOSTILE_TITLES, LAB, PROD } from "../support/dashboard/relay.ts";
import { genericBody } from "../support/generic-route.ts";
import { describeReal, REAL } from "../support/real.ts";
import type { Stack } from "../support/stack.ts";

interface Deliveries {
  items: { id: string; alert: string; state: string; destination: string }[];
}

let stack: Stack;
let browser: Browser;
let desk: Visit;
let page: Page;

describeReal("acts on the dashboard", [REAL.chromium], () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([dashboardRelay(), startBrowser()]);
    desk = await visit(browser, stack.relay.url, ADMIN, { permissions: ["clipboard-read", "clipboard-write"] });
    page = desk.page;
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  describe("the overview", () => {
    test("its picture leads to the list that a number counts", async () => {
      await page.goto("/");
      const box = page.locator('svg.flow a[href="/deliveries?state=delivered"]');
      const { destinations } = await stack.books();
      expect(await box.locator(".count").textContent()).toBe(String(destinations.reduce((sum, { delivered }) => sum + delivered, 0)));
      await box.locator("text").click();
      await page.waitForURL("**/deliveries?state=delivered");
      expect(new Set(await page.locator("td[data-label=State]").allTextContents())).toEqual(new Set(["delivered"]));
    });

    test("goes back further, and tells one destination's time from the door to the wall", async () => {
      await raise(stack, { key: "timed", title: "Timed to the wall", asset: "srv-timed" });
      await stack.settled();
      await page.goto("/");
      await page.locator("nav.spans a", { hasText: "30 days" }).click();
      await page.waitForURL(/span=30d/);
      await page.locator("#alerts-chart", { hasText: "alerts in 4 hours" }).waitFor();
      await page.locator("#latency-chart .plot canvas").waitFor();
      await page.locator('#destination-soc td[data-label="Door to wall"] a').click();
      await page.locator("#latency-chart", { hasText: "From the door to soc" }).waitFor();
      await page.getByRole("link", { name: "Of all destinations" }).click();
      await page.locator("#latency-chart", { hasText: "From the door to the wall" }).waitFor();
    });

    test("shows sums in place of the picture on a phone", async () => {
      const phone = await visit(browser, stack.relay.url, ADMIN, { viewport: { width: 390, height: 800 } });
      await phone.page.locator("div.sums").waitFor();
      expect(await phone.page.locator("svg.flow").isVisible()).toBe(false);
      expect(await sidewaysScroll(phone.page)).toBe(0);
      await phone.page.context().close();
    });

    test("says while somebody looks that a SIEM has a wrong secret, and leads to its requests", async () => {
      await page.goto("/");
      const concern = page.locator("section:has(> #attention) li", { hasText: "to lab were refused" });
      const before = Number.parseInt((await concern.locator(".title").textContent())?.match(/\d+/)?.[0] ?? "", 10);
      await stack.hook(LAB, genericBody({ key: "wrong" }), { "x-secret": "wrong" });
      await concern.filter({ hasText: `${before + 1} requests to lab were refused` }).waitFor();
      await concern.getByRole("link").click();
      await page.waitForURL("**/log?outcome=refused&route=lab");
      expect(await page.locator("tbody tr").count()).toBe(before + 1);
    });
  });

  describe("destinations", () => {
    test("a test reaches the wall, and the page has the chat's answer", async () => {
      await page.goto("/destinations");
      const wall = stack.chats.slack("oncall");
      const before = wall.messages.length;
      await page.locator("article#oncall").getByRole("button", { name: "Send a test message" }).click();
      await heading(page, "Test sent");
      await page.locator(".card", { hasText: "oncall" }).getByText("delivered", { exact: true }).first().waitFor();
      expect(wall.messages.length).toBe(before + 1);
      expect((await audited(stack, "destination.tested"))[0]).toMatchObject({ actor: "admin", target: "oncall" });
    });

    test("every layout is previewed, with secrets by name, and nothing is sent", async () => {
      const before = stack.chats.discord("soc").requests.length;
      await page.goto("/destinations");
      await page.locator("article#soc").getByRole("link", { name: "Preview every layout" }).click();
      await heading(page, "What soc shows");
      await page.locator("article#first .message").waitFor();
      await page.locator("article#first summary").click();
      expect(await page.locator("article#first pre").textContent()).toMatch(/^POST /);
      await expectSound(desk);
      expect(stack.chats.discord("soc").requests.length).toBe(before);
    });
  });

  describe("deliveries", () => {
    test("the chosen dead ones are replayed, with their count before and after", async () => {
      const alerts = await jewels("chosen", 2);
      await page.goto("/deliveries?state=dead");
      for (const alert of alerts) await page.locator(`tr:has(a[href*="${alert}"]) td.choose input`).check();
      await page.locator("#chosen button").click();
      await heading(page, "Replay 2 dead deliveries?");
      stack.chats.discord("gone").calm();
      await page.locator('form[action="/deliveries/replay-chosen"] button.main').click();
      await said(page, "2 are on their way again.");
      await expectDelivered(alerts);
    });

    test("those that a filter finds are replayed, with their count before and after", async () => {
      const alerts = await jewels("filtered", 3);
      await page.goto("/deliveries");
      const { items } = await stack.get<Deliveries>("/api/deliveries?state=dead&destination=gone&limit=200");
      await page
        .locator("#stuck-gone")
        .getByRole("link", { name: /^Replay …/ })
        .first()
        .click();
      const reason = new URL(page.url()).searchParams.get("reason");
      const dead = items.filter((one) => (one as { reason?: string }).reason === reason).length;
      expect(dead).toBeGreaterThanOrEqual(3);
      await heading(page, `Replay ${dead} dead deliveries?`);
      stack.chats.discord("gone").calm();
      await page.locator('form[action="/deliveries/replay"] button.main').click();
      await said(page, `${dead} are on their way again.`);
      await expectDelivered(alerts);
    });

    test("none chosen is said, and nothing is replayed", async () => {
      await jewels("none", 1);
      await page.goto("/deliveries?state=dead");
      await page.locator("#chosen button").click();
      await said(page, "choose some dead deliveries first");
      expect(new URL(page.url()).searchParams.get("state")).toBe("dead");
    });

    test("one tells each attempt with the chat's answer, and is replayed from there", async () => {
      const [alert = ""] = await jewels("one", 1);
      const { items } = await stack.get<Deliveries>("/api/deliveries?state=dead&limit=200");
      const one = items.find((item) => item.alert === alert);
      await page.goto(`/deliveries?destination=gone`);
      await page.locator(`[id="delivery-${one?.id}"] td[data-label=Created] a`).click();
      await page.getByRole("heading", { name: "Attempts, newest first" }).waitFor();
      stack.chats.discord("gone").calm();
      await page.getByRole("button", { name: "Replay" }).click();
      await said(page, "The message is on its way again");
      await expectDelivered([alert]);
      const { items: now } = await stack.get<Deliveries>("/api/deliveries?state=delivered&destination=gone&limit=200");
      await page.goto(`/deliveries/${encodeURIComponent(now.find((item) => item.alert === alert)?.id ?? "")}`);
      await page.locator("li#attempt-1").waitFor();
    });
  });

  test("the log says live who has a wrong secret; a request leads to its event", async () => {
    await page.goto("/log");
    const row = page.locator("li#refused-lab-unauthorized");
    const link = row.getByRole("link").first();
    const before = Number.parseInt((await link.textContent()) ?? "", 10);
    await stack.hook(LAB, genericBody({ key: "wrong" }), { "x-secret": "wrong" });
    await row.filter({ hasText: `${before + 1} requests` }).waitFor();
    await link.click();
    await page.waitForURL(/outcome=refused&route=lab&reason=unauthorized/);
    await page.locator("tbody tr", { hasText: "401" }).first().waitFor();
    await page.goto("/log?outcome=accepted&route=prod");
    const request = page.locator("tbody tr").first().locator("td[data-label=Request]");
    await request.locator("summary").click();
    await request.getByRole("link", { name: /^[0-9a-f]{8}/ }).waitFor();
    await request.locator('a[href^="/alerts/"]').first().click();
    await page.waitForURL(/\/alerts\/prod\..*#ev/);
  });

  describe("silences", () => {
    test("what is wrong is said at its field and what was typed stays; tried, made and ended it does so", async () => {
      await raise(stack, { key: "hush", title: "Nobody needs this", severity: "medium", asset: "hush-1" });
      await page.goto("/silences/new");
      await page.locator("#when").fill("alert.sttus == 1");
      await page.locator("#comment").fill("the printers");
      await page.locator('button[formaction="/silences/check"]').click();
      await page.locator("#when-problem", { hasText: "column 6" }).waitFor();
      expect(await page.locator("#when").inputValue()).toBe("alert.sttus == 1");
      expect(await page.locator("#comment").inputValue()).toBe("the printers");
      await expectSound(desk);
      await page.locator("#when").fill('alert.assets.exists(a, a.name == "hush-1")');
      await page.locator('button[formaction="/silences/check"]').click();
      await page.locator("#trial", { hasText: "It would have hidden 1 alert" }).waitFor();
      expect((await silences()).some(({ comment }) => comment === "the printers")).toBe(false);
      await page.locator("button.main").click();
      await said(page, "The silence is made");
      const made = (await silences()).find(({ comment }) => comment === "the printers");
      expect(made).toMatchObject({ state: "active", when: 'alert.assets.exists(a, a.name == "hush-1")' });
      const row = page.locator(`[id="silence-${made?.id}"]`);
      await row.getByRole("link", { name: /^End …/ }).click();
      await heading(page, "End this silence?");
      await page.locator('form[action$="/end"] button.main').click();
      await said(page, "The silence has ended");
      await page.locator("section:has(> #ended)", { has: row }).waitFor();
      expect((await silences()).find(({ id }) => id === made?.id)?.state).toBe("ended");
      expect((await audited(stack, "silence.ended"))[0]?.target).toBe(made?.id);
    });
  });

  describe("alerts", () => {
    test("filters stand in the address, are taken off one by one, and find what they say", async () => {
      await page.goto("/alerts");
      await page.locator("label:has(input[name=severity][value=critical])").click();
      await page.locator("form.search button.main").click();
      await page.waitForURL(/severity=critical/);
      const rows = page.locator(".alerts > li");
      const { items } = await stack.get<{ items: unknown[] }>("/api/alerts?severity=critical&limit=50");
      expect(await rows.count()).toBe(items.length);
      expect(await page.locator(".alerts > li:has(.severity.critical)").count()).toBe(items.length);
      await page.locator(".spans a", { hasText: "24 hours" }).click();
      await page.waitForURL(/span=24h/);
      await page.locator(".chips a.chip", { hasText: "critical" }).click();
      await page.waitForURL((url) => !url.searchParams.has("severity") && url.searchParams.get("span") === "24h");
      expect(await page.locator(".alerts > li:has(.severity.low)").count()).toBeGreaterThan(0);
    });

    test("a new one is marked as news while somebody looks", async () => {
      await page.goto("/alerts");
      const id = await raise(stack, { key: "news", title: "News while somebody looks", asset: "srv-news" });
      await page.locator(`li.news[id="${id}"]`).waitFor();
    });

    test("is acknowledged, commented and resolved; the wall is told, and the page says by whom", async () => {
      const id = await raise(stack, { key: "take", title: "Take me up", asset: "srv-take" });
      await page.goto(`/alerts/${id}`);
      await page.locator("textarea[name=comment]").fill("I look into it");
      await page.getByRole("button", { name: "Acknowledge" }).click();
      await page.waitForURL(/done=status_set/);
      await page.locator("dl.facts dd", { hasText: "by admin" }).waitFor();
      await page.locator("dl.facts dd", { hasText: "admin: I look into it" }).waitFor();
      expect(await statusOf(id)).toBe("in_progress");
      await page.getByRole("button", { name: "Resolve" }).click();
      await page.getByRole("button", { name: "Reopen" }).waitFor();
      expect(await statusOf(id)).toBe("resolved");
      await expect.poll(() => wallOf("soc").find((text) => text.includes("Take me up"))).toMatch(/resolved/i);
      expect((await audited(stack, "alert.status_set")).filter(({ target }) => target === id)).toHaveLength(2);
    });

    test("is silenced from its page, which then says so and asks no more", async () => {
      const id = await raise(stack, { key: "quiet", title: "Quiet, please", asset: "srv-quiet" });
      await page.goto(`/alerts/${id}`);
      await page.locator("select[name=span]").selectOption("4h");
      await page.locator('form[action$="/silence"] button').click();
      await page.waitForURL(/done=alert_silenced/);
      await said(page, "A silence hides news of it");
      await page.locator('form[action$="/silence"]').waitFor({ state: "detached" });
      expect((await silences()).some(({ when, state }) => state === "active" && when.includes(id))).toBe(true);
    });

    test("shows the message as the chat draws it, what is sent, and what the present rules would do", async () => {
      const id = await raise(stack, { key: "drawn", title: "Drawn as it is", severity: "critical", asset: "srv-drawn" });
      await stack.settled();
      await page.goto(`/alerts/${id}`);
      await page.locator("details.drawn .message.tone-critical", { hasText: "Drawn as it is" }).first().waitFor();
      await page.locator("details.drawn[open] summary", { hasText: "is sent" }).first().click();
      await page.locator("details.drawn details[open] pre", { hasText: "Drawn as it is" }).waitFor();
      const copy = page.locator("button[data-copy]").first();
      await copy.click();
      await page.locator("button[data-copy]", { hasText: "Copied" }).waitFor();
      expect(await page.evaluate("navigator.clipboard.readText()")).toBe(await copy.getAttribute("data-copy"));
      await page.getByRole("link", { name: "What the present rules would do with it" }).click();
      await page.waitForURL(/\/explain$/);
      await page.getByText("It would go the same way again.").waitFor();
      await expectSound(desk);
    });

    test("an address that names one event or delivery leads to it, however old", async () => {
      const id = await raise(stack, { key: "many", title: "Many events", asset: "srv-many" });
      for (let more = 0; more < 15; more += 1)
        await stack.hook(PROD, genericBody({ key: "many", title: "Many events", asset: "srv-many" }));
      // Not until it is settled: what its thread is told comes once a minute.
      const told = () => stack.get<{ events: { id: string }[] }>(`/api/alerts/${id}`);
      await expect.poll(async () => (await told()).events.length).toBeGreaterThan(12);
      const { events } = await told();
      await page.goto(`/alerts/${id}#${events[0]?.id}`);
      await page.locator(`[id="${events[0]?.id}"]`).waitFor();
      expect(await page.locator(`details[open]:has([id="${events[0]?.id}"])`).count()).toBe(1);
      const { items } = await stack.get<Deliveries>("/api/deliveries?destination=soc&limit=200");
      const delivery = items.find(({ alert }) => alert === id);
      expect(delivery).toBeDefined();
      await page.goto(`/alerts/${id}#${delivery?.id}`);
      expect(await page.evaluate("document.querySelector(':target')?.id")).toBe(delivery?.id);
    });

    test("the inbox has the messages of a severity", async () => {
      await page.goto("/inbox?severity=critical");
      expect(await page.locator(".post").count()).toBeGreaterThan(0);
      expect(await page.locator(".post .message.tone-critical, .post .message.tone-resolved").count()).toBe(
        await page.locator(".post").count(),
      );
    });

    test("hostile titles are text wherever they show", async () => {
      const { items } = await stack.get<{ items: { id: string; title: string }[] }>("/api/alerts?limit=200");
      const { id = "" } = items.find(({ title }) => title.startsWith("<img")) ?? {};
      const { items: deliveries } = await stack.get<Deliveries>("/api/deliveries?limit=200");
      const delivery = deliveries.find(({ alert }) => alert === id)?.id ?? "";
      const paths = ["/", "/alerts", "/inbox", "/deliveries", "/log", `/alerts/${id}`, `/alerts/${id}/explain`, `/rules/try?alert=${id}`];
      for (const path of [
        ...paths,
        `/deliveries/${encodeURIComponent(delivery)}`,
        `/alerts?q=${encodeURIComponent(HOSTILE_TITLES[1] ?? "")}`,
      ]) {
        await page.goto(path);
        await page.locator("main h1").waitFor();
        expect(await page.evaluate("window.__ran"), path).toBeUndefined();
        expect(await page.locator("main img, main svg[onload]").count(), path).toBe(0);
        expect(await sidewaysScroll(page), path).toBe(0);
      }
      expect(desk.troubles).toEqual([]);
    });
  });

  describe("roles", () => {
    test("who may look is offered nothing else, and refused it; without the token, the page says so", async () => {
      const reader = await visit(browser, stack.relay.url, await makeToken(stack, "reader", "read"));
      const id = await raise(stack, { key: "look", title: "Only to look at", asset: "srv-look" });
      await reader.page.locator(".side nav", { hasText: "may look" }).waitFor();
      const looked = [
        "/deliveries?state=dead",
        "/log",
        "/silences",
        "/audit",
        "/settings",
        "/destinations",
        "/routes",
        "/routes/prod",
        "/rules",
        "/configuration",
      ];
      for (const path of [...looked, `/alerts/${id}`]) {
        await reader.page.goto(path);
        await reader.page.locator("main h1").waitFor();
        const forms = reader.page.locator('main form[method=post]:not([action="/rules/try"]):not([action$="/sample/try"])');
        expect(await forms.count(), path).toBe(0);
        expect(await reader.page.locator("main").textContent(), path).not.toContain(PROD);
      }
      await expectSound(reader);
      const headers = { origin: stack.relay.url };
      for (const path of [
        `/alerts/${id}/silence`,
        `/alerts/${id}/status`,
        "/deliveries/replay",
        "/settings/tokens",
        "/routes/prod/address",
        "/rules/act",
      ])
        expect((await reader.page.request.post(path, { headers, form: { span: "1h", status: "resolved" } })).status(), path).toBe(403);
      expect(await statusOf(id)).toBe("new");
      for (const path of ["/configuration/edit", "/rules/new", "/silences/new", "/deliveries/replay"])
        expect((await reader.page.goto(path))?.status(), path).toBe(403);
      await reader.page.goto("/log");
      await stack.call("/api/tokens/reader", { method: "DELETE" });
      await reader.page.getByText(/^Signed out\. This is from/).waitFor();
      await reader.page.context().close();
    });

    test("who may act acts, and does not see what only the configuration's owner may", async () => {
      const operator = await visit(browser, stack.relay.url, await makeToken(stack, "operator", "operate"));
      const id = await raise(stack, { key: "act", title: "To be taken by the operator", asset: "srv-act" });
      await operator.page.goto(`/alerts/${id}`);
      await operator.page.getByRole("button", { name: "Acknowledge" }).click();
      await operator.page.locator("dl.facts dd", { hasText: "by operator" }).waitFor();
      expect((await audited(stack, "alert.status_set")).find(({ target }) => target === id)?.actor).toBe("operator");
      await operator.page.goto("/settings");
      expect(await operator.page.locator("#token-name").count()).toBe(0);
      await operator.page.goto("/routes/prod");
      expect(await operator.page.locator('form[action$="/address"], form[action$="/act"]').count()).toBe(0);
      expect(await operator.page.locator('form[action$="/test"]').count()).toBe(1);
      await operator.page.context().close();
    });

    test("a form of another site changes nothing", async () => {
      const id = await raise(stack, { key: "forged", title: "Not to be forged", asset: "srv-forged" });
      const answer = await page.request.post(`/alerts/${id}/status`, {
        headers: { origin: "https://evil.example" },
        form: { status: "resolved" },
      });
      expect(answer.status()).toBe(403);
      expect(await statusOf(id)).toBe("new");
    });
  });

  describe("settings and the audit log", () => {
    test("a token is told once, lets somebody in, and is removed", async () => {
      await page.goto("/settings");
      await page.locator("#token-name").fill("by-hand");
      await page.locator('form[action="/settings/tokens"] button').click();
      const token = (await page.locator("pre.token").textContent()) ?? "";
      await page.getByRole("button", { name: "Copy" }).click();
      expect(await page.evaluate("navigator.clipboard.readText()")).toBe(token);
      const asReader = (path: string) => fetch(`${stack.relay.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      expect((await asReader("/api/alerts")).status).toBe(200);
      await page.goto("/settings");
      await page.locator("#token-by-hand").waitFor();
      expect(await page.content()).not.toContain(token);
      // The name is taken now: what was typed stays.
      await page.locator("#token-name").fill("by-hand");
      await page.locator('form[action="/settings/tokens"] button').click();
      await page.getByText("No token was made.").waitFor();
      expect(await page.locator("#token-name").inputValue()).toBe("by-hand");
      await page.goto("/settings");
      await page
        .locator("#token-by-hand")
        .getByRole("link", { name: /^Remove …/ })
        .click();
      await heading(page, "Remove the token by-hand?");
      await page.locator("main button.main").click();
      await said(page, "The token is removed");
      expect((await asReader("/api/alerts")).status).toBe(401);
      expect((await audited(stack, "token.removed"))[0]).toMatchObject({ actor: "admin", target: "by-hand" });
    });

    test("the doctor looks at everything", async () => {
      await page.goto("/settings");
      await page.locator('form[action="/settings/doctor"] button').click();
      await heading(page, "What the doctor found");
      await page.locator("tbody tr", { hasText: "queue" }).first().waitFor();
      await expectSound(desk);
    });

    test("every act has a row, and the file has what the page shows", async () => {
      const id = await raise(stack, { key: "rows", title: "Leaves a row", asset: "srv-rows" });
      await page.goto(`/alerts/${id}`);
      await page.getByRole("button", { name: "Acknowledge" }).click();
      await page.waitForURL(/done=status_set/);
      await page.goto(`/audit?target=${id}`);
      expect(await page.locator("tbody tr").count()).toBe(1);
      await page.locator("tbody tr", { hasText: "alert.status_set" }).waitFor();
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "As CSV" }).click()]);
      expect(download.suggestedFilename()).toBe("tocsin-audit.csv");
      const csv = await (await stack.call(`/api/audit?target=${id}&format=csv`)).text();
      const parts: Buffer[] = [];
      for await (const part of await download.createReadStream()) parts.push(part as Buffer);
      expect(Buffer.concat(parts).toString("utf8")).toBe(csv);
      expect(csv).toContain(`alert.status_set,${id}`);
    });
  });
});

const statusOf = async (id: string): Promise<string> => (await stack.get<{ alert: { status: string } }>(`/api/alerts/${id}`)).alert.status;

const silences = async () =>
  (
    await stack.get<{ items: { id: string; comment: string; state: string; when: string }[] }>(
      "/api/silences?state=active,upcoming,ended&limit=200",
    )
  ).items;

/** What a chat shows now, each message as text. */
const wallOf = (name: string): string[] =>
  stack.chats
    .discord(name)
    .visible()
    .map(({ body }) => JSON.stringify(body));

/** Alerts whose messages die: their chat's address is not there any more. */
async function jewels(key: string, count: number): Promise<string[]> {
  stack.chats.discord("gone").fail({ status: 404, times: 1_000 });
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1)
    ids.push(await raise(stack, { key: `${key}-${number}`, title: `Jewel ${key} ${number}`, severity: "medium", asset: "jewel-1" }));
  await expect
    .poll(async () => statesOf(ids, await stack.get<Deliveries>("/api/deliveries?destination=gone&state=dead&limit=200")))
    .toBe(count);
  return ids;
}

async function expectDelivered(ids: string[]): Promise<void> {
  await expect
    .poll(async () => statesOf(ids, await stack.get<Deliveries>("/api/deliveries?destination=gone&state=delivered&limit=200")))
    .toBe(ids.length);
}

const statesOf = (ids: string[], { items }: Deliveries): number =>
  new Set(items.filter(({ alert }) => ids.includes(alert)).map(({ alert }) => alert)).size;
