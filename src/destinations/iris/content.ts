// The parts of an IRIS alert that other programs read: what the source told, the assets, the indicators, the tags.
import type { Alert, Json } from "../../alert.ts";
import { firstFew, manyLines, oneLine, shorten, unique, utf8Bytes, webLink } from "../../lib/text.ts";
import { MAX_LINK } from "../card.ts";
import * as limits from "./limits.ts";
import type { AssetKind, IocKind, Settings } from "./settings.ts";

/** An asset as IRIS takes it. */
export interface IrisAsset {
  asset_name: string;
  asset_type_id: number;
  asset_ip?: string;
  asset_description: string;
}
/** An indicator as IRIS takes it. */
export interface IrisIoc {
  ioc_value: string;
  ioc_type_id: number;
  ioc_tlp_id?: number;
  ioc_description: string;
}

/** What the source told, as far as it fits: the source's own fields go first, then the lists. Never with a character that IRIS cannot store. */
export function contentOf(alert: Alert): Record<string, Json> {
  const { id, key, version, source, route, category, type, tenant, rule, assets, observables, attacks, tags, count, data } = alert;
  const core = { id, key: shorten(key, 300), version, source, route, severity_label: shorten(alert.severity_label, 100), count };
  const times = { first_seen: alert.first_seen, last_seen: alert.last_seen };
  const link = webLink(alert.url, MAX_LINK);
  const named = { ...core, ...times, ...(link ? { link } : {}), category, type, ...(tenant ? { tenant } : {}) };
  const lists = {
    ...(rule ? { rule: { name: rule.name, ...(rule.id ? { id: rule.id } : {}) } } : {}),
    assets: assets.map((asset) => ({ ...asset })),
    observables: observables.map((observable) => ({ ...observable })),
    attacks: attacks.map((attack) => ({ ...attack })),
    tags,
  };
  for (const content of [{ ...named, ...lists, data }, { ...named, ...lists }, named]) {
    const clean = storable(content as Json);
    if (utf8Bytes(JSON.stringify(clean)) <= limits.MAX_CONTENT_BYTES) return clean as Record<string, Json>;
  }
  return storable(core) as Record<string, Json>;
}

// PostgreSQL takes neither NUL nor half a surrogate pair, and IRIS answers 500 for them; hidden characters are of no use to anybody.
// What begins a tag does so nowhere; other angle brackets stay, as in a command line.
function storable(value: Json): Json {
  if (typeof value === "string") return withoutTags(manyLines(value));
  if (Array.isArray(value)) return value.slice(0, 200).map(storable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [withoutTags(shorten(oneLine(name), 100)), storable(member)]));
}

const withoutTags = (text: string): string => text.replace(/<(?=[a-z/!?])/gi, "‹");

/** Tags, none of which parts the list that they stand in. */
export function tagsOf(alert: Alert): string {
  const tags = alert.tags.map((tag) => shorten(withoutMarkup(oneLine(tag).replaceAll(",", " ")), limits.MAX_TAG).trim());
  return unique(["tocsin", alert.source, ...tags.filter((tag) => tag !== "")])
    .slice(0, limits.MAX_TAGS)
    .join(",");
}

/**
 * IRIS puts texts into its pages as HTML and only takes scripts out (filterXSS in its alerts.js), so what would be a tag is replaced by
 * its look-alike; and a masked link, for places that show Markdown.
 */
export const withoutMarkup = (text: string): string => text.replaceAll("<", "‹").replaceAll(">", "›").replaceAll("](", "] (");

/** The assets of the kinds that have a type here. */
export function assetsOf({ assets }: Alert, { asset_types: types = {} }: Settings): IrisAsset[] {
  const found = assets.flatMap(({ name, ip, type }): IrisAsset[] => {
    const kind: AssetKind = /user|account|identity/i.test(type ?? "") ? "account" : "host";
    const typeId = types[kind];
    const text = shorten(withoutMarkup(oneLine(name)), 200);
    // IRIS wants a name of two characters or more, and answers 500 to a shorter one.
    if (typeId === undefined || text.length < 2) return [];
    return [{ asset_name: text, asset_type_id: typeId, ...(ip && isIp(ip) ? { asset_ip: ip } : {}), asset_description: "" }];
  });
  return firstFew(
    distinct(found, ({ asset_name }) => asset_name),
    limits.MAX_ASSETS,
  ).shown;
}

/** The indicators of the kinds that have a type here, and that are what they say: IRIS answers 500 to one that does not fit its type. */
export function iocsOf({ observables }: Alert, { ioc_types: types = {}, tlp_id: tlp }: Settings): IrisIoc[] {
  const found = observables.flatMap(({ name, type, value }): IrisIoc[] => {
    const text = value.trim();
    const kind = kindOf(type, text);
    const typeId = kind && types[kind];
    if (typeId === undefined) return [];
    const description = shorten(withoutMarkup(oneLine(name)), 100);
    return [{ ioc_value: text, ioc_type_id: typeId, ...(tlp === undefined ? {} : { ioc_tlp_id: tlp }), ioc_description: description }];
  });
  return firstFew(
    distinct(found, ({ ioc_value }) => ioc_value.toLowerCase()),
    limits.MAX_IOCS,
  ).shown;
}

function distinct<Item>(list: Item[], by: (item: Item) => string): Item[] {
  return [...new Map(list.map((item) => [by(item), item])).values()];
}

function kindOf(type: string, value: string): IocKind | undefined {
  switch (type) {
    case "ip":
      return isIp(value) ? "ip" : undefined;
    case "domain":
      return value.length <= 253 && /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i.test(value)
        ? "domain"
        : undefined;
    case "email":
      return /^[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,190}\.[a-z]{2,63}$/i.test(value) ? "email" : undefined;
    case "url":
      return /^https?:\/\/[!-~]{1,1500}$/i.test(value) && URL.canParse(value) && withoutMarkup(value) === value ? "url" : undefined;
    case "hash":
      return HASHES[value.length] && /^[0-9a-f]+$/i.test(value) ? HASHES[value.length] : undefined;
    default:
      return undefined;
  }
}

const HASHES: Record<number, IocKind> = { 32: "md5", 40: "sha1", 64: "sha256" };

const isIp = (text: string): boolean =>
  /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$/.test(text) ||
  (text.includes(":") && /^[0-9a-f:.]{2,45}$/i.test(text) && URL.canParse(`http://[${text}]/`));
