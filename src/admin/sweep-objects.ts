// The sweep's way through everything that stores something: ledgers, which know the retention of their route even when it was removed,
// then outboxes, correlators and enrichers, then D1. What fails is named, and stops nothing.
import type { Config } from "../config/model.ts";
import { type Retentions, retentionFor, retentionOf } from "../config/retention.ts";
import type { Env } from "../env.ts";
import { errorText, log } from "../lib/log.ts";
import { ledgerName, outboxName, parseCorrelatorName, parseLedgerName } from "../lib/names.ts";
import { knownObjects } from "../store/objects.ts";
import { pruneDatabase } from "../store/prune.ts";
import { knownSilences } from "../store/silences.ts";
import type { LastSweep } from "../store/upkeep.ts";

/** Objects that are called at the same time: a Worker has six connections. */
const AT_ONCE = 6;
/** Longer than anybody keeps anything, and still a time. */
const FOREVER = { ms: 100 * 365 * 86_400_000, payloadsMs: 100 * 365 * 86_400_000 };
/** An object that has not answered after this is left to itself. */
const PATIENCE_MS = 30_000;
/** How long the audit log is kept unless the configuration says otherwise. */
export const AUDIT_MS = 400 * 86_400_000;

/** What came of it, without when and how long. */
type Swept = Pick<LastSweep, "objects" | "failed" | "removed" | "more">;
/** One part of it: rows that are gone, by what they are, and whether there are more. */
interface Part {
  removed: Record<string, number>;
  more: boolean;
}

/** Sweeps all objects that the configuration names now or named before, and D1. */
export async function sweepObjects(env: Env, { routes, destinations, relay }: Config, now: () => number): Promise<Swept> {
  const swept: Swept = { objects: 0, failed: [], removed: {}, more: false };
  const note = ({ removed, more }: Part): void => {
    for (const [what, count] of Object.entries(removed)) swept.removed[what] = (swept.removed[what] ?? 0) + count;
    swept.more ||= more;
  };
  const attempt = async (what: string, work: () => Promise<Part>): Promise<void> => {
    try {
      note(await inTime(work()));
    } catch (error) {
      if (!swept.failed.includes(what)) swept.failed.push(what);
      log("error", "sweep.failed", { object: what, error: errorText(error) });
    }
  };
  const ledgers = routes.flatMap((route) => Array.from({ length: route.shards }, (_, shard) => ledgerName(route.name, shard)));
  const configured = [...ledgers, ...destinations.map(({ name }) => outboxName(name))];
  let names = configured;
  let areKnown = false;
  await attempt("d1", async () => {
    names = await knownObjects(env.DB, configured);
    areKnown = true;
    return { removed: {}, more: false };
  });
  swept.objects = names.length;
  const retentions: Retentions = { routes: {}, others: retentionOf(relay) };
  for (const route of routes) retentions.routes[route.name] = retentionOf(route);
  const [first, rest] = [names.filter((name) => name.startsWith("ledger:")), names.filter((name) => !name.startsWith("ledger:"))];
  let silences: string[] | undefined;
  await attempt("d1", async () => {
    silences = await knownSilences(env.DB);
    return { removed: {}, more: false };
  });
  await each(first, (name) =>
    attempt(name, async () => {
      const { route } = parseLedgerName(name);
      // How long a removed route's alerts are kept, only its ledger knows: until it tells, they are kept.
      const unknown = !Object.hasOwn(retentions.routes, route);
      if (unknown) retentions.routes[route] = FOREVER;
      const { retention, ...part } = await env.LEDGER.getByName(name).sweep(silences);
      if (unknown && retention) retentions.routes[route] = retentionOf(retention);
      else if (unknown) delete retentions.routes[route];
      return part;
    }),
  );
  await each(rest, (name) => attempt(name, () => sweepOther(env, name, areKnown ? retentions : undefined, now())));
  const auditMs = relay.retentionAuditMs ?? AUDIT_MS;
  if (areKnown) await attempt("d1", () => pruneDatabase(env.DB, { retentions, auditMs }, now()));
  return swept;
}

async function sweepOther(env: Env, name: string, retentions: Retentions | undefined, now: number): Promise<Part> {
  if (name.startsWith("correlator:")) {
    // It keeps titles and keys: what a source wrote.
    const { payloadsMs } = retentions ? retentionFor(retentions, `${parseCorrelatorName(name)}.`) : FOREVER;
    const { removed, more } = await env.CORRELATOR.getByName(name).sweep(now - payloadsMs);
    return { removed: { correlations: removed }, more };
  }
  if (!name.startsWith("enricher:")) return env.OUTBOX.getByName(name).sweep(retentions);
  return { removed: { verdicts: await env.ENRICHER.getByName(name).sweep() }, more: false };
}

/** Does it for all of them, a few at the same time. */
async function each(names: readonly string[], work: (name: string) => Promise<void>): Promise<void> {
  const left = [...names];
  const worker = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) await work(name);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function inTime<Value>(work: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS / 1_000} s`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
