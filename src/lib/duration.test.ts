import { describe, expect, test } from "vitest";
import { parseDuration, parseRate, spanText } from "./duration.ts";

describe("parseDuration", () => {
  test.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["5m", 300_000],
    ["2h", 7_200_000],
    ["7d", 604_800_000],
    ["0s", 0],
  ])("%s is %d ms", (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test.each(["", "5", "m", "5 m", "-5m", "1.5h", "5M", "5w", "5m5s", "9999999999s", " 5m", "5m\n"])("%j is nonsense", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe("parseRate", () => {
  test.each([
    ["1/s", { count: 1, perMs: 1_000 }],
    ["30/m", { count: 30, perMs: 60_000 }],
    ["100/h", { count: 100, perMs: 3_600_000 }],
  ])("%s", (text, expected) => {
    expect(parseRate(text)).toEqual(expected);
  });

  test.each(["", "5", "/s", "5/", "0/s", "5/d", "5 / s", "-1/s", "1.5/s", "5/ms", "5/s\n"])("%j is nonsense", (text) => {
    expect(parseRate(text)).toBeUndefined();
  });
});

describe("spanText", () => {
  test.each([
    [0, "0ms"],
    [250, "250ms"],
    [10_000, "10s"],
    [10_500, "10s"],
    [60_000, "1m"],
    [310_000, "5m 10s"],
    [61 * 60_000, "1h 1m"],
    [3_600_000 + 30_000, "1h"],
    [25 * 3_600_000, "1d 1h"],
    [7 * 86_400_000, "7d"],
  ])("%d ms are %s", (ms, text) => {
    expect(spanText(ms)).toBe(text);
  });
});
