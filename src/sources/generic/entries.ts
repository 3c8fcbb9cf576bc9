// The alerts of a body, where it holds a list of them.
import type { Json } from "../../alert.ts";
import { Body, type Listener, Reading } from "./reading.ts";
import type { Mapping } from "./settings.ts";

/** The body's entries; a table where a list was expected is a list of one. Undefined where the mapping's list is not there. */
export function entriesOf(body: Json, { list }: Pick<Mapping, "list">, listener?: Listener): Json[] | undefined {
  if (list === undefined) return [body];
  const found = new Reading(new Body(body), body, { listener }).whole("list", list);
  return found.length === 0 ? undefined : found.flatMap((value) => (Array.isArray(value) ? value : [value]));
}
