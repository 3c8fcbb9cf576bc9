// The relay with counters around it. `/bench/counts` tells them; `/bench/later?ms=` moves the clock, so that retention's deletes
// can be counted as well.
import { env } from "cloudflare:workers";
import type { Env } from "../../src/env.ts";
import worker, { Correlator, Enricher, Ledger, Outbox } from "../../src/index.ts";
import type { QueuedMessage } from "../../src/outbox/interface.ts";
import { count, countDatabase, counted, countQueue, countStorage } from "./counters.ts";

const realNow = Date.now;
let ahead = 0;
Date.now = () => realNow() + ahead;

type ObjectClass = new (ctx: DurableObjectState, env: Env) => object;

/** A class whose every request is counted: RPC calls and alarms. */
function countedClass<Base extends ObjectClass>(base: Base, owner: string): Base {
  const Counted = class extends (base as ObjectClass) {
    constructor(ctx: DurableObjectState, env: Env) {
      countStorage(ctx.storage, owner);
      count(`starts.${owner}`);
      super(ctx, env);
    }
  };
  for (const name of Object.getOwnPropertyNames(base.prototype)) {
    if (name === "constructor") continue;
    const original: (this: object, ...args: unknown[]) => unknown = Reflect.get(base.prototype, name);
    const method = function (this: object, ...args: unknown[]): unknown {
      count(`requests.${owner}.${name}`);
      return Reflect.apply(original, this, args);
    };
    Object.defineProperty(Counted.prototype, name, { value: method, configurable: true, writable: true });
  }
  return Counted as unknown as Base;
}

const CountedLedger = countedClass(Ledger, "ledger");
const CountedOutbox = countedClass(Outbox, "outbox");
const CountedCorrelator = countedClass(Correlator, "correlator");
const CountedEnricher = countedClass(Enricher, "enricher");

export { CountedCorrelator as Correlator, CountedEnricher as Enricher, CountedLedger as Ledger, CountedOutbox as Outbox };

const bindings = env as unknown as Env;
countDatabase(bindings.DB);
countQueue(bindings.DELIVERIES);

export default {
  ...worker,
  fetch(request, env, ctx) {
    const url = new URL(request.url);
    if (url.pathname === "/bench/counts") return Response.json(counted());
    if (url.pathname === "/bench/later") {
      ahead += Number(url.searchParams.get("ms"));
      return Response.json({ ahead });
    }
    return worker.fetch(request, env, ctx);
  },
  queue(batch, env, ctx) {
    count("queue.batches");
    return worker.queue(batch, env, ctx);
  },
} satisfies ExportedHandler<Env, QueuedMessage>;
