import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AlertPatch, Severity, SourceEvent, Status } from "../alert.ts";
import { SEVERITIES, STATUSES } from "../alert.ts";
import { type AdvanceContext, advance, advanceDetail, advanceOwn } from "./advance.ts";
import type { AlertState } from "./state.ts";

const T0 = Date.parse("2026-11-20T10:00:00.000Z");
const context: AdvanceContext = { alertId: "prod.abc", source: "example", route: "prod", defaultSeverity: "high", receivedAt: T0 };

const event = (patch: AlertPatch, more: Partial<SourceEvent> = {}): SourceEvent => ({
  claim: "v1:1",
  identified: true,
  key: "alert:1",
  type: "alert:created",
  kind: "updated",
  patch,
  payload: {},
  ...more,
});

const fold = (events: SourceEvent[], start?: AlertState): AlertState => {
  let state = start;
  for (const one of events) state = advance(state, one, context).state;
  if (!state) throw new Error("no events");
  return state;
};

describe("advance", () => {
  test("the first event opens the alert at version 1, with the default severity said to be unknown", () => {
    const { state, changed } = advance(undefined, event({ title: "Thin" }, { detail: { kind: "alert", id: "1" } }), context);
    expect(changed).toBe(true);
    expect(state.alert).toMatchObject({
      version: 1,
      severity: "high",
      severity_id: 4,
      severity_label: "unknown",
      status: "new",
      count: 1,
      enriched: false,
      change: { kind: "opened" },
    });
  });

  test("an alert that no event named has a title all the same, and a source's own replaces it", () => {
    const thin = fold([event({})]);
    expect(thin.alert.title).toBe("alert:1");
    expect(advanceDetail(thin, { title: "Real" }, T0, context).state.alert.title).toBe("Real");
  });

  test("an older event never takes a field back, and still counts", () => {
    const state = fold([
      event({ title: "new", severity: "critical" }, { order: 20 }),
      event({ title: "old", severity: "low" }, { order: 10 }),
    ]);
    expect(state.alert).toMatchObject({ title: "new", severity: "critical", count: 2, version: 2 });
  });

  test("a joined list that is given ever new members keeps the same ones in any order of arrival, and no more than 500", () => {
    const adding = (numbers: number[]): SourceEvent =>
      event({
        add: { observables: numbers.map((number) => ({ name: "source", type: "ip", value: `n${String(number).padStart(4, "0")}` })) },
      });
    const batches = Array.from({ length: 40 }, (_, batch) => adding(Array.from({ length: 20 }, (_, each) => each * 40 + batch)));
    const forth = fold(batches).alert.observables;
    expect(forth).toHaveLength(500);
    expect(fold([...batches].reverse()).alert.observables).toEqual(forth);
  });

  test("equal orders take the worse severity and the less resolved status", () => {
    const both = [
      event({ severity: "low", status: "resolved" }, { order: 5 }),
      event({ severity: "high", status: "in_progress" }, { order: 5 }),
    ];
    for (const events of [both, [...both].reverse()]) {
      expect(fold(events).alert).toMatchObject({ severity: "high", status: "in_progress" });
    }
  });

  test("the count is the larger of events folded in and the source's own total", () => {
    expect(fold([event({ total: 40 }), event({ total: 7 })]).alert.count).toBe(40);
    expect(fold([event({ total: 1 }), event({}), event({})]).alert.count).toBe(3);
  });

  test.each([
    ["resolved", [{ status: "new" }, { status: "resolved" }], "resolved"],
    ["reopened", [{ status: "resolved" }, { status: "new" }], "reopened"],
    ["updated", [{ status: "new" }, { status: "in_progress" }], "updated"],
  ] as [string, AlertPatch[], string][])("a change to %s is told as such", (_name, patches, kind) => {
    const events = patches.map((patch, index) => event(patch, { order: index }));
    expect(fold(events).alert.change.kind).toBe(kind);
  });

  test("a change tells values before and after, and members that lists gained and lost", () => {
    const state = fold([
      event({ severity: "medium", assets: [{ name: "db-1" }], tags: ["a"] }, { order: 1 }),
      event({ severity: "high", assets: [{ name: "db-1" }, { name: "db-2" }], tags: [] }, { order: 2 }),
    ]);
    expect(state.alert.change).toMatchObject({
      fields: { severity: { before: "medium", after: "high" } },
      added: { assets: ["db-2"] },
      removed: { tags: ["a"] },
    });
  });

  test("detail is no event: it does not count, and it makes the alert enriched", () => {
    const thin = fold([event({}, { detail: { kind: "alert", id: "1" } })]);
    const { state, changed } = advanceDetail(thin, { severity: "low", title: "Real" }, T0 + 50, context);
    expect(changed).toBe(true);
    expect(state.alert).toMatchObject({ version: 2, count: 1, enriched: true, severity: "low", title: "Real" });
  });

  test("our own status stands until the source reports another than it had", () => {
    const opened = fold([event({ status: "new" }, { order: 1 })]);
    const ours = advanceOwn(opened, { status: "resolved", author: "ana" }, context).state;
    expect(ours.alert.change.kind).toBe("resolved");
    expect(fold([event({ status: "new", title: "again" }, { order: 2 })], ours).alert.status).toBe("resolved");
    expect(fold([event({ status: "in_progress" }, { order: 3 })], ours).alert.status).toBe("in_progress");
  });
});

const patches: fc.Arbitrary<AlertPatch> = fc.record(
  {
    title: fc.constantFrom("a", "b", "c"),
    severity: fc.constantFrom<Severity>(...SEVERITIES),
    status: fc.constantFrom<Status>(...STATUSES),
    total: fc.nat({ max: 20 }),
    tags: fc.array(fc.constantFrom("x", "y"), { maxLength: 2 }),
    data: fc.record({ score: fc.nat({ max: 3 }) }),
  },
  { requiredKeys: [] },
);
const events = fc.array(
  fc.record({ patch: patches, order: fc.nat({ max: 5 }) }).map(({ patch, order }) => event(patch, { order })),
  { minLength: 1, maxLength: 8 },
);
/** What a reader sees at the end; versions and the last change depend on the way there. */
const wall = ({ alert }: AlertState) => ({
  ...alert,
  version: 0,
  change: null,
  updated_at: "",
  severity_label: "",
  status_label: "",
  key: "",
});

describe("promise 6 as properties", () => {
  test("any permutation of a stream ends in the same alert", () => {
    fc.assert(
      fc.property(
        events.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          expect(wall(fold(shuffled))).toEqual(wall(fold(list)));
        },
      ),
    );
  });

  test("a worse severity with the highest order always shows", () => {
    fc.assert(
      fc.property(events, (list) => {
        const state = fold([...list, event({ severity: "critical" }, { order: 100 })]);
        expect(state.alert.severity).toBe("critical");
      }),
    );
  });

  test("the version grows exactly with visible changes, and the state is never changed in place", () => {
    fc.assert(
      fc.property(events, events, (list, more) => {
        let state = fold(list);
        for (const one of more) {
          const copy = structuredClone(state);
          const next = advance(state, one, context);
          expect(state).toEqual(copy);
          expect(next.state.alert.version).toBe(state.alert.version + (next.changed ? 1 : 0));
          state = next.state;
        }
      }),
    );
  });
});
