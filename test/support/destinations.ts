// A sample destination: a kind of chat whose bodies say what they were made from.
import * as z from "zod";
import type { DestinationConfig } from "../../src/config/model.ts";
import { classifyStatus } from "../../src/destinations/answers.ts";
import type { Destination } from "../../src/destinations/destination.ts";

/** An adapter that can edit, is as fast as anyone likes, and posts to `https://chat.example/hook`. */
export const sampleAdapter = (overrides: Partial<Destination> = {}): Destination => ({
  type: "sample",
  label: "Sample",
  settings: z.unknown(),
  example: {},
  pace: () => ({ perSecond: 10_000, burst: 10_000 }),
  can: () => ({ edit: true, thread: false, idempotencyKey: false, record: false }),
  proves: "shown",
  render: (view) => JSON.stringify(told(view)),
  plain: (view) => JSON.stringify({ ...told(view), plain: true }),
  transport: {
    kind: "http",
    request: ({ body }) => ({ method: "POST", url: "https://chat.example/hook", headers: {}, body }),
    classify: (answer, { at }) => classifyStatus(answer, at),
  },
  ...overrides,
});

const told = (view: Parameters<Destination["render"]>[0]) => {
  const { kind } = view;
  if (view.kind === "digest") return { kind, total: view.total, updates: view.updates, ...(view.waited ? { waited: true } : {}) };
  if (view.kind === "notice") return { kind, title: view.notice.title };
  const { version, title } = view.alert;
  if (view.kind === "update" && view.reminder !== undefined) return { kind, version, title, reminder: view.reminder, ping: view.ping };
  return { kind, version, title, ...("ping" in view ? { ping: view.ping } : {}), ...(view.kind === "update" ? { delta: view.delta } : {}) };
};

/** A destination of that kind. */
export const sampleDestination = (overrides: Partial<DestinationConfig> = {}): DestinationConfig => ({
  name: "soc",
  type: "sample",
  ping: {},
  digest: { after: 20, everyMs: 60_000, max: 100 },
  detail: "full",
  priority: 50,
  settings: {},
  ...overrides,
});
