// `silent_after` as a table: what was heard of and falls silent raises an alert that goes by the route's ordinary rules, and its return resolves it.
import { describe, expect, test } from "vitest";
import { sampleRoute } from "../../test/support/routes.ts";
import type { AlertPatch } from "../alert.ts";
import type { Route, Rule } from "../config/model.ts";
import { SimulatedRoute } from "../simulate/route.ts";
import type { Told } from "../simulate/told.ts";
import { plannerOf } from "./planner.ts";

const T0 = Date.UTC(2026, 10, 20, 10);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RULES: Rule[] = [
  { name: "high", enabled: true, when: "alert.severity_id >= HIGH", to: ["soc"], stop: false },
  { name: "silence", enabled: true, when: 'alert.type == "silent"', to: ["ops"], stop: false },
];

class World {
  readonly told: Told[] = [];
  readonly #route: SimulatedRoute;
  #now = T0;
  #events = 0;

  constructor(more: Partial<Route>) {
    this.#route = new SimulatedRoute("prod", plannerOf(sampleRoute({ name: "prod", rules: RULES, ...more })), (told) =>
      this.told.push(told),
    );
  }

  hear(host: string | undefined, severity: AlertPatch["severity"] = "low"): void {
    this.#events += 1;
    const patch: AlertPatch = { title: "Event", severity, ...(host === undefined ? {} : { assets: [{ name: host }] }) };
    const event = {
      claim: `c${this.#events}`,
      identified: true,
      key: `k${this.#events}`,
      type: "event",
      kind: "opened",
      patch,
      payload: null,
    } as const;
    const policy = { source: "generic", defaultSeverity: "high" as const, dedupWindowMs: HOUR };
    this.#route.accept({ policy, entries: [{ kind: "event", event }], receivedAt: this.#now, bytes: 1 });
  }

  /** Lets time pass, and does what is due on the way. */
  pass(ms: number): void {
    const until = this.#now + ms;
    for (let due = this.#route.nextDue(); due !== undefined && due <= until; due = this.#route.nextDue()) {
      this.#now = Math.max(this.#now, due);
      this.#route.turn(this.#now);
    }
    this.#now = until;
  }

  /** Alerts of our own as they stand: `severity status title`. */
  get raised(): string[] {
    return [...this.#route.rows.states.values()]
      .filter(({ raisedBy }) => raisedBy)
      .map(({ alert }) => `${alert.severity} ${alert.status} ${alert.title}`);
  }
}
const byHost = (more: Partial<Route> = {}) => new World({ silentKeys: { afterMs: HOUR, by: ["asset.name"], severity: "medium" }, ...more });
const titles = ({ told }: World) => told.map(({ title, status }) => `${title}: ${status}`);

describe("a key that falls silent", () => {
  test("raises an alert with its time, and its return resolves it; others are not concerned", () => {
    const world = byHost();
    world.hear("db-1");
    world.hear("db-2");
    world.pass(50 * MINUTE);
    world.hear("db-2");
    world.pass(20 * MINUTE);
    expect(world.raised).toEqual(["medium new Nothing heard of db-1 since 2026-11-20 10:00 UTC"]);
    expect(titles(world)).toEqual(["Nothing heard of db-1 since 2026-11-20 10:00 UTC: new"]);
    world.hear("db-1");
    world.pass(MINUTE);
    expect(world.raised).toEqual(["medium resolved Nothing heard of db-1 since 2026-11-20 10:00 UTC"]);
    expect(titles(world).at(-1)).toContain("resolved");
  });

  test("goes by the route's ordinary rules: who hears of it is whom they name for its severity and type", () => {
    const quiet = byHost();
    quiet.hear("db-1");
    quiet.pass(2 * HOUR);
    expect(quiet.told.map(({ destination }) => destination)).toEqual(["ops"]);
    const loud = byHost({ silentKeys: { afterMs: HOUR, by: ["asset.name"], severity: "critical" } });
    loud.hear("db-1");
    loud.pass(2 * HOUR);
    expect(loud.told.map(({ destination }) => destination).sort()).toEqual(["ops", "soc"]);
  });

  test("is told once for each silence, and anew for the next", () => {
    const world = byHost();
    world.hear("db-1");
    world.pass(24 * HOUR);
    expect(world.raised).toHaveLength(1);
    world.hear("db-1");
    world.pass(2 * HOUR);
    expect(world.raised.map((one) => one.split(" ")[1])).toEqual(["resolved", "new"]);
  });

  test("is not heard of by its own alert, nor by an event without a value", () => {
    const world = byHost();
    world.hear(undefined);
    world.pass(24 * HOUR);
    expect(world.raised).toEqual([]);
    world.hear("db-1");
    world.pass(24 * HOUR);
    expect(world.raised).toHaveLength(1);
    expect(world.raised[0]).toContain("new");
  });

  test("is the whole route where no key is named", () => {
    const world = new World({ silentKeys: { afterMs: HOUR, by: [], severity: "high" } });
    world.hear(undefined);
    world.pass(30 * MINUTE);
    world.hear("db-1");
    world.pass(59 * MINUTE);
    expect(world.raised).toEqual([]);
    world.pass(2 * MINUTE);
    expect(world.raised).toEqual(["high new Nothing heard of the route prod since 2026-11-20 10:30 UTC"]);
  });

  test("is watched nowhere else: a duration alone is a word of the relay, and raises nothing", () => {
    const world = new World({ silentAfterMs: HOUR });
    world.hear("db-1");
    world.pass(24 * HOUR);
    expect(world.raised).toEqual([]);
  });

  test("is watched no more where the route is disabled or has forgotten it", () => {
    const world = byHost({ enabled: false });
    world.hear("db-1");
    world.pass(24 * HOUR);
    expect(world.raised).toEqual([]);
    world.hear("db-1");
    expect(world.raised).toEqual([]);
  });
});
