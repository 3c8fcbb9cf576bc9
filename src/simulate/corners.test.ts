// Where gates meet what people do, a changed configuration or each other: nothing that waits is forgotten, nothing worse stays hidden.
import { describe, expect, test } from "vitest";
import { sampleRoute } from "../../test/support/routes.ts";
import type { AlertPatch, SourceEvent } from "../alert.ts";
import type { EscalationStep, Inhibition, Rule, Silence } from "../config/model.ts";
import type { OwnChange } from "../ledger/interface.ts";
import type { Planner } from "../ledger/stages.ts";
import { alertHash, alertId } from "../lib/names.ts";
import { plannerOf } from "../process/planner.ts";
import { SimulatedRoute } from "./route.ts";
import type { Told } from "./told.ts";

/** A Saturday, 14:00 UTC. */
const START = Date.parse("2026-11-21T14:00:00.000Z");
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

interface Settings {
  rules: Rule[];
  inhibitions?: Inhibition[];
  silences?: Silence[];
}

/** A route whose configuration may change. Times in ms after the start. */
class World {
  readonly told: Told[] = [];
  settings: Settings;
  readonly #route: SimulatedRoute;
  #events = 0;
  now = 0;

  constructor(settings: Settings) {
    this.settings = settings;
    const planner = (): Planner => {
      const { rules, inhibitions = [], silences = [] } = this.settings;
      return plannerOf(sampleRoute({ rules }), { inhibitions, silences });
    };
    this.#route = new SimulatedRoute(
      "prod",
      { ...planner(), plan: (...asked) => planner().plan(...asked), rule: (name) => planner().rule(name) },
      (told) => this.told.push(told),
    );
  }

  say(key: string, patch: AlertPatch, more: Partial<SourceEvent> = {}): void {
    this.#events += 1;
    const order = START + this.now + this.#events / 1_000;
    const event: SourceEvent = {
      claim: `c${this.#events}`,
      identified: true,
      key,
      type: "alert",
      kind: "updated",
      order,
      patch: { title: key, ...patch },
      payload: null,
      ...more,
    };
    const policy = { source: "generic", defaultSeverity: "high" as const, dedupWindowMs: HOUR };
    this.#route.accept({ policy, entries: [{ kind: "event", event }], receivedAt: START + this.now, bytes: 1 });
  }

  /** Somebody does something to an alert. */
  do(key: string, own: Omit<OwnChange, "author">): void {
    this.#route.change(alertId("prod", alertHash(key)), { author: "ana", ...own }, START + this.now);
  }

  state(key: string) {
    return this.#route.rows.states.get(alertHash(key));
  }

  until(ms: number): void {
    for (let due = this.#route.nextDue(); due !== undefined && due <= START + ms; due = this.#route.nextDue()) {
      this.now = Math.max(this.now, due - START);
      this.#route.turn(START + this.now);
    }
    this.now = ms;
  }

  /** In short: `soc a high new`. */
  get words(): string[] {
    return this.told.map(
      ({ destination, key, severity, status, kind }) => `${destination} ${key} ${severity} ${kind === "reminder" ? kind : status}`,
    );
  }
}

const rule = (more: Partial<Rule> = {}): Rule => ({ name: "all", to: ["soc"], enabled: true, stop: false, ...more });
const down: Inhibition = { name: "down", source: '"site" in alert.tags', target: '"service" in alert.tags', by: ["asset.name"], waitMs: 0 };
const site: AlertPatch = { severity: "high", tags: ["site"], assets: [{ name: "db-1" }] };
const service: AlertPatch = { ...site, tags: ["service"] };
const byHost: Rule = rule({ group: { by: ["asset.name"], waitMs: 30 * SECOND, intervalMs: 5 * MINUTE } });
const groupKey = "tocsin:group:all:db-1:1";
const silence: Silence = {
  id: "s",
  when: "true",
  from: START,
  until: START + HOUR,
  ceiling: "high",
  owner: "ana",
  comment: "known",
  createdAt: START,
  createdBy: "ana",
};

describe("an inhibition", () => {
  test("ends when somebody resolves its source by hand", () => {
    const world = new World({ rules: [rule()], inhibitions: [down] });
    world.say("site", site);
    world.say("service", service);
    world.until(MINUTE);
    expect(world.words).toEqual(["soc site high new"]);
    world.do("site", { status: "resolved" });
    world.until(2 * MINUTE);
    expect(world.words.toSorted()).toEqual(["soc service high new", "soc site high new", "soc site high resolved"]);
  });

  test("ends also where nobody shows the source that somebody resolves by hand", () => {
    const world = new World({ rules: [rule({ when: '"service" in alert.tags' })], inhibitions: [down] });
    world.say("site", site);
    world.say("service", service);
    world.do("site", { status: "resolved" });
    expect(world.words).toEqual(["soc service high new"]);
  });

  test("that is configured no more holds nothing back, within the hour", () => {
    const world = new World({ rules: [rule()], inhibitions: [down] });
    world.say("site", site);
    world.say("service", service);
    world.until(MINUTE);
    world.settings = { rules: [rule()] };
    world.until(2 * HOUR);
    expect(world.words).toEqual(["soc site high new", "soc service high new"]);
  });

  test("that was configured no more for a while knows of no source that ended meanwhile", () => {
    const world = new World({ rules: [rule()], inhibitions: [down] });
    world.say("site", site);
    world.settings = { rules: [rule()] };
    world.say("site", { ...site, status: "resolved" });
    world.settings = { rules: [rule()], inhibitions: [down] };
    world.say("service", service);
    world.until(HOUR);
    expect(world.words).toContain("soc service high new");
  });

  test("holds for as long as its source lasts, with no word in the trace for each look", () => {
    const world = new World({ rules: [rule()], inhibitions: [down] });
    world.say("site", site);
    world.say("service", service);
    world.until(72 * HOUR);
    expect(world.words).toEqual(["soc site high new"]);
    world.say("site", { ...site, status: "resolved" });
    expect(world.words.at(-1)).toBe("soc service high new");
  });
});

describe("a group", () => {
  test("hears what people do to its members: it ends when they resolved all of them", () => {
    const world = new World({ rules: [byHost] });
    world.say("a", site);
    world.say("b", site);
    world.until(MINUTE);
    world.do("a", { status: "resolved" });
    world.do("b", { status: "resolved" });
    world.until(10 * MINUTE);
    expect(world.words).toEqual([`soc ${groupKey} high new`, `soc ${groupKey} high resolved`]);
  });

  test("that somebody resolved by hand is open again when another alert joins it", () => {
    const world = new World({ rules: [byHost] });
    world.say("a", { ...site, severity: "critical" });
    world.until(MINUTE);
    world.do(groupKey, { status: "resolved" });
    world.until(10 * MINUTE);
    world.say("b", { ...site, severity: "critical" });
    world.until(20 * MINUTE);
    expect(world.words.at(-1)).toBe(`soc ${groupKey} critical new`);
  });

  test("whose rule is disabled still gets the end of what it shows, and takes in nobody", () => {
    const world = new World({ rules: [byHost] });
    world.say("a", site);
    world.until(MINUTE);
    world.settings = { rules: [{ ...byHost, enabled: false }] };
    world.say("b", site);
    world.say("a", { ...site, status: "resolved" });
    world.until(10 * MINUTE);
    expect(world.words).toEqual([`soc ${groupKey} high new`, `soc ${groupKey} high resolved`]);
  });

  test("whose rule is gone ends as its members are heard of again", () => {
    const world = new World({ rules: [byHost] });
    world.say("a", site);
    world.until(MINUTE);
    world.settings = { rules: [{ ...byHost, name: "by host" }] };
    world.say("a", { ...site, title: "again" });
    world.until(10 * MINUTE);
    expect(world.words).toEqual([`soc ${groupKey} high new`, `soc ${groupKey} high resolved`, "soc tocsin:group:by host:db-1:1 high new"]);
  });
});

describe("a rise above the ceiling of a silence", () => {
  test("is told also where the rule looks only at how the alert began", () => {
    const world = new World({ rules: [rule({ when: 'change.kind == "opened"' })], silences: [silence] });
    world.say("a", { severity: "low" });
    expect(world.words).toEqual([]);
    world.now = MINUTE;
    world.say("a", { severity: "critical" });
    expect(world.words).toEqual(["soc a critical new"]);
  });
});

describe("the end of a silence", () => {
  test("shows what it hid on each wall, however much of the alert it hid after its beginning", () => {
    const rules = [rule({ name: "new ones", when: 'change.kind == "opened"' }), rule({ name: "all", to: ["board"] })];
    const world = new World({ rules, silences: [silence] });
    for (let n = 0; n < 60; n += 1) world.say("a", { severity: "low", title: `a ${n}` });
    world.until(2 * HOUR);
    expect(world.words.toSorted()).toEqual(["board a low new", "soc a low new"]);
  });
});

describe("a rule that is disabled meanwhile", () => {
  test("tells nothing of what it had wait, alerts of our own included", () => {
    const closed = { zone: "UTC", days: ["mon" as const], from: 0, to: 60, outside: "hold" as const };
    const waiting = rule({ threshold: { count: 2, withinMs: MINUTE, by: [] }, hours: closed });
    const world = new World({ rules: [waiting] });
    world.say("a", site);
    world.say("b", site);
    world.settings = { rules: [{ ...waiting, enabled: false }] };
    world.until(72 * HOUR);
    expect(world.words).toEqual([]);
  });
});

describe("an escalation", () => {
  const all = (ms: number): EscalationStep["afterMs"] => ({ info: ms, low: ms, medium: ms, high: ms, critical: ms });

  test("goes on when somebody gives the alert back", () => {
    const world = new World({ rules: [rule({ escalate: [{ afterMs: all(10 * MINUTE), to: ["boss"] }] })] });
    world.say("a", site);
    world.do("a", { status: "in_progress" });
    world.until(MINUTE);
    world.do("a", { status: "new" });
    world.until(HOUR);
    expect(world.words.at(-1)).toBe("boss a high new");
  });
});
