// An intelligence report (or the proposal of one) of SEKOIA.IO as a patch of ours.
import type { AlertPatch, Json } from "../../alert.ts";
import { own } from "../../lib/own.ts";
import { asInstant } from "../instant.ts";
import { compact } from "../read.ts";
import type { ParseContext } from "../source.ts";
import { isUuid, type ReportFacts } from "./payload.ts";
import { consoleBase, type SekoiaSettings } from "./settings.ts";
import { reportSeverity } from "./severity.ts";

const MOST_REFERENCES = 200;

/** The TLP markings that STIX 2.1 defines (section 7.2.1.4); others are the publisher's own. */
const TLP: Readonly<Record<string, string>> = {
  "marking-definition--613f2e26-407d-48c7-9eca-b8e7df91dc99": "white",
  "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
  "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "amber",
  "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
};

/** Everything that the facts tell; the severity is always told, because no report ever has one of its own. */
export function reportPatch(facts: ReportFacts, context: ParseContext<SekoiaSettings>): AlertPatch {
  const title = facts.name ?? facts.title;
  const tags = [...new Set([...(facts.labels ?? []), ...(facts.report_types ?? [])])];
  return compact<AlertPatch>({
    title: title === undefined ? undefined : `Report: ${title}`,
    summary: facts.description,
    ...reportSeverity(context.severityMap),
    category: "intelligence",
    type: "report",
    tags: tags.length > 0 ? tags : undefined,
    url: reportUrl(facts, context),
    data: data(facts),
  });
}

/** The report's page in the console, which is addressed by its STIX id. */
function reportUrl(facts: ReportFacts, context: ParseContext<SekoiaSettings>): string | undefined {
  const base = consoleBase(context);
  const id = facts.id?.startsWith("report--") ? facts.id : undefined;
  return base === undefined || id === undefined ? undefined : `${base}/intelligence/objects/${encodeURIComponent(id)}`;
}

function data(facts: ReportFacts): Record<string, Json> | undefined {
  const tlp = (facts.object_marking_refs ?? []).flatMap((ref) => own(TLP, ref) ?? [])[0];
  const report = facts.id ?? facts.uuid;
  const { confidence } = facts;
  const found: Record<string, Json | undefined> = {
    report,
    published: asInstant(facts.published)?.iso,
    tlp,
    confidence,
    stix: stix(facts),
  };
  const told = compact(found) as Record<string, Json>;
  return Object.keys(told).length > 0 ? told : undefined;
}

/** What it refers to and whom it is about, by the ids of STIX objects: for rules, not for readers. */
function stix({ object_refs, x_ic_impacted_sectors, x_ic_impacted_locations }: ReportFacts): Json | undefined {
  const lists = { refers_to: object_refs, sectors: x_ic_impacted_sectors, countries: x_ic_impacted_locations };
  const told = Object.entries(lists).flatMap(([name, ids]) => (ids && ids.length > 0 ? [[name, ids.slice(0, MOST_REFERENCES)]] : []));
  return told.length > 0 ? (Object.fromEntries(told) as Json) : undefined;
}

/** The same report may be named `report--{uuid}` or by its bare UUID. */
export const reportId = (id: string): string => (isUuid(id) ? `report--${id.toLowerCase()}` : id);
