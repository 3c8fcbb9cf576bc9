// The admin API: who asks, how often and what they may, then which endpoint; everything that goes wrong is a problem document.
import { Hono } from "hono/tiny";
import type { Env } from "../env.ts";
import { errorText, log } from "../lib/log.ts";
import { problem } from "../lib/problem.ts";
import { ConfigUnavailable } from "../store/config-cache.ts";
import { mayChange, type Visitor, visitorOf } from "./auth.ts";
import type { AdminContext } from "./context.ts";
import type { AdminDeps } from "./deps.ts";
import { endpoints } from "./endpoints/all.ts";
import { entranceOf } from "./entrance.ts";
import { needsRole, noSuch, notLetIn, otherSite } from "./problems.ts";
import { RateLimit } from "./rate-limit.ts";
import { suffices } from "./role.ts";

interface Api {
  Bindings: Env;
  Variables: { visitor: Visitor };
}

/** Every path once; those with a name in them last, since `/silences/:id` would take `/silences/try` too. */
const PATHS = [...new Set(endpoints.map((one) => one.path))].sort(
  (left, right) => Number(left.includes(":")) - Number(right.includes(":")),
);

/** The app under `/api`. */
export function adminApi(deps: AdminDeps): Hono<Api> {
  const app = new Hono<Api>();
  const limit = new RateLimit();
  app.use("*", async (c, next) => {
    const found = await visitorOf(c.req.raw, entranceOf(c.env, deps.config, c));
    if (!found.ok) return notLetIn(found.reason);
    const visitor = found.value;
    const { headers, refusal } = limit.take(`${visitor.by} ${visitor.name}`, Date.now());
    if (refusal) return refusal;
    if (!mayChange(c.req.raw, visitor)) return otherSite();
    c.set("visitor", visitor);
    await next();
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    // Answers hold alerts: no cache in between keeps them.
    if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
  });
  for (const path of PATHS) {
    for (const one of endpoints.filter((endpoint) => endpoint.path === path)) {
      app.on(one.method, one.path, async (c) => {
        const visitor = c.get("visitor");
        if (!suffices(visitor.role, one.role)) return needsRole(one.role, visitor);
        return one.run(c.req.raw, c.req.param(), await contextOf(deps, c.env, visitor));
      });
    }
    app.all(path, (c) => otherMethod(c.req.method, path));
  }
  app.all("*", () => noSuch("address"));
  app.onError((error) => {
    log("error", "admin.failed", { error: errorText(error) });
    if (error instanceof ConfigUnavailable) return problem(503, "The relay could not read its configuration.", { retryAfter: 5 });
    return problem(500, "The relay failed to answer. Its log says why.");
  });
  return app;
}

/** What endpoints and pages work with. */
export async function contextOf(deps: AdminDeps, env: Env, { by, name, role }: Visitor): Promise<AdminContext> {
  const { config, sources, destinations, enrichers } = deps;
  const via = by === "bearer" ? "token" : by;
  return { env, loaded: await config.latest(env.DB), sources, destinations, enrichers, author: name, via, role, now: Date.now };
}

/** What an address says to a method that it does not take; `OPTIONS` asks for just that. */
function otherMethod(method: string, path: string): Response {
  const taken = endpoints.filter((one) => one.path === path).flatMap((one) => (one.method === "GET" ? ["GET", "HEAD"] : [one.method]));
  const headers = { allow: [...taken, "OPTIONS"].join(", ") };
  if (method === "OPTIONS") return new Response(null, { status: 204, headers });
  return problem(405, `This address takes ${headers.allow} only.`, { headers });
}
