import { own } from "../lib/own.ts";
import { isTable } from "./table.ts";
import { parseConfigText } from "./toml.ts";

/** The table of a route as a configuration's text has it; undefined where the text cannot be read or has no such route. */
export function routeInText(text: string, name: string): Record<string, unknown> | undefined {
  const file = parseConfigText(text);
  const { routes } = file.ok ? file.value.document : {};
  const table = isTable(routes) ? own(routes, name) : undefined;
  return isTable(table) ? table : undefined;
}
