// The story of an alert over the API, and the pages that tell it: what waits, who hides it, what the chats draw, and what somebody does.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { Story } from "../../src/admin/queries/story.ts";
import { api, json, tokenOf } from "./support/api.ts";
import { clock } from "./support/clock.ts";
import { call, configure, hook, settled, WAIT } from "./support/relay.ts";

const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const NEVER = { zone: "UTC", days: ["mon"], from: "03:00", to: "03:01", outside: "hold" };

type Told = Omit<Story, "shownBy"> & { shown_by: string[] };

let id = "";

beforeAll(async () => {
  await configure({
    destinations: { box: { type: "inbox" }, later: { type: "inbox" } },
    routes: {
      prod: {
        id: ID,
        source: "text",
        rules: [
          { name: "all", to: ["box"] },
          { name: "office", to: ["later"], hours: NEVER },
        ],
      },
    },
  });
  const { results } = await json<{ results: { alert: string }[] }>(hook(ID, { text: "Somebody opened the canary file" }));
  id = results[0]?.alert ?? "";
  await settled("prod", "box");
});

const story = (): Promise<Told> => json(api("GET", `/alerts/${id}`));
const page = async (path: string, token: string | undefined = env.ADMIN_TOKEN): Promise<string> => {
  const answer = await call(path, { headers: { authorization: `Bearer ${token}`, accept: "text/html" } });
  expect(answer.status, path).toBe(200);
  return answer.text();
};
const press = (path: string, fields: Record<string, string>, token: string | undefined = env.ADMIN_TOKEN): Promise<Response> =>
  call(path, {
    method: "POST",
    redirect: "manual",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/x-www-form-urlencoded" },
    body: String(new URLSearchParams(fields)),
  });

describe("the story", () => {
  test("tells who shows the alert, what is held and until when", async () => {
    const told = await story();
    expect(told.shown_by).toEqual(["box"]);
    expect(told.waits).toMatchObject({
      events: [told.events[0]?.id],
      gates: ["hours:office"],
      until: expect.stringMatching(/T03:00:00\.000Z$/),
    });
    expect(told.silenced).toBeNull();
    expect(await page(`/alerts/${id}`)).toContain("the hours of the rule “office”");
  });

  test("finds deliveries that no outbox remembers, near the decisions, and none far from them", async () => {
    const { alert } = await story();
    const add = (name: string, ms: number) =>
      env.DB.prepare("INSERT INTO deliveries VALUES (?, ?, 'gone', ?, 1, 'create', 'delivered', 1, NULL, ?, '[]')")
        .bind(new Date(Date.parse(alert.created_at) + ms).toISOString(), `gone.${id}.${name}`, id, alert.created_at)
        .run();
    await add("1", 60_000);
    await add("2", 30 * 86_400_000);
    const names = (await story()).deliveries.map((one) => one.id);
    expect(names).toContain(`gone.${id}.1`);
    expect(names).not.toContain(`gone.${id}.2`);
    expect(names).toContain(`box.${id}.1`);
    await env.DB.exec("DELETE FROM deliveries WHERE destination = 'gone'");
  });

  test("has what each destination draws, without secrets", async () => {
    const { items } = await json<{ items: { destination: string; says: string[]; body: string }[] }>(api("GET", `/alerts/${id}/messages`));
    expect(items.map(({ destination }) => destination)).toEqual(["box"]);
    expect(items[0]?.says[0]).toContain("Somebody opened the canary file");
    expect(JSON.parse(items[0]?.body ?? "")).toMatchObject({ alert: id });
    expect(await page(`/alerts/${id}`)).toContain('class="message tone-');
    expect((await api("GET", "/alerts/prod.000000000000000000000000/messages")).status).toBe(404);
  });

  test("has a page for each event, and one for what the present rules would do", async () => {
    const [event] = (await story()).events;
    expect(await page(`/alerts/${id}/events/${event?.id}`)).toContain("Payload as received");
    expect(await page(`/alerts/${id}/explain`)).toContain("What the present rules would do");
    for (const path of [
      `/alerts/${id}/events/ev_0`,
      "/alerts/prod.000000000000000000000000",
      "/alerts/prod.000000000000000000000000/explain",
    ])
      expect((await call(path, { headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` } })).status, path).toBe(404);
  });
});

describe("from its page", () => {
  test("an alert is taken in hand and commented; the audit log has it", async () => {
    expect((await press(`/alerts/${id}/status`, { status: "in_progress", comment: "looking" })).headers.get("location")).toBe(
      `/alerts/${id}?done=status_set`,
    );
    const html = await page(`/alerts/${id}?done=status_set`);
    expect(html).toContain("Done. Destinations that show the alert get the change.");
    expect(html.replace(/<[^>]+>/g, "")).toMatch(/in progress by admin/);
    expect((await press(`/alerts/${id}/status`, {})).headers.get("location")).toContain("done=nothing_set");
  });

  test("it is silenced for a while, once; the audit log has it, and whoever may only look cannot", async () => {
    const reader = await tokenOf("reader", "read");
    expect((await press(`/alerts/${id}/silence`, { span: "1h", scope: "alert" }, reader)).status).toBe(403);
    expect(await page(`/alerts/${id}`, reader)).not.toContain('<form method="post" action="/alerts');
    expect((await press(`/alerts/${id}/silence`, { span: "9y" })).headers.get("location")).toContain("done=silence_no_span");
    const done = await press(`/alerts/${id}/silence`, { span: "1h", scope: "alert", comment: "a drill" });
    expect(done.headers.get("location")).toBe(`/alerts/${id}?done=alert_silenced`);
    clock.skip(2_001);
    await vi.waitFor(async () => expect((await story()).silenced).toMatchObject({ owner: "admin", comment: "a drill" }), WAIT);
    const html = await page(`/alerts/${id}`);
    expect(html).toContain("A silence hides news of it");
    expect(html).not.toContain(`action="/alerts/${id}/silence"`);
    expect((await press(`/alerts/${id}/silence`, { span: "1h" })).status).toBe(303);
    expect((await json<{ items: object[] }>(api("GET", "/silences"))).items).toHaveLength(1);
    const { items } = await json<{ items: { action: string }[] }>(api("GET", "/audit"));
    expect(items.map(({ action }) => action)).toEqual(expect.arrayContaining(["silence.made", "alert.status_set"]));
  });
});

test("the list of alerts is searched by its address, and says what is wrong with it", async () => {
  const html = await page("/alerts?q=canary&severity=high,medium,low,info,critical&span=24h");
  expect(html).toContain(`id="${id}"`);
  expect(html).toContain('data-live="60"');
  const wrong = await call("/alerts?colour=red", { headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` } });
  expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining("colour: is not a known parameter.")]);
});

test("the inbox is read by inbox and severity", async () => {
  expect(await page("/inbox")).toContain(`href="/alerts/${id}"`);
  expect(await page("/inbox?destination=later")).toContain("No message is like that.");
});
