// Edits of the configuration that is there, applied as a revision of their own.
import type { TablePath } from "../../src/config/text-places.ts";
import { parseConfigText } from "../../src/config/toml.ts";
import { own } from "../../src/lib/own.ts";
import { Failure, Refusal } from "../frame/errors.ts";
import type { Run } from "../frame/run.ts";
import { relayInWords } from "../frame/target.ts";
import { changePaints } from "../views/changes.ts";
import { addTable, removeTable, setKeys } from "./edit-text.ts";
import type { Applied, ConfigStore, NamedText, Present } from "./store.ts";

/** The tables of a text. */
export type Tables = Record<string, Record<string, Record<string, unknown>>>;

/** What an edit begins with. */
export interface Editable extends Present {
  document: Tables;
}

/** The kinds of tables that are edited, as they are called and where they stand. */
export const SECTIONS = { route: "routes", destination: "destinations" } as const;
export type Kind = keyof typeof SECTIONS;

/** Reads what there is. */
export async function readEditable(store: ConfigStore): Promise<Editable> {
  const present = await store.editable();
  return { ...present, document: tablesOf(present.text) };
}

/** The tables of a text that was valid once. */
export function tablesOf(text: string): Tables {
  const file = parseConfigText(text);
  if (!file.ok) throw new Failure(`The configuration's text cannot be read: ${file.reason.message}.`);
  return file.value.document as Tables;
}

/** A table that has to be there. */
export function tableNamed(document: Tables, kind: Kind, name: string): Record<string, unknown> {
  const found = own(document[SECTIONS[kind]], name);
  if (found !== undefined) return found;
  const names = Object.keys(document[SECTIONS[kind]] ?? {});
  throw new Refusal(`There is no ${kind} ${name}.`, {
    hint: names.length === 0 ? `There is no ${kind} yet.` : `There are: ${names.join(", ")}.`,
  });
}

/** A text with a table more. */
export function withTable({ text, document }: Editable, kind: Kind, name: string, table: Record<string, unknown>): string {
  if (own(document[SECTIONS[kind]], name) !== undefined)
    throw new Refusal(`There is a ${kind} ${name} already.`, { hint: "Choose another name with --name." });
  return addTable(text, [SECTIONS[kind], name], table);
}

/** A text with a table less. */
export function withoutTable({ text, document }: Editable, kind: Kind, name: string): string {
  tableNamed(document, kind, name);
  return removeTable(text, [SECTIONS[kind], name]);
}

/** A text with other values of a table's keys; undefined takes a key out. */
export function withKeys({ text, document }: Editable, kind: Kind, name: string, values: Record<string, unknown>): string {
  tableNamed(document, kind, name);
  const path: TablePath = [SECTIONS[kind], name];
  return setKeys(text, path, values);
}

/** Applies an edit of what was read; refused where somebody was faster. */
export const applyEdit = (store: ConfigStore, base: Editable, text: string): Promise<Applied> =>
  store.apply(edited(text), { origin: "edit", seen: base.state });

/** The same text, to be planned with. */
export const edited = (text: string): NamedText => ({ name: "the configuration", text });

/** Says what was applied. The lines belong to the answer; that one's own file is older now is beside it. */
export async function tellApplied(run: Run, { applied, revision, changes }: Applied): Promise<void> {
  const where = relayInWords(await run.relay());
  run.out.line(applied ? `Applied as revision ${revision} of ${where}.` : `Nothing to do: ${where} is so already.`);
  run.out.lines(changePaints(changes));
  if (applied) run.out.note("If you keep the configuration in a file, bring it up to date: npx tocsin export -o FILE");
}
