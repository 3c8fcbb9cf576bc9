// Stories of alerts for tests of what shows them.
import type { Story } from "../../src/admin/queries/story.ts";
import type { DeliveryRecord } from "../../src/delivery.ts";
import type { StoredEvent, TraceStep } from "../../src/ledger/interface.ts";
import { sampleAlert } from "./alerts.ts";

/** One event of the sample alert. */
export const sampleEvent = (more: Partial<StoredEvent> = {}): StoredEvent => ({
  id: "ev_1",
  kind: "opened",
  type: "alert:created",
  received_at: "2026-11-02T14:01:08.120Z",
  occurred_at: null,
  trace_id: null,
  end: "routed",
  change: { kind: "opened", fields: {}, added: {}, removed: {} },
  payload: { hello: "world" },
  trace: [sampleStep()],
  ...more,
});

/** One decision. */
export const sampleStep = (more: Partial<TraceStep> = {}): TraceStep => ({
  at: "2026-11-02T14:01:08.140Z",
  stage: "plan",
  decision: "routed",
  reason: "destinations begin to show the alert",
  values: { begins: ["soc"], revision: 3, version: 1 },
  ...more,
});

/** One delivery of the sample alert. */
export const sampleDelivery = (more: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
  id: "soc.sekoia-prod.5d41402abc4b2a76.1",
  alert: "sekoia-prod.5d41402abc4b2a76",
  version: 1,
  destination: "soc",
  kind: "create",
  state: "delivered",
  attempts: 1,
  reason: null,
  created_at: "2026-11-02T14:01:08.200Z",
  updated_at: "2026-11-02T14:01:08.400Z",
  log: [{ at: "2026-11-02T14:01:08.210Z", ms: 122, outcome: "delivered", status: 200, answer: "ok" }],
  ...more,
});

/** The sample alert's story: one event, one message. */
export const sampleStory = (more: Partial<Story> = {}): Story => ({
  alert: sampleAlert(),
  events: [sampleEvent()],
  deliveries: [sampleDelivery()],
  trace: [],
  copies: 0,
  shownBy: ["soc"],
  styledBy: {},
  waits: null,
  silenced: null,
  ...more,
});
