// The dashboard: which page is where, and what it is made from. The queries are the API's own.
import type { Context } from "hono";
import { html } from "hono/html";
import { Hono } from "hono/tiny";
import * as z from "zod";
import { contextOf } from "../admin/api.ts";
import { sendAsset } from "../admin/asset.ts";
import type { AdminContext } from "../admin/context.ts";
import type { AdminDeps } from "../admin/deps.ts";
import { readQuery } from "../admin/endpoint.ts";
import { alertSearch, searchAlerts } from "../admin/queries/alerts.ts";
import { readBooks } from "../admin/queries/books.ts";
import { deliverySearch, listDeliveries } from "../admin/queries/deliveries.ts";
import { destinationItems } from "../admin/queries/destinations.ts";
import { inboxSearch, listInbox } from "../admin/queries/inbox.ts";
import { logSearch, readLog } from "../admin/queries/log.ts";
import { readObjects } from "../admin/queries/objects.ts";
import { routeItems } from "../admin/queries/routes.ts";
import { listSilences } from "../admin/queries/silences.ts";
import { tellStory } from "../admin/queries/story.ts";
import { errorText, log } from "../lib/log.ts";
import { problem } from "../lib/problem.ts";
import { addActions, notice } from "./actions.ts";
import { addActs } from "./acts.ts";
import { type Guarded, guarded, withHeaders } from "./guard.ts";
import { page } from "./layout.ts";
import { alertPage } from "./pages/alert.ts";
import { alertsPage } from "./pages/alert-list.ts";
import { deliveriesPage } from "./pages/deliveries.ts";
import { destinationsPage } from "./pages/destinations.ts";
import { inboxPage } from "./pages/inbox.ts";
import { logPage } from "./pages/log.ts";
import { overviewPage } from "./pages/overview.ts";
import { routesPage } from "./pages/routes.ts";
import { sentencePage } from "./pages/sign-in.ts";
import type { Html } from "./parts.ts";
import { addSignIn } from "./sign-in-routes.ts";

const HOUR_MS = 60 * 60_000;
/** The word in an address that a form leaves for the notice. */
const done = z.string().optional();

/** The app of the dashboard's pages. */
export function dashboard(deps: AdminDeps): Hono<Guarded> {
  const app = new Hono<Guarded>();
  app.use("*", withHeaders);
  addAssets(app);
  addSignIn(app);
  addActions(app, deps);
  addActs(app, deps);

  const reader = guarded(deps, "read");
  const show = (
    path: string,
    title: string,
    make: (context: AdminContext, url: URL, c: Context<Guarded>) => Promise<Html | WrongQuery | undefined>,
  ) =>
    app.get(path, reader, async (c) => {
      const url = new URL(c.req.url);
      const context = await contextOf(deps, c.env, c.get("visitor"));
      const content = await make(context, url, c);
      if (content === undefined) return c.html(notFoundPage(), 404);
      if (content instanceof WrongQuery) return c.html(sentencePage("That cannot be shown", content.sentence), 400);
      return c.html(page({ title, path: url.pathname, now: context.now(), content: html`${notice(url)}${content}` }));
    });

  show("/", "Overview", (context) => overview(context));
  show("/alerts", "Alerts", async (context, url) => {
    const search = readQuery(url.searchParams, z.strictObject({ ...alertSearch, done }));
    if (!search.ok) return new WrongQuery(search.reason);
    return alertsPage(await searchAlerts(context.env.DB, search.value), url, routeNames(context), context.now());
  });
  show("/alerts/:id", "Alert", async (context, _, c) => {
    const story = await tellStory(context, c.req.param("id") ?? "");
    return story && alertPage(story, context.now());
  });
  show("/deliveries", "Deliveries", async (context, url) => {
    const search = readQuery(url.searchParams, z.strictObject({ ...deliverySearch, done }));
    if (!search.ok) return new WrongQuery(search.reason);
    return deliveriesPage(await listDeliveries(context, search.value), url, destinationNames(context), context.now());
  });
  show("/log", "Request log", async (context, url) => {
    const search = readQuery(url.searchParams, z.strictObject(logSearch));
    if (!search.ok) return new WrongQuery(search.reason);
    return logPage(await readLog(context, search.value), url, routeNames(context), context.now());
  });
  show("/inbox", "Inbox", async (context, url) => {
    const search = readQuery(url.searchParams, z.strictObject(inboxSearch));
    if (!search.ok) return new WrongQuery(search.reason);
    // Cards are tall: fewer of them unless more are asked for.
    const limit = url.searchParams.has("limit") ? search.value.limit : 20;
    return inboxPage(await listInbox(context.env.DB, { ...search.value, limit }), url, context.now());
  });
  show("/routes", "Routes", async (context) => routesPage(routeItems(context, await readObjects(context), false), context.now()));
  show("/destinations", "Destinations", async (context) =>
    destinationsPage(destinationItems(context, await readObjects(context)), context.now()),
  );

  app.all("*", (c) =>
    c.req.header("accept")?.includes("text/html") ? c.html(notFoundPage(), 404) : problem(404, "There is no such address."),
  );
  app.onError((error, c) => {
    log("error", "dashboard.failed", { error: errorText(error) });
    return c.html(sentencePage("Something failed", "The relay could not make this page. Its log says why."), 500);
  });
  return app;
}

/** Why a page's parameters cannot be read. */
class WrongQuery {
  readonly sentence: string;
  constructor([where, sentence]: [where: string, sentence: string]) {
    this.sentence = `${where}: ${sentence}.`;
  }
}

const notFoundPage = (): Html =>
  sentencePage(
    "Nothing here",
    "There is no such page. Test alerts and alerts that are older than the retention are not kept, and the links of a message work only as a whole.",
  );

async function overview(context: AdminContext): Promise<Html> {
  const now = context.now();
  const [{ books, reading }, alerts, refused, silences] = await Promise.all([
    readBooks(context),
    searchAlerts(context.env.DB, { limit: 10 }),
    readLog(context, { outcome: ["refused"], from: new Date(now - HOUR_MS).toISOString(), limit: 200 }),
    listSilences(context, { limit: 10 }),
  ]);
  const { broken } = context.loaded.config;
  const routes = routeItems(context, reading, false);
  const destinations = destinationItems(context, reading);
  return overviewPage({ books, routes, destinations, broken, refused: refused.items, now }, alerts.items, silences);
}

function addAssets(app: Hono<Guarded>): void {
  // A browser asks each time whether its copy is the newest, so that a page never meets the style of another version.
  const asset = (name: string, type: string) =>
    app.get(`/assets/${name}`, (c) =>
      sendAsset(c.env, name, c.req.raw.headers, { "content-type": type, "cache-control": "public, no-cache" }),
    );
  asset("style.css", "text/css; charset=utf-8");
  asset("icon.svg", "image/svg+xml");
}

const routeNames = ({ loaded }: AdminContext): string[] => [...loaded.routeByName.keys()].sort();
const destinationNames = ({ loaded }: AdminContext): string[] => [...loaded.destinationByName.keys()].sort();
