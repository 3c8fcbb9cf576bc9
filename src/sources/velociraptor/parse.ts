// A request body as events: one row, or a list of them.
import type { Json, SourceEvent } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { claimId, sha256 } from "../../lib/keys.ts";
import { fail, ok } from "../../outcome.ts";
import { asInstant } from "../instant.ts";
import { compact, isTooDeep } from "../read.ts";
import type { ParseContext, Parsed, ParsedEntry } from "../source.ts";
import { unparsedEvent } from "../unparsed.ts";
import { type Row, readRow } from "./payload.ts";
import type { VelociraptorSettings } from "./settings.ts";
import { ownTime, tell } from "./tell.ts";

const EXPECTED = 'a row of a queue: an alert with "name" and "event_data", a "Flow", a "Hunt", or a row with a "ClientId"';

/** Reads a body. Only a body without any row is refused; an entry among rows that is none is never lost. */
export function parse(body: Json, context: ParseContext<VelociraptorSettings>): Parsed {
  if (isTooDeep(body)) return fail({ where: "body", expected: "JSON of moderate nesting" });
  const entries = Array.isArray(body) ? body : [body];
  if (entries.length === 0) return ok([{ kind: "test" }]);
  const rows = entries.map((entry) => ({ entry, row: readRow(entry) }));
  if (rows.every(({ row }) => row === undefined)) return fail({ where: Array.isArray(body) ? "[0]" : "body", expected: EXPECTED });
  return ok(rows.map(({ entry, row }): ParsedEntry => ({ kind: "event", event: row ? eventOf(row, context) : stranger(entry) })));
}

const stranger = (entry: Json): SourceEvent => unparsedEvent("velociraptor", "Velociraptor", entry);

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
