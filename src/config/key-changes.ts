// The keys in which two tables differ. Rules, and other lists of tables, are matched by their names where they have one.
import { own } from "../lib/own.ts";
import { keyText } from "./inline.ts";
import { isTable } from "./table.ts";

/** A key that differs. `before` absent: it is new; `after` absent: it goes away; neither: only `note` is told. */
export interface KeyChange {
  /** `token`, `rules[0].when`, `rules["urgent"].to`. */
  key: string;
  before?: unknown;
  after?: unknown;
  note?: string;
}

/** A table's keys and values. */
export type Side = Readonly<Record<string, unknown>>;
/** A table twice: as it is, to compare, and as it may be shown. */
export interface Sided {
  real: Side;
  shown: Side;
}
/** A value twice; absent on both sides where there is none. */
interface Pair {
  real: unknown;
  shown: unknown;
}

/** The keys of a route, a destination, an enricher or the relay that differ. The ids of a route are told by a note alone. */
export function differingKeys(before: Sided, after: Sided): KeyChange[] {
  return tableChanges("", before, after)
    .flatMap((change) => {
      if (change.key === "id") return [{ key: "id", note: idNote(before.real, after.real) }];
      if (change.key.startsWith("former_ids")) return [];
      return [change];
    })
    .concat(formerChange(before.real, after.real));
}

function idNote(before: Side, after: Side): string {
  if (before.id === undefined) return "a new address";
  const until = formers(after).find(({ id }) => id === String(before.id).toLowerCase())?.until;
  return until === undefined ? "changed: the old address stops working" : `changed: the old address is accepted until ${until}`;
}

function formerChange(before: Side, after: Side): KeyChange[] {
  const [old, fresh] = [formers(before), formers(after)];
  if (text(old) === text(fresh)) return [];
  const [was, is] = [old, fresh].map((all) => all.map(({ until }) => `accepted until ${until}`));
  const same = text(was) === text(is);
  return [
    {
      key: "former_ids",
      ...(old.length > 0 && !same ? { before: was } : {}),
      ...(fresh.length > 0 && !same ? { after: is } : {}),
      ...(same ? { note: "other ids" } : {}),
    },
  ];
}

function formers(table: Side): { id: string; until: string }[] {
  const list: readonly unknown[] = Array.isArray(table.former_ids) ? table.former_ids : [];
  return list.map((one) => ({ id: String(Object(one).id).toLowerCase(), until: textOf(Object(one).until) }));
}

const textOf = (until: unknown): string => (until instanceof Date ? until.toISOString() : String(until));

function valueChanges(key: string, before: Pair, after: Pair): KeyChange[] {
  if (text(before.real) === text(after.real)) return [];
  if (isTable(before.real) && isTable(after.real)) return tableChanges(key, asSided(before), asSided(after));
  // A list of tables that comes or goes is told table by table.
  const [old, fresh] = [listOf(before), listOf(after)];
  if (old && fresh && old.length + fresh.length > 0) return listChanges(key, old, fresh);
  return [leaf(key, before, after)];
}

function tableChanges(key: string, before: Sided, after: Sided): KeyChange[] {
  const [old, fresh] = [Object.keys(before.real), Object.keys(after.real)];
  const changes = [...new Set([...fresh, ...old])].flatMap((name) =>
    valueChanges(key === "" ? name : `${key}.${keyText(name)}`, member(before, name), member(after, name)),
  );
  // The order of a template's fields is the order in which they are shown.
  const turned = changes.length === 0 && key !== "" ? [{ key, before: old, after: fresh, note: "in another order" }] : [];
  return [...changes, ...turned];
}

function listChanges(key: string, before: Pair[], after: Pair[]): KeyChange[] {
  const partners = partnersOf(before, after);
  const label = (list: Pair[], index: number): string => {
    const name = nameOf(list[index]);
    return `${key}[${name === undefined ? index : JSON.stringify(name)}]`;
  };
  const removed = before.flatMap((one, index) => (partners.includes(index) ? [] : [leaf(label(before, index), one, ABSENT)]));
  const others = after.flatMap((one, index) => {
    const old = before[partners[index] ?? -1];
    return old === undefined ? [leaf(label(after, index), ABSENT, one)] : valueChanges(label(after, index), old, one);
  });
  const kept = partners.filter((index) => index !== -1);
  const inOrder = kept.every((index, at) => at === 0 || index > (kept[at - 1] ?? -1));
  const labels = (list: Pair[]): string[] => list.map((one, index) => nameOf(one) ?? `[${index}]`);
  return [...removed, ...others, ...(inOrder ? [] : [{ key, before: labels(before), after: labels(after), note: "in another order" }])];
}

/** For each member of the new list the place of its partner in the old one, or -1: by name, else what is the same, else in order. */
function partnersOf(before: Pair[], after: Pair[]): number[] {
  const free = new Set(before.keys());
  const partners = after.map(() => -1);
  const pairUp = (fits: (old: Pair, fresh: Pair) => boolean): void => {
    for (const [index, fresh] of after.entries()) {
      if (partners[index] !== -1) continue;
      const found = [...free].find((place) => fits(before[place] ?? ABSENT, fresh));
      if (found === undefined) continue;
      partners[index] = found;
      free.delete(found);
    }
  };
  pairUp((old, fresh) => nameOf(old) !== undefined && nameOf(old) === nameOf(fresh));
  pairUp((old, fresh) => text(old.real) === text(fresh.real));
  pairUp((old, fresh) => nameOf(old) === undefined && nameOf(fresh) === undefined);
  return partners;
}

/** Tables made of rows have their keys in one order, but for those whose order is shown. */
const text = (value: unknown): string => JSON.stringify(value);

const ABSENT: Pair = { real: undefined, shown: undefined };

/** Two values that differ and look the same are secrets. */
function leaf(key: string, before: Pair, after: Pair): KeyChange {
  const same = before.real !== undefined && after.real !== undefined && text(before.shown) === text(after.shown);
  return {
    key,
    ...(before.real === undefined ? {} : { before: before.shown }),
    ...(after.real === undefined ? {} : { after: after.shown }),
    ...(same ? { note: "another value" } : {}),
  };
}

/** The members of a list of tables; an absent one has none; undefined where it is no such list. */
function listOf({ real, shown }: Pair): Pair[] | undefined {
  if (real === undefined) return [];
  if (!Array.isArray(real) || !real.every(isTable)) return undefined;
  const shownList: readonly unknown[] = Array.isArray(shown) ? shown : [];
  return real.map((one, index) => ({ real: one, shown: shownList[index] }));
}

function nameOf(pair: Pair | undefined): string | undefined {
  const name = isTable(pair?.real) ? pair.real.name : undefined;
  return typeof name === "string" ? name : undefined;
}

const member = ({ real, shown }: Sided, name: string): Pair => ({ real: own(real, name), shown: own(shown, name) });
const asSided = ({ real, shown }: Pair): Sided => ({ real: isTable(real) ? real : {}, shown: isTable(shown) ? shown : {} });
