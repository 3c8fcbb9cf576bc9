import * as z from "zod";
import { searchAlerts } from "../../admin/queries/alerts.ts";
import { destinationItems } from "../../admin/queries/destinations.ts";
import { readHealth } from "../../admin/queries/health.ts";
import { countRefused, type RefusedCount } from "../../admin/queries/log.ts";
import { routeItems } from "../../admin/queries/routes.ts";
import { readSeries, seriesSearch } from "../../admin/queries/series.ts";
import { listSilences } from "../../admin/queries/silences.ts";
import { errorText, log } from "../../lib/log.ts";
import { shared, sharedBooks, sharedSlowly } from "../frame/looks.ts";
import type { Html } from "../frame/parts.ts";
import { type Pages, parametersOf, type View, WrongQuery } from "../frame/view.ts";
import { overviewPage } from "./page.ts";

const HOUR_MS = 60 * 60_000;
/** Alerts of the list. */
const LATEST = 10;
/** Silences of the list. */
const SILENCES = 5;

/** The first page. */
export function addOverview(pages: Pages): void {
  pages.show("/", { title: "Overview", live: 5 }, overview);
}

async function overview(view: View): Promise<Html | WrongQuery> {
  const { context, url, now } = view;
  const search = parametersOf(url, z.strictObject(seriesSearch));
  if (search instanceof WrongQuery) return search;
  const [{ books, reading }, alerts, refused, health, silences] = await Promise.all([
    sharedBooks(view),
    shared(view, "latest alerts", () => searchAlerts(context.env.DB, { limit: LATEST })),
    shared(view, "refused", () => refusedOf(view)),
    shared(view, "health", () => readHealth(context)),
    shared(view, "silences", () => listSilences(context, { limit: SILENCES })),
  ]);
  const { span, destination = "" } = search;
  // Longer spans are hundreds of rows, which the sweep adds to every 5 minutes.
  const look = span === "1h" ? shared : sharedSlowly;
  const series = await look(view, `series ${span} ${destination}`, () => readSeries(context, search, reading));
  const { broken } = context.loaded.config;
  const routes = routeItems(context, reading, false);
  const destinations = destinationItems(context, reading);
  const state = { books, routes, destinations, broken, refused, checks: health.checks, unreachable: reading.unreachable, now };
  return overviewPage({ state, series, destination: search.destination, alerts: alerts.items, silences, url });
}

/** A ledger that does not answer is told of by the books: the page stands without its refusals. */
async function refusedOf({ context, now }: View): Promise<RefusedCount[]> {
  try {
    return await countRefused(context, now - HOUR_MS);
  } catch (error) {
    log("warn", "overview.refused_unknown", { error: errorText(error) });
    return [];
  }
}
