// `dedup_key` over the ledger's own modules in memory: what is a copy, and that nothing worse, reopened or new is ever one.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleRoute } from "../../test/support/routes.ts";
import { type Alert, type AlertPatch, rises, SEVERITIES, type Severity, type SourceEvent, type Status } from "../alert.ts";
import { alertHash, parseAlertId } from "../lib/names.ts";
import { plannerOf } from "../process/planner.ts";
import { SimulatedRoute } from "../simulate/route.ts";
import type { EntryResult } from "./interface.ts";

const T0 = Date.UTC(2026, 10, 20, 10);
const HOUR = 3_600_000;

/** A route with one rule to `soc`, and a clock that goes on by a second with each event. */
class World {
  readonly #route: SimulatedRoute;
  readonly #key: string[] | undefined;
  #now = T0;
  #events = 0;
  readonly results: EntryResult[] = [];

  constructor(dedupKey?: string[]) {
    this.#key = dedupKey;
    const rule = { name: "all", enabled: true, to: ["soc"], stop: false };
    this.#route = new SimulatedRoute("prod", plannerOf(sampleRoute({ name: "prod", rules: [rule] })), () => undefined);
  }

  say(about: string, patch: AlertPatch, more: Partial<SourceEvent> = {}): EntryResult {
    this.#events += 1;
    this.#now += 1_000;
    const event: SourceEvent = {
      claim: `claim-${this.#events}`,
      identified: true,
      key: about,
      type: "event",
      kind: "updated",
      patch,
      payload: null,
      ...more,
    };
    const policy = { source: "generic", defaultSeverity: "high" as const, dedupWindowMs: HOUR, dedupKey: this.#key };
    const [result] = this.#route.accept({ policy, entries: [{ kind: "event", event }], receivedAt: this.#now, bytes: 1 });
    if (!result) throw new Error("no result");
    this.results.push(result);
    return result;
  }

  skip(ms: number): void {
    this.#now += ms;
  }

  alert(id: string | null): Alert | undefined {
    return this.#route.rows.states.get(parseAlertId(id ?? "")?.hash ?? "")?.alert;
  }

  about(key: string): Alert | undefined {
    return this.#route.rows.states.get(alertHash(key))?.alert;
  }

  /** `accepted`, or of which alert it is a copy. */
  get said(): string[] {
    return this.results.map(({ outcome, alert }) => (outcome === "duplicate" ? `copy of ${this.alert(alert)?.key}` : outcome));
  }
}

const scan = (more: AlertPatch = {}): AlertPatch => ({
  title: "Port scan",
  severity: "medium",
  status: "new",
  rule: { name: "scan" },
  assets: [{ name: "srv-1" }],
  ...more,
});

describe("a copy", () => {
  test("is what another event said of the same key, whatever its id, its alert and its title; it is counted with the alert that is shown", () => {
    const world = new World(["rule.name", "asset.name"]);
    world.say("a", scan());
    world.say("b", scan({ title: "Port scan again" }));
    world.say("a", scan());
    expect(world.said).toEqual(["accepted", "copy of a", "copy of a"]);
    expect(world.results[1]).toMatchObject({ alert: world.results[0]?.alert, event: world.results[0]?.event });
    expect(world.results[1]?.reason).toContain("dedup_key");
    expect(world.about("b")).toBeUndefined();
  });

  test.each<[what: string, patch: AlertPatch]>([
    ["another key", scan({ rule: { name: "login" } })],
    ["a higher severity", scan({ severity: "critical" })],
    ["a lower severity", scan({ severity: "low" })],
    ["another status", scan({ status: "in_progress" })],
    ["a new asset", scan({ assets: [{ name: "srv-1" }, { name: "srv-2" }] })],
  ])("is none with %s", (_what, patch) => {
    const world = new World(["rule.name"]);
    world.say("a", scan());
    world.say("b", patch);
    expect(world.said).toEqual(["accepted", "accepted"]);
  });

  test("is none beyond the window, which begins with the event that was accepted", () => {
    const world = new World(["rule.name"]);
    world.say("a", scan());
    world.skip(HOUR / 2);
    world.say("b", scan());
    world.skip(HOUR / 2);
    world.say("c", scan());
    expect(world.said).toEqual(["accepted", "copy of a", "accepted"]);
  });

  test("is none of an alert that is over, nor the end of one that is shown", () => {
    const world = new World(["rule.name"]);
    world.say("a", scan());
    world.say("a", scan({ status: "resolved" }));
    world.say("b", scan());
    world.say("b", scan({ status: "resolved" }));
    world.say("a", scan());
    expect(world.said).toEqual(["accepted", "accepted", "accepted", "accepted", "accepted"]);
    expect([world.about("a")?.status, world.about("b")?.status]).toEqual(["new", "resolved"]);
  });

  test("is none where it may say more than it does: a comment, detail that is to be asked for, no value for the key", () => {
    const world = new World(["asset.name", "rule.name"]);
    world.say("a", scan());
    world.say("a", scan({ data: { comment: { text: "seen" } } }), { kind: "commented" });
    world.say("b", scan(), { detail: { kind: "alert", id: "1" } });
    world.say("c", { title: "nothing else" });
    world.say("d", { title: "nothing else" });
    expect(world.said).toEqual(Array(5).fill("accepted"));
  });

  test("is none by a key where the route has none", () => {
    const world = new World();
    world.say("a", scan());
    world.say("b", scan());
    expect(world.said).toEqual(["accepted", "accepted"]);
  });
});

interface Said {
  about: string;
  severity: Severity;
  status: Status;
  asset: string;
  wait: number;
}
const streams = (alerts: string[]): fc.Arbitrary<Said[]> =>
  fc.array(
    fc.record({
      about: fc.constantFrom(...alerts),
      severity: fc.constantFrom<Severity>(...SEVERITIES),
      status: fc.constantFrom<Status>("new", "in_progress", "resolved"),
      asset: fc.constantFrom("srv-1", "srv-2"),
      wait: fc.constantFrom(0, HOUR / 3),
    }),
    { minLength: 1, maxLength: 25 },
  );

function play(world: World, stream: readonly Said[], each: (said: Said, result: EntryResult) => void = () => undefined): void {
  for (const said of stream) {
    world.skip(said.wait);
    const { about, severity, status, asset } = said;
    each(said, world.say(about, { title: about, severity, status, rule: { name: "scan" }, add: { assets: [{ name: asset }] } }));
  }
}

describe("whatever comes, in whatever order", () => {
  test("a rise, a reopened status and a new asset show: who sees the alert that an event is counted with is told what it says", () => {
    fc.assert(
      fc.property(streams(["a", "b", "c"]), (stream) => {
        const world = new World(["rule.name"]);
        play(world, stream, ({ severity, status, asset }, { alert, outcome }) => {
          if (outcome !== "duplicate") return;
          const shown = world.alert(alert);
          expect(shown && rises(shown.severity, severity)).toBe(false);
          expect(shown?.status === "resolved").toBe(status === "resolved");
          expect(shown?.assets.map(({ name }) => name)).toContain(asset);
        });
      }),
      { numRuns: 500 },
    );
  });

  test("one alert ends as it would without the key", () => {
    fc.assert(
      fc.property(streams(["a"]), (stream) => {
        const [plain, keyed] = [new World(), new World(["rule.name"])];
        for (const world of [plain, keyed]) play(world, stream);
        const facts = (world: World) => {
          const { severity, status, assets } = world.about("a") ?? {};
          return { severity, status, assets };
        };
        expect(facts(keyed)).toEqual(facts(plain));
      }),
      { numRuns: 300 },
    );
  });

  test("something is a copy at all, or the above would prove nothing", () => {
    const copies = fc.sample(streams(["a", "b"]), { numRuns: 200, seed: 1 }).flatMap((stream) => {
      const world = new World(["rule.name"]);
      play(world, stream);
      return world.results.filter(({ outcome }) => outcome === "duplicate");
    });
    expect(copies.length).toBeGreaterThan(20);
  });
});
