// The functions and operators that the engine lacks, or has otherwise than the language says.
import type { Environment } from "@marcbachmann/cel-js/evaluator";
import type { Fields } from "./fields.ts";
import { spend, spendOn } from "./limits.ts";
import { isInNetwork, isInNetworks, isMember } from "./lists.ts";
import { hasAsset, hasObservable } from "./members.ts";
import { matchesPattern } from "./pattern.ts";
import { charAt, contains, format, indexOf, join, lastIndexOf, lowerAscii, notTooLong, replace, size, split, upperAscii } from "./text.ts";
import { SECOND, Span, Time, unixSeconds } from "./time.ts";

/** Steps that it takes to read an address. */
const PRICE_OF_ADDRESS = 15;

type Handler = (...values: never[]) => unknown;
export type OperatorHandler = Parameters<Environment["registerOperator"]>[1];

/** By their signatures. The engine's own cannot be replaced, so ours have names of their own, which `rewrite.ts` writes in. */
export const FUNCTIONS: Readonly<Record<string, Handler>> = {
  "has_(dyn, string): bool": (of: unknown, name: string) => of instanceof Map && of.has(name) && of.get(name) !== null,
  "entries_(list): map": tableOf,
  "counted_(dyn, int): dyn": counted,
  "weighed_(dyn): dyn": weighed,
  "short_(dyn): dyn": (value: unknown) => (typeof value === "string" ? notTooLong(value) : value),
  "member_(dyn, list): bool": isMember,
  "inCidr(string, string): bool": (address: string, network: string) => spend(PRICE_OF_ADDRESS) && isInNetwork(address, network),
  "inCidr(string, list): bool": (address: string, networks: readonly unknown[]) =>
    spend(PRICE_OF_ADDRESS) && isInNetworks(address, networks),
  "hasObservable_(dyn, string): bool": hasObservable,
  "hasObservable_(dyn, string, string): bool": hasObservable,
  "hasObservable_(dyn, string, list): bool": hasObservable,
  "hasAsset_(dyn, string): bool": hasAsset,
  "hasAsset_(dyn, list): bool": hasAsset,
  ...Object.fromEntries(
    ["string", "bytes", "list", "map"].flatMap((kind) => [
      [`size_(${kind}): int`, size],
      [`${kind}.size_(): int`, size],
    ]),
  ),
  "string.contains_(string): bool": contains,
  "string.indexOf_(string): int": indexOf,
  "string.indexOf_(string, int): int": indexOf,
  "string.lastIndexOf_(string): int": lastIndexOf,
  "string.lastIndexOf_(string, int): int": lastIndexOf,
  "string.split_(string): list": split,
  "string.split_(string, int): list": split,
  "list.join_(): string": join,
  "list.join_(string): string": join,
  "string.matches_(string): bool": matchesPattern,
  "matches_(string, string): bool": matchesPattern,
  "string.lowerAscii_(): string": lowerAscii,
  "string.upperAscii_(): string": upperAscii,
  "string.charAt(int): string": charAt,
  "string.replace(string, string): string": replace,
  "string.replace(string, string, int): string": replace,
  "string.format(list): string": format,
  "int_(int): int": (value: bigint) => value,
  "int_(uint): int": (value: { value: bigint }) => int(value.value),
  "int_(double): int": (value: number) => int(BigInt(Math.trunc(value))),
  "int_(string): int": readInt,
  "int_(Time): int": unixSeconds,
  "int_(Span): int": ({ nanos }: Span) => nanos / SECOND,
  "string(Time): string": String,
  "string(Span): string": String,
  "timestamp_(string): Time": Time.read,
  "timestamp_(int): Time": (seconds: bigint) => new Time(seconds * SECOND),
  "timestamp_(Time): Time": (value: Time) => value,
  "duration_(string): Span": Span.read,
  "duration_(int): Span": (seconds: bigint) => new Span(seconds * SECOND),
  "duration_(Span): Span": (value: Span) => value,
};
/** By their signatures. */
export const OPERATORS: Readonly<Record<string, Handler>> = {
  "Time - Time: Span": (left: Time, right: Time) => new Span(left.nanos - right.nanos),
  "Time - Span: Time": (left: Time, right: Span) => new Time(left.nanos - right.nanos),
  "Time + Span: Time": (left: Time, right: Span) => new Time(left.nanos + right.nanos),
  "Span + Time: Time": (left: Span, right: Time) => new Time(left.nanos + right.nanos),
  "Span + Span: Span": (left: Span, right: Span) => new Span(left.nanos + right.nanos),
  "Span - Span: Span": (left: Span, right: Span) => new Span(left.nanos - right.nanos),
  "Fields == Fields": (left: Fields, right: Fields) => left.same(right),
  "string in Fields": (name: string, of: Fields) => of.has(name),
  // The engine compares numbers of different kinds only where it cannot tell the kinds beforehand.
  "int == double": (left: bigint, right: number) => Number(left) === right,
  "int == uint": (left: bigint, right: { value: bigint }) => left === right.value,
  "double == uint": (left: number, right: { value: bigint }) => left === Number(right.value),
};

/** The range of a macro, whose members are asked `price` steps each. */
function counted(range: unknown, price: bigint): unknown {
  return spendOn(range, Number(price)) ? range : [];
}

/** A value that is compared as a whole, perhaps for each member of a list. */
function weighed(value: unknown): unknown {
  return isWithin(value) ? value : null;
}

function isWithin(value: unknown): boolean {
  if (!spend(typeof value === "string" ? 1 + (value.length >>> 10) : 1)) return false;
  if (Array.isArray(value)) return value.every(isWithin);
  return value instanceof Map ? [...value.values()].every(isWithin) : true;
}

/** A literal table, from its keys and values in turn: with keys of any kind that CEL allows, each once. */
function tableOf(entries: readonly unknown[]): Map<unknown, unknown> {
  const table = new Map<unknown, unknown>();
  for (let index = 0; index < entries.length; index += 2) {
    const key = entries[index];
    if (!["string", "bigint", "boolean"].includes(typeof key))
      throw new Error("a key of a table is text, a whole number, or true or false");
    if (table.has(key)) throw new Error(`the table has the key ${String(key)} twice`);
    table.set(key, entries[index + 1]);
  }
  return table;
}

function int(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new Error("int(): the number is too large for a whole number");
  return value;
}

function readInt(text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw new Error(`int(): ${JSON.stringify(text.slice(0, 40))} is no whole number`);
  return int(BigInt(text));
}
