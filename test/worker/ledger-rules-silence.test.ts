// Silences: what they hide, what passes, what is told when they end, and how it is counted.
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Silence } from "../../src/config/model.ts";
import { parseAlertId } from "../../src/lib/names.ts";
import { clock } from "./support/clock.ts";
import { eventOf, LedgerWorld } from "./support/ledger-world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

afterEach(() => clock.reset());

let made = 0;
/** A silence of everything for an hour, up to severity high. */
function silenceOf(more: Partial<Silence> = {}): Silence {
  made += 1;
  const from = Date.now() - 1_000;
  return {
    id: `s${made}`,
    when: "true",
    from,
    until: from + HOUR,
    ceiling: "high",
    owner: "ana",
    comment: "maintenance",
    createdAt: from,
    createdBy: "ana",
    ...more,
  };
}
const silenced = (...silences: Silence[]): LedgerWorld => {
  const world = new LedgerWorld();
  world.surroundings = { silences };
  return world;
};
const hidden = async (world: LedgerWorld, { id, until }: Silence) => {
  const found = (await world.ledger.hidden())[id];
  return { all: found, span: found?.spans[until] };
};

describe("a silence", () => {
  test("hides what it fits until its end; then what is still open is told once, and it is counted", async () => {
    const silence = silenceOf();
    const world = silenced(silence);
    await world.submit(eventOf("a", { title: "a1" }), eventOf("b", { title: "b1" }));
    await world.submit(eventOf("a", { title: "a2" }));
    expect(await world.quiet()).toMatchObject({ silenced: 3, routed: 0, handed: 0 });
    expect(await hidden(world, silence)).toMatchObject({
      all: { events: 3, alerts: 2 },
      span: { events: 3, alerts: 2, open: 0, from: ["soc"] },
    });
    await world.crash();
    await world.submit(eventOf("b", { status: "resolved" }));
    expect(await world.quiet()).toMatchObject({ silenced: 4, handed: 0 });
    await world.skip(HOUR);
    // `b` is over: nobody has to know of it any more.
    expect(world.told).toEqual(["soc a2@2"]);
    expect(await world.quiet()).toMatchObject({ silenced: 2, routed: 2, handed: 1 });
    expect(await hidden(world, silence)).toMatchObject({ all: { events: 4, alerts: 2 }, span: { events: 4, alerts: 2, open: 1 } });
    await world.crash();
    await world.skip(HOUR);
    expect(world.told).toEqual(["soc a2@2"]);
    expect(await hidden(world, silence)).toMatchObject({ span: { open: 1 } });
    expect(await world.rows("SELECT * FROM alerts WHERE detail_due IS NOT NULL")).toEqual([]);
  });

  test("withholds updates from who shows the alert, and delivers them once, in the latest version", async () => {
    const world = silenced();
    await world.submit(eventOf("a", { title: "a1" }));
    await world.quiet();
    const silence = silenceOf();
    world.surroundings = { silences: [silence] };
    await world.submit(eventOf("a", { title: "a2" }));
    await world.submit(eventOf("a", { title: "a3" }));
    expect(await world.quiet()).toMatchObject({ routed: 1, silenced: 2, handed: 1 });
    await world.skip(HOUR);
    expect(world.told).toEqual(["soc a1@1", "soc a3@3"]);
    expect(await world.quiet()).toMatchObject({ routed: 3, silenced: 0, handed: 2 });
    expect(await hidden(world, silence)).toMatchObject({ span: { events: 2, alerts: 1, open: 1 } });
  });

  test("never hides the end of what is shown, nor what is above its ceiling", async () => {
    const world = silenced();
    await world.submit(eventOf("a", { title: "a1" }), eventOf("b", { title: "b1", severity: "high" }));
    await world.quiet();
    world.surroundings = { silences: [silenceOf()] };
    await world.submit(eventOf("a", { title: "a2", status: "resolved" }), eventOf("b", { title: "b2", severity: "critical" }));
    expect(await world.quiet()).toMatchObject({ routed: 4, silenced: 0, handed: 4 });
    expect(world.told.slice(2).sort()).toEqual(["soc a2@2", "soc b2@2"]);
  });

  test("hides a rise below its ceiling, and one above it brings the whole alert", async () => {
    const world = silenced(silenceOf({ ceiling: "medium" }));
    await world.submit(eventOf("a", { title: "a1", severity: "low" }));
    await world.submit(eventOf("a", { title: "a2", severity: "medium" }));
    expect(await world.quiet()).toMatchObject({ silenced: 2 });
    await world.submit(eventOf("a", { title: "a3", severity: "high" }));
    expect(await world.quiet()).toMatchObject({ silenced: 0, routed: 3, handed: 1 });
    expect(world.told).toEqual(["soc a3@3"]);
    await world.skip(HOUR);
    expect(world.told).toEqual(["soc a3@3"]);
  });

  test("that somebody ends sets free what it hid: `recheck`, by the latest configuration", async () => {
    const silence = silenceOf();
    const world = silenced(silence);
    await world.submit(eventOf("a", { title: "a1" }));
    await world.quiet();
    await world.ledger.recheck();
    expect(await world.quiet()).toMatchObject({ silenced: 1, handed: 0 });
    world.surroundings = { silences: [] };
    const asked = world.latest;
    await world.ledger.recheck();
    expect(world.latest).toBe(asked + 1);
    // It resolves when that is decided.
    expect(await world.counts()).toMatchObject({ silenced: 0 });
    await world.quiet();
    expect(world.told).toEqual(["soc a1@1"]);
    expect(await hidden(world, silence)).toMatchObject({ span: { open: 1 } });
    await world.ledger.recheck();
    expect(await world.quiet()).toMatchObject({ routed: 1, handed: 1 });
  });

  test("that ends while another one hides the alert tells nothing", async () => {
    const [short, long] = [silenceOf(), silenceOf()];
    long.until = short.until + HOUR;
    const world = silenced(short, long);
    await world.submit(eventOf("a", { title: "a1" }));
    await world.quiet();
    await world.skip(HOUR + MINUTE);
    expect(world.told).toEqual([]);
    await world.skip(HOUR);
    expect(world.told).toEqual(["soc a1@1"]);
    expect(await hidden(world, long)).toMatchObject({ all: { events: 1 }, span: { open: 1 } });
  });

  test("that recurs counts each of its windows", async () => {
    const minute = Math.floor((Date.now() % 86_400_000) / MINUTE);
    const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
    const recur = { zone: "UTC", days: [...days], from: minute, to: (minute + 30) % 1_440 };
    const silence = silenceOf({ recur, until: Date.now() + 7 * 24 * HOUR });
    const world = silenced(silence);
    await world.submit(eventOf("a", { title: "a1" }));
    await world.quiet();
    await world.skip(31 * MINUTE);
    expect(world.told).toEqual(["soc a1@1"]);
    await world.skip(24 * HOUR - 31 * MINUTE);
    await world.submit(eventOf("a", { title: "a2" }));
    expect(await world.quiet()).toMatchObject({ silenced: 1, handed: 1 });
    const counts = (await world.ledger.hidden())[silence.id];
    expect(counts).toMatchObject({ events: 2, alerts: 1 });
    const spans = Object.entries(counts?.spans ?? {}).sort(([left], [right]) => Number(left) - Number(right));
    expect(spans.map(([, span]) => span)).toMatchObject([
      { events: 1, alerts: 1, open: 1 },
      { events: 1, alerts: 1, open: 0 },
    ]);
    await world.skip(31 * MINUTE);
    expect(world.told).toEqual(["soc a1@1", "soc a2@2"]);
  });

  test("is forgotten by the sweep once it is gone for a day", async () => {
    const [kept, gone] = [silenceOf({ when: 'alert.title == "a"' }), silenceOf({ when: 'alert.title == "b"' })];
    const world = silenced(kept, gone);
    await world.submit(eventOf("a", { title: "a" }), eventOf("b", { title: "b" }));
    await world.quiet();
    const known = async () => Object.keys(await world.ledger.hidden()).sort();
    await world.ledger.sweep([kept.id]);
    expect(await known()).toEqual([kept.id, gone.id].sort());
    clock.skip(25 * HOUR);
    await world.ledger.sweep();
    expect(await known()).toEqual([kept.id, gone.id].sort());
    await world.ledger.sweep([kept.id]);
    expect(await known()).toEqual([kept.id]);
  });

  test("hides alerts of our own as well, and their release is told", async () => {
    const silence = silenceOf();
    const world = silenced(silence);
    await world.ledger.raise([
      {
        gate: "threshold",
        by: "all",
        key: "tocsin:threshold:all:db-1:1",
        order: 1,
        type: "threshold_reached",
        reason: "10 events",
        at: Date.now(),
        patch: { title: "ours", severity: "high", status: "new", total: 10 },
      },
    ]);
    await world.quiet();
    expect(world.told).toEqual([]);
    expect(await hidden(world, silence)).toMatchObject({ all: { events: 1, alerts: 1 } });
    await world.skip(HOUR);
    expect(world.told).toEqual(["soc ours@1"]);
    expect(await world.counts()).toMatchObject({ received: 0, accepted: 0, handed: 1 });
  });

  test("lets what a person did pass to nobody who is spared the alert's updates, but the end of it", async () => {
    const world = silenced();
    const [result] = await world.submit(eventOf("a", { title: "a1" }));
    await world.quiet();
    world.surroundings = { silences: [silenceOf()] };
    await world.submit(eventOf("a", { title: "a2" }));
    await world.quiet();
    const hash = parseAlertId(result?.alert ?? "")?.hash ?? "";
    await world.ledger.setStatus(hash, { comment: "looking", author: "ana" });
    await world.quiet();
    expect(world.told).toEqual(["soc a1@1"]);
    await world.ledger.setStatus(hash, { status: "resolved", author: "ana" });
    await vi.waitFor(() => expect(world.told).toEqual(["soc a1@1", "soc a2@4"]));
  });
});
