// Deliveries as a list.
import { faint, type Paint, strong } from "../frame/paint.ts";
import { type Column, tableLines } from "../frame/table.ts";
import { ago } from "../frame/times.ts";
import type { Delivery } from "./attempts.ts";
import { plain, statePaint } from "./words.ts";

const COLUMNS: Column[] = [
  { title: "CREATED", align: "right" },
  { title: "STATE" },
  { title: "DESTINATION", least: 8 },
  { title: "KIND" },
  { title: "TRIES", align: "right" },
  { title: "WHY", least: 12 },
  { title: "ID" },
];

/** The deliveries, newest first. The destination is the first part of the id, the alert the next two. */
export function deliveryTable(deliveries: readonly Delivery[], now: number, width: number | undefined): Paint[] {
  const rows = deliveries.map((one): Paint[] => [
    ago(one.created_at, now),
    statePaint(one.state, one.attempts),
    strong(one.destination),
    one.kind,
    String(one.attempts),
    plain(one.reason ?? (one.state === "pending" ? (one.log.at(-1)?.outcome ?? "") : "")),
    faint(one.id),
  ]);
  return tableLines(COLUMNS, rows, width);
}
