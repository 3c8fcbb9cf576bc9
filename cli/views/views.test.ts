// What people read, from answers that a relay gives on a bad day.
import { describe, expect, test } from "vitest";
import { destinationItem } from "../../test/support/destination-item.ts";
import { type Paint, painted } from "../frame/paint.ts";
import type { Delivery } from "./attempts.ts";
import { backlogLines, type Destination, type Route } from "./backlog.ts";
import { type Books, bookLines } from "./books.ts";
import { type Story, storyLines } from "./story.ts";

const NOW = Date.parse("2026-11-21T14:00:00.000Z");
const plain = (lines: readonly Paint[]): string[] => lines.map((line) => painted(line, false));

const books = (change: Partial<Books> = {}): Books => ({
  balanced: true,
  routes: [
    {
      name: "prod",
      received: 9,
      accepted: 7,
      duplicate: 1,
      test: 1,
      ignored: 0,
      refused: 3,
      processing: 1,
      unmatched: 2,
      silenced: 0,
      grouped: 0,
      routed: 4,
      failed: 0,
      handed: 8,
    },
  ],
  destinations: [{ name: "soc", planned: 8, own: 1, delivered: 4, merged: 1, pending: 1, dead: 2 }],
  ...change,
});

describe("the books", () => {
  test("begin with whether they balance, and what a person should see", () => {
    expect(plain(bookLines(books(), 100))[0]).toBe("The books balance. 1 event being decided, 1 message waiting, 2 messages dead.");
  });

  test("say which identity is off, and who did not answer", () => {
    const off = [{ of: "route prod", identity: "received = accepted + duplicate + test + ignored", by: -1 }];
    expect(plain(bookLines(books({ balanced: false, off, unreachable: ["outbox:soc"] }), 100)).slice(0, 3)).toEqual([
      "The books do not balance.",
      "  route prod: received = accepted + duplicate + test + ignored is off by -1",
      "  outbox:soc did not answer, so nobody can say",
    ]);
  });

  test("of a relay that has nothing are short", () => {
    const lines = plain(bookLines(books({ routes: [], destinations: [] }), 100));
    expect(lines.filter((line) => line === "  none")).toHaveLength(3);
  });

  test("fit 100 columns with large numbers", () => {
    const [route] = books().routes;
    const many = Object.fromEntries(
      Object.entries(route ?? {}).map(([key, value]) => [key, typeof value === "number" ? 12_345_678 : value]),
    );
    for (const line of plain(bookLines(books({ routes: [many as Books["routes"][number]] }), 100)))
      expect(line.length, line).toBeLessThanOrEqual(100);
  });
});

const destination = (name: string, change: Partial<Destination> = {}): Destination => ({ ...destinationItem({ name }), ...change });
const route = (name: string, backlog: number): Route => ({ name, backlog }) as Route;

describe("the backlog", () => {
  const bad = [
    destination("calm"),
    destination("slow", {
      state: "closed",
      problem: "rate_limited",
      pending: 12,
      in_flight: 1,
      oldest_pending_at: "2026-11-21T13:57:00.000Z",
      closed_until: "2026-11-21T14:00:30.000Z",
    }),
    destination("gone", {
      state: "refused",
      problem: "revoked",
      counts: { planned: 2, own: 0, delivered: 0, merged: 0, pending: 0, dead: 2 },
    }),
    destination("away", {
      state: "down",
      problem: "server_error",
      pending: 1,
      oldest_pending_at: "2026-11-21T12:00:00.000Z",
      broken_since: "2026-11-21T12:00:01.000Z",
      failures: 130,
      failed_over: 4,
      failover: { to: "oncall", failures: 5, after: "1m" },
    }),
  ];

  test("has what needs somebody first, with why and until when", () => {
    expect(plain(backlogLines(bad, [route("prod", 3), route("lab", 0)], { now: NOW, all: false, width: 100 }))).toEqual([
      "13 messages wait, 2 messages dead.",
      "3 events of the route prod not decided yet.",
      "",
      "DESTINATION  STATE       WAITING  OLDEST  DEAD  WHY",
      "gone         refused           0       -     2  revoked",
      "away         down              1      2h     0  server error since 12:00:01; 130 failures; oncall shows 4",
      "slow         closed   12 (1 out)      3m     0  rate limited; tried again in 30s",
      "The other destination has nothing waiting; --all shows it.",
      "",
      "Why they died       npx tocsin deliveries list --state dead",
      "Whether it is over  npx tocsin destinations test gone",
      "Then again          npx tocsin replay --destination gone",
    ]);
  });

  test("of a calm relay is two lines", () => {
    expect(plain(backlogLines([destination("a"), destination("b")], [], { now: NOW, all: false }))).toEqual([
      "No message waits.",
      "All 2 destinations have nothing waiting; --all shows them.",
    ]);
  });
});

const delivery = (change: Partial<Delivery>): Delivery => ({
  id: "soc.prod.a.1",
  alert: "prod.a",
  version: 1,
  destination: "soc",
  kind: "create",
  state: "delivered",
  attempts: 1,
  reason: null,
  created_at: "2026-11-21T13:00:00.000Z",
  updated_at: "2026-11-21T13:00:00.000Z",
  log: [],
  ...change,
});

const story = (change: Partial<Story> = {}): Story => ({
  alert: {
    id: "prod.a",
    key: "k",
    version: 1,
    source: "sekoia",
    route: "prod",
    title: "Title\u001b[2J with \u202Etricks",
    summary: "",
    severity: "high",
    severity_id: 4,
    severity_label: "",
    status: "new",
    status_label: "",
    category: "",
    type: "",
    assets: [],
    observables: [],
    attacks: [],
    tags: [],
    count: 5,
    first_seen: "2026-11-20T23:00:00.000Z",
    last_seen: "2026-11-20T23:00:00.000Z",
    created_at: "2026-11-20T23:00:00.000Z",
    updated_at: "2026-11-21T13:00:00.000Z",
    data: {},
    enriched: true,
    change: { kind: "opened", fields: {}, added: {}, removed: {} },
  },
  events: [],
  deliveries: [],
  trace: [],
  copies: 2,
  shown_by: ["soc"],
  waits: null,
  silenced: null,
  ...change,
});
const told = (change: Partial<Story>, all = false): string[] => plain(storyLines(story(change), { now: NOW, width: 100, all }));

describe("a story", () => {
  test("begins with what it is and who shows it; nothing in it moves a cursor", () => {
    const lines = told({
      deliveries: [
        delivery({}),
        delivery({
          destination: "war",
          state: "pending",
          attempts: 3,
          log: [{ at: "2026-11-21T13:00:01.000Z", ms: 9, outcome: "retry: server_error", status: 502, answer: "bad gateway" }],
        }),
        delivery({ destination: "oncall", state: "dead", reason: "revoked" }),
      ],
    });
    expect(lines.slice(0, 5)).toEqual([
      "HIGH  Title [2J with tricks",
      "new · route prod · source sekoia · 0 events · seen 5 times · 2 copies · created 15h ago · changed 1h ago",
      "shown by soc",
      "waiting for war: retry: server error (3 attempts)",
      "not delivered to oncall: revoked (1 attempt)",
    ]);
    expect(lines).toContain("                      bad gateway");
  });

  test("has what somebody said, what the chats show in a block, and whose guess the severity is", () => {
    const data = {
      comment: { author: "ana", text: "looking at it", at: "2026-11-21T13:00:00.000Z" },
      command_line: "powershell -enc aGk=",
    };
    const lines = told({ alert: { ...story().alert, severity_label: "unknown", data } });
    expect(lines).toContain("  severity     high, as long as the source tells none");
    expect(lines).toContain("  comment      ana: looking at it");
    const block = lines.indexOf("Command line");
    expect(lines.slice(block - 1, block + 2)).toEqual(["", "Command line", "  powershell -enc aGk="]);
  });

  test("tells a change in words: a comment as the chats do, a status once", () => {
    const comment = { author: "ana", text: "looking at it", at: "2026-11-21T13:00:00.000Z" };
    const fields = {
      status: { before: "new", after: "in_progress" },
      status_label: { before: "new", after: "in_progress" },
      "data.comment": { before: null, after: comment },
      "data.urgency": { before: null, after: 92 },
    };
    const event = {
      id: "ev_1",
      kind: "updated" as const,
      type: "tocsin:status",
      received_at: "2026-11-21T13:00:00.000Z",
      occurred_at: null,
      trace_id: null,
      end: "routed" as const,
      change: { kind: "updated" as const, fields, added: {}, removed: {} },
    };
    const lines = told({ events: [event] });
    const head = lines.findIndex((line) => line.includes("tocsin:status"));
    expect(lines.slice(head + 1, head + 4).map((line) => line.trim())).toEqual([
      "status: new to in progress",
      "Comment by ana: looking at it",
      "urgency: nothing to 92",
    ]);
  });

  test("tells what came into a group and what left it, and no list that stayed as it was", () => {
    const member = (title: string, status: string) => ({ id: `prod.${title}`, title, severity: "high", status, url: null });
    const members = { before: [member("a", "new"), member("b", "new")], after: [member("a", "resolved"), member("b", "new")] };
    const event = {
      id: "ev_1",
      kind: "updated" as const,
      type: "tocsin:changed",
      received_at: "2026-11-21T13:00:00.000Z",
      occurred_at: null,
      trace_id: null,
      end: "routed" as const,
      change: { kind: "updated" as const, fields: { "data.members": members }, added: {}, removed: {} },
    };
    const lines = told({ events: [event] });
    const head = lines.findIndex((line) => line.includes("tocsin:changed"));
    expect(lines.slice(head + 1, head + 3).map((line) => line.trim())).toEqual(["members: + [RESOLVED] a", "members: - [HIGH] a"]);
  });

  test("keeps a long word from its reason, and says once what a stop kept from being asked", () => {
    const step = (decision: string, reason: string, rule?: string) => ({
      at: "2026-11-21T13:00:00.000Z",
      stage: "match" as const,
      decision,
      reason,
      values: { event: "ev_1", ...(rule === undefined ? {} : { rule }) },
    });
    const event = {
      id: "ev_1",
      kind: "opened" as const,
      type: "alert",
      received_at: "2026-11-21T13:00:00.000Z",
      occurred_at: null,
      trace_id: null,
      end: "routed" as const,
      change: null,
    };
    const stop = 'the rule "a" matched and has stop = true';
    const trace = [
      step("threshold_reached", "counted 3 events"),
      step("not_reached", stop, "b"),
      step("not_reached", stop, "c"),
      step("not_reached", "another reason", "d"),
    ];
    const lines = told({ events: [event], trace }).map((line) => line.trim());
    expect(lines).toContain("threshold reached  counted 3 events");
    const at = lines.findIndex((line) => line.includes("not reached"));
    expect(lines.slice(at, at + 4)).toEqual(["not reached  b, c", stop, "not reached  d", "another reason"]);
  });

  test("that nobody shows says so", () => {
    expect(told({})[2]).toBe("shown by nobody");
  });

  test("of several days has their dates, and decisions that no event brought stand at their time", () => {
    const event = (id: string, at: string) => ({
      id,
      kind: "opened" as const,
      type: "alert",
      received_at: at,
      occurred_at: null,
      trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
      end: "routed" as const,
      change: null,
    });
    const change: Partial<Story> = {
      events: [event("ev_1", "2026-11-20T23:00:00.000Z"), event("ev_2", "2026-11-21T13:00:00.000Z")],
      trace: [
        {
          at: "2026-11-20T23:00:02.000Z",
          stage: "match",
          decision: "matched",
          reason: "true",
          values: { event: "ev_1", rule: "all", to: ["soc"] },
        },
        // Decided again with the same values: told once.
        {
          at: "2026-11-20T23:00:03.000Z",
          stage: "match",
          decision: "matched",
          reason: "true",
          values: { event: "ev_1", rule: "all", to: ["soc"], version: 2 },
        },
        { at: "2026-11-21T09:00:00.000Z", stage: "enrich", decision: "verdict", reason: "VirusTotal: 5/90", values: { ms: 80 } },
      ],
    };
    const lines = told(change);
    const from = lines.indexOf("What came, and what was decided");
    expect(lines.slice(from + 1, lines.indexOf("", from))).toEqual([
      "  2026-11-20",
      "  23:00:00  opened  alert  routed",
      "  23:00:02  matched      all -> soc",
      "                         true",
      "  2026-11-21",
      "  09:00:00  verdict      VirusTotal: 5/90",
      "                         80 ms",
      "  13:00:00  opened  alert  routed",
    ]);
    expect(told(change, true)).toContain("            trace 4bf92f3577b34da6a3ce929d0e0e4736");
  });
});
