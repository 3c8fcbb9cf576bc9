import { audit } from "../../admin/audit.ts";
import { presentState } from "../../admin/queries/config.ts";
import { readHealth } from "../../admin/queries/health.ts";
import { type RouteItem, routeItems } from "../../admin/queries/routes.ts";
import { readSeries } from "../../admin/queries/series.ts";
import { testPayload, testRoute } from "../../admin/queries/tests.ts";
import { SEVERITIES } from "../../alert.ts";
import { parseJson } from "../../lib/json.ts";
import { stateName } from "../../store/config-state.ts";
import { shared, sharedReading } from "../frame/looks.ts";
import type { Html } from "../frame/parts.ts";
import { testPage } from "../frame/test-report.ts";
import type { Answer, Form, Pages, View } from "../frame/view.ts";
import { triedPayload } from "../rules/try-area.ts";
import { actOnRoute } from "./act.ts";
import { routesPage } from "./page.ts";
import { routePage } from "./route-page.ts";
import { readSourcePage, stepsFor } from "./source-page.ts";

/** The routes: how they are doing, their addresses for whoever asks, tests, samples, and what to do on the vendor's side. */
export function addRoutes(pages: Pages): void {
  pages.show("/routes", { title: "Routes", live: 10 }, async (view) => {
    const { routes, checks, sums } = await lookAt(view);
    return routesPage({ routes, checks, sums, mayConfigure: view.may("configure"), now: view.now });
  });

  pages.show("/routes/:name", { title: "Route", live: 10 }, (view) => onePage(view, undefined));

  pages.act("/routes/:name/address", "configure", async (form) => {
    const name = form.param("name");
    const id = idOf(form, name);
    if (id === undefined) return undefined;
    await audit(form.context, { action: "routes.revealed", target: name });
    const page = await onePage(form, id);
    return page && { title: `Route ${name}`, page };
  });

  pages.act("/routes/:name/test", "operate", async (form) => {
    const { context, param, text, now } = form;
    const route = context.loaded.routeByName.get(param("name"));
    if (!route) return undefined;
    const severity = SEVERITIES.find((one) => one === text("severity"));
    const report = await testRoute(context, route, { dryRun: text("dry_run") === "true", severity });
    return { title: "Test", page: testPage(report, { href: `/routes/${route.name}`, text: "Back to the route" }, now) };
  });

  pages.act("/routes/:name/sample/try", "read", async (form) => {
    const sample = await sampleOf(form);
    return sample === undefined ? undefined : triedPayload(form, form.param("name"), sample);
  });

  pages.act("/routes/:name/sample/test", "operate", testSample);
  pages.act("/routes/:name/act", "configure", actOnRoute);
}

async function lookAt(view: View) {
  const { context } = view;
  const [reading, health] = await Promise.all([sharedReading(view), shared(view, "health", () => readHealth(context))]);
  const series = await shared(view, "series 1h ", () => readSeries(context, { span: "1h" }, reading));
  return { routes: routeItems(context, reading, false), checks: health.checks, sums: series.routes };
}

async function onePage(view: View, id: string | undefined): Promise<Html | undefined> {
  const { context, param, url, may, now } = view;
  const { routes, checks, sums } = await lookAt(view);
  const route = routes.find(({ name }) => name === param("name"));
  if (!route) return undefined;
  const [source, state] = await Promise.all([sourceOf(view, route), presentState(context)]);
  const base = context.loaded.config.relay.url ?? url.origin;
  return routePage({
    route,
    checks,
    received: sums && (sums.find(({ name }) => name === route.name)?.received ?? 0),
    id,
    base,
    steps: await stepsFor(source.steps, { name: route.name, base, id }),
    hasSteps: source.steps !== "",
    samples: source.samples.map(({ name }) => name),
    state: stateName(state),
    may: { operate: may("operate"), configure: may("configure") },
    now,
  });
}

const sourceOf = ({ context }: Pick<View, "context">, { source }: Pick<RouteItem, "source">) =>
  source !== undefined && context.sources.has(source) ? readSourcePage(context.env, source) : { steps: "", samples: [] };

function idOf({ context }: Pick<View, "context">, name: string): string | undefined {
  const { config, routeByName } = context.loaded;
  return routeByName.get(name)?.id ?? config.broken.find((one) => one.kind === "route" && one.name === name)?.id;
}

/** The sample that a form names, as the vendor sends it. */
async function sampleOf(form: Form): Promise<string | undefined> {
  const route = form.context.loaded.routeByName.get(form.param("name"));
  if (!route) return undefined;
  const { samples } = await sourceOf(form, route);
  return samples.find(({ name }) => name === form.text("sample"))?.text;
}

async function testSample(form: Form): Promise<Answer> {
  const { context, param, now } = form;
  const route = context.loaded.routeByName.get(param("name"));
  const sample = await sampleOf(form);
  const payload = sample === undefined ? undefined : parseJson(new TextEncoder().encode(sample));
  if (!route || sample === undefined || !payload?.ok) return undefined;
  const report = await testPayload(context, route, { dryRun: false, payload: payload.value });
  // What makes no alert is explained where it is tried.
  if (!report.ok) return triedPayload(form, route.name, sample);
  return { title: "Test", page: testPage(report.value, { href: `/routes/${route.name}`, text: "Back to the route" }, now) };
}
