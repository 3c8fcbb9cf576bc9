// The admin API: who asks, then which endpoint; everything that goes wrong is a problem document.
import { Hono } from "hono";
import type { Env } from "../env.ts";
import { errorText, log } from "../lib/log.ts";
import { problem } from "../lib/problem.ts";
import { ConfigUnavailable } from "../store/config-cache.ts";
import { accessOf, mayChange, type Visitor, visitorOf } from "./auth.ts";
import type { AdminContext } from "./context.ts";
import type { AdminDeps } from "./deps.ts";
import type { Endpoint } from "./endpoint.ts";
import { alertEndpoints } from "./endpoints/alerts.ts";
import { deliveryEndpoints } from "./endpoints/deliveries.ts";
import { overviewEndpoints } from "./endpoints/overview.ts";
import { testEndpoints } from "./endpoints/tests.ts";
import { openApi } from "./openapi.ts";
import { noSuch, otherSite, signInFirst } from "./problems.ts";

const endpoints: readonly Endpoint[] = [...alertEndpoints, ...deliveryEndpoints, ...overviewEndpoints, ...testEndpoints];

/** The app under `/api`. */
export function adminApi(deps: AdminDeps): Hono<{ Bindings: Env; Variables: { visitor: Visitor } }> {
  const app = new Hono<{ Bindings: Env; Variables: { visitor: Visitor } }>();
  app.use("*", async (c, next) => {
    const visitor = await visitorOf(c.req.raw, c.env.ADMIN_TOKEN, accessOf(c), Date.now());
    if (!visitor) return signInFirst();
    if (!mayChange(c.req.raw, visitor)) return otherSite();
    c.set("visitor", visitor);
    await next();
    // Answers hold alerts: no cache in between keeps them.
    c.header("cache-control", "no-store");
  });
  app.get("/openapi.json", () => Response.json(openApi(endpoints)));
  for (const one of endpoints) {
    app.on(one.method, one.path, async (c) => one.run(c.req.raw, c.req.param(), await contextOf(deps, c.env, c.get("visitor").name)));
  }
  for (const path of new Set(["/openapi.json", ...endpoints.map((one) => one.path)])) app.all(path, () => wrongMethod(path));
  app.all("*", () => noSuch("address"));
  app.onError((error) => {
    log("error", "admin.failed", { error: errorText(error) });
    if (error instanceof ConfigUnavailable) return problem(503, "The relay could not read its configuration.", { retryAfter: 5 });
    return problem(500, "The relay failed to answer. Its log says why.");
  });
  return app;
}

/** What endpoints and pages work with. */
export async function contextOf(deps: AdminDeps, env: Env, author: string): Promise<AdminContext> {
  const { config, sources, destinations, enrichers } = deps;
  return { env, loaded: await config.get(env.DB), sources, destinations, enrichers, author, now: Date.now };
}

function wrongMethod(path: string): Response {
  const allowed = endpoints.filter((one) => one.path === path).map(({ method }) => method);
  const allow = (allowed.length > 0 ? allowed : ["GET"]).join(", ");
  return problem(405, `This address takes ${allow} only.`, { headers: { allow } });
}
