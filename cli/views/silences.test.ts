import { describe, expect, test } from "vitest";
import { painted } from "../frame/paint.ts";
import { type Silence, silencesLines } from "./silences.ts";

const NOW = Date.parse("2026-11-21T14:00:00Z");
const silence = (more: Partial<Silence> = {}): Silence => ({
  id: "5f1d9f2c0b7a4e63",
  state: "active",
  when: 'alert.rule.name == "EICAR"',
  from: "2026-11-21T13:00:00.000Z",
  until: "2026-11-21T16:00:00.000Z",
  recur: null,
  ceiling: "high",
  owner: "ana",
  comment: "scanner test",
  routes: null,
  created_at: "2026-11-21T13:00:00.000Z",
  created_by: "ana",
  ended_at: null,
  hidden: { events: 0, alerts: 0 },
  ...more,
});
const lines = (...all: Silence[]) => silencesLines(all, NOW).map((paint) => painted(paint, false));

describe("silences in words", () => {
  test("one that is active, and one that recurs on some routes", () => {
    const recur = { zone: "Europe/Paris", days: ["sun" as const, "mon" as const], from: "22:00", to: "04:00", holidays: "days_off" };
    const weekly = silence({
      state: "upcoming",
      from: "2026-11-22T14:00:00.000Z",
      recur,
      routes: ["lab", "prod"],
      ceiling: "medium",
      created_by: "ci",
    });
    expect(lines(silence({ hidden: { events: 3, alerts: 1 } }), weekly)).toEqual([
      "ACTIVE  scanner test  5f1d9f2c0b7a4e63",
      '  alert.rule.name == "EICAR"',
      "  until 2026-11-21 16:00:00 (in 2h), up to high; by ana",
      "  hid 3 events of 1 alert",
      "",
      "UPCOMING  scanner test  5f1d9f2c0b7a4e63",
      '  alert.rule.name == "EICAR"',
      "  from 2026-11-22 14:00:00 (in 1d) until 2026-11-21 16:00:00 (in 2h), only sun mon 22:00-04:00 Europe/Paris, not on holidays, up to medium, routes lab, prod; by ana, made by ci",
      "  hid nothing so far",
    ]);
  });

  test("one that was ended, one that hides nothing, and one of which nobody can tell", () => {
    expect(lines(silence({ state: "ended", ended_at: "2026-11-21T13:30:00.000Z" })).slice(2)).toEqual([
      "  from 2026-11-21 13:00:00, ended 2026-11-21 13:30:00 (30m ago), up to high; by ana",
      "  hid nothing",
    ]);
    expect(lines(silence({ state: "ended", until: "2026-11-21T13:30:00.000Z" }))[2]).toBe(
      "  until 2026-11-21 13:30:00 (30m ago), up to high; by ana",
    );
    expect(lines(silence({ problem: "when: there is no list vips", hidden: null })).filter((line) => /HIDES|nobody/.test(line))).toEqual([
      "  HIDES NOTHING when: there is no list vips",
      "  nobody can say what it hid: a part of the relay does not answer",
    ]);
  });

  test("text of strangers is inert", () => {
    expect(lines(silence({ comment: "\u001b[31mred\u001b[0m\nline" })).join("\n")).not.toContain("\u001b");
  });
});
