// What is kept of an entry besides the alert's own fields.
import type { Json } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { shorten } from "../../lib/text.ts";
import { asText, isObject, maxMembers } from "../read.ts";
import { compile } from "./expression.ts";
import { EVERY } from "./path.ts";
import type { Reading } from "./reading.ts";
import { type Mapping, TAKEN } from "./settings.ts";

/** Longer ones are shortened, so that an alert does not outgrow its row; the payload keeps them whole. */
const MOST_CHARS = 4_000;

/** The members that the mapping names; without any, the entry's own plain members that stand nowhere else in the alert. */
export function dataOf(reading: Reading, mapping: Mapping): Record<string, Json> {
  if (mapping.data === undefined) return plainMembers(reading.entry, placed(mapping));
  return Object.fromEntries(
    Object.entries(mapping.data).flatMap(([name, texts]): [string, Json][] => {
      const found = reading.whole(`data.${name}`, texts);
      const [first] = found;
      if (first === undefined || isEmpty(first)) return [];
      return [[name, bounded(texts.some(isMany) ? found.slice(0, maxMembers) : first)]];
    }),
  );
}

const isEmpty = (value: Json): boolean => value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

/** Whether a path leads to several values: they are a list also where there is one. */
function isMany(text: string): boolean {
  const compiled = compile(text);
  return compiled.ok && compiled.value.kind === "path" && compiled.value.path.steps.includes(EVERY);
}

function plainMembers(entry: Json, elsewhere: ReadonlySet<string>): Record<string, Json> {
  if (!isObject(entry)) return {};
  const plain = Object.entries(entry).filter(
    ([name, value]) => !elsewhere.has(name) && !TAKEN.has(name) && name.trim() !== "" && value !== null && typeof value !== "object",
  );
  return Object.fromEntries(
    plain.slice(0, maxMembers).flatMap(([name, value]): [string, Json][] => {
      const kept = bounded(value);
      return kept === "" ? [] : [[name, kept]];
    }),
  );
}

function bounded(value: Json): Json {
  if (typeof value === "string") return shorten(asText(value) ?? "", MOST_CHARS);
  if (typeof value !== "object" || value === null) return value;
  const text = stableJson(value);
  return text.length <= MOST_CHARS ? value : shorten(text, MOST_CHARS);
}

/** The entry's own members that the mapping names as a whole. */
function placed(mapping: Mapping): ReadonlySet<string> {
  return new Set(textsIn(mapping).flatMap(ownMember));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function ownMember(text: string): string[] {
  const compiled = text.startsWith("=") ? undefined : compile(text);
  if (!compiled?.ok || compiled.value.kind !== "path") return [];
  const [step, ...deeper] = compiled.value.path.steps;
  return typeof step === "string" && deeper.length === 0 && !compiled.value.path.fromBody ? [step] : [];
}
