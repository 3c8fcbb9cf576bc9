// What a rule may name.
import { parseConfigText } from "../../config/toml.ts";
import { destinationNames } from "../frame/names.ts";
import type { View } from "../frame/view.ts";

/** The destinations that a text has, or the relay where it cannot be read. */
export function destinationsIn(text: string, context: View["context"]): string[] {
  const file = parseConfigText(text);
  return file.ok ? Object.keys(Object(file.value.document.destinations)).sort() : destinationNames(context);
}
