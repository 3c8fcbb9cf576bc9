// A request body of ntopng as events: up to ten alerts in one request, none for the Test button.
import type { Json, SourceEvent } from "../../alert.ts";
import { sameText } from "../../lib/keys.ts";
import { fail } from "../../outcome.ts";
import { asObject, compact, isObject, isTooDeep } from "../read.ts";
import type { ParseContext, Parsed } from "../source.ts";
import { asEntry, parseList } from "../unparsed.ts";
import { alertPatch } from "./alert.ts";
import { hostRef } from "./api.ts";
import { endsOf } from "./ends.ts";
import { alertClaim, alertKey, happenedAt } from "./keys.ts";
import { readAlert, withoutSecret } from "./payload.ts";
import type { NtopngSettings } from "./settings.ts";

/** Whether the body bears the shared secret of the settings; everything is right where none is set. */
export function authenticateBody(body: Json, settings: NtopngSettings): boolean {
  const { shared_secret: expected } = settings;
  if (expected === undefined) return true;
  const given = isObject(body) ? body.sharedsecret : undefined;
  // A secret that is named but not set resolves to nothing, and nothing must not open the door.
  return expected !== "" && typeof given === "string" && sameText(given, expected);
}

/** What stands beside the alerts. Other systems that send a list of this name put more there. */
const ENVELOPE: ReadonlySet<string> = new Set(["version", "timestamp", "sharedsecret", "alerts"]);

/** Reads a body. A body without a list of alerts is refused, and another system's; a stranger in an envelope of ntopng's is kept. */
export function parse(body: Json, context: ParseContext<NtopngSettings>): Parsed {
  if (isTooDeep(body)) return fail({ where: "body", expected: "JSON of moderate nesting" });
  const alerts = isObject(body) ? alertList(body.alerts) : undefined;
  if (alerts === undefined) return fail({ where: "alerts", expected: "a list of alerts" });
  // The secret stands beside the list, and an entry that is kept as it came must not bear it.
  return parseList(alerts.map(withoutSecret), {
    source: "ntopng",
    label: "ntopng",
    read: (entry) => asEntry(readEvent(entry, context)),
    ours: Object.keys(asObject(body)).every((key) => ENVELOPE.has(key)),
    refusal: { where: "alerts[0].alert_id", expected: 'the number of an alert, as "alert_id" or (until 2021) "alert_type"' },
  });
}

/** Lua knows one kind of table, so an empty list may be written as an empty object. */
function alertList(value: Json | undefined): Json[] | undefined {
  if (Array.isArray(value)) return value;
  return isObject(value) && Object.keys(value).length === 0 ? [] : undefined;
}

function readEvent(payload: Json, context: ParseContext<NtopngSettings>): SourceEvent | undefined {
  const alert = readAlert(payload);
  if (alert === undefined) return undefined;
  const at = happenedAt(alert);
  return compact<SourceEvent>({
    claim: alertClaim(alert),
    identified: at !== undefined,
    key: alertKey(alert),
    type: alert.action ?? "store",
    kind: alert.replace_alert === true ? "updated" : kindOf(alert.action),
    order: at?.order,
    occurred_at: at?.iso,
    patch: alertPatch(alert, context.console, context.severityMap),
    detail: hostRef(alert, endsOf(alert), context.settings),
    // What the host is does not change from one report to the next, and reports come in storms.
    ...(alert.action === "release" ? { detailOnlyIfThin: true } : {}),
    payload,
  });
}

/** `store` is a one-off: an alert that is never released. */
function kindOf(action: string | undefined): SourceEvent["kind"] {
  if (action === "release") return "resolved";
  return action === undefined || action === "engage" || action === "store" ? "opened" : "updated";
}
