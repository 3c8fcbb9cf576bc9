// One published state of a Matano alert as a patch of ours.
import type { AlertPatch, Json, Severity } from "../../alert.ts";
import { asInstant, type Instant } from "../instant.ts";
import { asLine, compact } from "../read.ts";
import { severityOfWords } from "../severity-word.ts";
import { assetsOf, attacksIn, type ContextField, contextFields, inWords, observablesOf, tagsOf } from "./context.ts";
import type { MatanoAlert } from "./payload.ts";

/** Everything that the message tells. `at` is when it was published. */
export function alertPatch(alert: MatanoAlert, at: Instant | undefined, map: Record<string, Severity> | undefined): AlertPatch {
  const { facts } = alert;
  const all = everything(alert);
  const severity = severityOfWords([facts.severity], map);
  const accounts = all.find(({ field }) => field === "cloud.account.id")?.values ?? [];
  return compact<AlertPatch>({
    title: facts.title ?? (isFirst(alert) ? `Matano alert ${alert.id}` : undefined),
    summary: summary(all, facts.tables),
    ...severity,
    // There is no other: Matano adds matches to an alert until its window ends, and never says that it is over.
    status: "new",
    status_label: "new",
    category: asLine(facts.tables?.join(", ")),
    type: "alert",
    tenant: accounts.length === 1 ? accounts[0] : undefined,
    total: countOf(facts.match_count),
    first_seen: asInstant(facts.creation_time)?.iso,
    last_seen: at?.iso,
    data: data(alert, severity.severity === undefined ? facts.severity : undefined),
    // Joined to what is known rather than put in its place: the vendor's merged context does not always hold what its earlier
    // messages told, and a message that overtakes another must not take anything away.
    add: { assets: assetsOf(all), observables: observablesOf(all), attacks: attacksIn(all), tags: tagsOf(all) },
  });
}

/** The first message about an alert; where it does not count, none is known to be later. */
export const isFirst = ({ facts }: MatanoAlert): boolean => (facts.update_count ?? 0) === 0;

/** New values first, so that they are in the lists whatever is cut. */
function everything({ diff, incoming, context }: MatanoAlert): ContextField[] {
  const merged = new Map<string, string[]>();
  for (const tree of [diff ?? {}, incoming, context]) {
    for (const { field, values } of contextFields(tree)) merged.set(field, [...(merged.get(field) ?? []), ...values]);
  }
  return [...merged].map(([field, values]) => ({ field, values: [...new Set(values)] }));
}

/** What was done, by whom, from where: as far as the matches say. */
function summary(fields: readonly ContextField[], tables: readonly string[] | undefined): string | undefined {
  const some = (...names: string[]): string => {
    const values = names.map((name) => fields.find(({ field }) => field === name)?.values ?? []).find((found) => found.length > 0) ?? [];
    return values.length > 3 ? `${values.slice(0, 3).join(", ")} +${values.length - 3} more` : values.join(", ");
  };
  const [action, outcome, user, source] = [
    some("event.action"),
    some("event.outcome"),
    some("user.name", "related.user"),
    some("source.ip"),
  ];
  if (action === "" && user === "" && source === "") return undefined;
  const what = [action === "" ? "Activity" : action, outcome === "" ? "" : `(${outcome})`];
  const parts = [...what, user === "" ? "" : `by ${user}`, source === "" ? "" : `from ${source}`];
  const table = tables?.length ? ` (${tables.slice(0, 3).join(", ")})` : "";
  return `${parts.filter((part) => part !== "").join(" ")}${table}.`;
}

/** `word`: a severity of the detection's own making. */
function data(alert: MatanoAlert, word: string | undefined): Record<string, Json> {
  const { facts, diff, destinationInfo, destination } = alert;
  const fresh = contextFields(diff ?? {});
  const found: Record<string, Json | undefined> = {
    // When an alert is made, everything is new.
    new_values: isFirst(alert) || diff === undefined ? undefined : inWords(fresh) || "none",
    runbook: facts.runbook,
    severity: word,
    false_positives: facts.false_positives?.length ? facts.false_positives : undefined,
    context_diff: isFirst(alert) || diff === undefined ? undefined : bounded(fresh),
    // Always there, so that a rule may ask without `has()`.
    destinations: facts.destinations ?? [],
    destination_to_alert_info: destinationInfo,
    destination,
    tables: facts.tables,
  };
  return compact(found) as Record<string, Json>;
}

const MOST_FIELDS = 50;
const MOST_VALUES = 25;

const bounded = (fields: readonly ContextField[]): Record<string, string[]> =>
  Object.fromEntries(fields.slice(0, MOST_FIELDS).map(({ field, values }) => [field, values.slice(0, MOST_VALUES)]));

const countOf = (value: number | undefined): number | undefined =>
  value !== undefined && value >= 1 && Number.isSafeInteger(value) ? value : undefined;
