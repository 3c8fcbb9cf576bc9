// What the dashboard shows about each source besides its routes: the steps on the vendor's side, and samples. The Worker reads them from
// `assets/` when somebody asks.
import { vendorSteps } from "../cli/config/vendor-steps.ts";
import { registries } from "../cli/registries.ts";
import { bestSample, samplesOf } from "../cli/sample/samples.ts";
import type { Route } from "../src/config/model.ts";
import { parseTables } from "../src/config/parse.ts";
import { type SourcePage, STAND_INS, sourceFile } from "../src/dashboard/routes/source-page.ts";
import { sources } from "../src/sources/index.ts";
import { markdownHtml } from "./markdown-html.ts";

/** The files by their paths in the project, one for each source. */
export const sourceFiles = (): Record<string, string> =>
  Object.fromEntries([...sources.keys()].sort().map((type) => [`assets/${sourceFile(type)}`, `${JSON.stringify(pageOf(type))}\n`]));

function pageOf(type: string): SourcePage {
  const steps = markdownHtml(vendorSteps(type, STAND_INS), 3);
  const samples = samplesOf(type);
  const best = bestSample(samples, exampleRoute(type), Date.UTC(2026, 0, 1));
  return { steps, samples: best ? [best, ...samples.filter((one) => one !== best)] : samples };
}

/** A route as the source's own example has it. */
function exampleRoute(type: string): Route {
  const table = { id: "00000000-0000-4000-8000-000000000000", source: type, ...sources.get(type)?.example };
  const [route] = parseTables({ routes: { example: table } }, registries, { local: true }).config.routes;
  if (!route) throw new Error(`the example of the source ${type} is not valid`);
  return route;
}
