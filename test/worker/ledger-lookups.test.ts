// Verdicts on indicators in the ledger: they hold nothing up, come as a version of their own, ask the rules again, are asked for once,
// survive a crash, and say in the trace what became of each.
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Enrichment, Indicator, Verdict } from "../../src/alert.ts";
import type { VerdictAnswer } from "../../src/enricher/interface.ts";
import type { PlannedEnricher } from "../../src/ledger/stages.ts";
import { clock } from "./support/clock.ts";
import { detail, eventOf, LedgerWorld, rule, WAIT, type WorldOptions } from "./support/ledger-world.ts";

afterEach(() => clock.reset());

const MINUTE = 60_000;
const oracle: PlannedEnricher = { name: "oracle", label: "Oracle", takes: ["hash", "domain", "ip"], except: [] };
const told = ({ type, name, value }: Indicator, verdict: Verdict, score?: string): VerdictAnswer => {
  const enrichment: Enrichment = { provider: "Oracle", type, name, value, verdict, created_time: "2026-11-20T10:00:00.000Z" };
  return { kind: "verdict", enrichment: score ? { ...enrichment, score } : enrichment, ms: 3, cached: false };
};
const malicious = (indicator: Indicator) => told(indicator, "malicious", "5/90");
const later = (afterMs: number, failed = false): VerdictAnswer => ({
  kind: "later",
  afterMs,
  reason: "the budget of calls is used up",
  failed,
});
const ips = (...last: number[]) => ({ observables: last.map((n) => ({ name: "source", type: "ip", value: `203.0.113.${n}` })) });
const worldWith = (verdict: WorldOptions["verdict"], more: WorldOptions = {}) => new LedgerWorld({ enrichers: [oracle], verdict, ...more });

/** The event's trace as `stage: decision`. */
async function traceOf(world: LedgerWorld, alert: string | null | undefined, index = 0) {
  return (await world.story(alert))?.events[index]?.trace ?? [];
}
const enrichSteps = async (world: LedgerWorld, alert: string | null | undefined, index = 0) =>
  (await traceOf(world, alert, index)).filter(({ stage }) => stage === "enrich").map(({ decision, reason }) => `${decision}: ${reason}`);
const versionsOf = (world: LedgerWorld) => world.handed.flatMap(({ versions }) => versions);
/** The answer that tells to wait for minutes is in: before it, the row has the end of the question's own time. */
const toldToWait = (world: LedgerWorld) =>
  vi.waitFor(async () => {
    const waits = `SELECT hash FROM alerts WHERE detail_due > ${Date.now() + 2 * MINUTE}`;
    expect(await world.rows(waits)).toHaveLength(1);
  }, WAIT);
const settledAt = (world: LedgerWorld, version: number) => vi.waitFor(() => expect(versionsOf(world)).toContain(version), WAIT);

describe("a verdict", () => {
  test("comes after the alert was handed over, as data and a version of its own", async () => {
    const answer = Promise.withResolvers<VerdictAnswer>();
    const world = worldWith(() => answer.promise);
    const [result] = await world.submit(eventOf("one", { title: "One", ...ips(7) }));
    expect(await world.settled()).toMatchObject({ routed: 1, handed: 1 });
    expect(versionsOf(world)).toEqual([1]);
    answer.resolve(malicious({ type: "ip", name: "source", value: "203.0.113.7" }));
    await settledAt(world, 2);
    const story = await world.story(result?.alert);
    expect(story?.alert).toMatchObject({
      version: 2,
      data: {
        enrichments: [{ provider: "Oracle", type: "ip", name: "source", value: "203.0.113.7", verdict: "malicious", score: "5/90" }],
      },
      change: { kind: "updated", fields: {}, added: { enrichments: ["203.0.113.7 malicious 5/90 (Oracle)"] }, removed: {} },
    });
    expect(await world.settled()).toMatchObject({ accepted: 1, routed: 1, handed: 2 });
    expect(await enrichSteps(world, result?.alert)).toEqual([
      "asked: Oracle is asked about what is new",
      "verdict: Oracle told: malicious 5/90",
    ]);
    await vi.waitFor(() => expect(world.projected.at(-1)).toMatchObject({ alert: { version: 2 } }), WAIT);
  });

  test("of several indicators that come together are one version", async () => {
    const world = worldWith(malicious);
    const [result] = await world.submit(eventOf("one", ips(1, 2, 3)));
    await settledAt(world, 2);
    expect(world.asked).toEqual([["203.0.113.1", "203.0.113.2", "203.0.113.3"]]);
    expect((await world.story(result?.alert))?.alert.version).toBe(2);
  });

  test("is asked for once for each indicator of an alert, whatever comes later", async () => {
    const world = worldWith((indicator) => told(indicator, "harmless"));
    const [result] = await world.submit(eventOf("one", ips(1)));
    await settledAt(world, 2);
    await world.submit(eventOf("one", ips(1, 2)));
    await settledAt(world, 4);
    await world.submit(eventOf("one", ips(2, 1)));
    await world.submit(eventOf("two", ips(1)));
    await vi.waitFor(() => expect(world.asked).toHaveLength(3), WAIT);
    await world.settled();
    expect(world.asked).toEqual([["203.0.113.1"], ["203.0.113.2"], ["203.0.113.1"]]);
    expect((await world.story(result?.alert))?.alert.data.enrichments).toHaveLength(2);
    expect(await enrichSteps(world, result?.alert, 2)).toEqual([]);
  });

  test("is asked for about what late detail brings", async () => {
    const world = worldWith(malicious, { route: { softDeadlineMs: 10 }, lookup: async () => detail(ips(9)) });
    const slow = Promise.withResolvers<undefined>();
    const lookup = async () => {
      await slow.promise;
      return detail(ips(9));
    };
    const late = worldWith(malicious, { route: { softDeadlineMs: 10 }, lookup });
    const [one] = await world.submit(eventOf("one", {}, { detail: { kind: "alert", id: "one" } }));
    const [two] = await late.submit(eventOf("two", {}, { detail: { kind: "alert", id: "two" } }));
    await settledAt(world, 3);
    await late.settled();
    expect(late.asked).toEqual([]);
    slow.resolve(undefined);
    await vi.waitFor(() => expect(late.asked).toEqual([["203.0.113.9"]]), WAIT);
    await vi.waitFor(async () => expect((await late.story(two?.alert))?.alert.data.enrichments).toHaveLength(1), WAIT);
    expect(await enrichSteps(world, one?.alert)).toContain("verdict: Oracle told: malicious 5/90");
    expect(await enrichSteps(late, two?.alert)).toContain("verdict: Oracle told: malicious 5/90");
  });

  test("asks the rules again: an alert that nobody was told of is shown", async () => {
    const rules = [
      rule('has(alert.data.enrichments) && alert.data.enrichments.exists(one, one.verdict == "malicious")', { to: ["oncall"] }),
    ];
    const answer = Promise.withResolvers<VerdictAnswer>();
    const world = worldWith(() => answer.promise, { rules });
    const [result] = await world.submit(eventOf("one", ips(7)));
    expect(await world.settled()).toMatchObject({ unmatched: 1, routed: 0 });
    answer.resolve(malicious({ type: "ip", name: "source", value: "203.0.113.7" }));
    await vi.waitFor(async () => expect(await world.counts()).toMatchObject({ unmatched: 0, routed: 1, handed: 1 }), WAIT);
    expect(world.handed).toMatchObject([{ destination: "oncall", versions: [2] }]);
    expect((await traceOf(world, result?.alert)).map(({ stage, decision }) => `${stage}: ${decision}`)).toEqual([
      "match: not_matched",
      "plan: unmatched",
      "enrich: asked",
      "enrich: verdict",
      // Once for the change of the event, once for what the verdict changed.
      "match: matched",
      "match: matched",
      "plan: routed",
    ]);
  });

  test("that begins nothing new leaves one line of the rules in the trace", async () => {
    const world = worldWith((indicator) => told(indicator, "unknown"));
    const [result] = await world.submit(eventOf("one", ips(7)));
    await settledAt(world, 2);
    const last = (await traceOf(world, result?.alert)).slice(-2);
    expect(last).toMatchObject([
      { decision: "verdict", reason: "Oracle told: unknown" },
      { stage: "match", decision: "asked_again" },
    ]);
  });

  test("of several enrichers is asked for at each, and a slow one holds up no other", async () => {
    const slow = Promise.withResolvers<void>();
    const names: PlannedEnricher = { ...oracle, name: "names", label: "Names", takes: ["domain"] };
    const world = new LedgerWorld({
      enrichers: [oracle, names],
      verdict: (indicator, by) => (by === "names" ? slow.promise.then(() => told(indicator, "harmless")) : malicious(indicator)),
    });
    const observables = [...ips(7).observables, { name: "dns query", type: "domain", value: "evil.example" }];
    const [result] = await world.submit(eventOf("one", { observables }));
    await settledAt(world, 2);
    slow.resolve();
    await settledAt(world, 3);
    expect(world.asked.toSorted()).toEqual([["203.0.113.7", "evil.example"], ["evil.example"]]);
    expect((await world.story(result?.alert))?.alert.data.enrichments).toHaveLength(3);
  });
});

describe("the absence of a verdict", () => {
  test("holds nothing up, and its reason is in the trace", async () => {
    const world = worldWith(() => ({ kind: "none", reason: "Oracle refused our key (status 401)" }));
    const [result] = await world.submit(eventOf("one", ips(7)));
    expect(await world.settled()).toMatchObject({ routed: 1, handed: 1 });
    await vi.waitFor(
      async () => expect(await enrichSteps(world, result?.alert)).toContain("no_verdict: Oracle refused our key (status 401)"),
      WAIT,
    );
    const story = await world.story(result?.alert);
    expect(story?.alert).toMatchObject({ version: 1 });
    expect(story?.alert.data.enrichments).toBeUndefined();
    expect(await world.rows("SELECT hash FROM alerts WHERE detail_due IS NOT NULL")).toEqual([]);
    await world.submit(eventOf("one", ips(7)));
    await world.settled();
    expect(world.asked).toHaveLength(1);
  });

  test("for want of budget is waited for, not on the open list, and what comes then is shown", async () => {
    let turn = false;
    const world = worldWith((indicator) => (turn ? malicious(indicator) : later(MINUTE)));
    const [result] = await world.submit(eventOf("one", ips(7)));
    await vi.waitFor(async () => expect(await enrichSteps(world, result?.alert)).toHaveLength(2), WAIT);
    await world.settled();
    expect((await enrichSteps(world, result?.alert))[1]).toBe("waits: the budget of calls is used up");
    const [row] = await world.rows<{ detail_due: number }>("SELECT detail_due FROM alerts");
    expect((row?.detail_due ?? 0) - Date.now()).toBeGreaterThan(55_000);
    expect(await world.alarmAt()).toBeLessThanOrEqual(row?.detail_due ?? 0);
    clock.skip(30_000);
    await world.runAlarm();
    expect(world.asked).toHaveLength(1);
    turn = true;
    clock.skip(31_000);
    await world.runAlarm();
    await settledAt(world, 2);
    expect(world.asked).toHaveLength(2);
    expect(await world.rows("SELECT hash FROM alerts WHERE detail_due IS NOT NULL")).toEqual([]);
  });

  test("is waited for by its own indicator: those that came are shown meanwhile", async () => {
    const world = worldWith((indicator) => (indicator.value.endsWith(".1") ? malicious(indicator) : later(MINUTE)));
    const [result] = await world.submit(eventOf("one", ips(1, 2)));
    await settledAt(world, 2);
    expect((await world.story(result?.alert))?.alert.data.enrichments).toHaveLength(1);
    const [row] = await world.rows<{ detail_due: number }>("SELECT detail_due FROM alerts");
    expect(row?.detail_due).toBeGreaterThan(Date.now());
  });

  test("after tries in vain is given up", async () => {
    const world = worldWith(() => later(1_000, true));
    const [result] = await world.submit(eventOf("one", ips(7)));
    for (let tries = 1; tries < 3; tries += 1) {
      await vi.waitFor(() => expect(world.asked).toHaveLength(tries), WAIT);
      await vi.waitFor(async () => expect(await enrichSteps(world, result?.alert)).toHaveLength(1 + tries), WAIT);
      clock.skip(10 * MINUTE);
      await world.runAlarm();
    }
    await vi.waitFor(async () => expect((await enrichSteps(world, result?.alert)).at(-1)).toContain("given up after 3 tries"), WAIT);
    clock.skip(60 * MINUTE);
    await world.runAlarm();
    expect(world.asked).toHaveLength(3);
  });

  test("for longer than an hour is given up", async () => {
    const world = worldWith(() => later(29 * MINUTE));
    const [result] = await world.submit(eventOf("one", ips(7)));
    for (let tries = 1; tries < 3; tries += 1) {
      await vi.waitFor(() => expect(world.asked).toHaveLength(tries), WAIT);
      await toldToWait(world);
      await world.settled();
      clock.skip(29 * MINUTE + 1_000);
      await world.runAlarm();
    }
    await vi.waitFor(async () => expect((await enrichSteps(world, result?.alert)).at(-1)).toContain("too long"), WAIT);
    // That it waits is told once.
    expect((await enrichSteps(world, result?.alert)).filter((step) => step.startsWith("waits"))).toHaveLength(1);
  });
});

describe("after a crash", () => {
  test("a lookup that was under way is made again, at most once", async () => {
    let answers = false;
    const world = worldWith((indicator) => (answers ? malicious(indicator) : new Promise(() => undefined)));
    const [result] = await world.submit(eventOf("one", ips(7)));
    await vi.waitFor(() => expect(world.asked).toHaveLength(1), WAIT);
    await world.settled();
    answers = true;
    await world.crash({ alarm: false });
    await world.ledger.books();
    await settledAt(world, 2);
    expect(world.asked).toHaveLength(2);
    expect((await world.story(result?.alert))?.alert.data.enrichments).toHaveLength(1);
  });

  test("a verdict that was told is handed over", async () => {
    const world = worldWith(malicious);
    world.broken.handOver = "the outbox is away";
    await world.submit(eventOf("one", ips(7)));
    await vi.waitFor(async () => expect(await world.rows("SELECT state FROM alerts WHERE state LIKE '%5/90%'")).toHaveLength(1), WAIT);
    await world.crash({ alarm: false });
    delete world.broken.handOver;
    expect(await world.settled()).toMatchObject({ routed: 1, handed: 2 });
    expect(versionsOf(world)).toEqual([1, 2]);
  });

  test("those that wait for their turn wait on", async () => {
    let turn = false;
    const world = worldWith((indicator) => (turn ? malicious(indicator) : later(10 * MINUTE)));
    await world.submit(eventOf("one", ips(7)));
    await toldToWait(world);
    await world.settled();
    await world.crash({ alarm: false });
    await world.ledger.books();
    turn = true;
    clock.skip(10 * MINUTE + 1_000);
    await world.ledger.sweep();
    await settledAt(world, 2);
  });
});

test("a route that names no enricher writes nothing more and asks nobody", async () => {
  const plain = new LedgerWorld();
  const [result] = await plain.submit(eventOf("one", ips(7)));
  await plain.settled();
  expect(plain.asked).toEqual([]);
  const [row] = await plain.rows<{ state: string; detail_due: number | null }>("SELECT state, detail_due FROM alerts");
  expect(row?.detail_due).toBeNull();
  expect(JSON.parse(row?.state ?? "{}").lookups).toBeUndefined();
  expect(await enrichSteps(plain, result?.alert)).toEqual([]);
});

test("a verdict costs the alert's row, the event's, the index entry of its wait and the journal's", async () => {
  const answer = Promise.withResolvers<VerdictAnswer>();
  const world = worldWith(() => answer.promise);
  /** Rows written from now on, the journal's included. */
  const writes = async () => {
    const counts: number[] = [];
    await runInDurableObject(world.stub, (_, state) => {
      const exec = state.storage.sql.exec.bind(state.storage.sql);
      vi.spyOn(state.storage.sql, "exec").mockImplementation(((query: string, ...values: unknown[]) => {
        const cursor = exec(query, ...values);
        if (/^\s*(INSERT|UPDATE|DELETE)/i.test(query)) counts.push(cursor.rowsWritten);
        return cursor;
      }) as typeof exec);
    });
    return counts;
  };
  await world.submit(eventOf("one", ips(7)));
  await world.settled();
  await vi.waitFor(() => expect(world.asked).toHaveLength(1), WAIT);
  const counts = await writes();
  answer.resolve(malicious({ type: "ip", name: "source", value: "203.0.113.7" }));
  await settledAt(world, 2);
  await world.settled();
  expect(counts.reduce((sum, rows) => sum + rows, 0)).toBeLessThanOrEqual(5);
});
