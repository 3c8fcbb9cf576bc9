// A triggered search as a patch of ours. Fields of the row are known by the names of the Common Information Model and of Enterprise Security.
import type { AlertPatch, Attack, Json } from "../../alert.ts";
import { attacksOf, techniqueIn } from "../attack.ts";
import { fieldName, findings, isTold, type NamedFields } from "../field-names.ts";
import { asInstant } from "../instant.ts";
import { consoleLink, secureLink } from "../link.ts";
import { asLine, asText, compact } from "../read.ts";
import { severityOfWords } from "../severity-word.ts";
import type { ParseContext } from "../source.ts";
import { firstOf, namedFields, rowFields, type Trigger } from "./payload.ts";

/** What Enterprise Security and its content call the techniques of a finding. */
const TECHNIQUES = ["annotations_mitre_attack", "annotations_mitre_attack_mitre_technique_id", "mitre_technique_id", "mitre_attack_id"];
const TACTICS = ["annotations_mitre_attack_mitre_tactic", "mitre_tactic", "mitre_attack_tactic"];

/** Fields that have a place of their own in an alert, besides assets and indicators. */
const PLACED: ReadonlySet<string> = new Set([
  ...["severity", "urgency", "count", "process", "command_line", "cmdline", "tag", "tags"],
  ...["search_name", "rule_title", "rule_description", "security_domain", ...TECHNIQUES, ...TACTICS],
]);

/** Everything that a trigger tells. */
export function triggerPatch(trigger: Trigger, context: ParseContext<unknown>): AlertPatch {
  const row = rowFields(trigger.result);
  const fields = namedFields(row);
  const name = trigger.search_name ?? firstOf(fields, "search_name", "savedsearch_name");
  const title = firstOf(fields, "rule_title") ?? name ?? firstOf(fields, "rule_name", "signature", "alert_name");
  const { assets, observables } = findings(fields);
  return compact<AlertPatch>({
    title: title ?? "A Splunk search was triggered",
    summary: firstOf(fields, "rule_description", "description", "message", "msg", "signature"),
    // Urgency is severity weighed with the priority of who is hit.
    ...severityOfWords([firstOf(fields, "urgency"), firstOf(fields, "severity")], context.severityMap),
    status: "new",
    status_label: "new",
    category: firstOf(fields, "security_domain", "category"),
    rule: name === undefined ? undefined : { name },
    assets,
    observables,
    attacks: attacks(fields),
    tags: [...(fields.get("tag") ?? []), ...(fields.get("tags") ?? [])],
    first_seen: asInstant(trigger.result._time)?.iso,
    url: resultsUrl(trigger, context.console),
    data: data(trigger, row, fields),
  });
}

/** The results of the search: on the route's `console`, else where Splunk says, if that is https. */
function resultsUrl({ sid, app, results_link: link }: Trigger, console: string | undefined): string | undefined {
  if (console === undefined || sid === undefined) return secureLink(link);
  return consoleLink(console, `/app/${encodeURIComponent(app ?? "search")}/@go?sid=${encodeURIComponent(sid)}`);
}

function attacks(fields: NamedFields): Attack[] | undefined {
  const told = TECHNIQUES.flatMap((name) => fields.get(name) ?? []);
  const techniques = [...new Set(told.flatMap((text) => techniqueIn(text) ?? []))].map((technique) => ({ technique }));
  const found = attacksOf(
    techniques,
    TACTICS.flatMap((name) => fields.get(name) ?? []),
  );
  return found.length > 0 ? found : undefined;
}

/** What only Splunk tells: its own words, then the row's other fields by their own names. */
function data(
  { sid, app, owner, result }: Trigger,
  row: readonly (readonly [string, string[]])[],
  fields: NamedFields,
): Record<string, Json> {
  const others = row
    .filter(([name, values]) => !PLACED.has(fieldName(name)) && !values.every((value) => isTold(name, value)))
    .map(([name, values]) => [name, values.join(", ")] as const);
  const own = {
    command_line: firstOf(fields, "process", "command_line", "cmdline"),
    raw: asText(result._raw),
    count: asLine(result.count),
    app,
    owner,
    sid,
  };
  return { ...Object.fromEntries(others), ...(compact(own) as Record<string, Json>) };
}
