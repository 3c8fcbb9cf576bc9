// A backup is of one moment where the relay has a quiet one, and says so where it has none. Whatever fails leaves nothing behind.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { ConfigStore } from "../config/store.ts";
import { Api } from "../frame/api.ts";
import { Output } from "../frame/output.ts";
import { processTerminal } from "../frame/terminal.ts";
import { Meter } from "./meter.ts";
import { takeBackup } from "./take.ts";

const root = mkdtempSync(join(tmpdir(), "tocsin-take-"));
afterAll(() => rmSync(root, { recursive: true }));

const terminal = processTerminal();
const meter = new Meter({ terminal, out: new Output(terminal, { json: true, color: false }) });
const present = { text: '[relay]\nurl = "https://relay.example.com"\n[destinations.soc]\nurl = "secret:SOC"\n', revision: 1, state: "1.1" };
const store = { present: async () => present } as unknown as ConfigStore;

/** A relay with one ledger of two pages, whose stamp is what `stampAt` says for each call. */
class FakeApi extends Api {
  calls = 0;
  reads = 0;
  readonly #stampAt: (call: number) => string;

  constructor(stampAt: (call: number) => string) {
    super({ url: "http://127.0.0.1", tokens: [].values() });
    this.#stampAt = stampAt;
  }

  override async call(_: string, path: string, { query = {} } = {} as Parameters<Api["call"]>[2] & object): ReturnType<Api["call"]> {
    const stamp = this.#stampAt(++this.calls);
    const asked = query as { stamp?: boolean; cursor?: string | null };
    const row = (number: number) => ({ table: "alerts", row: { hash: `h${number}` } });
    const answers: Record<string, unknown> = {
      "/backup": { version: "1.0.0", schema: "0001_a.sql", at: "2026-11-21T14:00:00.000Z", objects: ["ledger:prod:0"] },
      "/books": { balanced: true, routes: [], destinations: [] },
    };
    if (path.startsWith("/backup/")) {
      if (!asked.stamp && !asked.cursor) this.reads += 1;
      const page = asked.stamp
        ? { rows: [], next: null }
        : asked.cursor
          ? { rows: [row(2)], next: null }
          : { rows: [row(1)], next: "more" };
      answers[path] = { ...page, stamp };
    }
    return { status: 200, headers: new Headers(), text: JSON.stringify(answers[path]) };
  }
}

test("a quiet relay is read once", async () => {
  const api = new FakeApi(() => "same");
  const manifest = await takeBackup(api, store, join(root, "quiet"), meter);
  expect(manifest).toMatchObject({ quiet: true, secrets: ["SOC"], url: "https://relay.example.com" });
  expect(api.reads).toBe(1);
  expect(manifest.files.map(({ name, rows }) => [name, rows])).toEqual([
    ["configuration.toml", 1],
    ["ledger.prod.0.jsonl", 2],
  ]);
  expect(readFileSync(join(root, "quiet", "ledger.prod.0.jsonl"), "utf8").split("\n")).toHaveLength(3);
});

test("what wrote something between its pages is read again, until nothing does", async () => {
  const api = new FakeApi((call) => (call <= 3 ? "before" : "after"));
  expect(await takeBackup(api, store, join(root, "moved"), meter)).toMatchObject({ quiet: true });
  expect(api.reads).toBe(2);
});

test("a relay that never rests is told apart", async () => {
  const api = new FakeApi((call) => String(call));
  expect(await takeBackup(api, store, join(root, "busy"), meter)).toMatchObject({ quiet: false });
  expect(api.reads).toBe(3);
});

test("a relay that goes away leaves nothing behind", async () => {
  const api = new FakeApi(() => "same");
  api.get = () => Promise.reject(new Error("gone"));
  await expect(takeBackup(api, store, join(root, "failed"), meter)).rejects.toThrow("gone");
  expect(readdirSync(root).sort()).toEqual(["busy", "moved", "quiet"]);
});
