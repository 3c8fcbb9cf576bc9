// One look at the whole relay, for its watch over itself.
import { readSecret, secretReferences } from "../../config/secret.ts";
import { jwtEnd } from "../../watch/jwt.ts";
import type { Survey } from "../../watch/survey.ts";
import type { Relay } from "../context.ts";
import { readBooks } from "./books.ts";

/** What ends within so long is told. */
const SOON_MS = 7 * 86_400_000;
/** A token that was made for less than this is meant to end soon. */
const SHORT_LIVED_MS = 14 * 86_400_000;

/** Asks all objects how they are doing, and looks what ends soon. `failed`: objects whose sweep failed. */
export async function surveyOf(relay: Relay, failed: readonly string[]): Promise<Survey> {
  const { config } = relay.loaded;
  const now = relay.now();
  const [{ books, reading }, tokens] = await Promise.all([readBooks(relay), tokensEnding(relay.env.DB, now)]);
  return {
    now,
    config,
    ledgers: reading.ledgers.map(({ route, after }) => ({ route, books: after })),
    outboxes: reading.outboxes,
    correlators: reading.correlators,
    failed: [...new Set([...failed, ...reading.unreachable])],
    // Without one of the objects nobody can say.
    off: books.unreachable ? [] : (books.off ?? []).map(({ of, identity, by }) => `${of}: ${identity} is off by ${by}`),
    tokens,
    secrets: secretsEnding(relay, now),
  };
}

async function tokensEnding(db: D1Database, now: number): Promise<Survey["tokens"]> {
  const { results } = await db
    .prepare("SELECT name, created_at, expires_at FROM tokens WHERE expires_at < ? ORDER BY name")
    .bind(new Date(now + SOON_MS).toISOString())
    .all<{ name: string; created_at: string; expires_at: string }>();
  return results
    .map(({ name, created_at, expires_at }) => ({ name, madeAt: Date.parse(created_at), endsAt: Date.parse(expires_at) }))
    .filter(({ madeAt, endsAt }) => endsAt - madeAt >= SHORT_LIVED_MS)
    .map(({ name, endsAt }) => ({ name, endsAt }));
}

/** Secrets that the configuration names and that say themselves when they end. */
function secretsEnding({ env, loaded: { config } }: Relay, now: number): Survey["secrets"] {
  const { routes, destinations, enrichers } = config;
  const settings = [...routes.map(({ settings, auth }) => ({ settings, auth })), ...destinations, ...enrichers];
  return [...new Set(secretReferences(settings))].flatMap((reference) => {
    const endsAt = jwtEnd(readSecret(reference, env) ?? "");
    return endsAt !== undefined && endsAt < now + SOON_MS ? [{ name: reference.slice("secret:".length), endsAt }] : [];
  });
}
