// A request body of Falco or Falcosidekick as events: one event, or a list of them.
import type { Json, SourceEvent } from "../../alert.ts";
import { compact } from "../read.ts";
import type { ParseContext, Parsed, ParsedEntry } from "../source.ts";
import { parseOneOrMany } from "../unparsed.ts";
import { eventPatch } from "./alert.ts";
import { alertKey, eventClaim, happenedAt } from "./keys.ts";
import { type FalcoEvent, readEvent } from "./payload.ts";
import type { FalcoSettings } from "./settings.ts";

const EXPECTED = 'a text "rule" and "priority", with "output" or "output_fields" (Falco: json_output: true)';

/** Reads a body. A body of another shape is refused; an entry of a list that is not understood is never lost. */
export const parse = (body: Json, context: ParseContext<FalcoSettings>): Parsed =>
  parseOneOrMany(body, { source: "falco", label: "Falco", read: (entry) => read(entry, context), field: "rule", expected: EXPECTED });

function read(body: Json, context: ParseContext<FalcoSettings>): ParsedEntry | undefined {
  const event = readEvent(body);
  if (event === undefined) return undefined;
  return isTest(event) ? { kind: "test" } : { kind: "event", event: tell(event, body, context) };
}

/** What Falcosidekick posts when somebody calls its `/test` (handlers.go). */
const isTest = ({ rule, output }: FalcoEvent): boolean => rule === "Test rule" && /^This is a test from falcosidekick/i.test(output ?? "");

function tell(event: FalcoEvent, body: Json, context: ParseContext<FalcoSettings>): SourceEvent {
  const at = happenedAt(event);
  return compact<SourceEvent>({
    claim: eventClaim(event, body),
    identified: event.uuid !== undefined || at !== undefined,
    key: alertKey(event),
    type: event.source ?? "syscall",
    kind: "opened",
    order: at?.ms,
    occurred_at: at?.iso,
    patch: eventPatch(event, context),
    payload: body,
  });
}
