// Events that are no findings: results of an insight that a person sent on, and whatever else a rule of EventBridge lets through.
import type { AlertPatch, Json } from "../../alert.ts";
import { asLine, asList, asObject, asText, compact } from "../read.ts";
import type { HubEvent } from "./event.ts";

/** What an event offers for a reader; severity and status stay unsaid. */
export function otherPatch({ detailType, detail, account, region, source }: HubEvent): AlertPatch {
  const insight = asLine(detail.insightName);
  const title = insight === undefined ? (asLine(detail.title) ?? asLine(detail.name)) : `Insight: ${insight}`;
  return compact<AlertPatch>({
    title: asLine(title === undefined ? detailType : insight === undefined ? `${detailType}: ${title}` : title),
    summary: insight === undefined ? (asText(detail.description) ?? asText(detail.message)) : results(detail.insightResults),
    category: "event",
    type: detailType,
    tenant: account,
    data: compact({
      product: source,
      region,
      action: asLine(detail.actionName),
      insight: asLine(detail.insightArn),
      result_type: asLine(detail.resultType),
    }) as Record<string, Json>,
  });
}

const MOST_RESULTS = 10;

/** `[{ "ami-1": 12 }, { "ami-2": 3 }]`: each result with how many findings it has. */
function results(value: unknown): string | undefined {
  const said = asList(value).flatMap((member) =>
    Object.entries(asObject(member)).map(([name, count]) => `${name}: ${asLine(count) ?? "?"}`),
  );
  const more = said.length - MOST_RESULTS;
  return asText(`${said.slice(0, MOST_RESULTS).join(", ")}${more > 0 ? ` +${more} more` : ""}`);
}
