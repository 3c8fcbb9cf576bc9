// The consumer, over the real queue: what leaves the Worker, what an answer comes to, and that one chat holds up no other.
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { DeliveryRecord } from "../../src/delivery.ts";
import { Outbox } from "../../src/index.ts";
import type { QueuedMessage } from "../../src/outbox/interface.ts";
import { clock } from "./support/clock.ts";
import { type Host, hang, held, installNet, net } from "./support/net.ts";
import { alertOf } from "./support/outbox-world.ts";
import { configure, outboxOf, WAIT } from "./support/relay.ts";
import { setSecret } from "./support/secrets.ts";

installNet();
const FAST = { rate: "1000/s" };
const KEY = `whsec_${btoa("k".repeat(32))}`;
let made = 0;
const fresh = () => alertOf(`deliver${++made}`);

/** A destination whose address is a secret, as it has to be on a deployed relay. */
function at(url: string, more: Record<string, unknown> = {}): { type: string; url: string } {
  const name = `URL_${++made}`;
  setSecret(name, url);
  return { type: "webhook", url: `secret:${name}`, ...FAST, ...more };
}

beforeAll(async () => {
  setSecret("HOOK_KEY", KEY);
  await configure({
    destinations: {
      slack: at("https://slack.example/services/T/B/x", { type: "slack" }),
      discord: at("https://discord.example/api/webhooks/1/token", { type: "discord" }),
      hook: at("https://hook.example/in", { secret: "secret:HOOK_KEY", headers: { "x-team": "secret:TEAM" } }),
      quick: at("https://quick.example/"),
      keyless: { type: "webhook", url: "secret:NEVER_SET_URL", ...FAST },
      odd: at("https://hook.example/in", { secret: "secret:ODD_KEY" }),
      // Tells what becomes of the others, without a call.
      box: { type: "inbox", priority: 100 },
    },
  });
  setSecret("TEAM", "soc");
});
afterEach(() => {
  vi.restoreAllMocks();
  setSecret("LOCAL", "1");
});

/** Hands one alert over, and answers its delivery once it is in that state. */
async function delivered(destination: string, state: DeliveryRecord["state"] = "delivered", alert = fresh()): Promise<DeliveryRecord> {
  await outboxOf(destination).enqueue([{ alert, versions: [1] }]);
  return until(destination, alert.id, (record) => record.state === state);
}

const until = (destination: string, slot: string, fits: (record: DeliveryRecord) => boolean): Promise<DeliveryRecord> =>
  vi.waitFor(async () => {
    const [record] = await outboxOf(destination).deliveriesOf(slot);
    if (!record || !fits(record)) throw new Error(`${destination}: ${JSON.stringify(record)}`);
    return record;
  }, WAIT);

/** A destination of its own for tests that leave a mark on its health. */
async function ownHook(host: string, more: Record<string, unknown> = {}): Promise<string> {
  const name = `own${++made}`;
  await configure({ destinations: { [name]: at(`https://${host}/${name}`, more) } });
  return name;
}

/** One batch straight to the consumer. */
const consume = (...messages: QueuedMessage[]): Promise<unknown> =>
  (exports.default as unknown as { queue(name: string, messages: object[]): Promise<unknown> }).queue(
    "deliveries",
    messages.map((body, index) => ({ id: String(index), timestamp: new Date(), attempts: 1, body })),
  );

describe("a message", () => {
  test("reaches its chat once, in the chat's own form", async () => {
    net.answer("slack.example", () => new Response("ok"));
    const record = await delivered("slack");
    expect(record).toMatchObject({ attempts: 1, log: [{ outcome: "delivered", status: 200 }] });
    const calls = net.callsTo("slack.example");
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ method: "POST", redirect: "manual" });
    expect(JSON.parse(calls[0]?.body ?? "")).toHaveProperty("text");
  });

  test("is edited where the chat gave a reference", async () => {
    net.answer("discord.example", () => Response.json({ id: "42", channel_id: "7" }));
    const alert = fresh();
    await delivered("discord", "delivered", alert);
    await outboxOf("discord").enqueue([{ alert: { ...alert, version: 2, count: 9 }, versions: [2] }]);
    await vi.waitFor(() => expect(net.callsTo("discord.example")).toHaveLength(2), WAIT);
    const edit = net.callsTo("discord.example")[1];
    expect([edit?.method, edit?.url.pathname]).toEqual(["PATCH", "/api/webhooks/1/token/messages/42"]);
  });

  test("to a webhook is signed, with the same id at every attempt", async () => {
    const answers = [new Response(null, { status: 500 }).status, 204];
    net.answer("hook.example", () => new Response(null, { status: answers.shift() ?? 204 }));
    await delivered("hook");
    const calls = net.callsTo("hook.example");
    expect(calls).toHaveLength(2);
    expect(new Set(calls.map(({ headers }) => headers.get("webhook-id"))).size).toBe(1);
    for (const { headers } of calls) {
      expect(headers.get("webhook-signature")).toMatch(/^v1,/);
      expect(headers.get("x-team")).toBe("soc");
    }
  });

  test("that is too large for the queue arrives whole", async () => {
    const large = { ...fresh(), data: { note: "x".repeat(60_000) } };
    net.answer("hook.example", () => new Response(null, { status: 204 }));
    const sent = vi.spyOn(Object.getPrototypeOf(env.DELIVERIES), "sendBatch");
    await delivered("hook", "delivered", large);
    const [batch] = sent.mock.calls[0] as unknown as [{ body: QueuedMessage }[]];
    const [call] = net.callsTo("hook.example");
    if ((call?.body.length ?? 0) > 20_000) expect(batch[0]?.body.body).toBeUndefined();
    expect(JSON.parse(call?.body ?? "")).toMatchObject({ data: expect.anything() });
  });

  test("kept in the inbox is a row", async () => {
    const alert = fresh();
    await delivered("box", "delivered", alert);
    expect(await env.DB.prepare("SELECT version, title FROM inbox WHERE alert = ?").bind(alert.id).first()).toMatchObject({ version: 1 });
  });
});

describe("an answer", () => {
  test.each([
    [404, "dead", "not_found"],
    [410, "dead", "revoked"],
    [401, "dead", "forbidden"],
    [403, "dead", "forbidden"],
    [302, "dead", "misconfigured"],
  ] as const)("%i makes the message %s: %s", async (status, state, reason) => {
    net.answer("own.example", () => new Response(null, { status, headers: { location: "https://elsewhere.example/" } }));
    const name = await ownHook("own.example");
    expect(await delivered(name, state)).toMatchObject({ reason, attempts: 1, log: [{ status }] });
    expect(net.calls.map(({ url }) => url.host)).toEqual(["own.example"]);
  });

  test("400 is tried once more in plain form, then it is dead", async () => {
    net.answer("own.example", () => new Response("no", { status: 400 }));
    const name = await ownHook("own.example");
    expect(await delivered(name, "dead")).toMatchObject({ reason: "invalid_payload", attempts: 2 });
    expect(net.callsTo("own.example")).toHaveLength(2);
  });

  test("429 closes the destination for as long as it says", async () => {
    net.answer("own.example", () => new Response(null, { status: 429, headers: { "retry-after": "120" } }));
    const name = await ownHook("own.example");
    const alert = fresh();
    await outboxOf(name).enqueue([{ alert, versions: [1] }]);
    const record = await until(name, alert.id, ({ log }) => log.length === 1);
    expect(record).toMatchObject({ state: "pending", log: [{ outcome: "retry: rate_limited", status: 429 }] });
    const { closedUntil } = await outboxOf(name).status();
    expect((closedUntil ?? 0) - Date.now()).toBeGreaterThan(115_000);
  });

  test("that never comes is unknown, counted, and the message is sent again", async () => {
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new DOMException("too late", "TimeoutError")), ms / 20);
      return controller.signal;
    });
    const answers: Host[] = [hang, () => new Response("ok")];
    net.answer("own.example", (call) => (answers.shift() ?? hang)(call));
    const name = await ownHook("own.example", { type: "slack" });
    const record = await delivered(name);
    expect(record.log.map(({ outcome }) => outcome)).toEqual(["unknown: timeout", "delivered"]);
    expect((await outboxOf(name).status()).unknown).toBe(1);
  });

  test("that breaks is no duplicate where the receiver knows a repeat by its id", async () => {
    const name = await ownHook("own.example");
    const answers: Host[] = [
      () => {
        throw new TypeError("Network connection lost.");
      },
    ];
    net.answer("own.example", (call) => answers.shift()?.(call) ?? new Response(null, { status: 204 }));
    await delivered(name);
    const ids = net.callsTo("own.example").map(({ headers }) => new Headers(headers).get("webhook-id"));
    expect(new Set(ids).size).toBe(1);
    expect((await outboxOf(name).status()).unknown).toBe(0);
  });

  test.each([
    // What the runtime says of a refused connection as well as of a broken one.
    ["Network connection lost.", "unknown: connection_lost", 1],
    ["internal error; reference = abc", "unknown: connection_lost", 1],
    ["the connection was reset", "unknown: connection_lost", 1],
  ])("that breaks (%s) is %s, without the address", async (text, outcome, unknown) => {
    const name = await ownHook("own.example", { type: "slack" });
    const answers: Host[] = [
      () => {
        throw new TypeError(`${text} https://own.example/${name}`);
      },
    ];
    net.answer("own.example", (call) => answers.shift()?.(call) ?? new Response("ok"));
    const record = await delivered(name);
    expect(record.log.map((attempt) => attempt.outcome)).toEqual([outcome, "delivered"]);
    expect(JSON.stringify(record)).not.toContain("own.example");
    expect((await outboxOf(name).status()).unknown).toBe(unknown);
  });

  test("of many kilobytes is kept short", async () => {
    net.answer("own.example", () => new Response("n".repeat(200_000), { status: 403 }));
    const record = await delivered(await ownHook("own.example"), "dead");
    expect(record.log[0]?.answer?.length ?? 0).toBeLessThanOrEqual(300);
  });
});

describe("a secret", () => {
  test("that is not set makes the message dead and is named", async () => {
    const record = await delivered("keyless", "dead");
    expect(record.reason).toBe("misconfigured");
    expect(record.log[0]?.outcome).toContain("NEVER_SET_URL");
    expect(net.calls).toEqual([]);
  });

  test("that is no key makes the message dead without a word of it", async () => {
    setSecret("ODD_KEY", "not-a-signing-secret-4b7f");
    const record = await delivered("odd", "dead");
    expect(record.reason).toBe("misconfigured");
    expect(JSON.stringify(record)).not.toContain("4b7f");
    expect(net.calls).toEqual([]);
  });
});

describe("a private address", () => {
  test.each([
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://[::ffff:127.0.0.1]/",
    "https://localhost/",
    "https://vault.internal/",
    "http://hook.example/",
  ])("(%s) is never called by a deployed relay", async (url) => {
    const name = `private${++made}`;
    await configure({ destinations: { [name]: at(url) } });
    setSecret("LOCAL", "0");
    expect(await delivered(name, "dead")).toMatchObject({ reason: "misconfigured" });
    expect(net.calls).toEqual([]);
  });
});

describe("a chat that hangs", () => {
  test("holds up no other in the same batch", async () => {
    const slow = held(() => new Response("ok"));
    net.answer("slack.example", slow.host);
    net.answer("quick.example", () => new Response(null, { status: 204 }));
    const messages: QueuedMessage[] = [];
    const capture = vi.spyOn(Object.getPrototypeOf(env.DELIVERIES), "sendBatch").mockImplementation(async (batch) => {
      const all = (batch as { body: QueuedMessage }[]).map(({ body }) => body);
      messages.push(...all.filter(({ destination }) => destination !== "box"));
    });
    const alerts = [fresh(), fresh(), fresh(), fresh()];
    await outboxOf("slack").enqueue(alerts.map((alert) => ({ alert, versions: [1] })));
    await outboxOf("quick").enqueue(alerts.map((alert) => ({ alert, versions: [1] })));
    await vi.waitFor(() => expect(messages).toHaveLength(8), WAIT);
    capture.mockRestore();
    await consume(...messages);
    for (const { id } of alerts) await until("quick", id, ({ state }) => state === "delivered");
    expect((await outboxOf("slack").status()).inFlight).toBe(4);
    slow.release();
    for (const { id } of alerts) await until("slack", id, ({ state }) => state === "delivered");
    expect(net.callsTo("slack.example")).toHaveLength(4);
  });
});

describe("a message that was given up for lost", () => {
  test("is not sent when it is read after all", async () => {
    const messages: QueuedMessage[] = [];
    const capture = vi.spyOn(Object.getPrototypeOf(env.DELIVERIES), "sendBatch").mockImplementation(async (batch) => {
      const all = (batch as { body: QueuedMessage }[]).map(({ body }) => body);
      messages.push(...all.filter(({ destination }) => destination !== "box"));
    });
    const alert = fresh();
    await outboxOf("quick").enqueue([{ alert, versions: [1] }]);
    await vi.waitFor(() => expect(messages).toHaveLength(1), WAIT);
    capture.mockRestore();
    clock.skip(46_000);
    await consume(...messages);
    expect(net.calls).toEqual([]);
    net.answer("quick.example", () => new Response(null, { status: 204 }));
    await outboxOf("quick").sweep();
    expect(await until("quick", alert.id, ({ state }) => state === "delivered")).toMatchObject({ attempts: 2 });
    expect(net.callsTo("quick.example")).toHaveLength(1);
  });
});

describe("what a delivery came to", () => {
  test("is told again when the outbox does not take it", async () => {
    net.answer("quick.example", () => new Response(null, { status: 204 }));
    vi.spyOn(Outbox.prototype, "settle").mockRejectedValueOnce(new Error("restarting"));
    expect(await delivered("quick")).toMatchObject({ attempts: 1 });
    expect(net.callsTo("quick.example")).toHaveLength(1);
  });
});
