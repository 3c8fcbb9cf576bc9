// Alerts as a list.
import type * as z from "zod";
import type { alertPage } from "../../src/admin/answers/alerts.ts";
import { faint, type Paint, strong } from "../frame/paint.ts";
import { type Column, tableLines } from "../frame/table.ts";
import { ago } from "../frame/times.ts";
import { severityPaint, statusPaint } from "./words.ts";

export type FoundAlert = z.output<typeof alertPage>["items"][number];

const COLUMNS: Column[] = [
  { title: "CREATED", align: "right" },
  { title: "SEVERITY" },
  { title: "STATUS" },
  { title: "TITLE", least: 24 },
  { title: "ID" },
];

/** The alerts, newest first. The route is the first part of the id. */
export function alertLines(alerts: readonly FoundAlert[], now: number, width: number | undefined): Paint[] {
  const rows = alerts.map(({ created_at, severity, status, title, count, copies, id }): Paint[] => [
    ago(created_at, now),
    severityPaint(severity),
    statusPaint(status),
    [...(count > 1 ? [faint(`${count}x `)] : []), strong(title), ...(copies > 0 ? [faint(` (+${copies} copies)`)] : [])],
    faint(id),
  ]);
  return tableLines(COLUMNS, rows, width);
}
