// The cron sweep, over the whole Worker: what lost its alarm and its memory is found and brought through; what is old goes.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createdFlattened, incident } from "../../demo/sekoia-samples.ts";
import { Outbox } from "../../src/index.ts";
import { clock } from "./support/clock.ts";
import { crash } from "./support/crash.ts";
import { breakD1, configure, hook, ledgerOf, ledgerStub, outboxStub, settled, sweepNow, WAIT } from "./support/relay.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const OTHER = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a12";
let number = 0;
const fresh = () => createdFlattened(incident(++number, "sweep"));
const inbox = async () => (await env.DB.prepare("SELECT alert FROM inbox").all()).results.length;
const loseAlarm = (stub: DurableObjectStub) => runInDurableObject(stub, (_, state) => state.storage.deleteAlarm());

beforeAll(() =>
  configure({
    destinations: { box: { type: "inbox" } },
    routes: {
      prod: { id: ROUTE, source: "sekoia", rules: [{ to: ["box"] }] },
      other: { id: OTHER, source: "sekoia", rules: [{ to: ["box"] }] },
    },
  }),
);
// The clock only goes forward: the relay's copy of the configuration lives through the whole file.
afterEach(() => vi.restoreAllMocks());

describe("a sweep", () => {
  test("brings an accepted event through that no alarm will ever look at", async () => {
    const before = await inbox();
    const away = vi.spyOn(Outbox.prototype, "enqueue").mockRejectedValue(new Error("away"));
    expect((await hook(ROUTE, fresh())).status).toBe(202);
    await vi.waitFor(() => expect(away).toHaveBeenCalled(), WAIT);
    await loseAlarm(ledgerStub("prod"));
    await crash(ledgerStub("prod"));
    away.mockRestore();
    expect(await inbox()).toBe(before);
    await sweepNow();
    await settled("prod", "box");
    expect(await inbox()).toBe(before + 1);
  });

  test("brings a message through whose outbox lost its alarm and its memory, once the lease is over", async () => {
    const before = await inbox();
    const send = vi.spyOn(Object.getPrototypeOf(env.DELIVERIES), "sendBatch").mockResolvedValue({});
    await hook(ROUTE, fresh());
    await vi.waitFor(() => expect(send).toHaveBeenCalled(), WAIT);
    send.mockRestore();
    await loseAlarm(outboxStub("box"));
    await crash(outboxStub("box"));
    clock.skip(60_000);
    await sweepNow();
    await settled("prod", "box");
    expect(await inbox()).toBe(before + 1);
  });

  test("goes on when one object fails", async () => {
    const before = await inbox();
    const away = vi.spyOn(Outbox.prototype, "enqueue").mockRejectedValue(new Error("away"));
    await hook(ROUTE, fresh());
    await hook(OTHER, fresh());
    await vi.waitFor(() => expect(away.mock.calls.length).toBeGreaterThan(1), WAIT);
    for (const route of ["prod", "other"]) {
      await loseAlarm(ledgerStub(route));
      await crash(ledgerStub(route));
    }
    away.mockRestore();
    // The ledger of `other` comes first by name, and its first sweep fails.
    const { Ledger } = await import("../../src/index.ts");
    const sweep = vi.spyOn(Ledger.prototype, "sweep").mockRejectedValueOnce(new Error("broken"));
    await sweepNow();
    expect(sweep.mock.calls.length).toBeGreaterThanOrEqual(2);
    await settled("prod", "box");
    expect(await inbox()).toBeGreaterThan(before);
    await sweepNow();
    await settled("other", "box");
    expect(await inbox()).toBe(before + 2);
  });

  test("finishes the open events of a route that was removed", async () => {
    const before = await inbox();
    // The sweep notes which objects there are; an event lets the ledger remember its route.
    await hook(OTHER, fresh());
    await settled("other", "box");
    await sweepNow();
    const away = vi.spyOn(Outbox.prototype, "enqueue").mockRejectedValue(new Error("away"));
    await hook(OTHER, fresh());
    await vi.waitFor(() => expect(away).toHaveBeenCalled(), WAIT);
    await env.DB.prepare("DELETE FROM routes WHERE name = 'other'").run();
    clock.skip(6_000);
    expect((await hook(OTHER, fresh())).status).toBe(404);
    await loseAlarm(ledgerStub("other"));
    await crash(ledgerStub("other"));
    away.mockRestore();
    await sweepNow();
    await settled("other", "box");
    expect(await inbox()).toBe(before + 2);
  });

  test("removes from the projection what is older than the retention", async () => {
    await hook(ROUTE, fresh());
    await settled("prod", "box");
    const rows = async () => (await env.DB.prepare("SELECT id FROM alerts").all()).results.length;
    await vi.waitFor(async () => expect(await rows()).toBeGreaterThan(0), WAIT);
    clock.skip(31 * 86_400_000);
    await sweepNow();
    expect(await rows()).toBe(0);
    expect((await env.DB.prepare("SELECT id FROM deliveries").all()).results).toEqual([]);
  });
});

describe("the projection", () => {
  test("catches up when D1 is back", async () => {
    const repair = breakD1();
    const answer: { results: { alert: string }[] } = await (await hook(ROUTE, fresh())).json();
    await vi.waitFor(async () => expect((await ledgerOf("prod").books()).counts.processing).toBe(0), WAIT);
    repair();
    await crash(ledgerStub("prod"));
    await ledgerOf("prod").books();
    await vi.waitFor(async () => {
      const row = await env.DB.prepare("SELECT version FROM alerts WHERE id = ?").bind(answer.results[0]?.alert).first();
      expect(row).toEqual({ version: 1 });
    }, WAIT);
  });
});
