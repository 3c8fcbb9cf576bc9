// The files of a new source, from the templates beside this file.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Liquid } from "liquidjs";
import type { Model } from "./model.ts";

const TEMPLATES = join(import.meta.dirname, "templates");
const engine = new Liquid({ root: TEMPLATES, strictVariables: false, strictFilters: true });

/** What only some sources have. */
const ONLY_IF: Record<string, (model: Model) => boolean> = {
  "severity.ts": ({ at }) => at.severity !== undefined,
  "status.ts": ({ at }) => at.status !== undefined,
  "observe.ts": ({ hosts, indicators }) => hosts.length + indicators.length > 0,
};

/** The files by name. `uuid`: the route's id in the page's example. */
export function renderFiles(model: Model, uuid: string): Map<string, string> {
  const secretName = `${model.type.replaceAll("-", "_").toUpperCase()}_TOKEN`;
  const names = readdirSync(TEMPLATES).map((file) => file.slice(0, -".liquid".length));
  const wanted = names.filter((name) => ONLY_IF[name]?.(model) ?? true);
  return new Map(
    wanted.map((name) => [
      name === "test.ts" ? `${model.type}.test.ts` : name,
      `${engine.renderFileSync(`${name}.liquid`, { ...model, uuid, secretName }).trim()}\n`,
    ]),
  );
}
