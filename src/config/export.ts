// The configuration as a file: the text that was applied where it still says what is in effect, else the tables of the rows in a
// fixed order. No plain secret is in it.
import { stringify } from "smol-toml";
import { changesBetween } from "./changes.ts";
import { type ConfigDocument, documentOf, type ReadRows, rowsOf } from "./document.ts";
import { type PlacedText, plainSecretsIn, replacePlaced, STARS } from "./plain-secrets.ts";
import { type Path, pathText } from "./problem.ts";
import type { Registries } from "./route.ts";
import type { TableRows } from "./rows.ts";
import { secretReference, secretReferences } from "./secret.ts";
import { isTable } from "./table.ts";
import { parseConfigText } from "./toml.ts";

/**
 * The file that makes these rows. `lastText` is what the last revision was made from; absent before the first. `secrets`: plain ones
 * become names, unless the file is for an edit on the relay's own machine, where they stay.
 */
export function exportText(
  rows: TableRows,
  lastText: string | undefined,
  registries: Registries,
  secrets: "named" | "plain" = "named",
): string {
  if (lastText !== undefined && says(lastText, rows, registries, secrets)) return lastText;
  const { document, unreadable } = documentOf(rows);
  for (const { kind, name } of unreadable) leaveOut(document, kind, name);
  const named = secrets === "plain" ? [] : withNames(plainSecretsIn(document, registries), document);
  const nulls = nullsIn(document);
  const comments = [
    ...secretComment(named),
    ...(unreadable.length === 0
      ? []
      : [
          `Left out, since their rows in the database are no tables: ${unreadable.map(({ kind, name }) => `the ${kind} ${name}`).join(", ")}.`,
        ]),
    ...(nulls.length === 0 ? [] : [`Left out, since TOML has no null: ${nulls.map(pathText).join(", ")}.`]),
  ];
  const filled = Object.entries(document).filter(([, section]) => Object.keys(section).length > 0);
  const text =
    filled.length === 0 ? "# Nothing is configured.\n" : stringify(withoutNulls(replacePlaced(Object.fromEntries(filled), named)));
  return comments.length === 0 ? text : `${comments.map((line) => `# ${line}`.trimEnd()).join("\n")}\n\n${text}`;
}

function leaveOut(document: ConfigDocument, kind: ReadRows["unreadable"][number]["kind"], name: string): void {
  if (kind === "inhibition") document.inhibit = document.inhibit.filter((table) => table.name !== name);
  else delete document[`${kind}s`][name];
}

/** A text that was applied once, as it may be shown: with stars for every plain secret; undefined when it cannot be read any more. */
export function maskedText(text: string, registries: Registries): string | undefined {
  const file = parseConfigText(text);
  if (!file.ok) return undefined;
  const secrets = plainSecretsIn(file.value.document, registries);
  const shown = secrets
    .flatMap(({ path }) => {
      const range = file.value.rangeOf(path);
      return range === undefined ? [] : [range];
    })
    .toSorted(([left], [right]) => right - left)
    .reduce((rest, [from, to]) => `${rest.slice(0, from)}"${STARS}"${rest.slice(to)}`, text);
  // A comment may say it once more. What is short may stand anywhere by chance.
  return secrets.filter(({ text: secret }) => secret.length >= 8).reduce((rest, { text: secret }) => rest.replaceAll(secret, STARS), shown);
}

function says(text: string, rows: TableRows, registries: Registries, secrets: "named" | "plain"): boolean {
  const file = parseConfigText(text);
  if (!file.ok || (secrets === "named" && plainSecretsIn(file.value.document, registries).length > 0)) return false;
  return changesBetween(rows, rowsOf(file.value.document), registries).length === 0;
}

type Named = PlacedText & { name: string; shown: string };

/** A name of its own for each: `DESTINATION_SOC_URL`. */
function withNames(texts: readonly PlacedText[], document: unknown): Named[] {
  const taken = new Set(secretReferences(document).map((reference) => secretReference(reference)?.name));
  return texts.map((one) => {
    const wanted = nameFor(one.path);
    let name = wanted;
    for (let next = 2; taken.has(name); next++) name = `${wanted}_${next}`;
    taken.add(name);
    return { ...one, name, shown: `secret:${name}` };
  });
}

const nameFor = ([section = "", ...path]: Path): string =>
  [String(section).replace(/s$/, ""), ...path.map((key) => (typeof key === "number" ? key + 1 : key))]
    .join("_")
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_");

function secretComment(named: readonly Named[]): string[] {
  if (named.length === 0) return [];
  const width = Math.max(...named.map(({ name }) => name.length));
  return [
    "Plain secrets are never exported. Each of these is a name now; set its value before this file is applied:",
    ...named.map(({ name, path }) => `  ${name.padEnd(width)}  ${pathText(path)}`),
    "On this machine: a line NAME=value in the file given with --secrets. Deployed: `npx wrangler secret put NAME`.",
  ];
}

function nullsIn(value: unknown, path: Path = []): Path[] {
  if (value === null) return [path];
  if (Array.isArray(value)) return value.flatMap((member, index) => nullsIn(member, [...path, index]));
  return isTable(value) ? Object.entries(value).flatMap(([key, member]) => nullsIn(member, [...path, key])) : [];
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((member) => member !== null).map(withoutNulls);
  if (!isTable(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, member]) => (member === null ? [] : [[key, withoutNulls(member)]])));
}
