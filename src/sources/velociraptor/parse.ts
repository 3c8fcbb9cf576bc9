// A request body as events: one row, or a list of them.
import type { Json, SourceEvent } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { claimId, sha256 } from "../../lib/keys.ts";
import { asInstant } from "../instant.ts";
import { compact } from "../read.ts";
import type { ParseContext, Parsed } from "../source.ts";
import { asEntry, parseOneOrMany } from "../unparsed.ts";
import { type Row, readRow } from "./payload.ts";
import type { VelociraptorSettings } from "./settings.ts";
import { ownTime, tell } from "./tell.ts";

const EXPECTED = 'a row of a queue: an alert with "name" and "event_data", a "Flow", a "Hunt", or a row with a "ClientId"';

/** Reads a body. Only a body without any row is refused; an entry among rows that is none is never lost. */
export function parse(body: Json, context: ParseContext<VelociraptorSettings>): Parsed {
  const read = (entry: Json) => {
    const row = readRow(entry);
    return asEntry(row && eventOf(row, context));
  };
  return parseOneOrMany(body, { source: "velociraptor", label: "Velociraptor", read, expected: EXPECTED });
}

function eventOf(row: Row, context: ParseContext<VelociraptorSettings>): SourceEvent {
  const { at, detail, ...told } = tell(row, context);
  const resolved = told.patch.status === "resolved";
  return compact<SourceEvent>({
    claim: claimOf(row),
    identified: at !== undefined,
    ...told,
    kind: resolved ? "resolved" : "opened",
    order: at?.ms,
    occurred_at: at?.iso,
    detail,
    payload: row.entry,
  });
}

/**
 * The row without its frame: what our artifact adds may differ in a repetition, and several frontends may write one row.
 * Where the row bears no time of its own, the server's tells one happening from the next.
 */
function claimOf({ kind, queue, facts, entry }: Row): string {
  const { _ts, _Source, _tocsin, ...row } = entry;
  const written = ownTime(facts) === undefined ? asInstant(_ts)?.ms : undefined;
  return claimId(["velociraptor", kind, queue, written, sha256(stableJson(row))]);
}
