// GET /healthz: whether the relay can accept and store, and in a few words whether something is wrong. For everybody, so without names.
import { errorText, log } from "../lib/log.ts";
import type { ConfigCache } from "../store/config-cache.ts";
import { type Pulse, readPulse } from "../store/pulse.ts";
import { isOverdue } from "../store/upkeep.ts";
import { KINDS } from "../watch/kinds.ts";

/** Answers 200 `{"status":"ok", ...}`, 200 `"degraded"` with reasons, or 503 when the configuration cannot be read at all. */
export async function healthz(env: { DB: D1Database }, config: ConfigCache, now = Date.now()): Promise<Response> {
  try {
    const { config: loaded } = await config.get(env.DB);
    const { routes, destinations, broken, version } = loaded;
    const counts = { routes: routes.length, destinations: destinations.length, broken: broken.length, configuration: version };
    const reasons = reasonsOf(await pulseOf(env.DB), broken.length, now);
    return Response.json(reasons.length > 0 ? { status: "degraded", reasons, ...counts } : { status: "ok", ...counts });
  } catch {
    return Response.json({ status: "down", reason: "the configuration cannot be read" }, { status: 503 });
  }
}

/** The configuration may be a copy in memory: that D1 does not answer is a reason of its own. */
async function pulseOf(db: D1Database): Promise<Pulse | undefined> {
  try {
    return await readPulse(db);
  } catch (error) {
    log("warn", "health.no_database", { error: errorText(error) });
    return undefined;
  }
}

/** Kinds of what is wrong, each once. A relay whose sweep has never run is a fresh one. */
function reasonsOf(pulse: Pulse | undefined, broken: number, now: number): string[] {
  if (!pulse) return ["database_unavailable"];
  const reasons = new Set(pulse.kinds.filter((kind) => Object.hasOwn(KINDS, kind)));
  if (broken > 0) reasons.add("configuration_broken");
  if (isOverdue(pulse.sweep, now)) reasons.add("sweep_overdue");
  return [...reasons].sort();
}
