// A raw event of MozDef's input as a patch of ours: nothing that MozDef judged, but something to count.
import type { AlertPatch, Json } from "../../alert.ts";
import { distinctAssets, distinctObservables } from "../distinct.ts";
import { indicatorType } from "../indicator.ts";
import { asLine, compact } from "../read.ts";
import type { ParseContext } from "../source.ts";
import { happenedAt, smallMembers } from "./alert.ts";
import { assetsIn, observablesIn, told } from "./observe.ts";
import type { MozdefEvent } from "./payload.ts";
import type { MozdefSettings } from "./settings.ts";
import { severityOf } from "./severity.ts";

/** Everything that an event tells. */
export function eventPatch(event: MozdefEvent, context: ParseContext<MozdefSettings>): AlertPatch {
  const assets = distinctAssets(assetsIn(event));
  const observables = distinctObservables(observablesIn(event.details, indicatorType));
  const summary = told(event.summary);
  const about = observables[0]?.value ?? assets[0]?.name;
  const at = happenedAt(event)?.iso;
  const data: Record<string, Json | undefined> = {
    source: told(event.source) ?? told(event.eventsource),
    process: told(event.processname),
    details: smallMembers(event.details),
  };
  const title = asLine(summary) ?? [event.category ?? "event", about].filter((part) => part !== undefined).join(": ");
  return compact<AlertPatch>({
    title,
    // Most events say one line, which is the title then.
    summary: summary === undefined || event.summary === title ? undefined : event.summary,
    ...severityOf(event.severity, context.severityMap),
    status: "new",
    status_label: "new",
    category: event.category,
    type: "event",
    assets,
    observables,
    tags: event.tags,
    first_seen: at,
    last_seen: at,
    data: compact(data) as Record<string, Json>,
  });
}
