// What the admin side's doors (API, dashboard, metrics) judge who asks by.
import type { Env } from "../env.ts";
import type { ConfigCache } from "../store/config-cache.ts";
import { accessOf, type Entrance } from "./auth.ts";
import { wrongTokens } from "./sign-in.ts";

/** The entrance for one request; `context` is what may carry Access's word. */
export const entranceOf = (env: Env, config: ConfigCache, context: { readonly executionCtx: object }): Entrance => ({
  adminToken: env.ADMIN_TOKEN,
  db: env.DB,
  access: accessOf(context),
  people: async () => (await config.get(env.DB)).config.relay.access,
  tries: wrongTokens,
  now: Date.now(),
});
