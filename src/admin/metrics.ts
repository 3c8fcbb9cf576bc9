// GET /metrics: Prometheus text, for the bearer of any token.
import type { Env } from "../env.ts";
import { errorText, log } from "../lib/log.ts";
import { problem } from "../lib/problem.ts";
import { sharingWith } from "../outbox/sharing.ts";
import { readConditions } from "../store/conditions.ts";
import { type LastSweep, readUpkeep } from "../store/upkeep.ts";
import { visitorOf } from "./auth.ts";
import type { Relay } from "./context.ts";
import type { AdminDeps } from "./deps.ts";
import { entranceOf } from "./entrance.ts";
import { exposition } from "./exposition.ts";
import { notLetIn, signInFirst } from "./problems.ts";
import { readBooks } from "./queries/books.ts";

/** Answers the metrics. */
export async function metrics(request: Request, env: Env, { config, destinations }: AdminDeps): Promise<Response> {
  if (!request.headers.has("authorization")) return signInFirst();
  if (request.method !== "GET" && request.method !== "HEAD") return problem(405, "Metrics take GET only.", { headers: { allow: "GET" } });
  try {
    // Who brings a token is not asked for what Access knows of them.
    const found = await visitorOf(request, entranceOf(env, config, { executionCtx: {} }));
    if (!found.ok) return notLetIn(found.reason);
    const relay: Relay = { env, loaded: await config.get(env.DB), now: Date.now };
    const [{ books, reading }, conditions, sweep] = await Promise.all([
      readBooks(relay),
      readConditions(env.DB),
      readUpkeep<LastSweep>(env.DB, "sweep"),
    ]);
    const { broken, routes, destinations: configured } = relay.loaded.config;
    const shared = configured.map((one) => ({ ...one, sharing: sharingWith(one, configured, destinations) }));
    const beside = { broken: broken.length, routes, destinations: shared, conditions, sweep };
    const text = exposition(books, reading, beside, relay.now());
    return new Response(text, { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" } });
  } catch (error) {
    log("error", "metrics.failed", { error: errorText(error) });
    return problem(503, "The relay could not read its state.", { retryAfter: 5 });
  }
}
