// What waits for its hours, or for a while after a message: held in the alert's row, told when its time has come, whatever happens between.
import { afterEach, describe, expect, test } from "vitest";
import type { RuleHours } from "../../src/config/model.ts";
import { clock } from "./support/clock.ts";
import { eventOf, LedgerWorld, rule } from "./support/ledger-world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

afterEach(() => clock.reset());

/** Hours that are closed now and open an hour from now, for an hour; of every day. */
function laterHours(outside: RuleHours["outside"]): RuleHours {
  const minute = Math.floor((Date.now() % DAY) / MINUTE);
  const wrapped = (minutes: number): number => minutes % 1_440;
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
  return { zone: "UTC", days: [...days], from: wrapped(minute + 60), to: wrapped(minute + 120), outside };
}
const held = (outside: RuleHours["outside"] = "hold") => [rule(undefined, { hours: laterHours(outside) })];

describe("outside its hours an alert", () => {
  test("is held, counts as routed, and is told once in its latest version when they begin", async () => {
    const world = new LedgerWorld({ rules: held() });
    const [result] = await world.submit(eventOf("one", { title: "one" }));
    await world.submit(eventOf("one", { title: "two" }));
    expect(await world.settled()).toMatchObject({ accepted: 2, routed: 2, handed: 0 });
    expect(world.told).toEqual([]);
    await world.skip(30 * MINUTE);
    expect(world.told).toEqual([]);
    await world.skip(31 * MINUTE);
    expect(world.told).toEqual(["soc two@2"]);
    expect(await world.quiet()).toMatchObject({ accepted: 2, routed: 2, handed: 1 });
    const trace = (await world.story(result?.alert))?.events.flatMap((event) => event.trace.map(({ decision }) => decision)) ?? [];
    expect(trace.filter((decision) => decision === "held")).toHaveLength(2);
    // Nothing is looked at any more.
    expect(await world.rows("SELECT * FROM alerts WHERE detail_due IS NOT NULL")).toEqual([]);
    await world.submit(eventOf("one", { title: "three" }));
    expect(await world.quiet()).toMatchObject({ routed: 3, handed: 2 });
    await world.skip(DAY);
    expect(world.told).toEqual(["soc two@2", "soc three@3"]);
  });

  test.each([{ alarm: true }, { alarm: false }])(
    "is told also after a crash before or at their beginning (alarm kept: $alarm)",
    async (how) => {
      const world = new LedgerWorld({ rules: held() });
      await world.submit(eventOf("one", { title: "one" }));
      await world.settled();
      await world.crash(how);
      expect(await world.settled()).toMatchObject({ routed: 1, handed: 0 });
      clock.skip(61 * MINUTE);
      await world.crash(how);
      expect(await world.quiet()).toMatchObject({ routed: 1, handed: 1 });
      expect(world.told).toEqual(["soc one@1"]);
      await world.crash(how);
      expect(await world.quiet()).toMatchObject({ routed: 1, handed: 1 });
      expect(world.told).toEqual(["soc one@1"]);
    },
  );

  test("is told once when the outbox takes it and the ledger dies before it hears so", async () => {
    const world = new LedgerWorld({ rules: held() });
    await world.submit(eventOf("one", { title: "one" }));
    await world.settled();
    world.broken.handOver = "away";
    await world.skip(61 * MINUTE);
    expect(await world.counts()).toMatchObject({ routed: 1, handed: 0 });
    await world.crash();
    delete world.broken.handOver;
    expect(await world.quiet()).toMatchObject({ routed: 1, handed: 1 });
    expect(world.told).toEqual(["soc one@1"]);
  });

  test("waits for one digest, where they say so; what comes within them is told on its own", async () => {
    const world = new LedgerWorld({ rules: held("digest") });
    await world.submit(eventOf("a", { title: "a" }), eventOf("b", { title: "b" }));
    await world.settled();
    await world.crash();
    await world.skip(61 * MINUTE);
    await world.submit(eventOf("c", { title: "c" }));
    await world.quiet();
    expect(world.handed.map(({ title, digest }) => [title, digest]).sort()).toEqual([
      ["a", true],
      ["b", true],
      ["c", undefined],
    ]);
  });

  test("goes elsewhere or to nobody, where they say so", async () => {
    const elsewhere = new LedgerWorld({ rules: held({ to: "night" }) });
    await elsewhere.submit(eventOf("one", { title: "one" }));
    expect(await elsewhere.quiet()).toMatchObject({ routed: 1, handed: 1 });
    expect(elsewhere.told).toEqual(["night one@1"]);
    const dropped = new LedgerWorld({ rules: held("drop") });
    await dropped.submit(eventOf("one"));
    expect(await dropped.quiet()).toMatchObject({ silenced: 1, handed: 0 });
    await dropped.skip(61 * MINUTE);
    expect(dropped.told).toEqual([]);
  });

  test("is told at once by a rule without hours; the other destination follows", async () => {
    const world = new LedgerWorld({ rules: [...held(), rule("alert.severity_id >= CRITICAL", { name: "urgent", to: ["oncall"] })] });
    await world.submit(eventOf("one", { title: "one", severity: "critical" }));
    expect(await world.quiet()).toMatchObject({ routed: 1, handed: 1 });
    await world.skip(61 * MINUTE);
    expect(world.told).toEqual(["oncall one@1", "soc one@1"]);
    expect(await world.quiet()).toMatchObject({ routed: 1, handed: 2 });
  });

  test("of hundreds all are told", async () => {
    const world = new LedgerWorld({ rules: held() });
    for (let from = 0; from < 300; from += 100)
      await world.submit(...Array.from({ length: 100 }, (_, index) => eventOf(`a${from + index}`)));
    expect(await world.settled()).toMatchObject({ routed: 300, handed: 0 });
    await world.skip(61 * MINUTE);
    expect(await world.quiet()).toMatchObject({ routed: 300, handed: 300 });
    expect(new Set(world.handed.map(({ alert }) => alert)).size).toBe(300);
  });
});

describe("a mute for a while", () => {
  const muted = [rule(undefined, { mute: 15 * MINUTE })];

  test("holds updates back until that long after the last message, and then tells the latest version once", async () => {
    const world = new LedgerWorld({ rules: muted });
    await world.submit(eventOf("one", { title: "1" }));
    await world.quiet();
    for (const title of ["2", "3"]) {
      clock.skip(MINUTE);
      await world.submit(eventOf("one", { title }));
      await world.settled();
    }
    expect(await world.quiet()).toMatchObject({ routed: 1, silenced: 2, handed: 1 });
    await world.crash();
    await world.skip(14 * MINUTE);
    expect(world.told).toEqual(["soc 1@1", "soc 3@3"]);
    expect(await world.quiet()).toMatchObject({ routed: 3, silenced: 0, handed: 2 });
    // The next quarter of an hour begins with that message.
    await world.submit(eventOf("one", { title: "4" }));
    expect(await world.quiet()).toMatchObject({ silenced: 1, handed: 2 });
    await world.skip(15 * MINUTE);
    expect(world.told).toEqual(["soc 1@1", "soc 3@3", "soc 4@4"]);
    await world.skip(DAY);
    expect(world.told).toHaveLength(3);
  });

  test.each([
    ["a rise", { severity: "critical" as const }],
    ["its end", { status: "resolved" as const }],
    ["a new asset", { assets: [{ name: "db-2" }] }],
  ])("never holds %s back, which brings what waited along", async (_, patch) => {
    const world = new LedgerWorld({ rules: muted });
    await world.submit(eventOf("one", { title: "1", severity: "high" }));
    await world.quiet();
    await world.submit(eventOf("one", { title: "2" }));
    expect(await world.quiet()).toMatchObject({ silenced: 1, handed: 1 });
    await world.submit(eventOf("one", patch));
    expect(await world.quiet()).toMatchObject({ handed: 2 });
    expect(world.told).toEqual(["soc 1@1", "soc 2@3"]);
    await world.skip(DAY);
    expect(world.told).toHaveLength(2);
  });

  test("for good tells nobody, and stays so when something else is due", async () => {
    const rules = [
      rule(undefined, { escalate: [{ afterMs: { high: 10 * MINUTE } }] }),
      rule('alert.title == "noise"', { name: "noise", mute: true, to: [] }),
    ];
    const world = new LedgerWorld({ rules });
    await world.submit(eventOf("one", { title: "one", severity: "high" }));
    await world.quiet();
    await world.submit(eventOf("one", { title: "noise" }));
    expect(await world.quiet()).toMatchObject({ routed: 1, silenced: 1, handed: 1 });
    await world.skip(11 * MINUTE);
    // The word that nobody took it goes out; the muted version does not.
    expect(world.handed.map(({ versions, reminders }) => [versions, reminders])).toEqual([
      [[1], undefined],
      [[], ["nobody has taken it in hand for 11m"]],
    ]);
    await world.submit(eventOf("one", { title: "news" }));
    await world.quiet();
    expect(world.told).toEqual(["soc one@1", "soc news@3"]);
  });
});
