// How the relay is, as the last sweep left it: one row, whoever asks and however often.
import type { LastSweep } from "./upkeep.ts";

/** What the sweep left. */
export interface Pulse {
  /** Undefined before the first one. */
  sweep: LastSweep | undefined;
  /** The kinds of all conditions that last, each once. */
  kinds: string[];
}

/** Reads it, in one question to D1. */
export async function readPulse(db: Pick<D1Database, "prepare">): Promise<Pulse> {
  const row = await db
    .prepare(
      `SELECT (SELECT value FROM upkeep WHERE key = 'sweep') AS sweep,
              (SELECT json_group_array(DISTINCT substr(id, 1, instr(id, ':') - 1)) FROM conditions) AS kinds`,
    )
    .first<{ sweep: string | null; kinds: string }>();
  return { sweep: row?.sweep ? JSON.parse(row.sweep) : undefined, kinds: row ? JSON.parse(row.kinds) : [] };
}
