// What a crash, a lost alarm or a failing stage leaves behind is found again; and what is old goes away.
import { afterEach, describe, expect, test, vi } from "vitest";
import { clock } from "./support/clock.ts";
import { detail, eventOf, LedgerWorld, WAIT } from "./support/ledger-world.ts";

afterEach(() => clock.reset());

describe("the alarm", () => {
  test("is armed while something is open, moves earlier, and never later", async () => {
    const world = new LedgerWorld();
    world.broken.planner = "down";
    await world.submit(eventOf("one"));
    const first = await world.alarmAt();
    expect(first).toBeGreaterThan(Date.now());
    expect(first).toBeLessThanOrEqual(Date.now() + 15_000);
    clock.skip(5_000);
    await world.submit(eventOf("two"));
    expect(await world.alarmAt()).toBe(first);
  });

  test("moves earlier when something is due before", async () => {
    const world = new LedgerWorld({ lookup: async () => ({ kind: "missing", reason: "busy", final: false }) });
    await world.submit(eventOf("one"));
    await world.settled();
    const backstop = await world.alarmAt();
    await world.submit(eventOf("two", {}, { detail: { kind: "alert", id: "two" } }));
    await world.settled();
    expect(await world.alarmAt()).toBeLessThan(backstop ?? 0);
  });

  test("takes up what is open", async () => {
    const world = new LedgerWorld();
    world.broken.planner = "down";
    await world.submit(eventOf("one"));
    await vi.waitFor(async () => expect(await world.counts()).toMatchObject({ processing: 1 }), WAIT);
    delete world.broken.planner;
    expect(await world.runAlarm()).toBe(true);
    expect(await world.settled()).toMatchObject({ routed: 1 });
  });

  test("arms itself again when its handler fails", async () => {
    const world = new LedgerWorld();
    world.broken.planner = "down";
    await world.submit(eventOf("one"));
    world.broken.clock = true;
    expect(await world.runAlarm()).toBe(true);
    expect(world.broken.clock).toBe(false);
    expect(await world.alarmAt()).toBeGreaterThan(Date.now() - 1_000);
    delete world.broken.planner;
    expect(await world.runAlarm()).toBe(true);
    expect(await world.settled()).toMatchObject({ routed: 1 });
  });

  test("stays armed while rows are open", async () => {
    const world = new LedgerWorld();
    world.broken.planner = "down";
    await world.submit(eventOf("one"));
    await world.runAlarm();
    expect(await world.alarmAt()).not.toBeNull();
  });

  // An evicted ledger once found its last alert on the open list for ever: it wrote seven rows every 15 s while idle.
  test("lets an idle ledger rest: one life later nothing is open, nothing is written, and no alarm is armed", async () => {
    const world = new LedgerWorld();
    await world.submit(eventOf("one"));
    await world.settled();
    await world.crash();
    await world.runAlarm();
    const written = () => world.rows<{ page: number; open: string; to_at: number }>("SELECT page, open, to_at FROM journal");
    const rested = await written();
    expect(rested.at(-1)?.open).toBe("[]");
    expect(await world.alarmAt()).toBeNull();
    const projected = world.projected.length;
    await world.crash();
    await world.ledger.sweep();
    expect(await written()).toEqual(rested);
    expect(world.projected.length).toBe(projected);
    expect(await world.alarmAt()).toBeNull();
    expect(world.handed).not.toHaveLength(0);
  });

  test("asks again for the detail that is due", async () => {
    let known = false;
    const world = new LedgerWorld({
      lookup: async () => (known ? detail({ title: "Real" }) : { kind: "missing", reason: "busy", final: false }),
    });
    await world.submit(eventOf("one", { title: "Thin" }, { detail: { kind: "alert", id: "one" } }));
    await world.settled();
    known = true;
    clock.skip(60_000);
    await world.runAlarm();
    await vi.waitFor(() => expect(world.handed.at(-1)).toMatchObject({ title: "Real" }), WAIT);
  });
});

describe("after a crash", () => {
  test("an event that was claimed and not decided is decided, alarm or no alarm", async () => {
    const world = new LedgerWorld();
    world.broken.planner = "down";
    await world.submit(eventOf("one"), eventOf("two"));
    await world.crash({ alarm: false });
    delete world.broken.planner;
    await world.ledger.books();
    expect(await world.settled()).toMatchObject({ accepted: 2, routed: 2, handed: 2 });
  });

  test("a message that was planned and not taken is handed over", async () => {
    const world = new LedgerWorld();
    world.broken.handOver = "the outbox is away";
    await world.submit(eventOf("one"));
    // Until an outbox has it, the event is told as processing and the message as not handed.
    await vi.waitFor(async () => expect(await world.rows("SELECT seq FROM events WHERE end = 'routed'")).toHaveLength(1), WAIT);
    expect(await world.counts()).toMatchObject({ processing: 1, routed: 0, handed: 0 });
    await world.crash({ alarm: false });
    delete world.broken.handOver;
    expect(await world.settled()).toMatchObject({ processing: 0, routed: 1, handed: 1 });
    expect(world.handed).toHaveLength(1);
  });

  test("an alert that the projection lacks is written to it", async () => {
    const world = new LedgerWorld();
    world.broken.project = "D1 is away";
    await world.submit(eventOf("one", { title: "One" }));
    await world.settled();
    await world.crash({ alarm: false });
    delete world.broken.project;
    await world.ledger.books();
    await vi.waitFor(() => expect(world.projected).toMatchObject([{ alert: { title: "One" } }]), WAIT);
  });

  test("a lookup that died with the process is made again", async () => {
    let answers = false;
    const world = new LedgerWorld({
      route: { softDeadlineMs: 20 },
      lookup: () => (answers ? Promise.resolve(detail({ title: "Real" })) : new Promise(() => undefined)),
    });
    await world.submit(eventOf("one", { title: "Thin" }, { detail: { kind: "alert", id: "one" } }));
    await world.settled();
    answers = true;
    await world.crash();
    await world.ledger.books();
    await vi.waitFor(() => expect(world.handed.at(-1)).toMatchObject({ title: "Real" }), WAIT);
  });

  test("a sweep does what the alarm would have done", async () => {
    const world = new LedgerWorld();
    world.broken.planner = "down";
    await world.submit(eventOf("one"));
    await world.crash({ alarm: false });
    await world.ledger.books();
    delete world.broken.planner;
    await world.ledger.sweep();
    expect(await world.settled()).toMatchObject({ routed: 1 });
  });

  test("everything can be written to the projection anew", async () => {
    const world = new LedgerWorld();
    await world.submit(eventOf("one"), eventOf("two"), eventOf("three"));
    await world.settled();
    world.projected.length = 0;
    const first = await world.ledger.project("", 2);
    expect(first).toMatchObject({ written: 2, next: expect.any(String) });
    expect(await world.ledger.project(first.next ?? "", 2)).toEqual({ written: 1, next: null });
    expect(world.projected).toHaveLength(3);
  });
});

describe("a stage that fails", () => {
  test("keeps the event open, and its messages are handed over once when it works again", async () => {
    const world = new LedgerWorld();
    world.broken.handOver = "down";
    await world.submit(eventOf("one"));
    await world.submit(eventOf("one", { title: "newer" }));
    delete world.broken.handOver;
    expect(await world.settled()).toMatchObject({ routed: 2, handed: 2 });
    expect(world.handed.flatMap(({ versions }) => versions)).toEqual([1, 2]);
  });
});

describe("the request log", () => {
  test("tells requests newest first, across its pages, between two times and by outcome", async () => {
    const world = new LedgerWorld();
    const start = Date.now();
    const copy = eventOf("copy");
    for (let index = 0; index < 60; index += 1) await world.submitAt(start + index, index % 10 === 0 ? copy : eventOf("one"));
    await world.ledger.refused({ at: start + 60, status: 401, reason: "unauthorized", bytes: 7 });
    await world.ledger.refused({ at: start + 61, status: 422, reason: "unexpected_shape", detail: "alerts", bytes: 9 });
    const all = await world.ledger.log({ limit: 100 });
    expect(all).toHaveLength(62);
    expect(all.map(({ at }) => at - start)).toEqual(Array.from({ length: 62 }, (_, index) => 61 - index));
    expect(all[0]).toMatchObject({ status: 422, outcome: "refused", reason: "unexpected_shape: alerts", bytes: 9, results: [] });
    expect(await world.ledger.log({ limit: 5, outcomes: ["duplicate"] })).toHaveLength(5);
    expect((await world.ledger.log({ limit: 9, outcomes: ["refused", "duplicate"] })).map(({ at }) => at - start)).toEqual([
      61, 60, 50, 40, 30, 20, 10,
    ]);
    expect((await world.ledger.log({ limit: 100, from: start + 10, to: start + 12 })).map(({ at }) => at - start)).toEqual([12, 11, 10]);
    expect(await world.ledger.log({ limit: 3 })).toHaveLength(3);
    expect(await world.counts()).toMatchObject({ refused: 2, received: 60 });
  });
});
