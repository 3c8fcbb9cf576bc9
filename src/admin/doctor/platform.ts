// Checks of what the relay stands on: bindings, schema, objects, queue, cron, the way in.

import type { Env } from "../../env.ts";
import { SCHEMA } from "../../release.ts";
import { probeQueue } from "../../store/queue-probe.ts";
import { isOverdue, lastSweep } from "../../store/upkeep.ts";
import type { AdminContext } from "../context.ts";
import { readBooks } from "../queries/books.ts";
import { copiedObject, objectNames, readObjects } from "../queries/objects.ts";
import { type Check, doubtful, type Found, good, wrong } from "./check.ts";

/** Checks of the Worker itself. */
export function platformChecks(context: AdminContext): Check[] {
  const { env } = context;
  return [
    { id: "bindings", run: async () => bindings(env) },
    { id: "runtime", run: async () => runtime() },
    { id: "schema", run: () => schema(env.DB) },
    { id: "objects", run: () => objects(context) },
    { id: "books", run: () => books(context) },
    { id: "queue", run: () => queue(env) },
    { id: "sweep", run: () => sweep(context) },
    { id: "admin_token", run: async () => adminToken(env.ADMIN_TOKEN) },
  ];
}

const BINDINGS = ["DB", "DELIVERIES", "LEDGER", "OUTBOX", "CORRELATOR", "ENRICHER", "BUDGET", "ASSETS"] as const;

function bindings(env: Env): Found {
  const missing = BINDINGS.filter((name) => env[name] === undefined);
  if (missing.length === 0) return good(`All bindings are there: ${BINDINGS.join(", ")}.`);
  return wrong(`The Worker has no binding ${missing.join(", ")}.`, "Deploy with the wrangler.toml of the project, which names them.");
}

/** The consumer lets its batch go at once, and relies on this. */
const FLAG = "queue_consumer_no_wait_for_wait_until";

function runtime(): Found {
  const flags: unknown = Reflect.get(globalThis, "Cloudflare");
  const isOn: unknown = Object(Object(flags).compatibilityFlags)[FLAG];
  if (isOn === false) return wrong(`The compatibility flag ${FLAG} is off.`, "Deploy with the wrangler.toml of the project.");
  return good("The runtime has the compatibility flags that the Worker relies on.");
}

async function schema(db: D1Database): Promise<Found> {
  const { results } = await db.prepare("SELECT name FROM d1_migrations ORDER BY name").all<{ name: string }>();
  const newest = results.at(-1)?.name ?? "none";
  if (newest === SCHEMA) return good(`The schema of D1 is that of this version (${SCHEMA}).`);
  if (newest < SCHEMA || newest === "none")
    return wrong(`The schema of D1 is ${newest}, and this version needs ${SCHEMA}.`, "Run `npx tocsin migrations up`.");
  return doubtful(
    `The schema of D1 is ${newest}, newer than this version's (${SCHEMA}).`,
    "Deploy the version that it belongs to, or go back with `npx tocsin migrations down`.",
  );
}

async function objects(context: AdminContext): Promise<Found> {
  const { ledgers, outboxes, unreachable } = await readObjects(context);
  if (unreachable.length > 0)
    return wrong(
      `${unreachable.join(", ")} did not answer.`,
      "Look for `admin.object_unreachable` in the log; docs/runbook.md says what then.",
    );
  const names = await objectNames(context);
  const staged: string[] = [];
  for (const name of [...names.ledgers, ...names.outboxes, ...names.correlators])
    if (await copiedObject(context.env, name).restoring()) staged.push(name);
  if (staged.length > 0)
    return wrong(
      `A restore was interrupted in ${staged.join(", ")}: until it is done, nothing is taken there.`,
      "Repeat `npx tocsin restore FOLDER`; or throw away what is staged, with --discard.",
    );
  return good(`All ledgers (${ledgers.length}) and outboxes (${outboxes.length}) answer.`);
}

async function books(context: AdminContext): Promise<Found> {
  const { books: found } = await readBooks(context);
  if (found.balanced) return good("The books balance.");
  return wrong("The books do not balance.", "`npx tocsin books` names what is off; docs/runbook.md says what then.");
}

/** Usually some ms; a real queue may take seconds. */
const QUEUE_MS = 10_000;

async function queue(env: Env): Promise<Found> {
  const ms = await probeQueue(env.DELIVERIES, env.DB, QUEUE_MS);
  if (ms !== undefined) return good(`A message went through the queue in ${ms} ms.`);
  return wrong(
    `A message did not come through the queue within ${QUEUE_MS / 1_000} s.`,
    "See whether its delivery is paused (`npx wrangler queues info deliveries`; `npx wrangler queues resume-delivery deliveries`), or it has a backlog.",
  );
}

async function sweep({ env, now }: AdminContext): Promise<Found> {
  const last = await lastSweep(env.DB);
  if (!last)
    return doubtful(
      "The sweep has not run yet.",
      "It comes every five minutes: look again then. If it does not, deploy again, which sets the cron trigger.",
    );
  const when = `The last sweep ended at ${last.at}`;
  if (isOverdue(last, now()))
    return wrong(
      `${when}: it is overdue.`,
      "Deploy again, which sets the cron trigger, and look at its past events in Cloudflare's dashboard.",
    );
  if (last.failed.length > 0) return doubtful(`${when}, and ${last.failed.join(", ")} failed.`, "Look for `sweep.failed` in the log.");
  return good(`${when}; it called ${last.objects} objects.`);
}

const SHORT = 20;
const FEW = 10;

function adminToken(token: string | undefined): Found {
  if (!token) return good("There is no ADMIN_TOKEN: people come in by Cloudflare Access or by tokens of the database alone.");
  if (token.length >= SHORT && new Set(token).size >= FEW) return good(`ADMIN_TOKEN has ${token.length} characters.`);
  return wrong(
    "ADMIN_TOKEN is short or simple enough to be guessed.",
    "Set a random one: `openssl rand -base64 32 | npx wrangler secret put ADMIN_TOKEN`.",
  );
}
