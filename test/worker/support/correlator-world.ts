// A correlator of its own for one test, with ledgers that the test decides.
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { CorrelatorCalls, Effect, Observation } from "../../../src/correlator/interface.ts";
import { correlatorName } from "../../../src/lib/names.ts";
import { crash } from "./crash.ts";
import { registerCorrelator } from "./registry.ts";

let made = 0;

/** One correlator and everything around it. */
export class CorrelatorWorld {
  readonly name = `correlated${++made}`;
  /** What each call to a ledger told. */
  readonly calls: { ledger: string; effects: Effect[] }[] = [];
  /** Set to make a stage fail: a ledger by its name, or all; an effect by a part of what it says. */
  readonly broken: { ledger?: string; note?: boolean; ledgerOf?: boolean; effect?: string } = {};
  /** Ledgers whose calls are under way and do not end. */
  readonly hanging = new Set<string>();
  noted = 0;

  constructor(mostKeys?: number) {
    registerCorrelator(this.name, {
      ledgerOf: async (effect) => {
        if (this.broken.ledgerOf) throw new Error("no configuration");
        const key = effect.kind === "raise" ? effect.raised.key : effect.verdict.alert;
        return key.includes("other") ? "two" : "one";
      },
      deliver: async (ledger, effects) => {
        if (this.broken.ledger === ledger || this.broken.ledger === "all") throw new Error("the ledger is away");
        if (this.broken.effect && JSON.stringify(effects).includes(this.broken.effect)) throw new Error("the ledger cannot take it");
        this.calls.push({ ledger, effects: structuredClone(effects) });
        if (this.hanging.has(ledger)) await new Promise(() => undefined);
      },
      note: async () => {
        if (this.broken.note) throw new Error("D1 is away");
        this.noted += 1;
      },
      now: Date.now,
      ...(mostKeys === undefined ? {} : { mostKeys }),
    });
  }

  /** A stub dies with its object: a new one for each call. */
  get stub(): DurableObjectStub {
    return env.TEST_CORRELATOR.getByName(correlatorName(this.name));
  }

  get correlator(): CorrelatorCalls {
    return this.stub as unknown as CorrelatorCalls;
  }

  async observe(...observations: Observation[]): Promise<void> {
    await this.correlator.observe(observations);
  }

  /** Everything that ledgers were told, in short: `a1 fired`, `tocsin:... 3`. */
  get told(): string[] {
    return this.calls.flatMap(({ effects }) =>
      effects.map((effect) =>
        effect.kind === "raise"
          ? `${effect.raised.key} ${effect.raised.patch.total ?? effect.raised.type}`
          : `${effect.verdict.alert} ${effect.verdict.verdict}`,
      ),
    );
  }

  /** Waits until so much was told and nothing is owed. */
  async settled(): Promise<string[]> {
    await vi.waitFor(async () => {
      const { owed } = await this.correlator.status();
      if (owed > 0) throw new Error(`${owed} effects are owed`);
    }, WAIT);
    return this.told;
  }

  rows<Row extends Record<string, SqlStorageValue>>(sql: string): Promise<Row[]> {
    return runInDurableObject(this.stub, (_, state) => state.storage.sql.exec<Row>(sql).toArray());
  }

  alarmAt(): Promise<number | null> {
    return runInDurableObject(this.stub, (_, state) => state.storage.getAlarm());
  }

  /** The object loses its memory; `alarm: false` takes its alarm away as well. */
  async crash({ alarm = true } = {}): Promise<void> {
    if (!alarm) await runInDurableObject(this.stub, (_, state) => state.storage.deleteAlarm());
    await crash(this.stub);
  }

  runAlarm(): Promise<boolean> {
    return runDurableObjectAlarm(this.stub);
  }
}

/** How long an effect may take before a test fails; it is met in a few ms. */
export const WAIT = { timeout: 8_000, interval: 5 };

let events = 0;

/** An observation that happens now. */
export function observed(
  settings: Observation["settings"],
  more: Partial<Observation> = {},
  alert: Partial<Observation["alert"]> = {},
): Observation {
  events += 1;
  return {
    event: `ev_${events}`,
    by: "rule",
    settings,
    keys: ["db-1"],
    at: Date.now(),
    ...more,
    alert: { id: `prod.a${events}`, version: 1, title: "Failed login", severity: "medium", status: "new", assets: [], ...alert },
  };
}
