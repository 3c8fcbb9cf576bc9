// A case of SEKOIA.IO as a patch of ours. A case is an alert of its own, beside the alerts that it gathers.
import type { AlertPatch, Json } from "../../alert.ts";
import { asInstant } from "../instant.ts";
import { compact } from "../read.ts";
import type { ParseContext } from "../source.ts";
import type { CaseFacts } from "./payload.ts";
import { consoleBase, type SekoiaSettings } from "./settings.ts";
import { prioritySeverity } from "./severity.ts";
import { statusOf } from "./status.ts";

/** Everything that the facts tell, and nothing that they do not. */
export function casePatch(facts: CaseFacts, context: ParseContext<SekoiaSettings>): AlertPatch {
  const { updated } = facts;
  const title = updated.title ?? facts.title;
  const told = prioritySeverity(updated.priority ?? facts.custom_priority.label ?? facts.priority, context.severityMap);
  return compact<AlertPatch>({
    title: title === undefined ? undefined : `Case: ${title}`,
    summary: updated.description ?? facts.description,
    ...told,
    ...status(facts),
    category: "case",
    type: "case",
    tenant: facts.community_uuid,
    tags: updated.tags ?? facts.tags,
    first_seen: asInstant(facts.first_seen_at)?.iso,
    last_seen: asInstant(facts.last_seen_at)?.iso,
    url: caseUrl(facts.short_id, context),
    data: data(facts, told.severity_label ?? facts.custom_priority.label ?? facts.priority),
  });
}

/** The case's page in the console. The path is a guess by analogy with alerts: no page of the vendor shows it. */
export function caseUrl(shortId: string | undefined, context: ParseContext<SekoiaSettings>): string | undefined {
  const base = consoleBase(context);
  return base === undefined || shortId === undefined ? undefined : `${base}/operations/cases/${encodeURIComponent(shortId)}`;
}

// Case statuses are custom ones, so the stage (open, closed...) tells more than the name that a customer gave.
function status(facts: CaseFacts): Pick<AlertPatch, "status" | "status_label"> {
  const { updated, custom_status: custom } = facts;
  const changed = statusOf(updated.status.uuid ?? updated.status_uuid, updated.status_name ?? updated.status.name);
  if (changed.status !== undefined) return changed;
  const label = custom.label ?? custom.name ?? facts.status.label ?? facts.status.name;
  const told = statusOf(undefined, custom.stage ?? label);
  return told.status === undefined ? {} : { status: told.status, status_label: label ?? custom.stage };
}

function data(facts: CaseFacts, priority: string | undefined): Record<string, Json> {
  const { updated } = facts;
  const alerts = facts.alerts.flatMap((alert) => alert.short_id ?? alert.uuid ?? []);
  const found: Record<string, Json | undefined> = {
    short_id: facts.short_id,
    priority,
    manual: facts.manual,
    assignees: updated.assignees ?? facts.assignees,
    verdict: facts.verdict.label ?? facts.verdict.name,
    alerts: alerts.length > 0 ? alerts : undefined,
    alerts_total: facts.number_of_alerts,
    alerts_added: updated.added_alerts_uuid,
    alerts_removed: updated.deleted_alerts_uuid ?? updated.removed_alerts_uuid,
  };
  return compact(found) as Record<string, Json>;
}
