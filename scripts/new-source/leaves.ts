// Every place of a payload that holds something to read, with the expression that reads it in the generated code.
import { type Reading, readingOf, type Shape } from "./shape.ts";
import { normal } from "./words.ts";

/** One readable place. */
export interface Leaf {
  /** For people: `detection.hosts[].name`. */
  path: string;
  /** Its own name and its parent's, as `words.ts` has them; a key such as `host.name` is both. */
  name: string;
  parent: string;
  /** The whole path as one name. */
  full: string;
  depth: number;
  reading: Exclude<Reading, "fields" | "entries">;
  /** What the samples have there, as text. */
  values: string[];
  /** The keys that lead there, from the entry on, as JSON. */
  keys: string;
  /** The first of them. */
  top: string;
  /** How the code reads it: from the alert, or (within a list of objects) from one member of that list. */
  code: string;
  /** The list of objects that it stands in. */
  list?: { path: string; code: string };
}

/** The name of the entry in the generated code, and of a member of a list in it. */
export const ENTRY = "alert";
export const EACH = "each";

interface Place {
  path: string;
  keys: string[];
  code: string;
  depth: number;
  list?: Leaf["list"];
}

/** All leaves of an entry's shape, in the order of the sample. */
export const leavesOf = (entry: Shape): Leaf[] => membersOf(entry, { path: "", keys: [], code: ENTRY, depth: 0 });

const membersOf = (shape: Shape, place: Place): Leaf[] =>
  [...shape.members].flatMap(([key, member]) => {
    const name = nameOf([...place.keys, key]).name;
    const reading = readingOf(member, name);
    const here: Place = {
      ...place,
      path: place.path === "" ? shown(key) : `${place.path}.${shown(key)}`,
      keys: [...place.keys, key],
      code: access(place.code, key),
      depth: place.depth + 1,
    };
    if (reading === "fields") return membersOf(member, here);
    // One list of objects in another is read by nobody: the guess would have to say which member is meant.
    if (reading === "entries") return place.list || !member.items ? [] : membersOf(member.items, insideOf(here));
    return [leafOf(here, reading, reading === "lines" ? (member.items?.values ?? []) : member.values)];
  });

const insideOf = (place: Place): Place => ({
  ...place,
  path: `${place.path}[]`,
  code: EACH,
  list: { path: place.path, code: place.code },
});

function leafOf({ path, keys, code, depth, list }: Place, reading: Leaf["reading"], values: Shape["values"]): Leaf {
  return {
    path,
    ...nameOf(keys),
    depth,
    reading,
    values: values.map(String),
    keys: JSON.stringify(keys),
    top: keys[0] ?? "",
    code,
    ...(list ? { list } : {}),
  };
}

/** A key with dots, such as `host.name`, is a path of its own. */
function nameOf(keys: readonly string[]): Pick<Leaf, "name" | "parent" | "full"> {
  const parts = keys.flatMap((key) => (/^[\w@-]+(?:\.[\w@-]+)+$/.test(key) ? key.split(".") : [key])).map(normal);
  return { name: parts.at(-1) ?? "", parent: parts.at(-2) ?? "", full: parts.join("_") };
}

/** `alert.name` or `alert["proto.ndpi"]`. */
export const access = (from: string, key: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(key) ? `${from}.${key}` : `${from}[${JSON.stringify(key)}]`;

/** A key as it stands in a path for people: on one line, and short. */
const shown = (key: string): string => (/^[\w$@-]{1,60}$/.test(key) ? key : JSON.stringify(key.replace(/[^\x20-\x7e]/g, "?").slice(0, 60)));
