import { afterEach, describe, expect, test, vi } from "vitest";
import { cronMatches, runCron } from "./cron.ts";

/** A Tuesday. */
const at = (time: string): Date => new Date(`2026-11-24T${time}:00Z`);

describe("cronMatches", () => {
  test.each([
    ["*/5 * * * *", "12:10", true],
    ["*/5 * * * *", "12:11", false],
    ["* * * * *", "12:11", true],
    ["3-59/10 * * * *", "12:13", true],
    ["3/10 * * * *", "12:53", true],
    ["0,30 8-18 * * *", "18:30", true],
    ["0,30 8-18 * * *", "19:00", false],
    ["0 0 24 nov *", "00:00", true],
    // Days of the week begin with Sunday = 1.
    ["0 12 * * TUE", "12:00", true],
    ["0 12 * * 3", "12:00", true],
    ["0 12 * * 2", "12:00", false],
    // Of two days that are both restricted, one is enough.
    ["0 12 1 * TUE", "12:00", true],
    ["0 12 24 * MON", "12:00", true],
    ["0 12 1 * MON", "12:00", false],
  ])("%s at %s: %s", (expression, time, expected) => expect(cronMatches(expression, at(time))).toBe(expected));

  test.each(["* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "*/0 * * * *", "5-1 * * * *", "a * * * *", "1/2/3 * * * *", ", * * * *"])(
    "refuses %s",
    (expression) => expect(() => cronMatches(expression, at("12:00"))).toThrow(expression),
  );
});

describe("runCron", () => {
  afterEach(() => vi.useRealTimers());

  test("fires in the minutes that match, until it is stopped", () => {
    vi.useFakeTimers({ now: at("12:03").getTime() + 20_000 });
    const fired: string[] = [];
    const stop = runCron(["*/5 * * * *", "6 * * * *"], (cron) => fired.push(`${new Date().toISOString().slice(11, 19)} ${cron}`));
    vi.advanceTimersByTime(8 * 60_000);
    stop();
    vi.advanceTimersByTime(60 * 60_000);
    expect(fired).toEqual(["12:05:00 */5 * * * *", "12:06:00 6 * * * *", "12:10:00 */5 * * * *"]);
  });

  test("refuses a time that it cannot read at once", () => expect(() => runCron(["soon"], () => {})).toThrow("soon"));
});
