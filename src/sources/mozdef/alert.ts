// An alert of MozDef as a patch of ours.
import type { AlertPatch, Json, Observable } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { distinctAssets, distinctObservables } from "../distinct.ts";
import { indicatorType, isIp } from "../indicator.ts";
import { asInstant } from "../instant.ts";
import { consoleLink, webLink } from "../link.ts";
import { asLine, compact, type JsonObject } from "../read.ts";
import type { ParseContext } from "../source.ts";
import { assetsIn, observablesIn, told } from "./observe.ts";
import type { MozdefAlert, MozdefDocument, MozdefEvent } from "./payload.ts";
import type { MozdefSettings } from "./settings.ts";
import { severityOf } from "./severity.ts";
import { statusOf } from "./status.ts";

/** The largest member of `details` that is kept for rules and templates, in characters of JSON; the payload keeps them all. */
const maxDetailChars = 4_000;

/** Everything that an alert tells. The document is complete: MozDef has no endpoint that would tell more. */
export function alertPatch(alert: MozdefAlert, { id, index }: MozdefDocument, context: ParseContext<MozdefSettings>): AlertPatch {
  const { title, notes } = partsOf(alert.summary ?? "");
  const times = timesOf(alert);
  return compact<AlertPatch>({
    title: asLine(title) ?? `${alert.category ?? alert.classname ?? "alert"} (no summary)`,
    summary: summaryOf(alert, notes),
    ...severityOf(alert.severity, context.severityMap),
    ...statusOf(alert.status),
    category: alert.category,
    type: alert.classname,
    rule: ruleOf(alert),
    assets: distinctAssets([...hostOf(alert.raw), ...alert.samples.flatMap(assetsIn)]),
    observables: distinctObservables([
      ...observablesIn(alert.raw, indicatorType),
      ...alert.samples.flatMap((sample) => observablesIn(sample.details, indicatorType)),
      ...fromPlugins(alert),
    ]),
    tags: alert.tags,
    first_seen: times[0],
    last_seen: times.at(-1),
    url: id === undefined ? undefined : consoleLink(context.console, `/alert/${encodeURIComponent(id)}`),
    data: dataOf(alert, id, index),
  });
}

/**
 * Plugins append what they found to the summary, each after `; `. Text in quotes or brackets is not taken apart: a command line
 * may hold a semicolon, too.
 */
export function partsOf(summary: string): { title: string; notes: string[] } {
  const parts: string[] = [];
  let open = "";
  for (const piece of summary.split("; ")) {
    open = open === "" ? piece : `${open}; ${piece}`;
    // A blank before the semicolon is not how plugins write it.
    if (isClosed(open) && !open.endsWith(" ")) {
      parts.push(open);
      open = "";
    }
  }
  if (open !== "") parts.push(open);
  const [title = "", ...notes] = parts.map((part) => part.trim()).filter((part) => part !== "");
  return { title, notes };
}

function isClosed(text: string): boolean {
  const count = (character: string): number => text.split(character).length - 1;
  return (
    count('"') % 2 === 0 && count("`") % 2 === 0 && count("(") === count(")") && (text.match(/(?<!\w)'|'(?!\w)/g)?.length ?? 0) % 2 === 0
  );
}

/** The plugins' notes, what they wrote into the details alone, and what the sample events say, each on a line of its own. */
function summaryOf(alert: MozdefAlert, notes: string[]): string | undefined {
  const { possible_usernames: users = [], hops, ipintel, sites, triage } = alert.details;
  const said = notes.join("\n");
  const lines = [
    ...notes,
    ...(users.length > 0 ? [`Possible users: ${users.join(", ")}`] : []),
    ...hops.flatMap(({ origin, destination }) =>
      origin.ip && destination.ip ? [`From ${placeOf(origin)} to ${placeOf(destination)}`] : [],
    ),
    ...sites.flatMap(({ ip, site }) => (ip && site && !said.includes(ip) ? [`${ip} is at ${site}`] : [])),
    ...ipintel.flatMap(({ ip, classification, threatscore }) =>
      ip && classification && !said.includes(ip) ? [`${ip}: ${classification}${threatscore ? ` (threat score ${threatscore})` : ""}`] : [],
    ),
    ...(triage.response ? [`${triage.user.email ?? "The user"} was asked whether they expected this: ${triage.response}`] : []),
    ...samplesOf(alert),
  ];
  return lines.join("\n") || undefined;
}

const placeOf = ({ ip, city, country }: { ip?: string; city?: string; country?: string }): string => {
  const where = [city, country].filter((part) => part !== undefined).join(", ");
  return where === "" ? (ip ?? "") : `${where} (${ip})`;
};

function samplesOf(alert: MozdefAlert): string[] {
  const said = [...new Set(alert.samples.flatMap((sample) => told(sample.summary) ?? []))].filter((text) => text !== alert.summary);
  const shown = said.slice(0, 3).map((text) => `Event: ${text}`);
  const leftOut = alert.events_left_out ?? 0;
  return leftOut > 0 ? [...shown, `${leftOut} sample events were too much to send.`] : shown;
}

function ruleOf({ classname, category, url }: MozdefAlert): AlertPatch["rule"] {
  const link = webLink(url);
  const name = classname ?? (link === undefined ? undefined : category);
  return name === undefined ? undefined : compact({ id: classname, name, url: link });
}

const hostOf = (details: JsonObject) => assetsIn({ hostname: undefined, details });

/** What plugins know beyond the events: sites, travel, reputation, who may have been logged in. */
function fromPlugins({ details }: MozdefAlert): Observable[] {
  const addresses = [
    ...details.ipintel.map(({ ip, classification }) => [classification ?? "reputation", ip]),
    ...details.hops.flatMap(({ origin, destination }) => [
      ["origin", origin.ip],
      ["destination", destination.ip],
    ]),
    ...details.sites.map(({ ip, site }) => [site ?? "site", ip]),
  ].flatMap(([name, value]): Observable[] => (name && value && isIp(value) ? [{ name, type: "ip", value }] : []));
  const users = (details.possible_usernames ?? []).map((value): Observable => ({ name: "possible user", type: "user", value }));
  return [...addresses, ...users];
}

/** Times of the samples and of the alert itself, from the earliest to the latest. */
function timesOf(alert: MozdefAlert): string[] {
  const times = [...alert.samples.map(happenedAt), asInstant(alert.utctimestamp)].filter((time) => time !== undefined);
  return times.sort((left, right) => left.ms - right.ms).map((time) => time.iso);
}

/** When an event happened: its time in UTC, else as its host wrote it, else when MozDef got it. */
export const happenedAt = (event: MozdefEvent) =>
  asInstant(event.utctimestamp) ?? asInstant(event.timestamp) ?? asInstant(event.receivedtimestamp);

function dataOf(alert: MozdefAlert, id: string | undefined, index: string | undefined): Record<string, Json> {
  const found: Record<string, Json | undefined> = {
    alert_id: id,
    index,
    classname: alert.classname,
    // Always there, so that a condition on it holds for every alert; `null` in MozDef means the bot's own channel.
    channel: alert.channel ?? alert.ircchannel ?? "",
    notify_mozdefbot: alert.notify_mozdefbot,
    runbook: webLink(alert.url),
    samples: alert.events.length + (alert.events_left_out ?? 0),
    details: smallMembers(alert.raw),
  };
  return compact(found) as Record<string, Json>;
}

/** The details for rules and templates, without members that are too large to carry along. */
export function smallMembers(details: JsonObject): JsonObject | undefined {
  const small = Object.entries(details).filter(([key, value]) => key !== "__proto__" && stableJson(value).length <= maxDetailChars);
  return small.length === 0 ? undefined : Object.fromEntries(small.slice(0, 50));
}
