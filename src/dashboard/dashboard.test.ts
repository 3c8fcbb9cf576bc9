import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DeliveryRecord } from "../delivery.ts";
import { distance } from "../lib/distance.ts";
import { whereabouts } from "./alerts/whereabouts.ts";
import { ownPath } from "./frame/guard.ts";
import { jsonBlock, shortId } from "./frame/parts.ts";

describe("times", () => {
  test.each([
    [-1_000, "just now"],
    [500, "now"],
    [-12_000, "12 s ago"],
    [-180_000, "3 min ago"],
    [7_200_000, "in 2 h"],
    [-5 * 86_400_000, "5 days ago"],
  ])("%i ms is %s", (ms, text) => {
    expect(distance(ms)).toBe(text);
  });
});

describe("where to go after signing in", () => {
  test.each([
    ["/alerts?q=a", "/alerts?q=a"],
    ["//evil.example/x", "/"],
    ["/\\evil.example", "/"],
    ["https://evil.example", "/"],
    ["javascript:alert(1)", "/"],
    [undefined, "/"],
  ])("%s leads to %s", (given, path) => {
    expect(ownPath(given)).toBe(path);
  });
});

describe("what became of an alert", () => {
  const delivery = (destination: string, state: DeliveryRecord["state"]) => ({ destination, state }) as DeliveryRecord;

  test("is told for each destination", () => {
    const told = whereabouts(
      [
        delivery("soc", "delivered"),
        delivery("soc", "merged"),
        delivery("legal", "pending"),
        delivery("ops", "delivered"),
        delivery("ops", "dead"),
      ],
      ["soc", "wall"],
    );
    expect(told.map(({ text }) => text)).toEqual(["soc: shown", "wall: on its way", "legal: waiting", "ops: an update died"]);
    expect(whereabouts([], [])).toEqual([{ tone: "warn", text: "shown nowhere" }]);
  });
});

describe("text of strangers", () => {
  test("shows what would hide itself in a payload", async () => {
    expect(String(await jsonBlock({ name: "gpj.\u202eexe" }))).toContain("\\u{202e}");
  });

  test("is cut in the middle where it is an id", () => {
    expect(shortId("short")).toBe("short");
    expect(shortId("a".repeat(60))).toHaveLength(27);
  });
});

// WCAG AA: 4.5 to 1 for text.
describe("colours", () => {
  const [light = "", dark = ""] = readFileSync(join(import.meta.dirname, "style/base.css"), "utf8").split("prefers-color-scheme: dark");
  const variables = (css: string) =>
    new Map([...css.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = "", value = ""]) => [name, value]));
  const modes = { light: variables(light), dark: new Map([...variables(light), ...variables(dark)]) };
  const luminance = (hex: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (left: string, right: string): number => {
    const [darker = 0, lighter = 0] = [luminance(left), luminance(right)].sort((one, other) => one - other);
    return (lighter + 0.05) / (darker + 0.05);
  };
  const tones = ["good", "warn", "bad", "busy", "calm"].map((tone) => [tone, `${tone}-back`]);
  const grounds = ["page", "surface", "sunken"].flatMap((ground) => ["text", "soft", "link"].map((ink) => [ink, ground]));
  const severities = [
    ["on-dark", "critical"],
    ["on-dark", "high"],
    ["on-medium", "medium"],
    ["on-low", "low"],
    ["on-info", "info"],
    ["surface", "link"],
  ];

  test.each(
    (["light", "dark"] as const).flatMap((mode) =>
      [...tones, ...grounds, ...severities].map(([ink = "", ground = ""]) => [mode, ink, ground] as const),
    ),
  )("in %s, %s can be read on %s", (mode, ink, ground) => {
    expect(contrast(modes[mode].get(ink) ?? "", modes[mode].get(ground) ?? "")).toBeGreaterThanOrEqual(4.5);
  });
});
