// GET /healthz: whether the relay can accept and store.
import type { ConfigCache } from "../store/config-cache.ts";

/** Answers 200 `{"status":"ok", ...}`, or 503 when the configuration cannot be read at all. */
export async function healthz(env: { DB: D1Database }, config: ConfigCache): Promise<Response> {
  try {
    const { config: loaded } = await config.get(env.DB);
    const { routes, destinations, broken, version } = loaded;
    const counts = { routes: routes.length, destinations: destinations.length, broken: broken.length, configuration: version };
    return Response.json({ status: broken.length > 0 ? "degraded" : "ok", ...counts });
  } catch {
    return Response.json({ status: "down", reason: "the configuration cannot be read" }, { status: 503 });
  }
}
