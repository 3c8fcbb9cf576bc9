// Links in messages, over HTTP and as a chat shows them: whoever has the message takes the alert in hand or silences it, without signing in.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sealOf } from "../../src/lib/link-seal.ts";
import { type Act, actPath } from "../../src/lib/signed-link.ts";
import { type Stack, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a44";
const PUBLIC = "https://relay.example.com";
/** The stack's, behind which no link has a secret of its own. */
const ADMIN = "test-admin-token";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    config: ({ chats }) => ({
      relay: { url: PUBLIC },
      destinations: {
        soc: { type: "discord", url: chats.discord("soc").url, rate: "100/s" },
        war: { type: "discord", url: chats.discord("war").url, rate: "100/s" },
        box: { type: "inbox" },
      },
      routes: {
        plain: {
          id: ROUTE,
          source: "generic",
          mapping: {
            id: "event",
            key: "id",
            title: "title",
            severity: "severity",
            status: "status",
            rule: "rule",
            assets: "host",
            data: { note: "note" },
          },
          rules: [{ name: "all", to: ["soc", "war", "box"] }],
        },
      },
    }),
  });
});
afterAll(() => stack?.stop());

let events = 0;
async function raise(id: string, more: Record<string, string> = {}): Promise<string> {
  events += 1;
  const body = {
    event: String(events),
    id,
    title: `Odd login ${id}`,
    severity: "high",
    rule: "logins",
    host: "srv-01",
    note: "payload",
    ...more,
  };
  const answer = await stack.hook(ROUTE, body);
  expect(answer.status).toBe(202);
  const { results } = (await answer.json()) as { results: { alert: string }[] };
  await stack.settled();
  return results[0]?.alert ?? "";
}

/** The newest link of this kind in a chat, at the address where the relay really is. */
function linkIn(raw: string | undefined, verb: Act["verb"]): string {
  const [found = ""] = new RegExp(`${PUBLIC}/act/[^/]+/${verb}/[\\w-]+/\\w+/[\\w-]{43}`).exec(raw ?? "") ?? [];
  expect(found).not.toBe("");
  return found.replace(PUBLIC, stack.relay.url);
}
const about = (channel: "soc" | "war", id: string) =>
  stack.chats
    .discord(channel)
    .visible()
    .filter(({ raw }) => raw.includes(id));

const press = (link: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  fetch(link, { method: "POST", body: new URLSearchParams(form), redirect: "manual", headers });
const statusOf = async (alert: string) =>
  (await stack.get<{ alert: { status: string; status_label: string } }>(`/api/alerts/${alert}`)).alert;

describe("acknowledge", () => {
  let alert: string;
  let link: string;

  test("a message has the link, another for each chat, and the relay's own inbox has none", async () => {
    alert = await raise("ack-1");
    link = linkIn(about("soc", "ack-1")[0]?.raw, "acknowledge");
    expect(linkIn(about("war", "ack-1")[0]?.raw, "acknowledge").split("/").at(-1)).not.toBe(link.split("/").at(-1));
    expect(JSON.stringify(await stack.get("/api/inbox").catch(() => ({})))).not.toContain("/act/");
    const db = await stack.relay.db();
    const { results } = await db.prepare("SELECT * FROM inbox").all();
    expect(results).toHaveLength(1);
    expect(JSON.stringify(results)).not.toContain("/act/");
  });

  test("opening it changes nothing, however often and however a preview asks, and shows no more than the message does", async () => {
    for (const method of ["GET", "HEAD", "GET"]) {
      const answer = await fetch(link, { method });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(answer.headers.get("set-cookie")).toBeNull();
      const page = await answer.text();
      if (method === "HEAD") continue;
      expect(page).toContain("Odd login ack-1");
      expect(page.match(/<button/g)).toHaveLength(1);
      expect(page).not.toContain("payload");
    }
    await stack.settled();
    expect(await statusOf(alert)).toMatchObject({ status: "new" });
    expect(about("war", "ack-1")).toHaveLength(1);
    expect(about("war", "ack-1")[0]?.editedAt).toBeUndefined();
  });

  test("a form of another site does nothing", async () => {
    expect((await press(link, {}, { origin: "https://evil.example" })).status).toBe(403);
    expect(await statusOf(alert)).toMatchObject({ status: "new" });
  });

  test("its button takes the alert in hand, and the living message says who did", async () => {
    const answer = await press(link, { name: "Ana", comment: "looking" }, { origin: stack.relay.url });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, new URL(link).pathname]);
    expect(await statusOf(alert)).toMatchObject({ status: "in_progress", status_label: "acknowledged by Ana (link in soc)" });
    await stack.settled();
    const [living, ...more] = about("war", "ack-1");
    expect(more).toEqual([]);
    expect(living?.raw).toContain("acknowledged by Ana");
    expect(living?.raw).toContain("looking");
    // What is done is offered no more.
    expect(living?.raw).not.toContain("/acknowledge/");
    expect(living?.raw).toContain("/silence/");
  });

  test("pressed again, by a neighbour, it says who was first and changes nothing", async () => {
    const before = await statusOf(alert);
    const other = linkIn(JSON.stringify(about("war", "ack-1")[0]?.history), "acknowledge");
    expect((await press(other, { name: "Bo" })).status).toBe(303);
    expect(await statusOf(alert)).toEqual(before);
    const page = await (await fetch(other)).text();
    expect(page).toContain("acknowledged by Ana");
    expect(page).not.toContain("<button");
  });

  test("is audited under the name that was given", async () => {
    const { items } = await stack.get<{ items: { actor: string; via: string; action: string; target: string }[] }>("/api/audit");
    expect(items).toContainEqual(
      expect.objectContaining({ actor: "Ana (link in soc)", via: "link", action: "alert.status_set", target: alert }),
    );
  });
});

describe("a wrong link", () => {
  test.each<[what: string, change: (parts: string[]) => string[]]>([
    ["another alert", (parts) => parts.with(2, "plain.000000000000000000000000")],
    ["another verb", (parts) => parts.with(3, "silence")],
    ["another destination", (parts) => parts.with(4, "war")],
    ["a later expiry", (parts) => parts.with(5, `${parts[5]?.slice(0, -1)}${parts[5]?.endsWith("z") ? "y" : "z"}`)],
    ["another seal", (parts) => parts.with(6, "A".repeat(43))],
  ])("is answered as no address at all: %s", async (_what, change) => {
    await raise("tamper");
    const path = new URL(linkIn(about("soc", "tamper")[0]?.raw, "acknowledge")).pathname;
    const wrong = `${stack.relay.url}${change(path.split("/")).join("/")}`;
    const nowhere = await fetch(`${stack.relay.url}/nowhere`, { headers: { accept: "text/html" } });
    for (const method of ["GET", "POST"]) {
      const answer = await fetch(wrong, { method, headers: { accept: "text/html" } });
      expect(answer.status).toBe(404);
      if (method === "GET") expect(await answer.text()).toBe(await nowhere.clone().text());
    }
  });

  test("that is right and too late says so, and does nothing", async () => {
    const alert = await raise("late");
    const act: Act = { alert, verb: "acknowledge", destination: "soc", expiresAt: Date.now() - 1_000 };
    const late = `${stack.relay.url}${actPath(act, await sealOf(act, ADMIN))}`;
    for (const answer of [await fetch(late), await press(late)]) {
      expect(answer.status).toBe(410);
      expect(await answer.text()).toContain("Too late");
    }
    expect(await statusOf(alert)).toMatchObject({ status: "new" });
  });
});

describe("silence", () => {
  interface Silences {
    items: { when: string; ceiling: string; owner: string; comment: string; routes: string[]; created_by: string }[];
  }
  const silences = async () => (await stack.get<Silences>("/api/silences")).items;

  test("this alert alone, up to its own severity: its news are held back, those of others and a rise are not", async () => {
    const alert = await raise("loud");
    const link = linkIn(about("soc", "loud")[0]?.raw, "silence");
    expect((await press(link, { span: "4h", scope: "alert", name: "Ana" })).status).toBe(303);
    expect(await silences()).toMatchObject([
      { when: `alert.id == "${alert}"`, ceiling: "high", owner: "Ana (link in soc)", routes: ["plain"], created_by: "Ana (link in soc)" },
    ]);
    // What the page knows, the whole process does: it has the same copy of the configuration.
    await expect.poll(async () => (await fetch(link)).text()).toContain("This alert is silent until");
    const before = about("soc", "loud");
    await raise("loud", { note: "again" });
    expect(about("soc", "loud")).toEqual(before);
    await raise("other");
    expect(about("soc", "other")).toHaveLength(1);
    await raise("loud", { severity: "critical" });
    expect(about("soc", "loud")).not.toEqual(before);
  });

  test("twice makes one, and a form without a time is told so", async () => {
    const count = (await silences()).length;
    await raise("twice");
    const link = linkIn(about("soc", "twice")[0]?.raw, "silence");
    const unsaid = await press(link, {});
    expect([unsaid.status, await unsaid.text()]).toEqual([422, expect.stringContaining("Choose for how long")]);
    for (const _ of [1, 2]) expect((await press(link, { span: "1h", scope: "alert" })).status).toBe(303);
    expect(await silences()).toHaveLength(count + 1);
  });

  test("alerts of the same rule on the same host", async () => {
    await raise("alike-1", { host: 'srv "02"', rule: "scans" });
    const link = linkIn(about("soc", "alike-1")[0]?.raw, "silence");
    expect((await press(link, { span: "24h", scope: "alike", comment: "a drill" })).status).toBe(303);
    expect((await silences())[0]).toMatchObject({
      when: 'alert.rule.name == "scans" && alert.assets.exists(asset, asset.name == "srv \\"02\\"")',
      comment: "a drill",
      owner: "link in soc",
    });
    await expect.poll(async () => (await fetch(link)).text()).toContain("Alerts of this rule on this host are silent until");
    await raise("alike-2", { host: 'srv "02"', rule: "scans" });
    await raise("alike-3", { host: "srv-03", rule: "scans" });
    expect(about("soc", "alike-2")).toHaveLength(0);
    expect(about("soc", "alike-3")).toHaveLength(1);
  });
});

test("no seal is in the log, in D1, or among what the relay tells of its deliveries", async () => {
  const seals = new Set(
    [...stack.chats.discord("soc").visible(), ...stack.chats.discord("war").visible()].flatMap(({ raw }) =>
      Array.from(raw.matchAll(/\/act\/[^\s"|)]+\/([\w-]{43})/g), ([, seal = ""]) => seal),
    ),
  );
  expect(seals.size).toBeGreaterThan(5);
  const db = await stack.relay.db();
  const places = [JSON.stringify(stack.lines), JSON.stringify(await stack.get("/api/deliveries?limit=200"))];
  const { results: tables } = await db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '_cf%'")
    .all<{ name: string }>();
  for (const { name } of tables) places.push(JSON.stringify((await db.prepare(`SELECT * FROM "${name}"`).all()).results));
  for (const seal of seals) for (const place of places) expect(place.includes(seal)).toBe(false);
});
