// What all ledgers, outboxes and correlators say of themselves. Ledgers are read before and after the outboxes, so that the books can
// be judged under traffic.
import type { CorrelatorStatus } from "../../correlator/interface.ts";
import type { Env } from "../../env.ts";
import type { LedgerBooks } from "../../ledger/interface.ts";
import { errorText, log } from "../../lib/log.ts";
import { ledgerName, outboxName, parseCorrelatorName, parseLedgerName, parseOutboxName } from "../../lib/names.ts";
import type { CopyCalls } from "../../lib/object-copy.ts";
import type { OutboxStatus } from "../../outbox/interface.ts";
import { knownObjects, notedObjects } from "../../store/objects.ts";
import type { Relay } from "../context.ts";

/** One ledger, read twice. */
export interface LedgerReading {
  name: string;
  route: string;
  before: LedgerBooks;
  after: LedgerBooks;
}

/** One outbox. */
export interface OutboxReading {
  destination: string;
  status: OutboxStatus;
}

/** One correlator. */
export interface CorrelatorReading {
  route: string;
  status: CorrelatorStatus;
}

/** All objects, and the names of those that did not answer. */
export interface Reading {
  ledgers: LedgerReading[];
  outboxes: OutboxReading[];
  correlators: CorrelatorReading[];
  unreachable: string[];
}

/** Names of objects, by their kind. */
export interface ObjectNames {
  ledgers: string[];
  outboxes: string[];
  correlators: string[];
  enrichers: string[];
}

/** Names of all objects: those that the configuration names, and those whose route or destination was removed. */
export async function objectNames({ env, loaded }: Relay): Promise<ObjectNames> {
  const { destinations } = loaded.config;
  const configured = [...configuredLedgers(loaded), ...destinations.map((destination) => outboxName(destination.name))];
  const known = await knownObjects(env.DB, configured);
  const of = (kind: string): string[] => known.filter((name) => name.startsWith(`${kind}:`));
  return { ledgers: of("ledger"), outboxes: of("outbox"), correlators: of("correlator"), enrichers: of("enricher") };
}

/** Names of all ledgers, in their order. Those of routes that are only configured are not noted for it. */
export async function ledgerNames({ env, loaded }: Pick<Relay, "env" | "loaded">): Promise<string[]> {
  const noted = (await notedObjects(env.DB)).filter((name) => name.startsWith("ledger:"));
  return [...new Set([...configuredLedgers(loaded), ...noted])].sort();
}

const configuredLedgers = ({ config }: Relay["loaded"]): string[] =>
  config.routes.flatMap((route) => Array.from({ length: route.shards }, (_, shard) => ledgerName(route.name, shard)));

/** Reads all objects: ledgers, then outboxes, then ledgers again. */
export async function readObjects(relay: Relay): Promise<Reading> {
  const { env } = relay;
  const names = await objectNames(relay);
  const unreachable = new Set<string>();
  const ask = async <Answer>(objects: string[], question: (name: string) => Promise<Answer>): Promise<Map<string, Answer>> => {
    const answers = new Map<string, Answer>();
    await Promise.all(
      objects.map(async (name) => {
        try {
          answers.set(name, await question(name));
        } catch (error) {
          unreachable.add(name);
          log("error", "admin.object_unreachable", { object: name, error: errorText(error) });
        }
      }),
    );
    return answers;
  };
  const before = await ask(names.ledgers, (name) => env.LEDGER.getByName(name).books());
  const statuses = await ask(names.outboxes, (name) => env.OUTBOX.getByName(name).status());
  const after = await ask(names.ledgers, (name) => env.LEDGER.getByName(name).books());
  const correlators = await ask(names.correlators, (name) => env.CORRELATOR.getByName(name).status());
  return {
    ledgers: names.ledgers.flatMap((name) => {
      const first = before.get(name);
      const second = after.get(name);
      return first && second ? [{ name, route: parseLedgerName(name).route, before: first, after: second }] : [];
    }),
    outboxes: names.outboxes.flatMap((name) => {
      const status = statuses.get(name);
      return status ? [{ destination: parseOutboxName(name), status }] : [];
    }),
    correlators: [...correlators].map(([name, status]) => ({ route: parseCorrelatorName(name), status })),
    unreachable: [...unreachable],
  };
}

/** An object of those kinds that a backup has, as it copies it. */
export function copiedObject(env: Env, name: string): CopyCalls {
  const [kind] = name.split(":");
  return (kind === "ledger" ? env.LEDGER : kind === "correlator" ? env.CORRELATOR : env.OUTBOX).getByName(name);
}
