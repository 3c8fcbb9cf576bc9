// What people see of the alerts in a group and of the events that a threshold counted.
import { describe, expect, test } from "vitest";
import { evidenceOf } from "./facts.ts";
import { partsChange } from "./parts.ts";

const member = (title: string, more: object = {}) => ({ id: `prod.${title}`, title, severity: "high", status: "new", url: null, ...more });
const sample = (title: string, at: string) => ({ event: "ev_1", alert: "prod.1", title, at });

describe("an alert that stands for others", () => {
  test("of a group shows them with how bad they are, or that they are over", () => {
    const members = [
      member("disk full"),
      member("disk  slow", { severity: "low", status: "in_progress" }),
      member("gone", { status: "resolved" }),
    ];
    expect(evidenceOf({ data: { key: "db-1", members } })).toEqual({
      label: "Alerts",
      text: "[HIGH] disk full\n[LOW] disk slow\n[RESOLVED] gone",
    });
  });

  test("of a threshold shows the events with their time", () => {
    const samples = [sample("login 1", "2026-11-22T01:52:28.843Z"), sample("login 2", "2026-11-22T01:52:29.006Z")];
    expect(evidenceOf({ data: { key: "10.0.0.1", samples } })).toEqual({
      label: "Events",
      text: "2026-11-22 01:52:28 UTC  login 1\n2026-11-22 01:52:29 UTC  login 2",
    });
  });

  test("shows some of many", () => {
    const members = Array.from({ length: 50 }, (_, index) => member(`alert ${index}`));
    const lines = evidenceOf({ data: { members } })?.text.split("\n");
    expect([lines?.length, lines?.at(-1)]).toEqual([11, "and 40 more"]);
  });

  test.each([
    ["no list", { members: "all", key: "a" }],
    ["a list of something else", { members: [{ name: "ana" }], key: "a" }],
    ["an empty one", { members: [], key: "a" }],
    ["a time that is none", { samples: [sample("one", "yesterday")], key: "a" }],
  ])("is none with %s", (_, data) => {
    expect(evidenceOf({ data })).toEqual({ label: "Details", text: expect.stringContaining("key: a") });
  });
});

describe("a change of them", () => {
  test("is who came and who went", () => {
    expect(partsChange("data.members", [member("a"), member("b")], [member("a", { status: "resolved" }), member("b")])).toEqual({
      added: ["[RESOLVED] a"],
      removed: ["[HIGH] a"],
    });
  });

  test("is told as it is where it is another's", () => {
    expect(partsChange("data.members", null, [member("a")])).toBeUndefined();
    expect(partsChange("data.others", [], [])).toBeUndefined();
  });
});
