import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { declaredBindings, readWranglerConfig, workerConfig } from "./wrangler-config.ts";

const folder = mkdtempSync(join(tmpdir(), "tocsin-wrangler-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (extra: string) => {
  writeFileSync(join(folder, "wrangler.toml"), `name = "relay"\nmain = "index.ts"\ncompatibility_date = "2026-11-02"\n${extra}`);
  return readWranglerConfig(folder);
};

test("the project's own file is understood", () => {
  const wrangler = readWranglerConfig(join(import.meta.dirname, ".."));
  const { env, exports, triggers } = workerConfig(wrangler, "", { ADMIN_TOKEN: "t" });
  expect(Object.keys(env ?? {}).sort()).toEqual([
    "ADMIN_TOKEN",
    "ASSETS",
    "BUDGET",
    "CORRELATOR",
    "DB",
    "DELIVERIES",
    "ENRICHER",
    "LEDGER",
    "OUTBOX",
  ]);
  expect(Object.keys(exports ?? {}).sort()).toEqual(["Budget", "Correlator", "Enricher", "Ledger", "Outbox"]);
  expect(triggers).toMatchObject([{ type: "queue", name: "deliveries", maxBatchSize: 100, maxBatchTimeout: 0 }]);
});

test("a database goes by its id, or else by its binding, as under wrangler", () => {
  const wrangler = read('[[d1_databases]]\nbinding = "DB"\n[[d1_databases]]\nbinding = "OTHER"\ndatabase_id = "1234"\n');
  expect(workerConfig(wrangler, "", {}).env).toEqual({ DB: { type: "d1", id: "DB" }, OTHER: { type: "d1", id: "1234" } });
});

test("secrets come before variables of the same name", () => {
  const wrangler = read('[vars]\nLOCAL = "0"\nREGION = "eu"\n');
  expect(workerConfig(wrangler, "", { LOCAL: "1" }).env).toEqual({
    LOCAL: { type: "text", value: "1" },
    REGION: { type: "text", value: "eu" },
  });
});

test("a binding that local runs would not have is refused", () => {
  expect(() => read('[[kv_namespaces]]\nbinding = "CACHE"\nid = "1"\n')).toThrow("kv_namespaces");
});

test("mail goes by its binding, and what the binding allows is kept", () => {
  const wrangler = read('[[send_email]]\nname = "EMAIL"\nallowed_sender_addresses = ["tocsin@example.com"]\n');
  expect(workerConfig(wrangler, "", {}).env).toEqual({
    EMAIL: { type: "send-email", allowedSenderAddresses: ["tocsin@example.com"] },
  });
});

test("the names of the bindings are known", () => {
  read('[[send_email]]\nname = "EMAIL"\n');
  expect(["EMAIL", "DB"].map((name) => declaredBindings(folder)?.(name))).toEqual([true, false]);
  expect(declaredBindings(join(folder, "nowhere"))).toBeUndefined();
});
