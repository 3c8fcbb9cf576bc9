import { expect, test } from "vitest";
import { ago, clock, moment, span } from "./times.ts";

test.each([
  [0, "0s"],
  [999, "0s"],
  [59_999, "59s"],
  [60_000, "1m"],
  [3_599_999, "59m"],
  [86_399_999, "23h"],
  [9 * 86_400_000, "9d"],
])("%i ms is %s", (ms, text) => {
  expect(span(ms)).toBe(text);
});

test("a moment is told from now, in either direction", () => {
  const now = Date.parse("2026-11-21T14:00:00.000Z");
  expect(ago("2026-11-21T13:48:00.000Z", now)).toBe("12m ago");
  expect(ago("2026-11-21T14:03:00.000Z", now)).toBe("in 3m");
  expect(ago(null, now)).toBe("-");
});

test("times are in UTC, to the second", () => {
  expect(clock("2026-11-21T13:48:07.123Z")).toBe("13:48:07");
  expect(moment("2026-11-21T13:48:07.123Z")).toBe("2026-11-21 13:48:07");
});
