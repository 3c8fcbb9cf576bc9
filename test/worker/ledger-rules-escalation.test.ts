// Escalation in the ledger: the alert's row knows how far it is, so that a restart, a jump of the clock or a silence takes no step twice.
import { afterEach, describe, expect, test, vi } from "vitest";
import type { EscalationStep, Silence } from "../../src/config/model.ts";
import { parseAlertId } from "../../src/lib/names.ts";
import { clock } from "./support/clock.ts";
import { eventOf, LedgerWorld, rule, WAIT } from "./support/ledger-world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

afterEach(() => clock.reset());

const all = (ms: number): EscalationStep["afterMs"] => ({ info: ms, low: ms, medium: ms, high: ms, critical: ms });
const STEPS: EscalationStep[] = [
  { afterMs: all(10 * MINUTE), ping: { high: "@here" } },
  { afterMs: all(20 * MINUTE), to: ["manager"] },
  { afterMs: all(30 * MINUTE), everyMs: 30 * MINUTE },
];
const escalating = (): LedgerWorld => new LedgerWorld({ rules: [rule(undefined, { escalate: STEPS })] });
const said = (world: LedgerWorld): string[] => [
  ...new Set(
    world.handed.flatMap(({ destination, versions, reminders = [] }) => [
      ...versions.map((version) => `${destination} @${version}`),
      ...reminders.map((text) => `${destination} ${text}`),
    ]),
  ),
];
const first = "nobody has taken it in hand for 10m";

describe("an alert that nobody takes in hand", () => {
  test("is said again, then shown to others, then said again and again; each once, over restarts", async () => {
    const world = escalating();
    await world.submit(eventOf("one", { severity: "high" }));
    await world.quiet();
    await world.crash();
    await world.skip(11 * MINUTE);
    expect(said(world)).toEqual(["soc @1", expect.stringContaining("soc nobody has taken it in hand for 11m")]);
    await world.crash({ alarm: false });
    await world.skip(10 * MINUTE);
    expect(said(world).slice(2)).toEqual(["manager @1"]);
    await world.crash();
    await world.skip(10 * MINUTE);
    expect(said(world).slice(3).sort()).toEqual(["manager nobody has taken it in hand for 31m", "soc nobody has taken it in hand for 31m"]);
    await world.skip(30 * MINUTE);
    expect(said(world).slice(5).sort()).toEqual([
      "manager nobody has taken it in hand for 1h 1m",
      "soc nobody has taken it in hand for 1h 1m",
    ]);
    // Words that it waits are messages of the destinations' own: no ledger counts them.
    expect(await world.counts()).toMatchObject({ routed: 1, handed: 2 });
  });

  test("is escalated one step when the clock jumps over several", async () => {
    const world = escalating();
    await world.submit(eventOf("one", { severity: "high" }));
    await world.quiet();
    clock.skip(25 * MINUTE);
    await world.runAlarm();
    await vi.waitFor(() => expect(said(world).length).toBeGreaterThan(1), WAIT);
    await world.quiet();
    // The first that was due, and the second right after it; never one of them twice.
    expect(said(world)).toEqual(["soc @1", "soc nobody has taken it in hand for 25m", "manager @1"]);
    await world.quiet();
    expect(said(world)).toHaveLength(3);
  });

  test.each([
    ["somebody takes it", { status: "in_progress" as const }],
    ["it is resolved", { status: "resolved" as const }],
  ])("is left alone as soon as %s", async (_, own) => {
    const world = escalating();
    const [result] = await world.submit(eventOf("one", { severity: "high" }));
    await world.quiet();
    await world.ledger.setStatus(parseAlertId(result?.alert ?? "")?.hash ?? "", { ...own, author: "ana" });
    await vi.waitFor(() => expect(said(world)).toEqual(["soc @1", "soc @2"]), WAIT);
    await world.skip(2 * HOUR);
    await world.crash();
    await world.skip(2 * HOUR);
    expect(said(world)).toEqual(["soc @1", "soc @2"]);
    expect(await world.rows("SELECT * FROM alerts WHERE detail_due IS NOT NULL")).toEqual([]);
  });

  test("begins anew when it is new again, and its words are not taken for those of the first time", async () => {
    const world = escalating();
    const [result] = await world.submit(eventOf("one", { severity: "high" }));
    await world.quiet();
    const ids: string[] = [];
    world.hearReminder = ({ id }) => ids.push(id);
    await world.skip(10 * MINUTE);
    const hash = parseAlertId(result?.alert ?? "")?.hash ?? "";
    await world.ledger.setStatus(hash, { status: "in_progress", author: "ana" });
    await vi.waitFor(() => expect(said(world)).toContain("soc @2"), WAIT);
    await world.ledger.setStatus(hash, { status: "new", author: "ana" });
    await world.submit(eventOf("one", { title: "again" }));
    await world.quiet();
    await world.skip(10 * MINUTE);
    await vi.waitFor(() => expect(new Set(ids).size).toBe(2), WAIT);
  });

  test("is not escalated while it is silenced, and at once when the silence ends", async () => {
    const world = escalating();
    await world.submit(eventOf("one", { severity: "high" }));
    await world.quiet();
    const now = Date.now();
    const silence: Silence = {
      id: "s",
      when: "true",
      from: now,
      until: now + HOUR,
      ceiling: "high",
      owner: "ana",
      comment: "known",
      createdAt: now,
      createdBy: "ana",
    };
    world.surroundings = { silences: [silence] };
    await world.skip(15 * MINUTE);
    await world.skip(15 * MINUTE);
    expect(said(world)).toEqual(["soc @1"]);
    await world.crash();
    world.surroundings = {};
    await world.ledger.recheck();
    await world.quiet();
    expect(said(world)[1]).toBe("soc nobody has taken it in hand for 30m");
  });

  test("held by its hours is not escalated before it is shown", async () => {
    const minute = Math.floor((Date.now() % (24 * HOUR)) / MINUTE);
    const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
    const hours = { zone: "UTC", days: [...days], from: (minute + 60) % 1_440, to: (minute + 180) % 1_440, outside: "hold" as const };
    const world = new LedgerWorld({ rules: [rule(undefined, { escalate: STEPS, hours })] });
    await world.submit(eventOf("one", { severity: "high" }));
    await world.quiet();
    await world.skip(61 * MINUTE);
    expect(said(world)).toEqual(["soc @1"]);
    await world.skip(10 * MINUTE);
    expect(said(world)).toEqual(["soc @1", `soc ${first}`]);
  });
});
