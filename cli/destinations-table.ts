// The table of destinations in README.md, from what the adapters state of themselves.
import type { Capabilities, Destination } from "../src/destinations/destination.ts";
import { markdownTable } from "./markdown-table.ts";

/** Settings besides the example's that change what a destination can do, each a line of its own. */
const VARIANTS: Record<string, { words: string; settings: Record<string, boolean> }[]> = {
  discord: [{ words: "in a forum", settings: { forum: true } }],
  ntfy: [{ words: "with replace", settings: { replace: true } }],
};

const HEAD = ["Destination", "Edit", "Thread", "Idempotent", "What is promised"];

/** The table as Markdown, its columns aligned. */
export function destinationsTable(destinations: ReadonlyMap<string, Destination>): string {
  const rows = [...destinations.values()].flatMap((adapter) => [
    rowOf(adapter, adapter.label, {}),
    ...(VARIANTS[adapter.type] ?? []).map(({ words, settings }) => rowOf(adapter, `${adapter.label}, ${words}`, settings)),
  ]);
  return markdownTable(HEAD, rows);
}

function rowOf(adapter: Destination, label: string, more: Record<string, boolean>): string[] {
  const can = adapter.can(adapter.settings.parse({ ...adapter.example, ...more }));
  const yes = (is: boolean): string => (is ? "yes" : "");
  const name = `[${label}](src/destinations/${adapter.type}/README.md)`;
  return [name, yes(can.edit), yes(can.thread), yes(can.idempotencyKey), promise(can, adapter.proves)];
}

function promise(can: Capabilities, proves: Destination["proves"]): string {
  const repeats = can.idempotencyKey ? "a repeat is recognised there" : "what was in doubt may stand twice";
  return [shape(can), repeats, ...(proves === "accepted" ? ["accepted, not seen to be shown"] : [])].join("; ");
}

/** What an alert is there: what the outbox makes of these abilities. */
function shape({ edit, thread, record }: Capabilities): string {
  if (record) return "one record per alert, kept current";
  if (edit && thread) return "one living message, its news as replies";
  if (edit) return "one living message; a rise moves it to a new one";
  return thread ? "a first message, its news as replies" : "a first message, then follow-ups";
}
