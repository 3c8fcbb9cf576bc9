// Telling a source what people did: one call within the key's budget, and what its answer means.
import { resolveSecrets } from "../config/secret.ts";
import { mayReach } from "../lib/address.ts";
import type { Source, WriteFailure, WritingApi } from "../sources/source.ts";
import type { WriteAnswer, WriteQuestion } from "./interface.ts";

/** A permission that is missing is given by a person: there is no hurry. */
const REFUSED_MS = 10 * 60_000;

/** What a write works with; `client` speaks to the API at this base. */
export interface WriteMeans {
  source: Source | undefined;
  env: object;
  client(api: { base: string; headers: Record<string, string> }, rate: { perSecond: number; burst: number }): WritingApi;
  now(): number;
}

/** Tells one change. Never throws. */
export async function writeChange(
  { settings: given, change }: WriteQuestion,
  { source, env, client, now }: WriteMeans,
): Promise<WriteAnswer> {
  const startedAt = now();
  const { settings, missing } = resolveSecrets(given, env);
  if (missing.length > 0) return { kind: "failed", reason: `the secret ${missing.join(", ")} is not set`, final: false };
  const api = source?.enrichment?.api(settings);
  if (!source?.enrichment || !source.writeBack || !api) return { kind: "failed", reason: "the route has no API to be told", final: true };
  const refused = mayReach(api.base, env);
  if (refused) return { kind: "failed", reason: `the API's address is refused: ${refused}`, final: false };
  const result = await source.writeBack.write(change, client(api, source.enrichment.rate(settings)));
  return result.ok ? { kind: "written", ms: now() - startedAt } : failed(result.reason);
}

function failed(failure: WriteFailure): Extract<WriteAnswer, { kind: "failed" }> {
  switch (failure.kind) {
    case "denied": {
      const reason =
        failure.status === 403
          ? "the source's API refused to be told (status 403): our key lacks the permission to change alerts"
          : `the source's API refused our key (status ${failure.status})`;
      return { kind: "failed", reason, final: false, refused: true, retryAfterMs: REFUSED_MS };
    }
    case "missing":
      return { kind: "failed", reason: `the source's API does not know the alert (status ${failure.status})`, final: true };
    case "rate_limited":
      return {
        kind: "failed",
        reason: "the source's API asked us to slow down (status 429)",
        final: false,
        ...(failure.afterMs === undefined ? {} : { retryAfterMs: failure.afterMs }),
      };
    case "unavailable":
      return { kind: "failed", reason: `the source's API did not take it (${failure.detail})`, final: false };
    case "malformed":
      return { kind: "failed", reason: `the source's API did not accept it (${failure.detail})`, final: true };
    case "unsupported":
      return { kind: "failed", reason: failure.detail, final: true };
  }
}
