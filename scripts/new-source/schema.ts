// The generated schema: the sample's shape in the building blocks of src/sources/lenient.ts.
import { readingOf, type Shape } from "./shape.ts";
import { normal } from "./words.ts";

/** The members of a schema as code, and which building blocks they use. */
export interface Schema {
  members: string;
  blocks: string[];
}

/** The schema of an entry. `asLine`: places, by their keys, that are read as one line of text whatever they hold, such as ids. */
export function schemaOf(entry: Shape, asLine: ReadonlySet<string>): Schema {
  const blocks = new Set(["fields"]);
  return { members: membersCode(entry, [], asLine, blocks), blocks: [...blocks].sort() };
}

function membersCode(shape: Shape, path: string[], asLine: ReadonlySet<string>, blocks: Set<string>): string {
  return [...shape.members]
    .map(([key, member]) => `${JSON.stringify(key)}: ${valueCode(member, [...path, key], asLine, blocks)},`)
    .join("\n");
}

function valueCode(shape: Shape, path: string[], asLine: ReadonlySet<string>, blocks: Set<string>): string {
  const usual = readingOf(shape, normal(path.at(-1) ?? ""));
  const reading = (usual === "number" || usual === "text") && asLine.has(JSON.stringify(path)) ? "line" : usual;
  blocks.add(reading);
  if (reading === "fields") return `fields({${membersCode(shape, path, asLine, blocks)}})`;
  if (reading === "entries") return `entries({${membersCode(shape.items ?? shape, path, asLine, blocks)}})`;
  return `${reading}()`;
}
