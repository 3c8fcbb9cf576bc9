// Edits of a configuration's text, for the verbs: what cannot be edited ends the verb. A library that knows every way to write a table helps
// where our own hand would lose comments; the Worker does without it.
import { patch } from "@decimalturn/toml-patch";
import * as edits from "../../src/config/edit-text.ts";
import type { Edited, OtherHand } from "../../src/config/proved-edit.ts";
import * as ruleEdits from "../../src/config/rule-text.ts";
import type { TablePath } from "../../src/config/text-places.ts";
import { Failure } from "../frame/errors.ts";

type Table = Record<string, unknown>;
const library: OtherHand = (text, meant) => patch(text, meant);

/** Adds a table, at the end. */
export const addTable = (text: string, path: readonly [section: string, name: string], table: Table): string =>
  made(edits.addTable(text, path, table, library));

/** Removes a table, or a member of a list of tables, with all below it and the comment right above each part. */
export const removeTable = (text: string, path: TablePath): string => made(edits.removeTable(text, path, library));

/** Sets keys of a table, or takes them out where the value is undefined. */
export const setKeys = (text: string, path: TablePath, values: Table): string => made(edits.setKeys(text, path, values, library));

/** Adds a rule at a place among those of the route. */
export const addRule = (text: string, route: string, index: number, rule: Table): string =>
  made(ruleEdits.addRule(text, route, index, rule, library));

/** Adds a copy of a rule right below it, comments included, in which these keys are others. */
export const copyRule = (text: string, route: string, index: number, values: Table): string =>
  made(ruleEdits.copyRule(text, route, index, values, library));

/** Moves a rule, with its comments, to another place among those of the route. */
export const moveRule = (text: string, route: string, from: number, to: number): string =>
  made(ruleEdits.moveRule(text, route, from, to, library));

function made(edited: Edited): string {
  if (edited.ok) return edited.value;
  switch (edited.reason.kind) {
    case "unreadable":
      throw new Failure(`The configuration's text cannot be read: ${edited.reason.message}.`);
    case "missing":
      throw new Failure(`There is no ${edited.reason.what} in the configuration.`);
    case "form":
      throw new Failure("The configuration's text could not be edited without losing its form.", {
        hint: "Write it to a file with `npx tocsin export -o FILE`, edit that, and apply it.",
      });
  }
}
