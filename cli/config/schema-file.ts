// The JSON schema of the configuration file with what the documentation says of each key, for editors that show it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileSchema, type JsonSchema } from "../../src/config/json-schema.ts";
import { ROOT } from "../frame/target.ts";
import { registries } from "../registries.ts";

/** Headings of docs/configuration.md, and where the keys of the table below stand in the schema. */
const TABLES: Record<string, (schema: JsonSchema, key: string) => unknown> = {
  "[relay]": ({ properties }, key) => properties?.relay?.properties?.[key],
  "[destinations.NAME]": ({ definitions }, key) => Object(definitions)[`destination.${key}`],
  "[routes.NAME]": ({ definitions }, key) => Object(definitions)[`route.${key}`],
  "[[routes.NAME.rules]]": ({ definitions }, key) => Object(Object(definitions)["route.rules"].items.properties)[key],
  "[[inhibit]]": ({ properties }, key) => Object(properties?.inhibit?.items).properties?.[key],
  "[enrichers.NAME]": ({ definitions }, key) => Object(definitions)[`enricher.${key}`],
};

/** The schema as a file. */
export function schemaFile(): string {
  const schema = fileSchema(registries);
  const page = readFileSync(join(ROOT, "docs", "configuration.md"), "utf8");
  for (const [, heading = "", section = ""] of page.matchAll(/^#{2,3} `(\[[^\n]*\])`\n(.*?)(?=^#|(?![\s\S]))/gms))
    for (const [key, meaning] of keysIn(section)) {
      const found = TABLES[heading]?.(schema, key);
      if (typeof found === "object" && found !== null) Object.assign(found, { description: meaning });
    }
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Rows of the first table of a section: its keys, each with its meaning and its default. */
function keysIn(section: string): [key: string, meaning: string][] {
  return [...section.matchAll(/^\| (`.*?) \|(.*)\|$/gm)].flatMap(([, keys = "", rest = ""]) => {
    const cells = rest.split(" | ").map((cell) => cell.trim());
    const meaning = plain(cells.at(-1) ?? "");
    const standard = plain(cells[0] ?? "");
    const text = `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}. Default: ${standard}.`;
    return [...keys.matchAll(/`(\w+)`/g)].map(([, key = ""]): [string, string] => [key, standard === "required" ? `${meaning}.` : text]);
  });
}

/** Without marks and links. */
const plain = (markdown: string): string =>
  markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll("`", "")
    .replaceAll("\\|", "|");
