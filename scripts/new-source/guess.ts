// Best guesses: which place of the payload is the alert's title, its severity, its hosts... A name has to fit, and the value has to look
// the part; what is not found is left out, never invented.
import { techniqueIn } from "../../src/sources/attack.ts";
import { indicatorType, isIp } from "../../src/sources/indicator.ts";
import { asInstant } from "../../src/sources/instant.ts";
import { webLink } from "../../src/sources/link.ts";
import type { Leaf } from "./leaves.ts";
import {
  COMMAND_NAMES,
  DECORATION,
  DOMAIN_NAMES,
  FILE_NAMES,
  HASH_NAMES,
  HOST_NAMES,
  HOST_PARENTS,
  NAMING,
  OTHERS,
  PROCESS_NAMES,
  SINGLE,
  type SingleRole,
  sideOf,
  TAG_NAMES,
  URL_NAMES,
  USER_NAMES,
  USER_PARENTS,
} from "./words.ts";

/** A host: its name, its address, or both from the same object. */
export interface HostGuess {
  name?: Leaf;
  ip?: Leaf;
}

/** One indicator; `type` as in an alert's observables, `label` how it is called there. */
export interface IndicatorGuess {
  leaf: Leaf;
  type: "ip" | "user" | "url" | "domain" | "hash" | "email" | "file" | "process";
  label: string;
}

/** Everything that was found. */
export interface Guesses {
  single: Partial<Record<SingleRole, Leaf>>;
  hosts: HostGuess[];
  indicators: IndicatorGuess[];
  techniques?: Leaf;
  tags?: Leaf;
  command?: Leaf;
}

const isLink = (text: string): boolean => /^https?:\/\//i.test(text) && webLink(text) !== undefined;
const isTime = (text: string): boolean => asInstant(text) !== undefined;
const isWord = (text: string): boolean => text.length <= 40 && !/\n/.test(text);
/** Something to read: letters, and neither an id nor an address nor a time. */
const isWords = (text: string): boolean =>
  text.length >= 3 && /\p{L}{2}/u.test(text) && !/^[0-9a-f-]{32,}$/i.test(text) && !isLink(text) && !isIp(text) && !isTime(text);

/** What the values of a role look like; every sample has to. */
const LOOKS: Record<SingleRole, (text: string) => boolean> = {
  title: (text) => isWords(text) && text.length <= 300,
  summary: isWords,
  severity: (text) => isWord(text) && !isTime(text),
  status: (text) => /^[\p{L} _-]{2,30}$/u.test(text),
  id: (text) => isWord(text) || /^\S{1,200}$/.test(text),
  time: isTime,
  updated: isTime,
  url: isLink,
  rule: (text) => isWords(text) && text.length <= 200,
  ruleId: isWord,
  category: (text) => isWord(text) && isWords(text),
  tenant: isWord,
  total: (text) => /^\d{1,9}$/.test(text),
};

/** Guesses from the leaves of an entry. */
export function guess(leaves: readonly Leaf[]): Guesses {
  const own = leaves.filter((leaf) => leaf.list === undefined && leaf.reading !== "lines");
  const taken = new Set<Leaf>();
  const single: Guesses["single"] = {};
  // In this order: what one takes, the next cannot have.
  for (const role of [
    "severity",
    "status",
    "id",
    "time",
    "updated",
    "url",
    "ruleId",
    "title",
    "summary",
    "rule",
    "category",
    "total",
    "tenant",
  ] as const) {
    const found = best(own, role, taken);
    if (found === undefined) continue;
    single[role] = found;
    taken.add(found);
  }
  // Where the rule's name is the title, it is both.
  if (single.rule === undefined && /rule|detection|signature|policy|check|monitor/.test(single.title?.full ?? ""))
    single.rule = single.title;
  const rest = leaves.filter((leaf) => !taken.has(leaf));
  const hosts = hostsOf(rest);
  for (const { name, ip } of hosts) for (const leaf of [name, ip]) if (leaf) taken.add(leaf);
  const command = own.find((leaf) => !taken.has(leaf) && COMMAND_NAMES.has(leaf.name));
  const indicators = rest.filter((leaf) => !taken.has(leaf) && leaf !== command).flatMap(indicatorOf);
  return {
    single,
    hosts,
    indicators,
    ...present(
      "techniques",
      leaves.find((leaf) => leaf.list === undefined && has(leaf, (text) => techniqueIn(text) === text.toUpperCase())),
    ),
    ...present(
      "tags",
      leaves.find((leaf) => leaf.list === undefined && leaf.reading === "lines" && TAG_NAMES.has(leaf.name)),
    ),
    ...present("command", command),
  };
}

const present = <Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> =>
  value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);

const has = (leaf: Leaf, looks: (text: string) => boolean): boolean => leaf.values.length > 0 && leaf.values.every(looks);

function best(leaves: readonly Leaf[], role: SingleRole, taken: ReadonlySet<Leaf>): Leaf | undefined {
  let found: { leaf: Leaf; score: number } | undefined;
  for (const leaf of leaves) {
    const score = taken.has(leaf) ? 0 : scoreOf(leaf, role);
    if (score > 0 && (found === undefined || score > found.score)) found = { leaf, score };
  }
  return found?.leaf;
}

function scoreOf(leaf: Leaf, role: SingleRole): number {
  if (!has(leaf, LOOKS[role]) || (leaf.reading === "flag" && role !== "status")) return 0;
  const names: readonly string[] = SINGLE[role];
  const rank = [`${leaf.parent}_${leaf.name}`, leaf.name].map((name) => names.indexOf(name)).find((index) => index >= 0);
  if (rank === undefined) return 0;
  const score = 200 - rank * 4 - leaf.depth * 10;
  if (!OTHERS.has(leaf.parent)) return score;
  // The name or severity of a rule is the alert's as long as it has none of its own; that of a host is not.
  return NAMING.has(leaf.parent) && role !== "id" && role !== "status" && role !== "time" ? score - 60 : 0;
}

/** Names and addresses of what is watched; those of one object belong together. */
function hostsOf(leaves: readonly Leaf[]): HostGuess[] {
  const names = leaves.filter(isHostName);
  const ips = leaves.filter(
    (leaf) =>
      has(leaf, isIp) && (HOST_PARENTS.has(leaf.parent) || /(?:^|_)(?:host|device|agent|endpoint|computer|machine|asset)_/.test(leaf.full)),
  );
  const pairs = names.map((name): HostGuess => {
    const ip = ips.find((one) => parentPath(one) === parentPath(name));
    return ip && name.reading !== "lines" && ip.reading !== "lines" ? { name, ip } : { name };
  });
  const paired = new Set(pairs.map(({ ip }) => ip));
  return [...pairs, ...ips.filter((ip) => !paired.has(ip)).map((ip) => ({ ip }))];
}

function isHostName(leaf: Leaf): boolean {
  const named = HOST_NAMES.has(leaf.name) || HOST_NAMES.has(`${leaf.parent}_${leaf.name}`);
  const under = HOST_PARENTS.has(leaf.parent) && ["name", "hostname", "display_name"].includes(leaf.name);
  const many = leaf.reading === "lines" && HOST_PARENTS.has(leaf.name);
  return (
    (named || under || many) &&
    sideOf(leaf.full) === undefined &&
    has(leaf, (text) => isWord(text) && !isIp(text) && !isLink(text) && /[a-z]/i.test(text))
  );
}

const parentPath = (leaf: Leaf): string => leaf.path.slice(0, Math.max(0, leaf.path.lastIndexOf(".")));

/** What a leaf indicates by its values and its name, if anything. */
function indicatorOf(leaf: Leaf): IndicatorGuess[] {
  const { name, parent, full } = leaf;
  const label = sideOf(full) ?? (name === "value" || name === "name" || name === "id" ? parent : name);
  const found = (type: IndicatorGuess["type"]): IndicatorGuess[] => [{ leaf, type, label: label || type }];
  const all = (type: string): boolean => has(leaf, (text) => indicatorType(text) === type);
  if (leaf.reading === "flag" || leaf.reading === "number") return [];
  if (all("ip")) return found("ip");
  if (all("hash") && (HASH_NAMES.has(name) || HASH_NAMES.has(parent))) return found("hash");
  if (all("url")) return (URL_NAMES.has(name) || URL_NAMES.has(parent)) && !DECORATION.test(full) ? found("url") : [];
  const short = has(leaf, (text) => text.length <= 300 && !/\n/.test(text));
  if (short && (USER_NAMES.has(name) || (USER_PARENTS.has(parent) && ["name", "id", "login", "email", "username"].includes(name))))
    return found("user");
  if (all("email")) return found("email");
  if (all("domain") && (DOMAIN_NAMES.has(name) || DOMAIN_NAMES.has(parent))) return found("domain");
  if (short && PROCESS_NAMES.has(`${parent}_${name}`.replace(/^_/, ""))) return found("process");
  if (short && (PROCESS_NAMES.has(name) || (parent === "process" && name === "name"))) return found("process");
  if (short && (FILE_NAMES.has(name) || (parent === "file" && name === "name"))) return found("file");
  return [];
}
