// One structured line per event and per attempt. Workers Logs indexes the fields of an object.

/** A field of a log line. Never a secret, an address of a chat, or the UUID of a route. */
export type Field = string | number | boolean | null | undefined | readonly string[];

/** Writes one line. `event` is a dotted name that does not change: `intake.accepted`, `deliver.attempt`. */
export function log(level: "info" | "warn" | "error", event: string, fields: Record<string, Field> = {}): void {
  const line = { level, event, ...fields };
  // A string on a terminal would be formatted by the runtime in colours and many lines; JSON stays one line everywhere.
  console[level === "info" ? "log" : level](JSON.stringify(line));
}

/** The text of whatever was thrown. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
