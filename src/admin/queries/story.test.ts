import { expect, test } from "vitest";
import { sampleAlert } from "../../../test/support/alerts.ts";
import type { DeliveryRecord } from "../../delivery.ts";
import type { StoredEvent } from "../../ledger/interface.ts";
import { traceOf } from "./story.ts";

test("the trace tells acceptance, decisions and attempts in the order of time, each with its event or delivery", () => {
  const alert = sampleAlert();
  const event: StoredEvent = {
    id: "ev_1",
    kind: "opened",
    type: "alert:created",
    received_at: "2026-11-21T14:00:00.000Z",
    occurred_at: null,
    trace_id: null,
    end: "routed",
    change: null,
    payload: {},
    trace: [
      { at: "2026-11-21T14:00:00.050Z", stage: "match", decision: "matched", reason: "true", values: { rule: "urgent" } },
      { at: "2026-11-21T14:00:00.050Z", stage: "plan", decision: "routed", reason: "begins" },
    ],
  };
  const delivery: DeliveryRecord = {
    id: "soc.x.1",
    alert: alert.id,
    version: 1,
    destination: "soc",
    kind: "create",
    state: "delivered",
    attempts: 1,
    reason: null,
    created_at: "2026-11-21T14:00:00.060Z",
    updated_at: "2026-11-21T14:00:00.090Z",
    log: [{ at: "2026-11-21T14:00:00.070Z", ms: 20, outcome: "delivered", status: 200, answer: "ok" }],
  };
  const trace = traceOf(alert, [event], [delivery]);
  expect(trace.map(({ stage, decision }) => `${stage} ${decision}`)).toEqual([
    "intake accepted",
    "match matched",
    "plan routed",
    "deliver delivered",
  ]);
  expect(trace.map(({ values }) => values?.event ?? values?.delivery)).toEqual(["ev_1", "ev_1", "ev_1", "soc.x.1"]);
  expect(trace.at(-1)).toMatchObject({ reason: "soc answered: ok", values: { attempt: 1, status: 200 } });
});
