import { expect, test } from "vitest";
import { sampleAlert } from "../../test/support/alerts.ts";
import type { AlertState } from "./state.ts";
import { waitsOf } from "./waiting.ts";

const NOW = Date.UTC(2026, 10, 21, 14);
const state = (more: Partial<AlertState>): AlertState => ({
  alert: sampleAlert(),
  orders: {},
  events: 1,
  total: 0,
  severityKnown: true,
  sourceStatus: { status: "new", label: "new" },
  shownBy: [],
  decidedSeq: 1,
  plannedVersion: 1,
  handover: [],
  copies: 0,
  ...more,
});
const idOf = (seq: number): string | undefined => (seq === 1 ? "ev_1" : undefined);

test("an alert that waits for nothing says nothing", () => {
  expect(waitsOf(state({ silencedBy: [{ silence: "a", until: NOW, isOver: true }] }), idOf)).toBeUndefined();
});

test("what is held names its events and the gates that have not said their last word", () => {
  const held: AlertState["held"] = {
    events: [
      { seq: 1, verdicts: { "hours:office": "held", "unless:x": "fired" } },
      { seq: 9, verdicts: {} },
    ],
    due: NOW,
    update: ["soc"],
  };
  expect(waitsOf(state({ held }), idOf)).toMatchObject({
    events: ["ev_1"],
    gates: ["hours:office"],
    update: ["soc"],
    until: "2026-11-21T14:00:00.000Z",
  });
});

test("an escalation is due no earlier than a silence lets it", () => {
  const escalation = { rule: "urgent", since: NOW, done: 1, said: 2, due: NOW + 60_000, notBefore: NOW + 120_000 };
  expect(waitsOf(state({ escalation }), idOf)?.escalation).toEqual({
    rule: "urgent",
    since: "2026-11-21T14:00:00.000Z",
    steps_taken: 2,
    next_at: "2026-11-21T14:02:00.000Z",
  });
});
