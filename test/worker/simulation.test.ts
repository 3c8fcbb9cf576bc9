// The simulation says what the relay does: the same stream, with every gate in its way, through a real ledger and a real correlator on the
// one side and through the relay in memory on the other.
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import type { AlertPatch, SourceEvent } from "../../src/alert.ts";
import type { Inhibition, Rule, Silence } from "../../src/config/model.ts";
import type { CorrelatorCalls } from "../../src/correlator/interface.ts";
import { alertHash, alertId, correlatorName } from "../../src/lib/names.ts";
import { Simulation } from "../../src/simulate/simulation.ts";
import { sources } from "../../src/sources/index.ts";
import { clock } from "./support/clock.ts";
import { LedgerWorld, rule, WAIT } from "./support/ledger-world.ts";
import { registerCorrelator } from "./support/registry.ts";

const MINUTE = 60_000;
/** Times that no minute hits, so that it does not matter that the relay's clock runs on while it works. */
const half = (minutes: number): number => minutes * MINUTE + 30_000;

afterEach(() => clock.reset());

const named = (name: string, when: string, to: string, more: Partial<Rule> = {}): Rule => rule(when, { name, to: [to], ...more });
const of = (kind: string) => `alert.category == "${kind}"`;

const RULES: Rule[] = [
  named("plain", of("plain"), "soc", { escalate: [{ afterMs: all(half(2)) }, { afterMs: all(half(5)), to: ["manager"] }] }),
  named("calm", of("calm"), "calm", { mute: half(4) }),
  named("hidden", of("hidden"), "nobody", { mute: true }),
  named("counted", of("counted"), "many", {
    threshold: { count: 3, withinMs: half(9), by: ["asset.name"], title: "Many", severity: "critical" },
  }),
  named("together", of("together"), "groups", { group: { by: ["asset.name"], waitMs: half(1), intervalMs: half(3) } }),
  named("unanswered", of("asked"), "unless", { unless: { when: of("answer"), withinMs: half(3), by: ["asset.name"] } }),
  named("explained", `${of("cause")} || ${of("effect")}`, "causes"),
];
const INHIBITIONS: Inhibition[] = [{ name: "cause", source: of("cause"), target: of("effect"), by: ["asset.name"], waitMs: half(1) }];

function all(ms: number) {
  return { info: ms, low: ms, medium: ms, high: ms, critical: ms };
}

interface Step {
  minute: number;
  key: string;
  patch?: AlertPatch;
  own?: "in_progress" | "resolved";
}

const at = (minute: number, key: string, patch: AlertPatch): Step => ({ minute, key, patch });
const on = (category: string, name: string, more: AlertPatch = {}): AlertPatch => ({
  category,
  severity: "high",
  assets: [{ name }],
  ...more,
});

const STREAM: Step[] = [
  at(0, "p1", on("plain", "srv")),
  at(0, "p2", on("plain", "db", { severity: "medium" })),
  at(1, "p1", { summary: "more" }),
  at(1, "c1", on("calm", "srv", { severity: "low" })),
  at(2, "c1", { summary: "more of it" }),
  at(2, "h1", on("hidden", "srv")),
  at(3, "c1", { severity: "critical" }),
  at(4, "c1", { summary: "still more" }),
  { minute: 4, key: "p1", own: "in_progress" },
  ...[0, 1, 2, 5, 6].map((minute) => at(minute, `n${minute}`, on("counted", minute === 1 ? "other" : "srv"))),
  at(7, "n7", on("counted", "other")),
  at(2, "g1", on("together", "srv", { severity: "low" })),
  at(3, "g2", on("together", "srv", { severity: "medium" })),
  at(4, "g3", on("together", "db")),
  at(6, "g1", { status: "resolved" }),
  at(7, "g2", { severity: "critical" }),
  at(9, "g2", { status: "resolved" }),
  at(1, "a1", on("asked", "srv")),
  at(1, "a2", on("asked", "db")),
  at(3, "r1", on("answer", "db")),
  at(5, "e0", on("effect", "lonely")),
  at(5, "k1", on("cause", "srv")),
  at(6, "e1", on("effect", "srv")),
  at(10, "k1", { status: "resolved" }),
  at(11, "s1", on("plain", "quiet", { title: "silenced" })),
  at(11, "s2", on("plain", "quiet", { title: "silenced", severity: "critical" })),
  at(12, "p2", { status: "resolved" }),
  at(13, "p2", { status: "new" }),
  at(14, "x1", on("nothing", "srv")),
];
const LAST_MINUTE = 26;

const silenceFrom = (base: number): Silence => ({
  id: "s1",
  when: 'alert.title == "silenced"',
  from: base,
  until: base + half(16),
  ceiling: "high",
  owner: "ana",
  comment: "a drill",
  createdAt: base,
  createdBy: "ana",
});

test("every gate: who is told what, which version, in which minute, and how each event ends", async () => {
  const base = Math.ceil(Date.now() / MINUTE) * MINUTE;
  const events = STREAM.toSorted((left, right) => left.minute - right.minute).map((step, index) => ({
    ...step,
    event: eventOf(step, index),
  }));
  const world = new LedgerWorld({ rules: RULES });
  world.surroundings = { inhibitions: INHIBITIONS, silences: [silenceFrom(base)] };
  registerCorrelator(world.name, {
    ledgerOf: async () => "the only one",
    deliver: async (_, effects) => {
      await world.ledger.raise(effects.flatMap((effect) => (effect.kind === "raise" ? effect.raised : [])));
      await world.ledger.answer(effects.flatMap((effect) => (effect.kind === "verdict" ? effect.verdict : [])));
    },
    note: async () => undefined,
    now: Date.now,
  });
  const config = { version: 0, routes: [world.route], lists: {}, inhibitions: INHIBITIONS };
  const simulation = new Simulation({ config, silences: [silenceFrom(base)], sources });
  const simulated = simulation.route(world.name);
  const relay = new Relay(world);

  for (let minute = 0; minute <= LAST_MINUTE; minute += 1) {
    const now = base + minute * MINUTE;
    clock.skip(now - Date.now());
    while ((simulated.nextDue() ?? Number.POSITIVE_INFINITY) <= now) simulated.turn(now);
    await relay.rest();
    for (const { event, own, key } of events.filter((step) => step.minute === minute)) {
      const id = alertId(world.name, alertHash(key));
      if (own) {
        simulation.change(world.name, id, { status: own, author: "ana" }, now);
        await world.ledger.setStatus(alertHash(key), { status: own, author: "ana" });
      } else {
        simulation.accept(world.name, [{ kind: "event", event }], now);
        await world.submitAt(now, event);
      }
      await relay.rest();
    }
    const expected = simulation.told.splice(0).map(({ destination, title, version, kind, text }) => {
      const what = kind === "reminder" ? `reminder: ${text}` : `v${version}${kind === "digest" ? " digest" : ""}`;
      return `${destination} ${title} ${what}`;
    });
    // What is too much shows at the next minute at the latest.
    await vi.waitFor(async () => {
      await relay.rest();
      expect(relay.told().sort(), `minute ${minute}`).toEqual(expected.sort());
    }, WAIT);
    relay.read();
  }

  const ends = new Map(simulation.events().map(({ claim, end }) => [claim, end]));
  for (const { event, own, key } of events) {
    const story = own ? undefined : await world.story(alertId(world.name, alertHash(key)));
    const stored = await world.rows<{ claim: string; end: string }>(`SELECT claim, end FROM events WHERE claim = '${event.claim}'`);
    if (story) expect([event.claim, stored[0]?.end]).toEqual([event.claim, ends.get(event.claim)]);
  }
  // Every gate had its say: none of them is in the stream for nothing.
  const told = new Set(relay.everybody);
  for (const name of ["soc", "manager", "calm", "many", "groups", "unless", "causes"]) expect(told).toContain(name);
  expect(told).not.toContain("nobody");
  expect(new Set(ends.values())).toEqual(new Set(["routed", "grouped", "silenced", "unmatched"]));
});

function eventOf({ key, patch = {} }: Step, index: number): SourceEvent {
  const claim = `stream-${index}`;
  return { claim, identified: true, key, type: "seen", kind: "updated", order: index + 1, patch: { title: key, ...patch }, payload: null };
}

/** The ledger and the correlator, brought to rest by their alarms. */
class Relay {
  readonly #world: LedgerWorld;
  readonly everybody: string[] = [];
  #read = 0;

  constructor(world: LedgerWorld) {
    this.#world = world;
  }

  /** Runs what is due, and what comes of it, until nothing is left to do. */
  async rest(): Promise<void> {
    const correlator = env.TEST_CORRELATOR.getByName(correlatorName(this.#world.name));
    for (let round = 0; ; round += 1) {
      const before = [this.#world.handed.length, this.#world.observed.length];
      await this.#world.runAlarm();
      const observations = this.#world.observed.splice(0);
      if (observations.length > 0) await (correlator as unknown as CorrelatorCalls).observe(observations);
      await runDurableObjectAlarm(correlator as unknown as DurableObjectStub);
      await this.#world.runAlarm();
      const isQuiet = this.#world.handed.length === before[0] && this.#world.observed.length === 0 && observations.length === 0;
      if (isQuiet && (await this.#world.counts()).processing === 0) return;
      if (round > 50) throw new Error("the relay does not come to rest");
    }
  }

  /** What was told so far is not told again. */
  read(): void {
    this.everybody.push(...this.#news().map(({ destination }) => destination));
    this.#read = this.#world.handed.length;
  }

  #news() {
    return this.#world.handed.slice(this.#read);
  }

  /** What was told since the last reading. */
  told(): string[] {
    return this.#news().flatMap(({ destination, title, versions, digest, reminders = [] }) => [
      ...versions.map((version) => `${destination} ${title} v${version}${digest ? " digest" : ""}`),
      ...reminders.map((text) => `${destination} ${title} reminder: ${text}`),
    ]);
  }
}
