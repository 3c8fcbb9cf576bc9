// A request body of Wazuh as events: one alert, as the integration script posts it, or a list of alerts.
import type { Json, SourceEvent } from "../../alert.ts";
import { compact } from "../read.ts";
import type { ParseContext, Parsed } from "../source.ts";
import { asEntry, parseOneOrMany } from "../unparsed.ts";
import { alertPatch, isSolved } from "./alert.ts";
import { alertClaim, alertKey, happenedAt } from "./keys.ts";
import { readAlert } from "./payload.ts";
import type { WazuhSettings } from "./settings.ts";

const EXPECTED = 'an alert with "rule" (id, level, description) and "agent" or "manager"';

/** Reads a body. A body of another shape is refused; an entry of a list that is not understood is never lost. */
export function parse(body: Json, context: ParseContext<WazuhSettings>): Parsed {
  const read = (entry: Json) => asEntry(readEvent(entry, context));
  return parseOneOrMany(body, { source: "wazuh", label: "Wazuh", read, field: "rule", expected: EXPECTED });
}

function readEvent(body: Json, context: ParseContext<WazuhSettings>): SourceEvent | undefined {
  const alert = readAlert(body);
  if (alert === undefined) return undefined;
  const at = happenedAt(alert);
  return compact<SourceEvent>({
    claim: alertClaim(alert, body),
    identified: alert.id !== undefined || at !== undefined,
    key: alertKey(alert),
    type: alert.rule.groups?.[0] ?? "alert",
    kind: isSolved(alert) ? "resolved" : "opened",
    order: at?.ms,
    occurred_at: at?.iso,
    patch: alertPatch(alert, context),
    payload: body,
  });
}
