import { describe, expect, test } from "vitest";
import { sampleAlert } from "../../test/support/alerts.ts";
import { deltaSince, isUrgent, saysSomething } from "./delta.ts";
import { factsOf } from "./slot.ts";

type Overrides = NonNullable<Parameters<typeof sampleAlert>[0]>;
const shown = (overrides: Overrides = {}) => factsOf(sampleAlert(overrides));
const delta = (before: Overrides, after: Overrides) => deltaSince(shown(before), sampleAlert(after));

describe("what changed", () => {
  test("nothing is nothing, and says nothing", () => {
    const same = delta({}, { version: 9, updated_at: "2026-12-01T00:00:00.000Z" });
    expect(same).toEqual({ kind: "updated", newEvents: 0, added: {}, removed: {}, detail: false });
    expect(saysSomething(same)).toBe(false);
  });

  test("is told against what is shown, in a reader's terms", () => {
    expect(
      delta(
        { count: 3, severity: "high", title: "Before" },
        { count: 8, severity: "critical", title: "After", assets: [{ name: "db-2" }], tags: ["office", "new"] },
      ),
    ).toMatchObject({
      newEvents: 5,
      severity: { before: "high", after: "critical" },
      title: { before: "Before", after: "After" },
      added: { assets: ["db-2"], tags: ["new"] },
      removed: { assets: ["ws-0142"] },
    });
  });

  test.each<[string, Overrides, Overrides]>([
    ["resolved", { status: "new" }, { status: "resolved" }],
    ["reopened", { status: "resolved" }, { status: "in_progress" }],
    ["commented", {}, { data: { comment: { author: "ann", text: "look" } }, count: 4 }],
    ["updated", {}, { data: { comment: { author: "ann", text: "look" } }, count: 9 }],
  ])("%s", (kind, before, after) => expect(delta(before, after).kind).toBe(kind));

  test("is a comment only where there is text", () => {
    expect(delta({}, { data: { comment: { author: "ann", text: "look" } } }).comment).toEqual({ author: "ann", text: "look" });
    expect(delta({}, { data: { comment: { text: "look" } } }).comment).toEqual({ text: "look" });
    expect(delta({}, { data: { comment: "odd" } }).comment).toBeUndefined();
  });
});

describe("what is told", () => {
  test.each<[string, Overrides, Overrides, boolean]>([
    ["a removed member alone", { tags: ["a", "b"] }, { tags: ["a"] }, false],
    ["a new member", { tags: ["a"] }, { tags: ["a", "b"] }, true],
    ["a new event", { count: 1 }, { count: 2 }, true],
    ["fewer events", { count: 2 }, { count: 1 }, false],
    ["another status word", { status_label: "Pending" }, { status_label: "Ongoing" }, true],
    ["the detail", { enriched: false }, { enriched: true }, true],
    ["detail that went away", { enriched: true }, { enriched: false }, false],
    ["a resolve", {}, { status: "resolved", status_label: "Pending" }, true],
  ])("%s", (_, before, after, told) => expect(saysSomething(delta(before, after))).toBe(told));
});

describe("what an enricher told", () => {
  const told = (value: string, verdict: string, score?: string) => ({
    provider: "VirusTotal",
    type: "ip",
    name: "source",
    value,
    verdict,
    ...(score ? { score } : {}),
  });
  const enriched = (...enrichments: ReturnType<typeof told>[]): Overrides => ({ data: { enrichments } });
  const bad = told("203.0.113.7", "malicious", "5/90");

  test("is told where it is malicious, once", () => {
    const first = delta({}, enriched(told("198.51.100.1", "harmless", "0/90"), bad));
    expect(first.verdicts).toEqual(["203.0.113.7 is malicious, 5/90"]);
    expect(saysSomething(first)).toBe(true);
    expect(delta(enriched(bad), enriched(bad)).verdicts).toBeUndefined();
    expect(delta(enriched(bad), enriched(bad, told("203.0.113.8", "malicious"))).verdicts).toEqual(["203.0.113.8 is malicious"]);
  });

  test.each(["unknown", "undetected", "harmless", "suspicious"])("is not told of where it is %s", (verdict) => {
    const quiet = delta({}, enriched(told("203.0.113.7", verdict)));
    expect(quiet.verdicts).toBeUndefined();
    expect(saysSomething(quiet)).toBe(false);
  });
});

describe("what is urgent", () => {
  test.each<[string, Overrides, Overrides, boolean]>([
    ["a rise", { severity: "low" }, { severity: "medium" }, true],
    ["a fall", { severity: "high" }, { severity: "low" }, false],
    ["a resolve", { status: "new" }, { status: "resolved" }, true],
    ["a reopening", { status: "resolved" }, { status: "new" }, true],
    ["somebody begins to work on it", { status: "new" }, { status: "in_progress" }, false],
    ["the detail", { enriched: false }, { enriched: true }, true],
    ["more events", { count: 1 }, { count: 100 }, false],
  ])("%s", (_, before, after, urgent) => expect(isUrgent(shown(before), sampleAlert(after))).toBe(urgent));
});
