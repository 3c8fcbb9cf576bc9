// The dashboard: which areas there are. Each adds its pages and forms; the queries are the API's own.
import { Hono } from "hono/tiny";
import type { AdminDeps } from "../admin/deps.ts";
import { errorText, log } from "../lib/log.ts";
import { problem } from "../lib/problem.ts";
import { addAlerts } from "./alerts/area.ts";
import { addAudit } from "./audit/area.ts";
import { addConfiguration } from "./configuration/area.ts";
import { addDeliveries } from "./deliveries/area.ts";
import { addDestinations } from "./destinations/area.ts";
import { sentencePage } from "./entrance/pages.ts";
import { addSignIn } from "./entrance/routes.ts";
import { addAssets } from "./frame/assets.ts";
import { type Guarded, withHeaders } from "./frame/guard.ts";
import { notFoundPage, Pages } from "./frame/view.ts";
import { addInbox } from "./inbox/area.ts";
import { addActs } from "./links/routes.ts";
import { addLog } from "./log/area.ts";
import { addOverview } from "./overview/area.ts";
import { addRoutes } from "./routes/area.ts";
import { addRules } from "./rules/area.ts";
import { addSettings } from "./settings/area.ts";
import { addSilences } from "./silences/area.ts";

/** The areas, in no order that matters. */
const AREAS: readonly ((pages: Pages) => void)[] = [
  addOverview,
  addAlerts,
  addDeliveries,
  addInbox,
  addLog,
  addConfiguration,
  addRules,
  addRoutes,
  addDestinations,
  addSilences,
  addAudit,
  addSettings,
];

/** The app of the dashboard's pages. */
export function dashboard(deps: AdminDeps): Hono<Guarded> {
  const app = new Hono<Guarded>();
  app.use("*", withHeaders);
  addAssets(app);
  addSignIn(app);
  addActs(app, deps);
  const pages = new Pages(app, deps);
  for (const add of AREAS) add(pages);

  app.all("*", (c) =>
    c.req.header("accept")?.includes("text/html") ? c.html(notFoundPage(), 404) : problem(404, "There is no such address."),
  );
  app.onError((error, c) => {
    log("error", "dashboard.failed", { error: errorText(error) });
    return c.html(sentencePage("Something failed", "The relay could not make this page. Its log says why."), 500);
  });
  return app;
}
