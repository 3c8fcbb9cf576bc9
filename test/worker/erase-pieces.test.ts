// Erasing what is large, and what is shown in another's place: in pieces, between which requests have their turn, and to the last row.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { Ledger } from "../../src/index.ts";
import type { FoundAlert } from "../../src/ledger/interface.ts";
import { eventOf, LedgerWorld } from "./support/ledger-world.ts";
import { alertOf, OutboxWorld } from "./support/outbox-world.ts";
import { call, configure, type HookAnswer, hook, ledgerOf, outboxOf, settled, WAIT } from "./support/relay.ts";
import { everyRow } from "./support/rows.ts";

/** One alert that has so many events more; the last of them, or none, mentions a value in its payload. */
async function large(events: number, value?: string): Promise<{ world: LedgerWorld; hash: string }> {
  const world = new LedgerWorld();
  const [first] = await world.submit(eventOf("large"));
  await world.settled();
  await vi.waitFor(() => expect(world.projected).toHaveLength(1), WAIT);
  const hash = first?.alert?.split(".")[1] ?? "";
  await runInDurableObject(world.stub, (_, state) => {
    state.storage.sql.exec(
      `INSERT INTO events (alert, seq, claim, received_at, end, body, payload, trace)
       WITH RECURSIVE n(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n <= ?2)
       SELECT ?1, n, 'more-' || n, 0, 'routed', '{"type":"x","change":null}',
              json_object('actor', CASE WHEN n = ?2 + 1 THEN ?3 ELSE 'nobody' END, 'words', printf('%.400c', 'x')), '[]' FROM n`,
      hash,
      events,
      value ?? "nobody",
    );
  });
  return { world, hash };
}

/** All that a search finds, call by call. */
async function search(world: LedgerWorld, value: string): Promise<{ found: FoundAlert[]; calls: number }> {
  const found: FoundAlert[] = [];
  let calls = 0;
  for (let after: string | null = ""; after !== null; calls += 1) {
    const page: Awaited<ReturnType<typeof world.ledger.find>> = await world.ledger.find({ value }, after, 100);
    found.push(...page.alerts);
    after = page.next;
  }
  return { found, calls };
}

describe("an alert with very many events", () => {
  test("is found by its last one, over several calls that each read so much", async () => {
    const { world, hash } = await large(50_000, "olga-9001");
    expect(await search(world, "olga-9001")).toMatchObject({ found: [{ hash, events: 50_001 }], calls: 3 });
    expect(await search(world, "olga-9002")).toMatchObject({ found: [] });
  });

  test("does not keep the alerts behind it from being found, whatever became of it between two calls", async () => {
    const { world, hash } = await large(25_000);
    await world.submit(...Array.from({ length: 20 }, (_, n) => eventOf(`n${n}`, {}, { payload: { actor: "pia-9003" } })));
    await world.settled();
    const { found } = await search(world, "pia-9003");
    expect(found).toHaveLength(20);
    const first = await world.ledger.find({ value: "pia-9003" }, "", 100);
    await runInDurableObject(world.stub, (_, state) => {
      state.storage.sql.exec("DELETE FROM events WHERE alert = ?", hash);
      state.storage.sql.exec("DELETE FROM alerts WHERE hash = ?", hash);
    });
    expect(first.next).toMatch(new RegExp(`^${hash} \\d+$`));
    const second = await world.ledger.find({ value: "pia-9003" }, first.next ?? "", 100);
    expect([...first.alerts, ...second.alerts]).toHaveLength(20);
  });

  test("is erased whole, and requests are answered meanwhile", async () => {
    const { world, hash } = await large(30_000, "quinn-9004");
    const { found } = await search(world, "quinn-9004");
    const order: string[] = [];
    const erasing = world.ledger.erase(found).finally(() => order.push("erased"));
    await world.ledger.log({ limit: 1 }).finally(() => order.push("answered"));
    const erased = await erasing;
    expect(order).toEqual(["answered", "erased"]);
    expect(erased).toEqual({ alerts: 1, events: 30_001, busy: [] });
    expect(await world.rows("SELECT seq FROM events LIMIT 1")).toEqual([]);
    expect(await world.ledger.find({ hash }, "", 1)).toEqual({ alerts: [], next: null });
  });

  test("stays, and is named as busy, when something comes while it is being erased", async () => {
    const { world, hash } = await large(20_000, "rosa-9005");
    const { found } = await search(world, "rosa-9005");
    const [erased] = await Promise.all([world.ledger.erase(found), world.submit(eventOf("large", { title: "Newer" }))]);
    expect(erased).toEqual({ alerts: 0, events: 0, busy: [hash] });
    await world.settled();
    await vi.waitFor(async () => expect((await world.ledger.find({ hash }, "", 1)).alerts).toMatchObject([{ isOpen: false }]), WAIT);
    expect(await world.ledger.erase((await world.ledger.find({ hash }, "", 1)).alerts)).toMatchObject({ alerts: 1, busy: [] });
    expect(await world.rows("SELECT seq FROM events LIMIT 1")).toEqual([]);
  });
});

test("an outbox says that an alert is busy while a delivery of it in another's place is being written to D1", async () => {
  const world = new OutboxWorld();
  world.broken.project = "D1 is slow";
  await world.outbox.standIn("soc", [{ alert: alertOf("a"), versions: [1] }]);
  await world.deliverAll();
  expect(await world.outbox.erase(["prod.a"], false)).toMatchObject({ slots: 1, busy: ["prod.a"] });
  expect(await world.sql("SELECT id FROM slots")).toEqual([]);
});

describe("the whole relay", () => {
  const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9f01";
  const headers = { authorization: `Bearer ${env.ADMIN_TOKEN}`, "content-type": "application/json" };
  const erase = async (what: object) => (await call("/api/erase", { method: "POST", headers, body: JSON.stringify(what) })).json();
  const rowsWith = async (text: string) =>
    (await everyRow())
      .filter((row) => row.includes(text) && !row.startsWith("D1 audit ") && !/^ledger:\S+ journal /.test(row))
      .map((row) => row.slice(0, 160));

  beforeAll(async () => {
    await configure({
      destinations: { box: { type: "inbox" }, other: { type: "inbox" } },
      routes: { prod: { id: ROUTE, source: "generic", mapping: { title: "title", key: "key", id: "id" }, rules: [{ to: ["box"] }] } },
    });
  });

  test("erases what a destination was given to show in another's place while it was being erased", async () => {
    const answer: HookAnswer = await (await hook(ROUTE, { key: "k", title: "sara-9006", id: "1" })).json();
    const id = answer.results[0]?.alert ?? "";
    await settled("prod", "box");
    const story = await ledgerOf("prod").story(id.split(".")[1] ?? "");
    if (!story) throw new Error("the ledger does not know the alert");
    const original = Ledger.prototype.erase;
    const late = vi.spyOn(Ledger.prototype, "erase").mockImplementationOnce(async function (this: InstanceType<typeof Ledger>, alerts) {
      await outboxOf("other").standIn("box", [{ alert: story.alert, versions: [story.alert.version] }]);
      await settled("prod", "other");
      await vi.waitFor(
        async () => expect((await rowsWith(id)).some((row) => row.startsWith("D1 deliveries") && row.includes("other"))).toBe(true),
        WAIT,
      );
      return original.call(this, alerts);
    });
    expect(await erase({ alert: id })).toMatchObject({ alerts: 1, waiting: 0 });
    expect(late).toHaveBeenCalled();
    expect(await rowsWith(id)).toEqual([]);
    expect(await rowsWith("sara-9006")).toEqual([]);
  });
});
