// What needs a ledger or a configuration that fails in a certain way; the whole table is tested inside the runtime.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sampleRoute } from "../../test/support/routes.ts";
import type { Route } from "../config/model.ts";
import type { LedgerCalls, Refusal, Submission } from "../ledger/interface.ts";
import { sources } from "../sources/index.ts";
import type { Source } from "../sources/source.ts";
import { ConfigCache, ConfigUnavailable } from "../store/config-cache.ts";
import { type IntakeContext, receive } from "./receive.ts";

const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const NOTIFICATION = {
  type: "alert",
  action: "created",
  attributes: { uuid: ID },
  metadata: { uuid: ID, created_at: "2026-11-20T08:00:00Z" },
};

beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

function world(route: Partial<Route> = {}, ledger: Partial<LedgerCalls> = {}) {
  const submissions: { ledger: string; submission: Submission }[] = [];
  const refusals: Refusal[] = [];
  const waiting: Promise<unknown>[] = [];
  const config = new ConfigCache({
    changes: async () => 1,
    load: async () => ({
      version: 1,
      relay: { retentionMs: 1, retentionPayloadsMs: 1 },
      routes: [sampleRoute({ id: ID, name: `unit${Math.random()}`.replace(".", ""), ...route })],
      destinations: [],
      enrichers: [],
      lists: {},
      inhibitions: [],
      silences: [],
      changes: 1,
      broken: [],
    }),
  });
  const calls = (name: string): LedgerCalls =>
    ({
      accept: async (submission: Submission) => {
        submissions.push({ ledger: name, submission });
        return submission.entries.map(({ kind }) => ({ event: "ev_1", alert: "a.1", outcome: kind === "event" ? "accepted" : kind }));
      },
      refused: async (refusal: Refusal) => {
        refusals.push(refusal);
      },
      admit: async () => ({ afterMs: 0 }),
      ...ledger,
    }) as unknown as LedgerCalls;
  const context: IntakeContext = {
    env: { DB: {} as D1Database, LEDGER: { getByName: calls } },
    config,
    sources,
    now: () => 1_000,
    waitUntil: (promise) => {
      waiting.push(promise);
    },
  };
  const post = (body: unknown, init: RequestInit = {}) =>
    receive(
      new Request(`https://relay.example/hooks/${ID}`, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...init,
      }),
      ID,
      context,
    );
  return { post, context, submissions, refusals, settled: () => Promise.all(waiting) };
}

test("503, and never 404, when no configuration can be read at all", async () => {
  const { post, context } = world();
  vi.spyOn(context.config, "route").mockRejectedValue(new ConfigUnavailable("away"));
  const answer = await post(NOTIFICATION);
  expect([answer.status, Number(answer.headers.get("retry-after")) > 0]).toEqual([503, true]);
});

test("a route whose source is not known answers as an unknown one, and its log says why", async () => {
  const { post, refusals, settled } = world({ source: "of another version" });
  expect((await post(NOTIFICATION)).status).toBe(404);
  await settled();
  expect(refusals).toMatchObject([{ status: 404, reason: "route_invalid" }]);
});

test("503, in words of ours, when something is broken that nobody thought of", async () => {
  const { post } = world({ source: "sekoia" }, { accept: () => new Promise(() => undefined) });
  vi.spyOn(sources.get("sekoia") as Source, "parse").mockImplementation(() => {
    throw new Error("a bug");
  });
  const answer = await post(NOTIFICATION);
  expect([answer.status, Number(answer.headers.get("retry-after")) > 0]).toEqual([503, true]);
  expect(await answer.text()).not.toContain("a bug");
});

test("413 whatever length the request declares", async () => {
  const { post } = world({ maxBodyBytes: 50 });
  for (const declared of ["1", "10", "99999"])
    expect((await post("x".repeat(51), { headers: { "content-length": declared } })).status).toBe(413);
});

test("the ledger is told when the request came, its size and the route's policy", async () => {
  const { post, submissions } = world({ defaultSeverity: "low", dedupWindowMs: 5 });
  await post(NOTIFICATION);
  expect(submissions).toMatchObject([
    {
      submission: {
        receivedAt: 1_000,
        bytes: JSON.stringify(NOTIFICATION).length,
        policy: { defaultSeverity: "low", dedupWindowMs: 5, source: "sekoia" },
      },
    },
  ]);
});

test("the same alert always meets the same shard, others share the rest", async () => {
  const { post, submissions } = world({ shards: 4 });
  const alert = (n: number) => ({
    ...NOTIFICATION,
    attributes: { uuid: `${ID.slice(0, -2)}${10 + n}` },
    metadata: { uuid: `${n}`, created_at: NOTIFICATION.metadata.created_at },
  });
  await post(Array.from({ length: 20 }, (_, n) => alert(n)));
  expect(new Set(submissions.map(({ ledger }) => ledger)).size).toBeGreaterThan(1);
  const shards = new Map(
    submissions.flatMap(({ ledger, submission }) =>
      submission.entries.map((entry) => [entry.kind === "event" ? entry.event.key : "", ledger]),
    ),
  );
  submissions.length = 0;
  await post(alert(3));
  const [again] = submissions;
  const entry = again?.submission.entries[0];
  expect(again?.ledger).toBe(shards.get(entry?.kind === "event" ? entry.event.key : ""));
});

describe("a refusal", () => {
  test("that cannot be logged is answered all the same", async () => {
    const { post, settled } = world({}, { refused: async () => Promise.reject(new Error("away")) });
    expect((await post("no")).status).toBe(400);
    await settled();
  });

  test("waits for no ledger", async () => {
    const { post } = world({}, { refused: () => new Promise(() => undefined) });
    expect((await post("no")).status).toBe(400);
  });
});
