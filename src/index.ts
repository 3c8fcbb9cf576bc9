// Wiring only: which adapter, object, queue and page meets which. No decision is made here.
import { env, exports } from "cloudflare:workers";
import { Hono } from "hono/tiny";
import * as z from "zod";
import { adminApi } from "./admin/api.ts";
import { healthz } from "./admin/health.ts";
import { metrics } from "./admin/metrics.ts";
import { sweep } from "./admin/sweep.ts";
import { linkSecretOf } from "./config/link-key.ts";
import { correlatorClass } from "./correlator/object.ts";
import { correlatorStages } from "./correlator/stages.ts";
import { dashboard } from "./dashboard/dashboard.ts";
import { consume } from "./deliver/consume.ts";
import { destinations } from "./destinations/index.ts";
import { enricherClass } from "./enricher/object.ts";
import { enrichers } from "./enrichers/index.ts";
import type { Env } from "./env.ts";
import { receive } from "./intake/receive.ts";
import { ledgerClass } from "./ledger/object.ts";
import { logObjects } from "./lib/log.ts";
import type { QueueProbe } from "./lib/queue-probe.ts";
import type { QueuedMessage } from "./outbox/interface.ts";
import { outboxClass } from "./outbox/object.ts";
import { outboxStages } from "./outbox/stages.ts";
import { stagesOf } from "./process/stages.ts";
import { type OwnExports, withoutAddress } from "./scribe.ts";
import { sources } from "./sources/index.ts";
import { ConfigCache } from "./store/config-cache.ts";
import { changesOf, loadConfig } from "./store/config-reader.ts";
import { answerProbe } from "./store/queue-probe.ts";

// Workers have no eval: zod must not try to compile its schemas.
z.config({ jitless: true });

if (Reflect.get(env, "LOCAL") !== "1") logObjects();

const config = new ConfigCache({
  changes: changesOf,
  load: (db) =>
    loadConfig(
      db,
      { sources, destinations, enrichers },
      { local: env.LOCAL === "1", bindings: (name) => Reflect.get(env, name) !== undefined },
    ),
});

export const Ledger = ledgerClass<Env>((env, { route, name, keeper }) =>
  stagesOf(env, route, name, keeper, config, { sources, enrichers }),
);
export const Outbox = outboxClass<Env>((env, destination) => outboxStages(env, destination, config, destinations));
export const Correlator = correlatorClass<Env>((env, { route, keeper }) => correlatorStages(env, route, keeper, config));
export { Budget } from "./budget/object.ts";
export { Scribe } from "./scribe.ts";
export const Enricher = enricherClass<Env>(sources, enrichers);

const app = new Hono<{ Bindings: Env }>();
app.all("/hooks/:id", (c) => {
  const waitUntil = (promise: Promise<unknown>) => c.executionCtx.waitUntil(promise);
  const answer = () => receive(c.req.raw, c.req.param("id"), { env: c.env, config, sources, now: Date.now, waitUntil });
  return c.env.LOCAL === "1" ? answer() : withoutAddress({ waitUntil }, exports as unknown as OwnExports, answer);
});
// The address of a message's link is a credential, as a hook's is.
app.use("/act/*", (c, next) => {
  const waitUntil = (promise: Promise<unknown>) => c.executionCtx.waitUntil(promise);
  return c.env.LOCAL === "1" ? next() : withoutAddress({ waitUntil }, exports as unknown as OwnExports, next);
});
app.get("/healthz", (c) => healthz(c.env, config));
app.get("/metrics", (c) => metrics(c.req.raw, c.env, { config, sources, destinations, enrichers }));
app.route("/api", adminApi({ config, sources, destinations, enrichers }));
app.route("/", dashboard({ config, sources, destinations, enrichers }));

export default {
  fetch: app.fetch,
  queue: (batch, env, ctx) =>
    consume(
      batch,
      {
        destination: async (name) => {
          const found = (await config.get(env.DB)).destinationByName.get(name);
          const adapter = found && destinations.get(found.type);
          return found && adapter && { config: found, adapter };
        },
        outbox: (name) => env.OUTBOX.getByName(name),
        fetch: (url, init) => fetch(url, init),
        bindings: env as unknown as Record<string, unknown>,
        linkSecret: async () => linkSecretOf((await config.get(env.DB)).config.relay, env),
        probed: (probe) => answerProbe(env.DB, probe, Date.now()),
        now: Date.now,
      },
      (promise) => ctx.waitUntil(promise),
    ),
  scheduled: async (_event, env, _ctx) => sweep(env, { config, destinations }),
} satisfies ExportedHandler<Env, QueuedMessage | QueueProbe>;
