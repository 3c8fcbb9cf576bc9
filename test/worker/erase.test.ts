// Erasing: what somebody asks to be forgotten is in no row afterwards, the books balance, and what cannot be called back is told.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { reportOf } from "../../demo/virustotal-api.ts";
import { Outbox } from "../../src/index.ts";
import { sha256 } from "../../src/lib/keys.ts";
import { clock } from "./support/clock.ts";
import { held, installNet, net } from "./support/net.ts";
import { call, configure, type HookAnswer, hook, ledgerStub, outboxOf, settled, WAIT } from "./support/relay.ts";
import { everyRow } from "./support/rows.ts";
import { setSecret } from "./support/secrets.ts";

installNet();

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9c01";
const SLOW = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9c02";
const MAPPING = {
  title: "title",
  severity: "severity",
  key: "key",
  id: "id",
  assets: ["host"],
  observables: [{ value: "user", type: "user" }, { value: "ip" }],
};
const bearer = { authorization: `Bearer ${env.ADMIN_TOKEN}`, "content-type": "application/json" };
let number = 0;

interface Erasure {
  dry_run: boolean;
  alerts: number;
  events: number;
  cancelled: number;
  verdicts: number;
  waiting: number;
  shown: { destination: string; count: number }[];
  more: boolean;
  next: string | null;
}
const ask = (what: unknown, query = "") => call(`/api/erase${query}`, { method: "POST", headers: bearer, body: JSON.stringify(what) });
const erase = async (what: unknown, query = ""): Promise<Erasure> => {
  const answer = await ask(what, query);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return answer.json();
};
/** Sends an event and answers its alert's id. */
const send = async (more: object, route = ROUTE): Promise<string> => {
  const id = ++number;
  const answer: HookAnswer = await (
    await hook(route, { id, key: `k${id}`, title: `Login ${id}`, severity: "high", host: `host-${id}`, ...more })
  ).json();
  expect(answer.accepted).toBe(1);
  return answer.results[0]?.alert ?? "";
};
const rowsWith = async (text: string) =>
  (await everyRow())
    .filter((row) => row.includes(text) && !row.startsWith("D1 audit ") && !/^ledger:\S+ journal /.test(row))
    .map((row) => row.slice(0, 160));
const audited = async () => (await env.DB.prepare("SELECT action, target, detail FROM audit ORDER BY at, id").all()).results;
const booksBalance = async () => expect(await (await call("/api/books", { headers: bearer })).json()).toMatchObject({ balanced: true });

beforeAll(async () => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
  await configure({
    destinations: {
      box: { type: "inbox" },
      hook: { type: "webhook", url: "https://hook.example/in", rate: "1000/s" },
      slow: { type: "webhook", url: "https://slow.example/in", rate: "1/h", digest: { after: 1_000, every: "60s", max: 20 } },
    },
    enrichers: { virustotal: { type: "virustotal", token: "key", api: "https://vt.example" } },
    routes: {
      prod: { id: ROUTE, source: "generic", mapping: MAPPING, enrich: ["virustotal"], rules: [{ to: ["box", "hook"] }] },
      late: { id: SLOW, source: "generic", mapping: MAPPING, shards: 2, rules: [{ to: ["slow"] }] },
    },
  });
});
beforeEach(() => {
  net.answer("hook.example", ({ body }) => new Response(body.slice(0, 200)));
  net.answer("slow.example", () => new Response("ok"));
  net.answer("vt.example", ({ url }) => Response.json(reportOf(url.pathname.replace("/api/v3/", ""), { malicious: 5, harmless: 85 })));
});
afterAll(() => vi.restoreAllMocks());

describe("one alert", () => {
  test("is gone from every row, and what was said of it elsewhere is told", async () => {
    const body = { id: "e-1", key: "case-1", title: "Login of erin-4711", user: "erin-4711", ip: "203.0.113.81" };
    const id = await send(body);
    const other = await send({ user: "someone-else" });
    await settled("prod", "box", "hook");
    await vi.waitFor(async () => expect((await rowsWith("203.0.113.81")).some((row) => row.startsWith("enricher:"))).toBe(true), WAIT);
    await settled("prod", "box", "hook");
    await vi.waitFor(
      async () =>
        expect((await rowsWith("erin-4711")).map((row) => row.split(" ")[1])).toEqual(
          expect.arrayContaining(["alerts", "events", "slots", "inbox"]),
        ),
      WAIT,
    );

    const dry = await erase({ alert: id }, "?dry_run=true");
    expect(dry).toMatchObject({
      dry_run: true,
      alerts: 1,
      events: 1,
      waiting: 0,
      shown: [{ destination: "hook", count: 1 }],
      more: false,
      next: null,
    });
    expect((await rowsWith("erin-4711")).length).toBeGreaterThan(3);

    expect(await erase({ alert: id })).toMatchObject({
      dry_run: false,
      alerts: 1,
      events: 1,
      verdicts: 1,
      shown: [{ destination: "hook", count: 1 }],
    });
    expect(await rowsWith("erin-4711")).toEqual([]);
    expect(await rowsWith("203.0.113.81")).toEqual([]);
    expect(await rowsWith(id)).toEqual([]);
    expect(await rowsWith(other)).not.toEqual([]);
    expect((await ask({ alert: id })).status).toBe(404);
    await booksBalance();
    expect((await audited()).at(-1)).toMatchObject({ action: "alert.erased", target: id });

    // The same event once more is news: nobody knows any more that it was there.
    expect(await send(body)).toBe(id);
    await settled("prod", "box", "hook");
    expect(net.callsTo("hook.example").filter(({ body: sent }) => sent.includes("erin-4711"))).not.toEqual([]);
    await booksBalance();
  });

  test("whose message waits is never told: the message is dead, and the books balance", async () => {
    await send({ user: "first-in-line" }, SLOW);
    const id = await send({ title: "frank-4712 waits", user: "frank-4712" }, SLOW);
    await vi.waitFor(
      async () => expect((await outboxOf("slow").status()).counts).toMatchObject({ planned: 2, delivered: 1, pending: 1 }),
      WAIT,
    );
    const before = (await outboxOf("slow").status()).counts;
    expect(await erase({ alert: id })).toMatchObject({ alerts: 1, cancelled: 1, shown: [] });
    expect((await outboxOf("slow").status()).counts).toEqual({ ...before, pending: 0, dead: before.dead + 1 });
    expect(await rowsWith("frank-4712")).toEqual([]);
    await booksBalance();
    clock.skip(2 * 3_600_000);
    await outboxOf("slow").sweep();
    expect(net.callsTo("slow.example").some(({ body }) => body.includes("frank-4712"))).toBe(false);
  });

  test("whose message is on its way is erased as soon as the answer is there", async () => {
    const { host, release } = held(() => new Response("ok"));
    net.answer("hook.example", host);
    const id = await send({ user: "grace-4713" });
    await vi.waitFor(() => expect(net.callsTo("hook.example")).toHaveLength(1), WAIT);
    expect(await erase({ alert: id })).toMatchObject({ alerts: 0, waiting: 1 });
    expect(await rowsWith("grace-4713")).not.toEqual([]);
    release();
    await settled("prod", "box", "hook");
    expect(await erase({ alert: id })).toMatchObject({ alerts: 1, waiting: 0, shown: [{ destination: "hook", count: 1 }] });
    expect(await rowsWith("grace-4713")).toEqual([]);
  });

  test("of which part could not be erased is found again by the next call", async () => {
    const id = await send({ user: "heidi-4714" });
    await settled("prod", "box", "hook");
    vi.spyOn(Outbox.prototype, "erase").mockRejectedValueOnce(new Error("away"));
    expect((await ask({ alert: id })).status).toBe(503);
    expect(await erase({ alert: id })).toMatchObject({ alerts: 1 });
    expect(await rowsWith("heidi-4714")).toEqual([]);
  });
});

describe("everything that mentions a value", () => {
  test("is found in any ledger, in an asset, an observable, or in a payload alone, as a whole value in any case", async () => {
    await send({ host: "ivan-4715" });
    await send({ user: "IVAN-4715" }, SLOW);
    await send({ raw: { actor: ["ivan-4715"] } });
    const near = await send({ user: "ivan-47150", title: "ivan-4715 and others" });
    await settled("prod", "box", "hook");
    clock.skip(2 * 3_600_000);
    await outboxOf("slow").sweep();
    await settled("late", "slow");
    const what = { observable: { value: "Ivan-4715" } };
    expect(await erase(what, "?dry_run=true")).toMatchObject({ alerts: 3, events: 3, more: false, waiting: 0 });
    const erased = await erase(what);
    expect(erased).toMatchObject({ alerts: 3, events: 3, waiting: 0 });
    expect(erased.shown).toEqual(
      expect.arrayContaining([
        { destination: "hook", count: 2 },
        { destination: "slow", count: 1 },
      ]),
    );
    const left = (await everyRow()).filter((row) => row.includes("ivan-4715") && !row.includes(near.slice(-24)));
    expect(left.map((row) => row.slice(0, 160))).toEqual([]);
    expect(await rowsWith(near)).not.toEqual([]);
    expect(await rowsWith("IVAN-4715")).toEqual([]);
    await booksBalance();
  });

  test("can be narrowed to a type", async () => {
    const user = await send({ user: "judy-4716" });
    const host = await send({ host: "judy-4716" });
    await settled("prod", "box", "hook");
    expect(await erase({ observable: { type: "user", value: "judy-4716" } })).toMatchObject({ alerts: 1 });
    expect(await rowsWith(user)).toEqual([]);
    expect(await rowsWith(host)).not.toEqual([]);
  });

  test("is found in the projection too, where the ledger has forgotten it", async () => {
    const id = await send({ user: "karl-4717" });
    await settled("prod", "box", "hook");
    await vi.waitFor(async () => expect((await rowsWith("karl-4717")).some((row) => row.startsWith("D1 alerts"))).toBe(true), WAIT);
    await runInDurableObject(ledgerStub("prod"), (_, state) => {
      for (const table of ["alerts WHERE hash", "events WHERE alert"])
        state.storage.sql.exec(`DELETE FROM ${table} = ?`, id.split(".")[1] ?? "");
    });
    expect(await erase({ observable: { value: "karl-4717" } })).toMatchObject({ alerts: 1, events: 0 });
    expect(await rowsWith("karl-4717")).toEqual([]);
  });

  test("is worked off page by page", async () => {
    await Promise.all(Array.from({ length: 130 }, () => send({ user: "lena-4718" })));
    await settled("prod", "box", "hook");
    let alerts = 0;
    let pages = 0;
    for (let query = ""; ; ) {
      const page = await erase({ observable: { value: "lena-4718" } }, query);
      alerts += page.alerts;
      pages += 1;
      if (!page.more) break;
      query = `?cursor=${page.next}`;
    }
    expect([alerts, pages]).toEqual([130, 2]);
    expect(await rowsWith("lena-4718")).toEqual([]);
    await booksBalance();
  });

  test("is audited without the value: with its hash, under the key of the masks where there is one", async () => {
    await send({ user: "mike-4719" });
    await settled("prod", "box", "hook");
    await erase({ observable: { value: "Mike-4719" } });
    const plain = (await audited()).at(-1);
    expect(plain).toMatchObject({ action: "observable.erased", target: null });
    expect(JSON.parse(String(plain?.detail))).toMatchObject({ observable: `sha256:${sha256("mike-4719")}`, alerts: 1 });
    setSecret("MASK_KEY", "key-of-the-masks");
    await env.DB.prepare("INSERT INTO relay VALUES ('mask_key', 'secret:MASK_KEY')").run();
    clock.skip(3_000);
    await erase({ observable: { value: "mike-4719" } });
    expect(JSON.parse(String((await audited()).at(-1)?.detail))).toMatchObject({
      observable: expect.stringMatching(/^keyed:[0-9a-f]{64}$/),
      alerts: 0,
    });
    await env.DB.prepare("DELETE FROM relay").run();
    expect(JSON.stringify(await audited())).not.toMatch(/mike-4719|ivan-4715/i);
  });
});

test("a digest that has not gone out yet goes out without the alert, and one in an inbox that told it is gone", async () => {
  await configure({
    destinations: {
      few: { type: "webhook", url: "https://slow.example/few", rate: "1/m", digest: { after: 2, every: "1s", max: 20 } },
      wall: { type: "inbox", rate: "1/m", digest: { after: 2, every: "1s", max: 20 } },
    },
    routes: {
      storm: { id: "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9c03", source: "generic", mapping: MAPPING, rules: [{ to: ["few", "wall"] }] },
    },
  });
  const to = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9c03";
  for (let index = 0; index < 5; index += 1) await send({ title: `Storm ${index}`, user: `u-${index}` }, to);
  const id = await send({ title: "nora-4720 in the storm", user: "nora-4720" }, to);
  for (let index = 5; index < 10; index += 1) await send({ title: `Storm ${index}`, user: `u-${index}` }, to);
  const digestOf = async (box: string) => (await everyRow()).find((row) => row.startsWith(`outbox:${box} slots {"id":"digest-`));
  await vi.waitFor(async () => expect(await digestOf("few")).toContain("nora-4720"), WAIT);
  // The inbox's digest goes out first.
  clock.skip(61_000);
  await outboxOf("wall").sweep();
  await vi.waitFor(async () => expect((await rowsWith("nora-4720")).some((row) => row.startsWith("D1 inbox"))).toBe(true), WAIT);
  await vi.waitFor(async () => expect(await erase({ alert: id })).toMatchObject({ alerts: 1, waiting: 0 }), WAIT);
  expect(await rowsWith("nora-4720")).toEqual([]);
  await vi.waitFor(async () => {
    clock.skip(61_000);
    await outboxOf("few").sweep();
    expect((await outboxOf("few").status()).counts.pending).toBe(0);
  }, WAIT);
  expect(net.callsTo("slow.example").some(({ body }) => body.includes("Storm 7"))).toBe(true);
  expect(net.callsTo("slow.example").some(({ body }) => body.includes("nora-4720"))).toBe(false);
  expect(await rowsWith("nora-4720")).toEqual([]);
});

describe("the request", () => {
  test.each([
    [{}, 422, /either an alert or an observable/],
    [{ alert: "a.b", observable: { value: "abcd" } }, 422, /either an alert or an observable/],
    [{ observable: { value: "ab" } }, 422, /at least 3 characters/],
    [{ observable: { value: "abcd", kind: "user" } }, 422, /kind/],
    [{ alert: "prod.0123456789abcdef01234567" }, 404, /no such alert/],
    [{ alert: "nothing like an id" }, 404, /no such alert/],
  ])("%j is answered %i", async (what, status, sentence) => {
    const answer = await ask(what);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(sentence);
  });

  test("with a cursor that we never made is refused", async () => {
    expect((await ask({ observable: { value: "abcd" } }, "?cursor=WyJvdXRib3g6c29jIiwiIl0")).status).toBe(400);
  });

  test("needs the role to configure", async () => {
    await env.DB.prepare("INSERT INTO tokens (hash, name, role, created_by) VALUES (?, 'operator', 'operate', 'test')")
      .bind(sha256(`tocsin_${"a".repeat(43)}`))
      .run();
    const answer = await call("/api/erase", {
      method: "POST",
      headers: { ...bearer, authorization: `Bearer tocsin_${"a".repeat(43)}` },
      body: JSON.stringify({ observable: { value: "abcd" } }),
    });
    expect(answer.status).toBe(403);
  });
});
