// The inbox: one row per alert, digest, notice and test in Tocsin's own database, shown on the dashboard. Needs no account anywhere.
import * as z from "zod";
import type { DeliveryOutcome } from "../../outcome.ts";
import type { Outgoing } from "../destination.ts";
import { defineDestination } from "../destination.ts";
import { PACE } from "./limits.ts";
import type { InboxMessage } from "./render.ts";
import { plain, render } from "./render.ts";

const settings = z.strictObject({});

/** The destination `inbox`. */
export default defineDestination<z.infer<typeof settings>>({
  type: "inbox",
  label: "Inbox (on the dashboard)",
  settings,
  example: {},
  pace: () => PACE,
  can: () => ({ edit: true, thread: false, idempotencyKey: true, record: true }),
  proves: "shown",
  render,
  plain,
  transport: {
    kind: "custom",
    needs: () => "DB",
    send: (message, { name }, { bindings }) => {
      const db = bindings.DB;
      return isDatabase(db) ? store(db, name, message) : Promise.resolve(MISSING);
    },
  },
});

const MISSING: DeliveryOutcome = { kind: "disabled", reason: "misconfigured", detail: "the D1 binding DB is missing" };

const isDatabase = (value: unknown): value is D1Database => typeof value === "object" && value !== null && "prepare" in value;

// A repeat changes nothing, and neither does a message that was overtaken: only a newer version replaces the row.
const UPSERT = `INSERT INTO inbox (destination, alert, version, severity, title, message, created_at, updated_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
  ON CONFLICT (destination, alert) DO UPDATE SET version = excluded.version, severity = excluded.severity,
    title = excluded.title, message = excluded.message, updated_at = excluded.updated_at
  WHERE excluded.version > inbox.version`;

async function store(db: D1Database, destination: string, { id, ref, body, at }: Outgoing): Promise<DeliveryOutcome> {
  const { alert = ref ?? `digest:${id}`, version, severity, card } = JSON.parse(body) as InboxMessage;
  try {
    await db.prepare(UPSERT).bind(destination, alert, version, severity, card.title, body, new Date(at).toISOString()).run();
  } catch {
    // Busy, restarting or over a limit: D1's failures pass, and a repeat is harmless.
    return { kind: "retry", reason: "server_error" };
  }
  return { kind: "delivered", ref: alert };
}
