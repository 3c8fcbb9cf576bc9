import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sampleAdapter, sampleDestination } from "../../test/support/destinations.ts";
import type { Destination } from "../destinations/destination.ts";
import type { OutboxCalls, QueuedMessage, Settlement } from "../outbox/interface.ts";
import { consume } from "./consume.ts";
import { type DeliverStages, deliverGroup } from "./group.ts";

beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

const message = (n: number, more: Partial<QueuedMessage> = {}): QueuedMessage => ({
  destination: "soc",
  id: `soc.prod.a${n}.1`,
  key: `soc.prod.a${n}.1`,
  slot: `prod.a${n}`,
  attempt: 1,
  action: "post",
  body: `body ${n}`,
  leaseUntil: Number.MAX_SAFE_INTEGER,
  ...more,
});
const messages = (count: number, more: Partial<QueuedMessage> = {}) => Array.from({ length: count }, (_, n) => message(n, more));

/** A world in which the chat answers as the test says. */
function world(answer: (body: string) => Response | Promise<Response>, { adapter = sampleAdapter(), settings = {} as unknown } = {}) {
  const sent: string[] = [];
  const settled: Settlement[] = [];
  const calls: number[] = [];
  const open = { now: 0, most: 0 };
  const state = { settleFails: 0, there: true, now: 1_000 };
  const stages: DeliverStages = {
    destination: async (name) => (state.there ? { config: sampleDestination({ name, settings }), adapter } : undefined),
    outbox: () =>
      ({
        settle: async (settlements: Settlement[]) => {
          if (state.settleFails > 0) {
            state.settleFails -= 1;
            throw new Error("restarting");
          }
          calls.push(settlements.length);
          settled.push(...settlements);
        },
        body: async (slot: string, attempt: number) => (slot === "prod.gone" ? undefined : `large of ${slot} ${attempt}`),
      }) as unknown as OutboxCalls,
    fetch: async (_, init) => {
      const body = String(init.body);
      sent.push(body);
      open.now += 1;
      open.most = Math.max(open.most, open.now);
      try {
        return await answer(body);
      } finally {
        open.now -= 1;
      }
    },
    bindings: {},
    linkSecret: async () => undefined,
    now: () => state.now,
  };
  return { sent, settled, calls, open, state, stages };
}
const ok = () => new Response("ok");
const outcomes = (settled: Settlement[]) =>
  settled.map(({ slot, outcome }) => `${slot.slice(-1)} ${outcome.kind}${"reason" in outcome ? `: ${outcome.reason}` : ""}`).sort();

describe("one destination's messages", () => {
  test("are each sent once and settled, in few calls", async () => {
    const { sent, settled, calls, stages } = world(ok);
    await deliverGroup("soc", messages(20), 4, stages);
    expect(new Set(sent).size).toBe(20);
    expect(sent).toHaveLength(20);
    expect(settled).toHaveLength(20);
    expect(settled[0]).toMatchObject({ id: "soc.prod.a0.1", attempt: 1, outcome: { kind: "delivered" }, status: 200, answer: "ok" });
    expect(calls.length).toBeLessThan(20);
  });

  test("use no more connections than they were given", async () => {
    const { open, stages } = world(async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return ok();
    });
    await deliverGroup("soc", messages(10), 3, stages);
    expect(open.most).toBe(3);
  });

  test.each<[string, () => Response, string]>([
    ["asks to wait", () => new Response(null, { status: 429, headers: { "retry-after": "9" } }), "0 retry: rate_limited"],
    [
      "is silent",
      () => {
        throw new Error("reset");
      },
      "0 unknown: connection_lost",
    ],
  ])("are not sent after one to a chat that %s: they go back and keep their turn", async (_, answer, first) => {
    const { sent, settled, stages } = world(answer);
    await deliverGroup("soc", messages(4), 1, stages);
    expect(sent).toEqual(["body 0"]);
    expect(outcomes(settled)).toEqual([first, "1 retry: not_attempted", "2 retry: not_attempted", "3 retry: not_attempted"].sort());
  });

  test("go on after one that is refused or fails alone", async () => {
    const { sent, settled, stages } = world(
      (body) => new Response(null, { status: body === "body 0" ? 400 : body === "body 1" ? 500 : 200 }),
    );
    await deliverGroup("soc", messages(3), 1, stages);
    expect(sent).toHaveLength(3);
    expect(outcomes(settled)).toEqual(["0 rejected: invalid_payload", "1 retry: server_error", "2 delivered"]);
  });

  test("are not sent when their lease is over: the outbox sends them again", async () => {
    const { sent, settled, stages } = world(ok);
    await deliverGroup("soc", [message(0, { leaseUntil: 999 }), message(1, { leaseUntil: 1_000 })], 1, stages);
    expect(sent).toEqual(["body 1"]);
    expect(outcomes(settled)).toEqual(["1 delivered"]);
  });

  test("that are too large for the queue are asked for; one whose attempt is over is left alone", async () => {
    const { sent, settled, stages } = world(ok);
    await deliverGroup("soc", [message(0, { body: undefined, attempt: 3 }), message(1, { body: undefined, slot: "prod.gone" })], 1, stages);
    expect(sent).toEqual(["large of prod.a0 3"]);
    expect(outcomes(settled)).toEqual(["0 delivered"]);
  });

  test("to a destination that is not there any more go back: the outbox ends them", async () => {
    const { sent, settled, state, stages } = world(ok);
    state.there = false;
    await deliverGroup("soc", messages(2), 1, stages);
    expect(sent).toEqual([]);
    expect(outcomes(settled)).toEqual(["0 retry: not_attempted", "1 retry: not_attempted"]);
  });

  test("are settled again when the outbox does not take it, and nothing is thrown when it never does", async () => {
    vi.useFakeTimers();
    const one = world(ok);
    one.state.settleFails = 2;
    const delivering = deliverGroup("soc", messages(1), 1, one.stages);
    await vi.advanceTimersByTimeAsync(5_000);
    await delivering;
    expect(outcomes(one.settled)).toEqual(["0 delivered"]);
    const never = world(ok);
    never.state.settleFails = 100;
    const failing = deliverGroup("soc", messages(1), 1, never.stages);
    await vi.advanceTimersByTimeAsync(60_000);
    await failing;
    expect(never.settled).toEqual([]);
    vi.useRealTimers();
  });
});

describe("an attempt", () => {
  const adapterWith = (transport: Partial<Extract<Destination["transport"], { kind: "http" }>>): Destination => {
    const sample = sampleAdapter();
    return { ...sample, transport: { ...sample.transport, ...transport } as Destination["transport"] };
  };

  test("whose adapter cannot make the request is misconfigured, and nothing is sent", async () => {
    const adapter = adapterWith({
      request: () => {
        throw new Error("url: the address has a space in it");
      },
    });
    const { sent, settled, stages } = world(ok, { adapter });
    await deliverGroup("soc", messages(1), 1, stages);
    expect([sent, outcomes(settled)]).toEqual([[], ["0 disabled: misconfigured"]]);
  });

  test("to an address that may not be called is misconfigured, and nothing is sent", async () => {
    const adapter = adapterWith({ request: () => ({ method: "POST", url: "https://169.254.169.254/", headers: {}, body: "" }) });
    const { sent, settled, stages } = world(ok, { adapter });
    await deliverGroup("soc", messages(1), 1, stages);
    expect([sent, outcomes(settled)]).toEqual([[], ["0 disabled: misconfigured"]]);
    expect(JSON.stringify(settled)).not.toContain("169.254");
  });

  test("whose secret is not set names the secret, and nothing is sent", async () => {
    const { sent, settled, stages } = world(ok, { settings: { url: "secret:SOC_URL", key: "secret:OTHER.key" } });
    await deliverGroup("soc", messages(1), 1, stages);
    expect(sent).toEqual([]);
    expect(settled[0]?.outcome).toEqual({ kind: "disabled", reason: "misconfigured", detail: "the secret SOC_URL, OTHER.key is not set" });
  });

  test("keeps of the answer what is short and no secret", async () => {
    const { settled, stages } = world(
      () => new Response(`cannot POST /services/T00000000/the-secret ${"x".repeat(1_000)}`, { status: 403 }),
      {
        settings: { url: "https://chat.example/services/T00000000/the-secret" },
      },
    );
    await deliverGroup("soc", messages(1), 1, stages);
    expect(settled[0]?.answer).toMatch(/^cannot POST \*\*\* x+$/);
    expect(settled[0]?.answer?.length).toBe(300);
  });
});

describe("a batch", () => {
  test("is let go at once, and a destination that hangs leaves connections to the others", async () => {
    const hanging = Promise.withResolvers<Response>();
    const { sent, settled, stages } = world((body) => (body.startsWith("slow") ? hanging.promise : ok()));
    const slow = Array.from({ length: 5 }, (_, n) => message(n, { destination: "slow", body: `slow ${n}` }));
    const quick = Array.from({ length: 5 }, (_, n) => message(n, { destination: "quick", body: `quick ${n}` }));
    const batch = { messages: [...slow, ...quick].map((body) => ({ body })), ackAll: vi.fn() };
    const waiting: Promise<unknown>[] = [];
    consume(batch as unknown as MessageBatch<QueuedMessage>, { ...stages, probed: async () => {} }, (promise) => {
      waiting.push(promise);
    });
    expect(batch.ackAll).toHaveBeenCalledOnce();
    await waiting[1];
    expect(settled).toHaveLength(5);
    // Of the platform's six connections, each of two destinations has three.
    expect(sent.filter((body) => body.startsWith("slow"))).toHaveLength(3);
    hanging.resolve(ok());
  });
});
