import { describe, expect, test } from "vitest";
import { sampleAdapter, sampleDestination } from "../../test/support/destinations.ts";
import { sampleStatus } from "../../test/support/readings.ts";
import type { DestinationConfig } from "../config/model.ts";
import type { Notice } from "../destinations/destination.ts";
import type { LoadedConfig } from "../store/config-cache.ts";
import type { OutboxCalls, OutboxStatus } from "./interface.ts";
import { type Tellers, tell, tellersOf } from "./tellers.ts";

const notice: Notice = { id: "n", severity: "high", resolved: false, title: "t", text: "t", at: "2026-11-21T10:00:00.000Z" };
const record = sampleAdapter({ type: "tickets", can: () => ({ edit: true, thread: false, idempotencyKey: true, record: true }) });
const adapters = new Map([
  ["slack", sampleAdapter({ type: "slack" })],
  ["teams", sampleAdapter({ type: "teams" })],
  ["tickets", record],
]);

/** Destinations by name, and what was told where. */
function world(destinations: (Partial<DestinationConfig> & { name: string })[], notify?: string[]) {
  const configured = destinations.map((one) => sampleDestination({ type: "slack", ...one }));
  const config = { relay: { retentionMs: 1, retentionPayloadsMs: 1, notify }, destinations: configured };
  const loaded = { config, destinationByName: new Map(configured.map((one) => [one.name, one])) } as unknown as LoadedConfig;
  const told: string[] = [];
  const state: Record<string, Partial<OutboxStatus> | "away"> = {};
  const outboxes: Tellers["outboxes"] = {
    getByName: (object) => {
      const name = object.slice("outbox:".length);
      const status = async () => {
        if (state[name] === "away") throw new Error("away");
        return sampleStatus(state[name] as Partial<OutboxStatus>);
      };
      return { status, announce: async () => void told.push(name) } as unknown as OutboxCalls;
    },
  };
  return { tellers: { loaded, adapters, outboxes }, told, state };
}

describe("a word of the relay about itself", () => {
  test("is told by all whom notify names and who are well, never by the one that it is about", async () => {
    const { tellers, told, state } = world(
      [{ name: "ops" }, { name: "pager" }, { name: "soc" }, { name: "gone" }],
      ["gone", "soc", "ops", "pager"],
    );
    state.gone = { brokenSince: 1 };
    expect(await tell({ notice, about: "soc" }, tellers)).toBe("ops,pager");
    expect(told).toEqual(["ops", "pager"]);
  });

  test("ends where it began, whoever is named since", async () => {
    const { tellers, told } = world([{ name: "ops" }, { name: "soc" }, { name: "pager" }], ["ops"]);
    expect(await tell({ notice, before: "soc,removed" }, tellers)).toBe("soc,ops");
    expect(told).toEqual(["soc", "ops"]);
  });

  test("is told by one of the others where nobody of them can", async () => {
    const { tellers, told, state } = world([{ name: "ops" }, { name: "soc" }, { name: "pager", priority: 90 }], ["ops"]);
    state.ops = { disabled: { reason: "revoked", at: 1 } };
    state.pager = "away";
    expect(await tell({ notice }, tellers)).toBe("soc");
    expect(told).toEqual(["soc"]);
  });

  test("is told by nobody where nobody is well", async () => {
    const { tellers, state } = world([{ name: "ops" }, { name: "soc" }]);
    state.ops = { brokenSince: 1 };
    expect(await tell({ notice, about: "soc" }, tellers)).toBeUndefined();
  });
});

test("who may tell: who takes over, then by priority, chats of another kind first, ticket systems last", () => {
  const { tellers } = world([
    { name: "soc", failover: { to: "stand-in", failures: 5, afterMs: 1 } },
    { name: "same" },
    { name: "tickets", type: "tickets" },
    { name: "other", type: "teams" },
    { name: "first", priority: 90 },
    { name: "stand-in", priority: 1 },
    { name: "unknown", type: "of another version", priority: 100 },
  ]);
  expect(tellersOf({ about: "soc" }, tellers)).toEqual({ chosen: [], others: ["stand-in", "first", "other", "same", "tickets"] });
});
