// From an accepted event to its end: match, plan, hand over; and the detail of the source's API, which never holds an alert.
import { describe, expect, test, vi } from "vitest";
import type { LookupAnswer } from "../../src/enricher/interface.ts";
import { detail, eventOf, LedgerWorld, rule, WAIT } from "./support/ledger-world.ts";

/** An event that names what to ask the API for. */
const thin = (about: string, patch = {}) => eventOf(about, patch, { detail: { kind: "alert", id: about } });

describe("an event ends", () => {
  test("as routed, handed to each destination that a rule names, once", async () => {
    const world = new LedgerWorld({
      rules: [rule("alert.severity_id >= HIGH", { to: ["soc", "oncall"] }), rule(undefined, { to: ["soc"] })],
    });
    const [result] = await world.submit(eventOf("one", { severity: "critical" }));
    expect(await world.settled()).toMatchObject({ routed: 1, unmatched: 0, handed: 2 });
    expect(world.handed.map(({ destination, versions }) => [destination, versions])).toEqual([
      ["soc", [1]],
      ["oncall", [1]],
    ]);
    expect(await world.story(result?.alert)).toMatchObject({ shownBy: ["soc", "oncall"], events: [{ end: "routed" }] });
  });

  test("as unmatched when no rule matches, with what the rule read", async () => {
    const world = new LedgerWorld({ rules: [rule("alert.severity_id >= HIGH")] });
    const [result] = await world.submit(eventOf("one", { severity: "low" }));
    expect(await world.settled()).toMatchObject({ unmatched: 1, routed: 0, handed: 0 });
    expect(world.handed).toEqual([]);
    const story = await world.story(result?.alert);
    expect(story?.events[0]).toMatchObject({ end: "unmatched" });
    expect(story?.events[0]?.trace).toMatchObject([
      { stage: "match", decision: "not_matched", values: { rule: "rule", "alert.severity_id": 2 } },
      { stage: "plan", decision: "unmatched" },
    ]);
  });

  test("as unmatched where the route has no rules, and says that", async () => {
    const world = new LedgerWorld({ rules: [] });
    const [result] = await world.submit(eventOf("one"));
    expect(await world.settled()).toMatchObject({ unmatched: 1 });
    expect((await world.story(result?.alert))?.events[0]?.trace.at(-1)?.reason).toContain("no rules");
  });

  test("as routed when a condition fails: a mistake in a rule hides no alert, and the trace has its reason", async () => {
    const world = new LedgerWorld({ rules: [rule("alert.data.score > 3")] });
    const [result] = await world.submit(eventOf("one", { severity: "low" }));
    expect(await world.settled()).toMatchObject({ routed: 1, handed: 1 });
    const [step] = (await world.story(result?.alert))?.events[0]?.trace ?? [];
    expect(step).toMatchObject({ stage: "match", values: { rule: "rule", to: ["soc"] } });
    expect(step?.decision).not.toBe("not_matched");
    expect(step?.reason).toMatch(/score/);
  });

  test("as routed when a destination shows the alert, whether or not a rule still matches", async () => {
    const world = new LedgerWorld({ rules: [rule('alert.status != "resolved"')] });
    await world.submit(eventOf("one"));
    await world.settled();
    await world.submit(eventOf("one", { status: "resolved" }, { kind: "resolved" }));
    expect(await world.settled()).toMatchObject({ routed: 2, handed: 2 });
    expect(world.handed.map(({ destination, versions }) => [destination, versions])).toEqual([
      ["soc", [1]],
      ["soc", [2]],
    ]);
  });

  test("and a change that only the moment saw still matches its rule", async () => {
    const world = new LedgerWorld({ rules: [rule('change.kind == "commented"')] });
    world.broken.planner = "not yet";
    await world.submit(eventOf("one"), eventOf("one", { data: { comment: { text: "look" } } }, { kind: "commented" }), eventOf("one"));
    delete world.broken.planner;
    await world.crash();
    // The first came before anyone showed the alert; the third comes after somebody began to.
    expect(await world.settled()).toMatchObject({ accepted: 3, unmatched: 1, routed: 2, handed: 1 });
  });
});

test("each rule's matches are counted, once for each event, and the count survives a crash", async () => {
  const rules = [rule("alert.severity_id >= HIGH", { name: "urgent" }), rule(undefined, { name: "all" }), rule("false", { name: "none" })];
  const world = new LedgerWorld({ rules });
  const before = Date.now();
  await world.submit(eventOf("one", { severity: "critical" }), eventOf("two", { severity: "low" }));
  await world.settled();
  await world.crash();
  await world.submit(eventOf("two", { severity: "high" }));
  await world.settled();
  const { rules: counted } = await world.ledger.books();
  expect(counted).toEqual({
    urgent: { matched: 2, lastAt: expect.any(Number) },
    all: { matched: 3, lastAt: expect.any(Number) },
  });
  expect(counted?.all?.lastAt).toBeGreaterThanOrEqual(before);
});

describe("enrichment", () => {
  test("within the soft deadline is part of how the alert began", async () => {
    const world = new LedgerWorld({ lookup: async () => detail({ title: "Real", severity: "critical" }) });
    const [result] = await world.submit(thin("one"));
    expect(await world.settled()).toMatchObject({ routed: 1, handed: 1 });
    expect(world.handed).toMatchObject([{ title: "Real" }]);
    const story = await world.story(result?.alert);
    expect(story?.alert).toMatchObject({ enriched: true, severity: "critical", change: { kind: "opened" } });
    expect(story?.events[0]?.trace[0]).toMatchObject({ stage: "enrich", decision: "enriched" });
  });

  test("that is late lets the thin alert go, and is shown as a version of its own when it comes", async () => {
    const later = Promise.withResolvers<LookupAnswer>();
    const world = new LedgerWorld({ route: { softDeadlineMs: 30 }, lookup: () => later.promise });
    const [result] = await world.submit(thin("one", { title: "Thin" }));
    expect(await world.settled()).toMatchObject({ routed: 1, handed: 1 });
    expect(world.handed).toMatchObject([{ title: "Thin" }]);
    const before = await world.story(result?.alert);
    expect(before?.alert).toMatchObject({
      enriched: false,
      severity: "high",
      severity_label: "unknown",
      enriched_reason: expect.stringContaining("0.03 s"),
    });
    expect(before?.events[0]?.trace[0]).toMatchObject({ stage: "enrich", decision: "thin", values: { soft_deadline_ms: 30 } });
    later.resolve(detail({ title: "Real", severity: "low" }));
    await vi.waitFor(() => expect(world.handed).toHaveLength(2), WAIT);
    expect(world.handed[1]).toMatchObject({ title: "Real" });
    const after = await world.story(result?.alert);
    expect(after?.alert).toMatchObject({ enriched: true, severity: "low" });
    expect(after?.alert.enriched_reason).toBeUndefined();
    expect(await world.settled()).toMatchObject({ accepted: 1, routed: 1, handed: 2 });
  });

  test("turns an unmatched event into a routed one when the detail makes a rule match", async () => {
    const later = Promise.withResolvers<LookupAnswer>();
    const rules = [rule("alert.severity_id >= CRITICAL")];
    const world = new LedgerWorld({ route: { softDeadlineMs: 30 }, rules, lookup: () => later.promise });
    const [result] = await world.submit(thin("one"));
    expect(await world.settled()).toMatchObject({ unmatched: 1, routed: 0 });
    later.resolve(detail({ severity: "critical" }));
    await vi.waitFor(async () => expect(await world.counts()).toMatchObject({ unmatched: 0, routed: 1, handed: 1 }), WAIT);
    expect((await world.ledger.books()).rules).toMatchObject({ rule: { matched: 1 } });
    const [event] = (await world.story(result?.alert))?.events ?? [];
    expect(event?.end).toBe("routed");
    expect(event?.trace.map(({ stage, decision }) => `${stage}: ${decision}`)).toEqual([
      "enrich: thin",
      "match: not_matched",
      "plan: unmatched",
      "enrich: enriched",
      // Once for the change of the event, once for what the detail changed.
      "match: matched",
      "match: matched",
      "plan: routed",
    ]);
  });

  test("that fails says why, in the trace and on the alert, and is tried again later", async () => {
    const answers: LookupAnswer[] = [
      { kind: "missing", reason: "the source's API refused our key (status 403)", retryAfterMs: 60_000, final: false },
      detail({ title: "Real" }),
    ];
    const world = new LedgerWorld({ lookup: async () => answers.shift() ?? detail({}) });
    const [result] = await world.submit(thin("one"));
    await world.settled();
    const story = await world.story(result?.alert);
    expect(story?.alert).toMatchObject({ enriched: false, enriched_reason: expect.stringContaining("403") });
    expect(story?.events[0]?.trace[0]).toMatchObject({ stage: "enrich", decision: "thin", reason: expect.stringContaining("403") });
    const [row] = await world.rows<{ detail_due: number }>("SELECT detail_due FROM alerts");
    expect((row?.detail_due ?? 0) - Date.now()).toBeGreaterThan(50_000);
    expect(await world.alarmAt()).toBeLessThanOrEqual(row?.detail_due ?? 0);
  });

  test("that nobody can give is not asked for again", async () => {
    const world = new LedgerWorld({ lookup: async () => ({ kind: "missing", reason: "gone", final: true }) });
    await world.submit(thin("one"));
    expect(await world.settled()).toMatchObject({ routed: 1 });
    expect(await world.rows("SELECT hash FROM alerts WHERE detail_due IS NOT NULL")).toEqual([]);
  });

  test("is asked for once for events that are decided together", async () => {
    const world = new LedgerWorld({ lookup: async () => detail({ title: "Real" }) });
    await world.submit(thin("one"), thin("one"), thin("one"));
    expect(await world.settled()).toMatchObject({ routed: 3, handed: 1 });
    expect(world.lookups.map(({ id }) => id)).toEqual(["one"]);
  });

  test("is not asked for by an event that tells a count only, once the alert has its detail", async () => {
    const world = new LedgerWorld({ lookup: async () => detail({ title: "Real" }) });
    await world.submit(thin("one"));
    await world.settled();
    await world.submit({ ...thin("one", { total: 7 }), detailOnlyIfThin: true });
    expect(await world.settled()).toMatchObject({ routed: 2 });
    expect(world.lookups).toHaveLength(1);
  });

  test("of an alert that hangs holds up no other alert", async () => {
    const world = new LedgerWorld({
      route: { softDeadlineMs: 60_000 },
      lookup: (ref) => (ref.id === "slow" ? new Promise(() => undefined) : Promise.resolve(detail({ title: ref.id }))),
    });
    await world.submit(thin("slow"));
    await world.submit(thin("quick"));
    await vi.waitFor(() => expect(world.handed).toMatchObject([{ title: "quick" }]), WAIT);
    expect(await world.counts()).toMatchObject({ accepted: 2, processing: 1, routed: 1 });
  });
});

describe("our own status", () => {
  test("is shown, and stands until the source reports a status other than it had", async () => {
    const world = new LedgerWorld();
    const [result] = await world.submit(eventOf("one", { status: "new" }));
    await world.settled();
    const hash = result?.alert?.split(".")[1] ?? "";
    const changed = await world.ledger.setStatus(hash, { status: "resolved", comment: "done", author: "ann" });
    expect(changed).toMatchObject({ status: "resolved", version: 2, data: { comment: { author: "ann", text: "done" } } });
    await vi.waitFor(() => expect(world.handed.at(-1)).toMatchObject({ versions: [2] }), WAIT);
    await world.submit(eventOf("one", { status: "new" }));
    await world.settled();
    expect((await world.story(result?.alert))?.alert.status).toBe("resolved");
    await world.submit(eventOf("one", { status: "in_progress" }));
    await world.settled();
    expect((await world.story(result?.alert))?.alert.status).toBe("in_progress");
  });

  test("is stored when it is answered", async () => {
    const world = new LedgerWorld();
    const [result] = await world.submit(eventOf("one"));
    await world.settled();
    world.broken.handOver = "down";
    await world.ledger.setStatus(result?.alert?.split(".")[1] ?? "", { status: "suppressed", author: "ann" });
    await world.crash();
    delete world.broken.handOver;
    await world.ledger.books();
    await vi.waitFor(() => expect(world.handed.at(-1)).toMatchObject({ versions: [2] }), WAIT);
    expect((await world.story(result?.alert))?.alert.status).toBe("suppressed");
  });

  test("of an alert that nobody knows is not set", async () => {
    expect(await new LedgerWorld().ledger.setStatus("0".repeat(24), { status: "resolved", author: "ann" })).toBeNull();
  });
});
