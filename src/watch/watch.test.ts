// What is found wrong with the relay, what begins and ends of it, and what is told: over looks that a test decides.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { sampleDestination } from "../../test/support/destinations.ts";
import { sampleLedgerBooks, sampleStatus } from "../../test/support/readings.ts";
import { sampleRoute } from "../../test/support/routes.ts";
import type { Route } from "../config/model.ts";
import type { CorrelatorStatus } from "../correlator/interface.ts";
import type { LedgerBooks } from "../ledger/interface.ts";
import { noRouteCounts } from "../ledger/interface.ts";
import { noDestinationCounts, type OutboxStatus } from "../outbox/interface.ts";
import { usageOf } from "./budget.ts";
import { look } from "./findings.ts";
import { jwtEnd } from "./jwt.ts";
import { KINDS, parseConditionId } from "./kinds.ts";
import { type Memory, noMemory, type Survey } from "./survey.ts";
import { turn } from "./turn.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse("2026-11-21T10:00:00.000Z");

beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

/** A relay with one route and one destination, both well, and what stands and is remembered from look to look. */
class World {
  now = START;
  books: LedgerBooks = sampleLedgerBooks();
  status: OutboxStatus = sampleStatus();
  route: Route = sampleRoute({ name: "prod", enrich: ["virustotal"] });
  destinations = [sampleDestination({ name: "soc" })];
  more: Partial<Survey> = {};
  plan: "free" | "paid" | undefined;
  memory: Memory = noMemory();
  standing: { id: string; since: string; title: string; text: string; told_by: string | null }[] = [];

  /** Looks after a while. Answers the ids that began (+) and ended (-). */
  after(ms: number, change: () => void = () => undefined): string[] {
    this.now += ms;
    change();
    const survey: Survey = {
      now: this.now,
      config: {
        version: 1,
        relay: { retentionMs: DAY, retentionPayloadsMs: DAY, plan: this.plan },
        routes: [this.route],
        destinations: this.destinations,
        enrichers: [],
        lists: {},
        inhibitions: [],
        silences: [],
        changes: 1,
        broken: [],
      },
      ledgers: [{ route: "prod", books: this.books }],
      outboxes: [{ destination: "soc", status: this.status }],
      correlators: [],
      failed: [],
      off: [],
      tokens: [],
      secrets: [],
      ...this.more,
    };
    const { findings, memory } = look(survey, this.memory);
    const turned = turn(this.standing, findings, this.memory, { now: this.now, unknown: () => survey.failed.length > 0 });
    this.memory = { ...memory, suspected: turned.suspected, fading: turned.fading };
    const gone = new Set(turned.ended.map(({ id }) => id));
    const rows = new Map([...this.standing, ...turned.written].map((row) => [row.id, row]));
    const told = new Map(turned.told.map(({ id, told_by }) => [id, told_by]));
    this.standing = [...rows.values()]
      .filter(({ id }) => !gone.has(id))
      .map((row) => ({ ...row, told_by: told.has(row.id) ? (told.get(row.id) ?? null) : row.told_by }));
    return [...turned.begun.map(({ id }) => `+${id}`), ...[...gone].map((id) => `-${id}`)];
  }

  text(id: string): string | undefined {
    return this.standing.find((row) => row.id === id)?.text;
  }

  dead(count: number): void {
    this.status = sampleStatus({ ...this.status, counts: { ...noDestinationCounts(), planned: count, dead: count } });
  }

  counts(counts: Partial<LedgerBooks["counts"]>): void {
    this.books = { ...this.books, counts: { ...noRouteCounts(), ...counts } };
  }
}

test("a relay that is well has nothing to tell", () => {
  const world = new World();
  expect([...world.after(0), ...world.after(5 * MINUTE), ...world.after(DAY)]).toEqual([]);
});

describe("a backlog", () => {
  test("is told once its oldest message has waited a quarter of an hour, and its end when it stays gone", () => {
    const world = new World();
    const waiting = (since: number) => () => {
      world.status = sampleStatus({ oldestPendingAt: since, counts: { ...noDestinationCounts(), planned: 3, pending: 3 } });
    };
    expect(world.after(0, waiting(START))).toEqual([]);
    expect(world.after(15 * MINUTE)).toEqual([]);
    expect(world.after(MINUTE)).toEqual(["+backlog_old:soc"]);
    expect(world.text("backlog_old:soc")).toBe("3 messages wait, the oldest since 2026-11-21 10:00:00 UTC.");
    expect(world.after(5 * MINUTE, waiting(world.now))).toEqual([]);
    expect(world.after(5 * MINUTE, waiting(START))).toEqual([]);
    expect(world.after(5 * MINUTE, () => Object.assign(world, { status: sampleStatus() }))).toEqual([]);
    expect(world.after(5 * MINUTE)).toEqual(["-backlog_old:soc"]);
  });

  test("of a destination that is down is that destination's trouble, which its outbox tells", () => {
    const world = new World();
    world.status = sampleStatus({ oldestPendingAt: START - HOUR, brokenSince: START - HOUR, failedReason: "server_error" });
    expect(world.after(0).sort()).toEqual(["+backlog_old:soc", "+destination_down:soc"]);
    expect(world.text("destination_down:soc")).toBe("Since 2026-11-21 09:00:00 UTC: server error.");
    expect(world.standing.map((row) => row.told_by)).toEqual(["", ""]);
    expect(world.after(MINUTE, () => Object.assign(world, { status: sampleStatus() }))).toContain("-destination_down:soc");
  });

  test("of a destination that is down counts as told once its outbox could tell somebody, and not before", () => {
    const world = new World();
    const down = { oldestPendingAt: START - HOUR, brokenSince: START - HOUR, failedReason: "server_error" };
    const tellers = () => Object.fromEntries(world.standing.map(({ id, told_by }) => [id, told_by]));
    world.status = sampleStatus({ ...down, untold: 1 });
    world.after(0);
    expect(tellers()).toEqual({ "backlog_old:soc": null, "destination_down:soc": null });
    world.status = sampleStatus(down);
    expect(world.after(MINUTE)).toEqual([]);
    expect(tellers()).toEqual({ "backlog_old:soc": "", "destination_down:soc": "" });
    // It was back for a moment, which no look saw: another word, which nobody has taken.
    world.status = sampleStatus({ ...down, untold: 1 });
    world.after(MINUTE);
    expect(tellers()).toMatchObject({ "destination_down:soc": null });
  });

  test("is not over when its destination breaks", () => {
    const world = new World();
    world.status = sampleStatus({ oldestPendingAt: START - HOUR });
    expect(world.after(0)).toEqual(["+backlog_old:soc"]);
    world.status = sampleStatus({ oldestPendingAt: START - HOUR, brokenSince: START });
    for (let looks = 0; looks < 3; looks += 1) expect(world.after(5 * MINUTE)).not.toContain("-backlog_old:soc");
  });
});

describe("dead letters", () => {
  test("that were there when the watch began are no news, new ones are, and an hour without any is the end", () => {
    const world = new World();
    expect(world.after(0, () => world.dead(7))).toEqual([]);
    expect(world.after(5 * MINUTE)).toEqual([]);
    expect(world.after(5 * MINUTE, () => world.dead(9))).toEqual(["+dead_letters:soc"]);
    expect(world.text("dead_letters:soc")).toMatch(/^2 messages of late/);
    expect(world.after(50 * MINUTE, () => world.dead(10))).toEqual([]);
    expect(world.after(50 * MINUTE)).toEqual([]);
    expect(world.after(10 * MINUTE)).toEqual(["-dead_letters:soc"]);
    expect(world.after(5 * MINUTE, () => world.dead(11))).toEqual(["+dead_letters:soc"]);
    expect(world.text("dead_letters:soc")).toMatch(/^1 message of late/);
  });

  test("that are replayed are over at once", () => {
    const world = new World();
    world.after(0);
    world.after(MINUTE, () => world.dead(1));
    expect(world.after(MINUTE, () => world.dead(0))).toEqual(["-dead_letters:soc"]);
  });

  test("are not forgotten while their outbox does not answer", () => {
    const world = new World();
    world.after(0);
    world.after(MINUTE, () => Object.assign(world.more, { failed: ["outbox:soc"], outboxes: [] }));
    world.more = {};
    expect(world.after(MINUTE, () => world.dead(1))).toEqual(["+dead_letters:soc"]);
  });
});

describe("a source", () => {
  test("that is silent for too long is told, from its last request or the beginning of the watch; the next one resolves it", () => {
    const world = new World();
    world.route = sampleRoute({ name: "prod", silentAfterMs: 2 * HOUR });
    world.books = sampleLedgerBooks({ lastEventAt: START - DAY });
    // It was not watched before: nobody knows whether it should have sent.
    expect(world.after(0)).toEqual([]);
    expect(world.after(HOUR)).toEqual([]);
    expect(world.after(HOUR)).toEqual(["+source_silent:prod"]);
    expect(world.text("source_silent:prod")).toBe("The last request came at 2026-11-20 10:00:00 UTC; silent_after is 2h.");
    expect(world.after(MINUTE, () => Object.assign(world, { books: sampleLedgerBooks({ lastEventAt: world.now }) }))).toEqual([
      "-source_silent:prod",
    ]);
    expect(world.after(2 * HOUR)).toEqual(["+source_silent:prod"]);
    // One that is disabled is not expected to send; enabled again, it gets its time.
    expect(world.after(MINUTE, () => Object.assign(world.route, { enabled: false }))).toEqual(["-source_silent:prod"]);
    expect(world.after(MINUTE, () => Object.assign(world.route, { enabled: true }))).toEqual([]);
    expect(world.after(2 * HOUR)).toEqual(["+source_silent:prod"]);
  });

  test("that cannot be asked about is neither silent nor heard", () => {
    const world = new World();
    world.route = sampleRoute({ name: "prod", silentAfterMs: HOUR });
    world.after(0);
    expect(world.after(DAY, () => Object.assign(world.more, { failed: ["ledger:prod:0"], ledgers: [] }))).toEqual([]);
  });
});

test("events that nobody decides are told, not those that keep coming", () => {
  const world = new World();
  world.after(0, () => world.counts({ accepted: 10, processing: 3 }));
  expect(world.after(5 * MINUTE, () => world.counts({ accepted: 20, processing: 3 }))).toEqual([]);
  expect(world.after(5 * MINUTE)).toEqual(["+events_stuck:prod"]);
  expect(world.after(5 * MINUTE, () => world.counts({ accepted: 20 }))).toEqual(["-events_stuck:prod"]);
});

test("books that are off at one look may be traffic; at two they are off, and what comes and goes is not told", () => {
  const world = new World();
  const off = () => Object.assign(world.more, { off: ["all: this = that is off by 1"] });
  const on = () => Object.assign(world.more, { off: [] });
  expect([...world.after(0, off), ...world.after(5 * MINUTE, on), ...world.after(5 * MINUTE, off)]).toEqual([]);
  // The sweep after a restart comes right after the one that was due.
  expect(world.after(1_000)).toEqual([]);
  expect(world.after(5 * MINUTE)).toEqual(["+books_off:relay"]);
  expect(world.standing[0]?.since).toBe(new Date(START + 10 * MINUTE).toISOString());
  expect([...world.after(5 * MINUTE, on), ...world.after(5 * MINUTE, off), ...world.after(5 * MINUTE, on)]).toEqual([]);
  expect(world.after(5 * MINUTE)).toEqual(["-books_off:relay"]);
});

test("what is removed from the configuration is wrong no more", () => {
  const world = new World();
  world.status = sampleStatus({ disabled: { reason: "revoked", at: START } });
  world.books = sampleLedgerBooks({ refusing: { virustotal: { since: START, reason: "no" } } });
  world.after(0);
  expect(world.after(5 * MINUTE)).toContain("+api_refused:prod virustotal");
  expect(world.standing.map(({ id }) => id).sort()).toEqual(["api_refused:prod virustotal", "destination_refused:soc"]);
  world.destinations = [];
  world.route = sampleRoute({ name: "prod" });
  world.after(5 * MINUTE);
  world.after(5 * MINUTE);
  expect(world.standing).toEqual([]);
});

test("a key that is refused, a row that is left out, an object that fails, lists that are behind: each has to stay", () => {
  const world = new World();
  world.books = sampleLedgerBooks({
    refusing: {
      api: { since: START, reason: "the source's API refused our key (status 401)" },
      virustotal: { since: START, reason: "no" },
    },
    unprojected: 200,
  });
  world.more = { failed: ["ledger:other:0"] };
  expect(world.after(0)).toEqual([]);
  expect(world.after(5 * MINUTE).sort()).toEqual([
    "+api_refused:prod",
    "+api_refused:prod virustotal",
    "+object_failed:ledger:other:0",
    "+projection_behind:relay",
  ]);
  expect(world.text("api_refused:prod")).toBe("Since 2026-11-21 10:00:00 UTC: the source's API refused our key (status 401).");
});

test("what ends soon is told with its time, and what has ended too", () => {
  const world = new World();
  world.more = { tokens: [{ name: "ci", endsAt: START + DAY }], secrets: [{ name: "SEKOIA_TOKEN", endsAt: START - DAY }] };
  expect(world.after(0)).toEqual(["+token_expiring:ci", "+secret_expiring:SEKOIA_TOKEN"]);
  expect(world.text("token_expiring:ci")).toBe("It ends at 2026-11-22 10:00:00 UTC.");
  expect(world.text("secret_expiring:SEKOIA_TOKEN")).toBe("It ended at 2026-11-20 10:00:00 UTC.");
});

describe("the free plan", () => {
  const attempts = (count: number) => sampleStatus({ tally: { ...sampleStatus().tally, attempts: { delivered: count } } });

  test("is near its limit at four fifths of what a day may hold, and the next day is a new one", () => {
    const world = new World();
    world.plan = "free";
    world.status = attempts(90_000);
    expect(world.after(0)).toEqual([]);
    expect(world.after(HOUR, () => Object.assign(world, { status: attempts(92_600) }))).toEqual([]);
    expect(world.after(HOUR, () => Object.assign(world, { status: attempts(92_700) }))).toEqual(["+plan_budget:queue_operations"]);
    expect(world.text("plan_budget:queue_operations")).toBe("About 8,000 of 10,000 since 00:00 UTC, until 2026-11-22 00:00:00 UTC.");
    expect(world.after(11 * HOUR)).toEqual([]);
    expect(world.after(HOUR + MINUTE)).toEqual(["-plan_budget:queue_operations"]);
  });

  test("counts rows by what an alert costs", () => {
    const world = new World();
    world.plan = "free";
    world.after(0);
    const alerts = (count: number) => () => {
      world.counts({ received: count, accepted: count, routed: count });
      world.status = sampleStatus({ counts: { ...noDestinationCounts(), planned: count, delivered: count } });
    };
    expect(world.after(HOUR, alerts(4_600))).toEqual([]);
    expect(world.after(HOUR, alerts(4_800))).toEqual(["+plan_budget:object_rows_written"]);
  });

  test("does not begin a day with a sum that lacks an object", () => {
    const world = new World();
    world.plan = "free";
    world.status = attempts(90_000);
    world.after(0, () => Object.assign(world.more, { failed: ["outbox:soc"], outboxes: [] }));
    world.more = {};
    expect([...world.after(MINUTE), ...world.after(MINUTE)]).toEqual([]);
  });

  test("is nobody's concern on another plan", () => {
    const world = new World();
    world.after(0);
    expect(world.after(HOUR, () => Object.assign(world, { status: attempts(1_000_000) }))).toEqual([]);
  });
});

describe("a secret that is a JSON Web Token", () => {
  const token = (claims: object) => ["{}", JSON.stringify(claims), "x"].map((part) => Buffer.from(part).toString("base64url")).join(".");

  test("says when it ends", () => {
    expect(jwtEnd(token({ exp: 1_795_270_937, name: "ünïcödé" }))).toBe(1_795_270_937_000);
  });

  test.each(["", "xoxb-1-2-3", "a.b", "a.b.c", token({}), token({ exp: "soon" }), `${token({ exp: 1 })}.more`])("not: %s", (text) =>
    expect(jwtEnd(text)).toBeUndefined(),
  );
});

test("every kind has its words, and an id of another version is none", () => {
  for (const kind of Object.values(KINDS)) {
    for (const words of [kind.title("x"), kind.over("x"), kind.fine, kind.advice]) expect(words.length).toBeGreaterThan(5);
    expect(kind.advice).not.toContain("\n");
  }
  expect(parseConditionId("object_failed:ledger:prod:0")).toEqual({ kind: "object_failed", subject: "ledger:prod:0" });
  expect([parseConditionId("later:soc"), parseConditionId("constructor:soc"), parseConditionId("soc")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("what rules count and does not reach the ledgers is told, and keys that were given up", () => {
  const world = new World();
  const correlator = (status: Partial<CorrelatorStatus>) => () =>
    Object.assign(world.more, { correlators: [{ route: "prod", status: { open: {}, owed: 0, dropped: 0, ...status } }] });
  expect(world.after(0, correlator({ owed: 3, owedSince: world.now - 4 * MINUTE }))).toEqual([]);
  // It has to be there at two looks: what is owed for a moment is no news.
  expect(world.after(2 * MINUTE)).toEqual([]);
  expect(world.after(2 * MINUTE)).toEqual(["+rules_behind:prod"]);
  expect(world.text("rules_behind:prod")).toBe("3 words since 2026-11-21 09:56:00 UTC.");
  world.after(MINUTE, correlator({}));
  expect(world.after(2 * MINUTE)).toEqual(["-rules_behind:prod"]);
  expect(world.after(MINUTE, correlator({ dropped: 1_000, droppedAt: world.now }))).toEqual(["+rule_keys_dropped:prod"]);
  expect(world.after(HOUR)).toEqual(["-rule_keys_dropped:prod"]);
});

test("what gates of rules saw counts against the day's limits", () => {
  const survey = { ledgers: [], outboxes: [], correlators: [], now: START };
  const books = (observed: number) => ({ ...survey, ledgers: [{ route: "prod", books: sampleLedgerBooks({ observed }) }] });
  const rows = (observed: number): number => usageOf(books(observed)).object_rows_written;
  expect(rows(1_000) - rows(0)).toBe(5_000);
});
