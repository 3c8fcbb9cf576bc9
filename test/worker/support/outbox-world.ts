// An outbox of its own for one test: a destination and a queue that the test decides, and answers that the test gives.
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { Alert } from "../../../src/alert.ts";
import type { DestinationConfig } from "../../../src/config/model.ts";
import type { DeliveryRecord } from "../../../src/delivery.ts";
import type { Destination, Notice } from "../../../src/destinations/destination.ts";
import { deliveryId, outboxName } from "../../../src/lib/names.ts";
import type { Target } from "../../../src/outbox/core.ts";
import type { OutboxCalls, OutboxStatus, QueuedMessage } from "../../../src/outbox/interface.ts";
import type { OutboxStages } from "../../../src/outbox/object.ts";
import type { Budget, DeliveryOutcome } from "../../../src/outcome.ts";
import { sampleAlert } from "../../support/alerts.ts";
import { sampleAdapter, sampleDestination } from "../../support/destinations.ts";
import { expectDestinationBalance } from "./books.ts";
import { crash } from "./crash.ts";
import { registerOutbox } from "./registry.ts";

/** How long an effect may take before a test fails. */
export const WAIT = { timeout: 60_000, interval: 5 };

const NO_DIGEST = { after: 1_000_000, everyMs: 60_000, max: 100 };
let made = 0;

/** What a test may decide. */
export interface OutboxOptions {
  adapter?: Partial<Destination>;
  rate?: { count: number; perMs: number };
  queueDiesWithProcess?: boolean;
  /** Absent: a backlog is never swallowed. */
  digest?: DestinationConfig["digest"];
  failover?: DestinationConfig["failover"];
  /** What a budget shared with others answers; absent: none is shared. */
  budget?: ReturnType<OutboxStages["budget"]>;
}

/** One outbox and everything around it. */
export class OutboxWorld {
  readonly name = `box${++made}`;
  readonly sent: QueuedMessage[] = [];
  readonly projected: DeliveryRecord[] = [];
  /** How many messages each call of `sendBatch` had. */
  readonly batches: QueuedMessage[][] = [];
  /** What another destination was asked to show, and to tell. */
  readonly standIns: string[] = [];
  readonly notices: Notice[] = [];
  readonly broken: { send?: string; project?: string; standIn?: string } = {};
  /** While set, no other destination can take a word. */
  nobodyTells = false;
  /** While set, another destination takes what it is to show or to tell, but its answer does not come. */
  readonly held: { standIn?: boolean; announce?: boolean } = {};
  adapter: Destination;
  config = sampleDestination({ name: this.name });
  /** Overrides what the configuration says of the destination. */
  state: "removed" | "broken" | "there" = "there";
  #answered = 0;
  #made: Target | undefined;

  constructor(options: OutboxOptions = {}) {
    this.adapter = sampleAdapter(options.adapter);
    const { rate, failover } = options;
    this.config = sampleDestination({ name: this.name, rate, failover, digest: options.digest ?? NO_DIGEST });
    registerOutbox(this.name, {
      target: async () => (this.state === "there" ? this.#target() : this.state),
      send: async (messages) => {
        if (this.broken.send) throw new Error(this.broken.send);
        this.batches.push(messages.map(({ body }) => body));
        this.sent.push(...messages.map(({ body }) => body));
      },
      project: async (records) => {
        if (this.broken.project) throw new Error(this.broken.project);
        this.projected.push(...structuredClone(records));
      },
      note: async () => {},
      budget: () => options.budget,
      standIn: async (to, messages) => {
        if (this.broken.standIn) throw new Error(this.broken.standIn);
        this.standIns.push(...messages.map(({ alert, versions }) => `${to}: ${alert.title}@${versions.join(",")}`));
        await this.#freed("standIn");
      },
      announce: async (notice) => {
        if (this.nobodyTells) return undefined;
        this.notices.push(notice);
        await this.#freed("announce");
        return "elsewhere";
      },
      now: () => Date.now(),
      random: () => 0.5,
      queueDiesWithProcess: options.queueDiesWithProcess ?? false,
    });
  }

  async #freed(call: keyof OutboxWorld["held"]): Promise<void> {
    while (this.held[call]) await new Promise((resolve) => setTimeout(resolve, WAIT.interval));
  }

  #target(): Target {
    const { config, adapter } = this;
    // The same object until a test changes something, as from the real configuration.
    if (this.#made?.config !== config || this.#made.adapter !== adapter)
      this.#made = { config, adapter, can: adapter.can(config.settings), rule: () => undefined };
    return this.#made;
  }

  /** A stub dies with its object: a new one for each call. */
  get stub(): DurableObjectStub {
    return env.TEST_OUTBOX.getByName(outboxName(this.name));
  }

  get outbox(): OutboxCalls {
    return this.stub as unknown as OutboxCalls;
  }

  /** Hands over one version of an alert; `about` names the alert. */
  plan(about: string, overrides: Parameters<typeof sampleAlert>[0] = {}, versions = [overrides?.version ?? 1]): Promise<void> {
    return this.outbox.enqueue([{ alert: alertOf(about, overrides), versions }]);
  }

  id(about: string, version = 1): string {
    return deliveryId(this.name, alertOf(about).id, version);
  }

  /** What was sent so far, as `about@version` of what the bodies show. */
  get shown(): string[] {
    return this.sent.map(({ slot, body }) => `${aboutOf(slot)}@${bodyOf(body).version}`);
  }

  /** Waits until so many messages were sent in all, and answers the last one. */
  async sentCount(count: number): Promise<QueuedMessage> {
    await vi.waitFor(() => {
      if (this.sent.length < count) throw new Error(`${this.sent.length} of ${count} sent: ${this.shown}`);
    }, WAIT);
    const last = this.sent[count - 1];
    if (!last || this.sent.length > count) throw new Error(`more than ${count} sent: ${this.shown}`);
    return last;
  }

  /** Settles one message. */
  answer(message: QueuedMessage, outcome: DeliveryOutcome, budget?: Budget): Promise<void> {
    const { id, slot, attempt } = message;
    return this.outbox.settle([{ id, slot, attempt, outcome, budget, at: Date.now(), ms: 3 }]);
  }

  /** Delivers whatever is sent, until nothing more comes. `ref` names the messages for edits. */
  async deliverAll(ref?: string): Promise<void> {
    while (this.#answered < this.sent.length) {
      const message = this.sent[this.#answered];
      this.#answered += 1;
      if (message) await this.answer(message, { kind: "delivered", ref });
    }
  }

  /** Brings one alert's first version onto the wall. */
  async show(about: string, overrides: Parameters<typeof sampleAlert>[0] = {}, ref?: string): Promise<void> {
    const before = this.sent.length;
    await this.plan(about, overrides);
    await this.answer(await this.sentCount(before + 1), { kind: "delivered", ref });
  }

  /** The state, whose counts have to add up whenever they are asked for. */
  async status(): Promise<OutboxStatus> {
    const status = await this.outbox.status();
    expectDestinationBalance(status.counts);
    return status;
  }

  async deliveries(about: string): Promise<DeliveryRecord[]> {
    return this.outbox.deliveriesOf(alertOf(about).id);
  }

  /** Sends a test; called inside the object, since the test runner reserves the method's name over RPC. */
  test(about: string): Promise<string> {
    return runInDurableObject(this.stub, (object) => (object as unknown as OutboxCalls).test(alertOf(about)));
  }

  /** Looks whether something may go now: what timers and alarms do when the time has come. */
  async turn(): Promise<void> {
    await runDurableObjectAlarm(this.stub);
    await this.outbox.sweep();
  }

  crash(): Promise<void> {
    return crash(this.stub);
  }

  /** Runs SQL in the object's storage. */
  sql(text: string): Promise<Record<string, SqlStorageValue>[]> {
    return runInDurableObject(this.stub, (_, state) => state.storage.sql.exec(text).toArray());
  }
}

/** The alert that `about` names; the same name is the same alert. */
export function alertOf(about: string, overrides: Parameters<typeof sampleAlert>[0] = {}): Alert {
  return sampleAlert({ id: `prod.${about}`, title: about, severity: "high", status: "new", count: 1, ...overrides });
}

const aboutOf = (slot: string): string => slot.replace("prod.", "");

/** What the sample adapter wrote into a body. */
export const bodyOf = (
  body: string | undefined,
): { kind?: string; version?: number; plain?: boolean; delta?: Record<string, unknown>; ping?: string } => JSON.parse(body ?? "{}");
