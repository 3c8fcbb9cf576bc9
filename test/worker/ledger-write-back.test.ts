// What people do to an alert, told to its source: after it is durable, in order, again while the row owes it, and the source's own word of it
// is no news.
import { afterEach, describe, expect, test, vi } from "vitest";
import type { WriteAnswer } from "../../src/enricher/interface.ts";
import { clock } from "./support/clock.ts";
import { DAY_MS, detail, eventOf, LedgerWorld, rule, WAIT } from "./support/ledger-world.ts";

afterEach(() => clock.reset());

const MINUTE = 60_000;
const taken: WriteAnswer = { kind: "written", ms: 2 };
const away: WriteAnswer = { kind: "failed", reason: "the source's API did not take it (status 503)", final: false };
const forbidden: WriteAnswer = {
  kind: "failed",
  reason: "our key lacks the permission",
  final: false,
  refused: true,
  retryAfterMs: 10 * MINUTE,
};

/** A ledger with one alert that `soc` shows. */
async function worldWith(answer: () => WriteAnswer | Promise<WriteAnswer>) {
  const world = new LedgerWorld({ rules: [rule()] });
  world.writeBack = async () => answer();
  const [result] = await world.submit(eventOf("alert:one", { title: "One", status: "new", status_label: "Pending" }));
  await world.settled();
  const alert = result?.alert ?? "";
  const hash = alert.split(".").at(-1) ?? "";
  return {
    world,
    alert,
    set: (status: "in_progress" | "resolved" | undefined, comment?: string) =>
      world.ledger.setStatus(hash, { author: "Ana", ...(status ? { status } : {}), ...(comment === undefined ? {} : { comment }) }),
    toldTimes: (count: number) => vi.waitFor(() => expect(world.written).toHaveLength(count), WAIT),
    /** Steps of our own changes, as `decision: reason`. */
    steps: async () =>
      ((await world.story(alert))?.events ?? [])
        .filter(({ type }) => type === "tocsin:status")
        .flatMap(({ trace }) => trace.map(({ decision, reason }) => `${decision}: ${reason}`)),
    version: async () => (await world.story(alert))?.alert.version ?? 0,
  };
}
const stepsEnd = (one: Awaited<ReturnType<typeof worldWith>>, last: string) =>
  vi.waitFor(async () => expect((await one.steps()).at(-1)).toContain(last), WAIT);

describe("the source is told", () => {
  test("status and comment, with who gave them, and the trace says that it took them", async () => {
    const one = await worldWith(() => taken);
    await one.set("in_progress");
    await one.toldTimes(1);
    await one.set(undefined, "a drill");
    await one.toldTimes(2);
    expect(one.world.written).toEqual([
      { key: "alert:one", status: "in_progress", note: "acknowledged by Ana (through Tocsin)" },
      { key: "alert:one", note: "a drill (Ana, through Tocsin)" },
    ]);
    await stepsEnd(one, "written_back");
    expect(await one.steps()).toEqual([
      "own_change: Ana set the status to in_progress",
      "written_back: the source was told, and took it",
      "own_change: Ana commented",
      "written_back: the source was told, and took it",
    ]);
  });

  test("nothing where the route does not ask for it", async () => {
    const one = await worldWith(() => taken);
    one.world.writeBack = undefined;
    await one.set("resolved");
    await one.world.settled();
    expect(one.world.written).toEqual([]);
  });

  test("in order: what was done later waits for what was done before", async () => {
    const first = Promise.withResolvers<WriteAnswer>();
    const answers = [first.promise, Promise.resolve(taken)];
    const one = await worldWith(() => answers.shift() ?? taken);
    await one.set("in_progress");
    await one.toldTimes(1);
    await one.set("resolved");
    await one.world.settled();
    expect(one.world.written.map(({ status }) => status)).toEqual(["in_progress"]);
    first.resolve(taken);
    await one.toldTimes(2);
    expect(one.world.written.map(({ status }) => status)).toEqual(["in_progress", "resolved"]);
  });
});

describe("a source that does not take it", () => {
  test("is told again, ever more slowly, also after a crash, until it does", async () => {
    let answer: WriteAnswer = away;
    const one = await worldWith(() => answer);
    await one.set("in_progress");
    await stepsEnd(one, "write_back_waits");
    await one.world.skip(2_100);
    await one.toldTimes(2);
    await one.world.crash({ alarm: false });
    answer = taken;
    clock.skip(5_000);
    await one.world.ledger.sweep();
    await one.toldTimes(3);
    await stepsEnd(one, "written_back");
    // The same reason is told once.
    expect((await one.steps()).filter((step) => step.startsWith("write_back_waits"))).toHaveLength(1);
    await one.world.skip(DAY_MS);
    expect(one.world.written).toHaveLength(3);
  });

  test("is told no more after a day, and the trace says so", async () => {
    const one = await worldWith(() => away);
    await one.set("in_progress");
    await one.toldTimes(1);
    for (let hours = 0; hours < 25; hours += 1) await one.world.skip(60 * MINUTE);
    await stepsEnd(one, "not_written_back: given up after 24 hours: the source's API did not take it (status 503)");
    const count = one.world.written.length;
    await one.world.skip(DAY_MS);
    expect(one.world.written).toHaveLength(count);
  });

  test("because it cannot, is told once", async () => {
    const one = await worldWith(() => ({ kind: "failed", reason: "there is no such action", final: true }));
    await one.set("in_progress");
    await stepsEnd(one, "not_written_back: there is no such action");
    await one.world.skip(DAY_MS);
    expect(one.world.written).toHaveLength(1);
  });

  test("because our key may not, is among those who refuse, until it takes something", async () => {
    let answer: WriteAnswer = forbidden;
    const one = await worldWith(() => answer);
    await one.set("in_progress");
    await stepsEnd(one, "write_back_waits: our key lacks the permission");
    expect((await one.world.ledger.books()).refusing).toMatchObject({ write_back: { reason: "our key lacks the permission" } });
    answer = taken;
    await one.world.skip(9 * MINUTE);
    expect(one.world.written).toHaveLength(1);
    await one.world.skip(2 * MINUTE);
    await stepsEnd(one, "written_back");
    expect((await one.world.ledger.books()).refusing).toEqual({});
  });
});

describe("what the source says because we told it", () => {
  const again = (patch: Parameters<typeof eventOf>[1], more: Parameters<typeof eventOf>[2] = {}) =>
    eventOf("alert:one", patch, { type: "alert:updated", kind: "updated", ...more });

  test("its own word of the status makes no version and no message, while it is on its way and afterwards", async () => {
    const first = Promise.withResolvers<WriteAnswer>();
    const one = await worldWith(() => first.promise);
    await one.set("in_progress");
    await one.toldTimes(1);
    const version = await one.version();
    const handed = one.world.handed.length;
    await one.world.submit(again({ status: "in_progress", status_label: "Acknowledged" }));
    await one.world.settled();
    first.resolve(taken);
    await stepsEnd(one, "written_back");
    await one.world.submit(again({ status: "in_progress", status_label: "Acknowledged" }));
    await one.world.settled();
    expect(await one.version()).toBe(version);
    expect(one.world.handed).toHaveLength(handed);
    expect((await one.world.story(one.alert))?.alert).toMatchObject({ status_label: "acknowledged by Ana", count: 1 });
    // Every event has its end all the same.
    expect(await one.world.counts()).toMatchObject({ accepted: 3, processing: 0 });
  });

  test("nor does our comment when it comes back, whatever markup is around it", async () => {
    const one = await worldWith(() => taken);
    await one.set(undefined, "a drill");
    await one.toldTimes(1);
    const version = await one.version();
    const comment = { author: "apikey:1", text: "<p>a drill\n(Ana, through Tocsin)</p>", at: "2026-11-20T10:00:00.000Z" };
    await one.world.submit(again({ data: { comment } }, { kind: "commented" }));
    await one.world.settled();
    expect(await one.version()).toBe(version);
    expect((await one.world.story(one.alert))?.alert.data.comment).toMatchObject({ author: "Ana", text: "a drill" });
  });

  test("the detail that is asked for then is no news either", async () => {
    const one = await worldWith(() => taken);
    await one.set("in_progress");
    await one.toldTimes(1);
    const version = await one.version();
    one.world.lookup = async () => detail({ title: "One", status: "in_progress", status_label: "Acknowledged" });
    await one.world.submit(again({ status: "in_progress", status_label: "Acknowledged" }, { detail: { kind: "alert", id: "1" } }));
    await one.world.settled();
    expect(await one.version()).toBe(version);
  });

  test("what is news is told with it: a rise, somebody else's comment, another status", async () => {
    const one = await worldWith(() => taken);
    await one.set("in_progress", "on it");
    await one.toldTimes(1);
    await one.world.submit(again({ status: "in_progress", status_label: "Acknowledged", severity: "critical" }));
    await one.world.settled();
    expect((await one.world.story(one.alert))?.alert).toMatchObject({ severity: "critical", status_label: "acknowledged by Ana" });
    const comment = { author: "bo", text: "on it as well", at: "2026-11-20T10:00:00.000Z" };
    await one.world.submit(again({ data: { comment } }, { kind: "commented" }));
    await one.world.settled();
    expect((await one.world.story(one.alert))?.alert.data.comment).toMatchObject({ author: "bo" });
    await one.world.submit(again({ status: "resolved", status_label: "Closed" }));
    await one.world.submit(again({ status: "in_progress", status_label: "Acknowledged" }));
    await one.world.settled();
    expect((await one.world.story(one.alert))?.alert).toMatchObject({ status: "in_progress", status_label: "Acknowledged" });
  });

  test("the same status hours later counts as an event again, and still says who set it", async () => {
    const one = await worldWith(() => taken);
    await one.set("in_progress");
    await stepsEnd(one, "written_back");
    await one.world.skip(60 * MINUTE);
    await one.world.submit(again({ status: "in_progress", status_label: "Acknowledged" }));
    await one.world.settled();
    expect((await one.world.story(one.alert))?.alert).toMatchObject({ status_label: "acknowledged by Ana", count: 2 });
  });
});
