// What a ledger tells the correlator and hears of it: alerts of our own, answers to what waits, and what it does when nobody answers.
import { afterEach, describe, expect, test, vi } from "vitest";
import type { AlertPatch } from "../../src/alert.ts";
import type { Inhibition, Rule } from "../../src/config/model.ts";
import type { Raised, Verdict } from "../../src/correlator/interface.ts";
import { parseAlertId } from "../../src/lib/names.ts";
import { clock } from "./support/clock.ts";
import { failureOf } from "./support/failure.ts";
import { eventOf, LedgerWorld, rule, WAIT } from "./support/ledger-world.ts";

const MINUTE = 60_000;

afterEach(() => clock.reset());

const counting = (more: Partial<Rule> = {}): Rule =>
  rule(undefined, { threshold: { count: 3, withinMs: MINUTE, by: ["asset.name"] }, ...more });
const raisedOf = (order: number, patch: AlertPatch = {}, by = "rule"): Raised => ({
  gate: "threshold",
  by,
  key: `tocsin:threshold:${by}:db-1:1`,
  order,
  type: order === 1 ? "threshold_reached" : "counted",
  reason: `${order} events`,
  at: Date.now(),
  patch: { title: `ours ${order}`, severity: "high", status: "new", total: order, ...patch },
});
const owed = async (world: LedgerWorld): Promise<number> => {
  const rows = await world.rows<{ state: string }>("SELECT state FROM alerts");
  return rows.reduce((sum, { state }) => sum + (JSON.parse(state).observations?.length ?? 0), 0);
};

describe("what a gate saw", () => {
  test("is told to the correlator with the event's id, its time and the alert's facts", async () => {
    const world = new LedgerWorld({ rules: [counting()] });
    const happened = new Date(Date.now() - 5_000).toISOString();
    const [result] = await world.submit(
      eventOf("one", { title: "one", severity: "low", assets: [{ name: "db-1" }] }, { occurred_at: happened }),
    );
    expect(await world.quiet()).toMatchObject({ grouped: 1, handed: 0 });
    await vi.waitFor(() => expect(world.observed).toHaveLength(1), WAIT);
    expect(world.observed).toMatchObject([
      {
        event: result?.event,
        by: "rule",
        settings: { gate: "threshold", count: 3, withinMs: MINUTE },
        keys: ["db-1"],
        at: Date.parse(happened),
        alert: { id: result?.alert, version: 1, title: "one", severity: "low", status: "new", assets: ["db-1"] },
      },
    ]);
  });

  test.each([{ alarm: true }, { alarm: false }])(
    "is owed in a row, survives a crash and is told once more (alarm kept: $alarm)",
    async (how) => {
      const world = new LedgerWorld({ rules: [counting()] });
      world.broken.observe = "away";
      await world.submit(eventOf("one", { assets: [{ name: "db-1" }] }));
      expect(await world.settled()).toMatchObject({ grouped: 1 });
      expect(await owed(world)).toBe(1);
      await world.crash(how);
      delete world.broken.observe;
      expect(await world.settled()).toMatchObject({ grouped: 1 });
      await vi.waitFor(() => expect(world.observed).toHaveLength(1), WAIT);
      // The row follows with the next write; until then a crash tells it again, which the correlator knows by the event's id.
      await world.submit(eventOf("one", { title: "two" }));
      await vi.waitFor(() => expect(new Set(world.observed.map(({ event }) => event)).size).toBe(2), WAIT);
      await world.ledger.sweep();
      await world.crash(how);
      await world.settled();
      await vi.waitFor(async () => expect(await world.ledger.sweep()).toBeTruthy(), WAIT);
      expect(new Set(world.observed.map(({ event }) => event)).size).toBe(2);
    },
  );

  test("of one alert that the correlator cannot take holds up no other", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const world = new LedgerWorld({ rules: [counting()] });
    world.broken.observing = "poison";
    await world.submit(...["a", "poison", "b"].map((title) => eventOf(title, { title, assets: [{ name: "db-1" }] })));
    await vi.waitFor(() => expect(world.observed.map(({ alert }) => alert.title).sort()).toEqual(["a", "b"]), WAIT);
    expect(await owed(world)).toBeGreaterThan(0);
    delete world.broken.observing;
    await vi.waitFor(() => expect(world.observed.map(({ alert }) => alert.title)).toContain("poison"), WAIT);
    vi.restoreAllMocks();
  });

  test("goes on with what is owed when a destination does not take messages, and the other way round", async () => {
    const world = new LedgerWorld({ rules: [counting(), rule(undefined, { name: "all" })] });
    world.broken.handOver = "away";
    await world.submit(eventOf("one", { title: "one", assets: [{ name: "db-1" }] }));
    await vi.waitFor(() => expect(world.observed).toHaveLength(1), WAIT);
    expect(world.told).toEqual([]);
    world.broken.observe = "away";
    delete world.broken.handOver;
    await world.crash();
    await vi.waitFor(async () => {
      await world.counts();
      expect(world.told).toEqual(["soc one@1"]);
    }, WAIT);
  });
});

describe("an alert of our own", () => {
  test("is shown where its rule says, is in no book but that of messages, and said again changes nothing", async () => {
    const world = new LedgerWorld({ rules: [counting({ to: ["oncall"] }), rule(undefined, { name: "all" })] });
    await world.ledger.raise([raisedOf(1)]);
    await world.quiet();
    await world.ledger.raise([raisedOf(1)]);
    await world.crash();
    await world.ledger.raise([raisedOf(1)]);
    expect(await world.quiet()).toMatchObject({ received: 0, accepted: 0, routed: 0, handed: 1 });
    expect(world.told).toEqual(["oncall ours 1@1"]);
    await world.ledger.raise([raisedOf(2), raisedOf(3, { severity: "critical" })]);
    await world.ledger.raise([raisedOf(2)]);
    await world.quiet();
    expect(world.told.at(-1)).toBe("oncall ours 3@3");
    const [id] = world.handed.map(({ alert }) => alert);
    const story = await world.story(id);
    expect(story?.alert).toMatchObject({ count: 3, severity: "critical", version: 3 });
    expect(story?.events.map(({ type }) => type)).toEqual(["tocsin:threshold_reached", "tocsin:counted", "tocsin:counted"]);
    expect(story?.events[0]?.trace[0]).toMatchObject({ stage: "correlate", decision: "threshold_reached", reason: "1 events" });
  });

  test.each<[string, (world: LedgerWorld) => void]>([
    ["the configuration cannot be read", (world) => Object.assign(world.broken, { planner: "away" })],
    ["the transaction fails", (world) => Object.assign(world.broken, { clock: true })],
  ])("is raised later when %s: the correlator hears that it was not", async (_, fail) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const world = new LedgerWorld({ rules: [counting()] });
    await world.counts();
    fail(world);
    expect(await failureOf(() => world.ledger.raise([raisedOf(1)]))).not.toBe("none");
    expect(await world.counts()).toMatchObject({ handed: 0 });
    delete world.broken.planner;
    await world.ledger.raise([raisedOf(1)]);
    expect(await world.quiet()).toMatchObject({ handed: 1 });
    vi.restoreAllMocks();
  });

  test("survives a crash before its outbox took it", async () => {
    const world = new LedgerWorld({ rules: [counting()] });
    world.broken.handOver = "away";
    await world.ledger.raise([raisedOf(1)]);
    expect(await world.counts()).toMatchObject({ handed: 0 });
    await world.crash({ alarm: false });
    delete world.broken.handOver;
    expect(await world.quiet()).toMatchObject({ handed: 1 });
    expect(world.told).toEqual(["soc ours 1@1"]);
  });

  test("whose rule is gone is seen by no other one; who shows it gets its end", async () => {
    const world = new LedgerWorld({ rules: [counting()] });
    await world.ledger.raise([raisedOf(1)]);
    await world.quiet();
    world.route = { ...world.route, rules: [rule(undefined, { name: "other", to: ["elsewhere"] })] };
    await world.ledger.raise([raisedOf(2, { status: "resolved" })]);
    await world.quiet();
    expect(world.told).toEqual(["soc ours 1@1", "soc ours 2@2"]);
  });

  test("is acknowledged as any other", async () => {
    const world = new LedgerWorld({ rules: [counting()] });
    await world.ledger.raise([raisedOf(1)]);
    await world.quiet();
    const hash = world.handed[0]?.alert.split(".")[1] ?? "";
    await world.ledger.setStatus(hash, { status: "in_progress", author: "ana" });
    await vi.waitFor(() => expect(world.told).toEqual(["soc ours 1@1", "soc ours 1@2"]), WAIT);
    // What it counts further does not take that back.
    await world.ledger.raise([raisedOf(2)]);
    await world.quiet();
    expect((await world.ledger.story(hash))?.alert).toMatchObject({ status: "in_progress", count: 2 });
  });
});

describe("an event that waits for what would answer it", () => {
  const waiting = [rule(undefined, { unless: { when: 'alert.status == "resolved"', withinMs: 5 * MINUTE, by: ["asset.name"] } })];
  const verdict = (verdict: "fired" | "answered", { event, alert }: { event?: string | null; alert?: string | null }): Verdict => ({
    alert: alert ?? "",
    gate: "unless",
    by: "rule",
    verdict,
    event: event ?? "",
    reason: "because",
    at: Date.now(),
  });

  test("is told when it fires", async () => {
    const world = new LedgerWorld({ rules: waiting });
    const [result] = await world.submit(eventOf("one", { title: "one" }));
    expect(await world.quiet()).toMatchObject({ grouped: 1, handed: 0 });
    await world.ledger.answer([verdict("fired", { ...result, event: "ev_other" })]);
    expect(await world.quiet()).toMatchObject({ grouped: 1 });
    await world.ledger.answer([verdict("fired", { ...result })]);
    expect(await world.quiet()).toMatchObject({ routed: 1, grouped: 0, handed: 1 });
    await world.ledger.answer([verdict("fired", { ...result }), verdict("answered", { ...result })]);
    await world.crash();
    await world.skip(10 * MINUTE);
    expect(world.told).toEqual(["soc one@1"]);
    expect(await world.counts()).toMatchObject({ routed: 1, handed: 1 });
  });

  test("is not told when it is answered, also when its detail comes later", async () => {
    const world = new LedgerWorld({
      rules: waiting,
      lookup: async () => ({ kind: "missing", reason: "not yet", final: false }),
    });
    const [result] = await world.submit(eventOf("one", { title: "one" }, { detail: { kind: "alert", id: "one" } }));
    await world.settled();
    await world.ledger.answer([verdict("answered", { ...result })]);
    await vi.waitFor(async () => {
      const { known } = JSON.parse((await world.rows<{ state: string }>("SELECT state FROM alerts"))[0]?.state ?? "{}");
      expect(known).toMatchObject([{ verdicts: { "unless:rule": "answered" } }]);
    }, WAIT);
    world.lookup = async () => ({ kind: "detail", patch: { title: "with detail" }, fetchedAt: Date.now(), ms: 1, cached: false });
    clock.skip(MINUTE);
    await world.crash();
    await vi.waitFor(async () => expect((await world.story(result?.alert))?.alert.title).toBe("with detail"), WAIT);
    await world.skip(10 * MINUTE);
    expect(world.told).toEqual([]);
    expect(await world.counts()).toMatchObject({ grouped: 1, handed: 0 });
    expect(world.observed.filter(({ settings }) => settings.gate === "unless")).toHaveLength(1);
  });

  test("is told when nobody answers in time, not even the correlator; then its hours are asked", async () => {
    const world = new LedgerWorld({ rules: waiting });
    world.broken.observe = "away";
    await world.submit(eventOf("one", { title: "one" }));
    await world.settled();
    await world.skip(5 * MINUTE);
    expect(world.told).toEqual([]);
    await world.crash();
    await world.skip(16_000);
    expect(world.told).toEqual(["soc one@1"]);
    expect(await world.counts()).toMatchObject({ routed: 1, grouped: 0, handed: 1 });
  });

  test("and fired outside its hours is held, and asked nothing twice", async () => {
    const minute = Math.floor((Date.now() % 86_400_000) / MINUTE);
    const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
    const hours = { zone: "UTC", days: [...days], from: (minute + 60) % 1_440, to: (minute + 120) % 1_440, outside: "hold" as const };
    const [first] = waiting;
    const world = new LedgerWorld({ rules: [{ ...first, ...rule(), unless: first?.unless, hours }] });
    const [result] = await world.submit(eventOf("one", { title: "one" }));
    await world.settled();
    await world.ledger.answer([verdict("fired", { ...result })]);
    expect(await world.quiet()).toMatchObject({ routed: 1, grouped: 0, handed: 0 });
    await world.skip(61 * MINUTE);
    expect(world.told).toEqual(["soc one@1"]);
    expect(world.observed).toHaveLength(1);
  });
});

describe("an alert that another one may explain", () => {
  const inhibition: Inhibition = {
    name: "down",
    source: 'alert.title == "down"',
    target: 'alert.title != "down"',
    by: ["asset.name"],
    waitMs: 10_000,
  };
  const inhibited = (): LedgerWorld => {
    const world = new LedgerWorld();
    world.surroundings = { inhibitions: [inhibition] };
    return world;
  };
  const said = (verdict: "held" | "free", alert: string | null | undefined): Verdict => ({
    alert: alert ?? "",
    gate: "inhibit_target",
    by: "down",
    verdict,
    reason: "because",
    at: Date.now(),
  });

  test("waits to hear of it, is held while it is, and told when it is free", async () => {
    const world = inhibited();
    const [result] = await world.submit(eventOf("one", { title: "one", assets: [{ name: "db-1" }] }));
    expect(await world.quiet()).toMatchObject({ grouped: 1, handed: 0 });
    await vi.waitFor(() => expect(world.observed).toMatchObject([{ settings: { gate: "inhibit_target" }, keys: ["db-1"] }]), WAIT);
    await world.ledger.answer([said("held", result?.alert)]);
    await world.quiet();
    await world.crash();
    await world.skip(60 * MINUTE);
    expect(world.told).toEqual([]);
    await world.submit(eventOf("one", { title: "two" }));
    await world.quiet();
    await world.ledger.answer([said("held", result?.alert)]);
    await world.quiet();
    await world.ledger.answer([said("free", result?.alert)]);
    expect(await world.quiet()).toMatchObject({ routed: 2, grouped: 0, handed: 1 });
    expect(world.told).toEqual(["soc two@2"]);
    const { events = [] } = (await world.story(result?.alert)) ?? {};
    const heard = events[0]?.trace.filter(({ reason }) => reason === "because").map(({ decision }) => decision);
    expect(heard).toEqual(["inhibited", "free"]);
    // It shows: what comes later passes, and nobody is asked.
    const asked = world.observed.length;
    await world.submit(eventOf("one", { title: "three" }));
    await world.quiet();
    expect(world.told).toEqual(["soc two@2", "soc three@3"]);
    expect(world.observed).toHaveLength(asked);
  });

  test("is told when the correlator says nothing", async () => {
    const world = inhibited();
    world.broken.observe = "away";
    await world.submit(eventOf("one", { title: "one", assets: [{ name: "db-1" }] }));
    await world.settled();
    await world.skip(24_000);
    expect(world.told).toEqual([]);
    await world.skip(2_000);
    expect(world.told).toEqual(["soc one@1"]);
    expect(await world.counts()).toMatchObject({ routed: 1, grouped: 0, handed: 1 });
  });

  test("is no target where it explains; its end is told to the correlator", async () => {
    const world = inhibited();
    await world.submit(eventOf("down", { title: "down", assets: [{ name: "db-1" }] }));
    expect(await world.quiet()).toMatchObject({ routed: 1, handed: 1 });
    await world.submit(eventOf("down", { title: "up again" }));
    await world.quiet();
    await vi.waitFor(
      () =>
        expect(world.observed.map(({ settings, alert }) => [settings.gate, alert.status])).toEqual([
          ["inhibit_source", "new"],
          ["inhibit_source", "resolved"],
        ]),
      WAIT,
    );
  });

  test("is looked at again, so that one whose inhibition is gone, or of which the correlator has lost what it knew, is not held for ever", async () => {
    const world = inhibited();
    const [result] = await world.submit(eventOf("one", { title: "one", assets: [{ name: "db-1" }] }));
    await world.quiet();
    await world.ledger.answer([said("held", result?.alert)]);
    await world.quiet();
    const asked = world.observed.length;
    await world.crash({ alarm: false });
    await world.skip(61 * MINUTE);
    await vi.waitFor(() => expect(world.observed.length).toBeGreaterThan(asked), WAIT);
    expect(new Set(world.observed.map(({ event }) => event)).size).toBe(1);
    expect(world.told).toEqual([]);
    world.surroundings = {};
    await world.skip(61 * MINUTE);
    expect(world.told).toEqual(["soc one@1"]);
    expect(await world.counts()).toMatchObject({ routed: 1, grouped: 0, handed: 1 });
  });

  test("is looked at by the sweep when the configuration has changed", async () => {
    const world = inhibited();
    const [result] = await world.submit(eventOf("one", { title: "one", assets: [{ name: "db-1" }] }));
    await world.quiet();
    await world.ledger.answer([said("held", result?.alert)]);
    await world.quiet();
    await world.ledger.sweep();
    await world.quiet();
    expect(world.told).toEqual([]);
    world.surroundings = { revision: 2 };
    await world.ledger.sweep();
    await world.quiet();
    expect(world.told).toEqual(["soc one@1"]);
  });

  test("is freed by what a person does to its source: the correlator hears of it, also after a crash", async () => {
    const world = inhibited();
    const [result] = await world.submit(eventOf("down", { title: "down", assets: [{ name: "db-1" }] }));
    await world.quiet();
    await vi.waitFor(() => expect(world.observed).toHaveLength(1), WAIT);
    world.broken.observe = "away";
    const hash = parseAlertId(result?.alert ?? "")?.hash ?? "";
    await world.ledger.setStatus(hash, { status: "resolved", author: "ana" });
    await world.crash({ alarm: false });
    delete world.broken.observe;
    await world.counts();
    await vi.waitFor(
      () => expect(world.observed.at(-1)).toMatchObject({ settings: { gate: "inhibit_source" }, alert: { status: "resolved" } }),
      WAIT,
    );
    expect(world.observed.at(-1)?.event).not.toBe(result?.event);
  });
});
