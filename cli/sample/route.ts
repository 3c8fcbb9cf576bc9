// The route that a sample goes to, with its address and what it asks for as a proof.

import type { Route } from "../../src/config/model.ts";
import { parseTables } from "../../src/config/parse.ts";
import { STARS } from "../../src/config/plain-secrets.ts";
import { parseConfigText } from "../../src/config/toml.ts";
import { apiStore } from "../config/api-store.ts";
import { storeOf } from "../config/store-of.ts";
import { Failure, Refusal } from "../frame/errors.ts";
import type { Run } from "../frame/run.ts";
import { registries } from "../registries.ts";

/** The one route of a source, or the one of that name. */
export async function routeFor(run: Run, wanted: { source?: string; route?: string }): Promise<Route> {
  const shown = chosen(await routesIn(await apiStore(await run.api("configure")).present()), wanted);
  if (!hasStars(shown.settings) && !hasStars(shown.auth)) return shown;
  // A plain secret: the database tells it, where that can be reached.
  if ((await run.relay()).kind === "url")
    throw new Refusal(`A secret of the route ${shown.name} stands in the configuration as plain text, which the API does not tell.`, {
      hint: "Make it a secret:NAME, or use --local.",
    });
  return chosen(await routesIn(await (await storeOf(run)).editable()), wanted);
}

function chosen(routes: readonly Route[], { source, route }: { source?: string; route?: string }): Route {
  const [only, ...others] = routes.filter(
    (one) => (route === undefined || one.name === route) && (source === undefined || one.source === source),
  );
  if (only === undefined) {
    const known = routes.map((one) => `${one.name} (${one.source})`).join(", ") || "none";
    throw new Refusal(
      `There is no route ${route === undefined ? `of the source ${source}` : `${route}${source ? ` of the source ${source}` : ""}`}.`,
      {
        hint: `The relay has: ${known}.`,
      },
    );
  }
  if (others.length > 0)
    throw new Refusal(`The source ${only.source} has several routes.`, {
      hint: `Choose one with --route: ${[only, ...others].map(({ name }) => name).join(", ")}.`,
    });
  if (!only.enabled) throw new Refusal(`The route ${only.name} is disabled: it answers as if it were not there.`);
  return only;
}

function routesIn({ text }: { text: string }): Route[] {
  const file = parseConfigText(text);
  if (!file.ok) throw new Failure(`The relay's configuration cannot be read: ${file.reason.message}.`);
  return parseTables(file.value.document, registries, { local: true }).config.routes;
}

const hasStars = (value: unknown): boolean =>
  value === STARS || (typeof value === "object" && value !== null && Object.values(value).some(hasStars));
