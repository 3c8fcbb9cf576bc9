// What the templates are filled with: the guesses as lines of code, and as a table for people.
import type { Json } from "../../src/alert.ts";
import { isObject } from "../../src/sources/read.ts";
import { severityOfWords } from "../../src/sources/severity-word.ts";
import type { Guesses, HostGuess, IndicatorGuess } from "./guess.ts";
import { guess } from "./guess.ts";
import { type Leaf, leavesOf } from "./leaves.ts";
import type { Sample } from "./sample.ts";
import { schemaOf } from "./schema.ts";
import { shapeOf } from "./shape.ts";
import { isTitleName, normal } from "./words.ts";

/** One guess as people read it. `value`: what the sample has there, on one line and short. */
export interface Finding {
  field: string;
  path: string;
  value: string;
}

/** Everything that a template may name. Code stands in it as code; texts from the sample are JSON texts or plain words. */
export interface Model {
  /** `acme-edr`, and as names in code: `acmeEdr`, `AcmeEdr`. */
  type: string;
  variable: string;
  Type: string;
  /** The vendor's name, and the same as a text literal. */
  label: string;
  labelText: string;
  schema: string;
  blocks: string[];
  /** Members that an entry has to have, as text literals, and for people. */
  needed: string[];
  neededWords: string[];
  /** What a refusal says: where, and what was expected there; as text literals. */
  expected: string;
  where: string;
  whereFirst: string;
  /** The member that holds the list, as a text literal. */
  listMember?: string;
  /** Whether the body itself is a list. */
  isList: boolean;
  /** How many alerts the sample holds. */
  events: number;
  /** What stands in for a title that is not told, as a text literal. */
  fallbackTitle: string;
  /** Whether the first alert has an id, so that a test can say what follows from it. */
  firstHasId: boolean;
  /** Expressions of what an alert has once. */
  at: Partial<Record<string, string>>;
  hosts: string[];
  indicators: string[];
  /** Members without a place of their own that are worth showing. */
  details: { name: string; code: string }[];
  techniques?: string;
  tags?: string;
  command?: string;
  /** The vendor's words for severity and status in the sample that nobody knows the meaning of, as text literals. */
  strangeSeverities: string[];
  found: Finding[];
  missing: string[];
}

/** What an alert wants to have; the words stand in the page and in what is printed. */
const WANTED: readonly (readonly [role: keyof Guesses["single"], word: string])[] = [
  ["title", "title"],
  ["summary", "summary"],
  ["severity", "severity"],
  ["status", "status"],
  ["id", "id"],
  ["time", "time"],
  ["updated", "last change"],
  ["url", "link"],
  ["rule", "rule"],
  ["category", "category"],
  ["total", "count"],
  ["tenant", "tenant"],
];
/** Without these, an alert is still whole. */
const OPTIONAL = new Set(["updated", "rule", "category", "total", "tenant", "summary"]);

/** The model of a new source. */
export function modelOf(type: string, label: string, sample: Sample): Model {
  const shape = shapeOf(sample.entries);
  const leaves = leavesOf(shape);
  const guesses = guess(leaves);
  const { single, hosts, indicators } = guesses;
  const lines = [
    single.title,
    single.severity,
    single.status,
    single.id,
    single.rule,
    single.ruleId,
    single.tenant,
    single.category,
    single.url,
  ];
  const asLine = new Set(lines.flatMap((leaf) => leaf?.keys ?? []));
  const schema = schemaOf(shape, asLine);
  const needed = neededOf(sample, guesses);
  const Type = type.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
  const variable = Type.charAt(0).toLowerCase() + Type.slice(1);
  const at = Object.fromEntries(Object.entries(single).flatMap(([role, leaf]) => (leaf ? [[role, leaf.code]] : [])));
  const first = oneLine(needed[0] ?? "", 60);
  const member = sample.within.kind === "member" ? sample.within.name : undefined;
  return {
    type,
    variable: RESERVED.has(variable) ? `${variable}Source` : variable,
    Type,
    label,
    labelText: JSON.stringify(label),
    schema: schema.members,
    blocks: schema.blocks,
    needed: needed.map((name) => JSON.stringify(name)),
    neededWords: needed.map((name) => `\`${oneLine(name, 60)}\``),
    expected: JSON.stringify(`${label}'s members ${needed.map((name) => `"${oneLine(name, 60)}"`).join(", ")}`),
    where: JSON.stringify(member === undefined ? first : oneLine(member, 60)),
    whereFirst: JSON.stringify(`${member === undefined ? "" : oneLine(member, 60)}[0].${first}`),
    ...(member === undefined ? {} : { listMember: JSON.stringify(member) }),
    isList: sample.within.kind === "list",
    events: sample.entries.length,
    fallbackTitle: JSON.stringify(`An alert of ${label}`),
    firstHasId: single.id !== undefined && valueAt(sample.entries[0], single.id) !== undefined,
    at,
    hosts: hosts.map(hostCode),
    indicators: indicators.map(indicatorCode),
    details: detailsOf(leaves, guesses),
    ...(guesses.techniques ? { techniques: valuesCode(guesses.techniques) } : {}),
    ...(guesses.tags ? { tags: guesses.tags.code } : {}),
    ...(guesses.command ? { command: guesses.command.code } : {}),
    strangeSeverities: strangers(single.severity),
    found: findings(guesses),
    missing: WANTED.flatMap(([role, word]) => (single[role] || OPTIONAL.has(role) ? [] : [word])).concat(
      hosts.length > 0 || indicators.length > 0 ? [] : ["hosts, users and indicators"],
    ),
  };
}

/** Names that the registry has already, and words that no variable may have. */
const RESERVED = new Set(
  "all sources source break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static async await implements interface package private protected public of type as".split(
    " ",
  ),
);

/** Members that tell one of this vendor's entries from another system's, as many as three, which every entry of the sample has. */
function neededOf(sample: Sample, { single }: Guesses): string[] {
  const everywhere = Object.keys(sample.entries[0] ?? {}).filter(
    (key) => key !== "__proto__" && sample.entries.every((entry) => Object.hasOwn(entry, key) && entry[key] !== null),
  );
  const told = [single.title, single.severity, single.id, single.time].flatMap((leaf) =>
    leaf && everywhere.includes(leaf.top) ? [leaf.top] : [],
  );
  // What everybody calls the same says little about who sends it.
  const own = everywhere.filter((key) => !told.includes(key)).sort((left, right) => oddity(right) - oddity(left));
  return [...new Set([...told.slice(0, 2), ...own.slice(0, 1), ...told.slice(2), ...own])].slice(0, 3);
}

const COMMON = new Set(
  "id type name title status state time timestamp date url message description data tags version severity event events source host user".split(
    " ",
  ),
);
const oddity = (key: string): number => (COMMON.has(normal(key)) || isTitleName(normal(key)) ? 0 : 10 + Math.min(20, key.length));

/** What an entry has at a leaf; undefined where it has nothing. */
function valueAt(entry: Json | undefined, { keys }: Leaf): Json | undefined {
  let value: Json | undefined = entry;
  for (const key of JSON.parse(keys) as string[]) value = isObject(value) ? value[key] : undefined;
  return value ?? undefined;
}

/** A leaf's values as a list, wherever it stands. */
function valuesCode(leaf: Leaf): string {
  const inner = leaf.reading === "lines" ? `(${leaf.code} ?? [])` : `[${leaf.code}]`;
  return leaf.list ? `${leaf.list.code}.flatMap((each) => ${inner})` : inner;
}

function hostCode({ name, ip }: HostGuess): string {
  const leaf = name ?? ip;
  if (leaf === undefined) return "";
  if (leaf.reading === "lines") return `...${valuesCode(leaf)}.flatMap((one) => host(one))`;
  const call = ip && name ? `host(${name.code}, ${ip.code})` : `host(${leaf.code})`;
  return leaf.list ? `...${leaf.list.code}.flatMap((each) => ${call})` : `...${call}`;
}

function indicatorCode({ leaf, type, label }: IndicatorGuess): string {
  const call = (value: string): string => `told(${JSON.stringify(label)}, ${JSON.stringify(type)}, ${value})`;
  if (leaf.list === undefined && leaf.reading !== "lines") return `...${call(leaf.code)}`;
  return `...${valuesCode(leaf)}.flatMap((one) => ${call("one")})`;
}

/** Words of the sample that mean nothing to `severityOfWords`: the person who knows the vendor has to say. */
const strangers = (leaf: Leaf | undefined): string[] =>
  [...new Set(leaf?.values)]
    .filter((value) => severityOfWords([value]).severity === undefined)
    .map((value) => JSON.stringify(value.toLowerCase()));

const MOST_DETAILS = 8;

/** Short members that no guess took, the outermost first: a message shows them as details. */
function detailsOf(leaves: readonly Leaf[], { single, hosts, indicators, command }: Guesses): Model["details"] {
  const taken = new Set([
    ...Object.values(single),
    ...hosts.flatMap(({ name, ip }) => [name, ip]),
    ...indicators.map(({ leaf }) => leaf),
    command,
  ]);
  const plain = leaves.filter((leaf) => {
    const short = leaf.values.length > 0 && leaf.values.every((value) => value !== "" && value.length <= 80 && !/\n/.test(value));
    return !taken.has(leaf) && leaf.list === undefined && leaf.reading !== "lines" && leaf.reading !== "text" && short && leaf.full !== "";
  });
  const byName = new Map(plain.sort((left, right) => left.depth - right.depth).map((leaf) => [leaf.full, leaf.code]));
  return [...byName].slice(0, MOST_DETAILS).map(([name, code]) => ({ name: JSON.stringify(isOurs(name) ? `${name}_told` : name), code }));
}

/** Names in `data` that are ours, or that every object has. */
const isOurs = (name: string): boolean => name === "comment" || name === "enrichments" || name in {};

function findings({ single, hosts, indicators, techniques, tags, command }: Guesses): Finding[] {
  const one = (field: string, leaf: Leaf | undefined): Finding[] =>
    leaf === undefined ? [] : [{ field, path: leaf.path, value: oneLine(leaf.values.join(", "), 60) }];
  return [
    ...WANTED.flatMap(([role, word]) => one(word, single[role])),
    ...hosts.flatMap(({ name, ip }) => [...one("host", name), ...one("host's address", ip)]),
    ...indicators.flatMap(({ leaf, type }) => one(type, leaf)),
    ...one("ATT&CK", techniques),
    ...one("tags", tags),
    ...one("command line", command),
  ];
}

/** A text from the sample for people: on one line, without what could end a code span or the cell of a table. */
const oneLine = (text: string, max: number): string => {
  const clean = text
    .replace(/[\s\p{Cc}\p{Cf}\p{Co}\p{Cs}]+/gu, " ")
    .replace(/[`|]/g, "·")
    .trim();
  return clean.length > max ? `${clean.slice(0, max - 1)}…` : clean;
};
