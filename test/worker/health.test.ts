// The Worker as a whole inside the runtime: it starts, with the bindings that wrangler.toml names, and says so.
import { env, exports } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { Env } from "../../src/env.ts";
import { breakD1 } from "./support/relay.ts";

test("the bindings are those that the code expects", () => {
  // The compiler compares: left is written by hand, right is generated from wrangler.toml.
  const bindings: Pick<Env, "DB" | "DELIVERIES" | "LEDGER" | "OUTBOX" | "CORRELATOR" | "ENRICHER"> = env;
  expect(Object.values(bindings).every(Boolean)).toBe(true);
});

test("an empty relay is healthy", async () => {
  const answer = await exports.default.fetch("http://relay/healthz");
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ status: "ok", routes: 0 });
});

test("a relay whose database is away still accepts, and says so", async () => {
  const repair = breakD1();
  const quiet = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const answer = await exports.default.fetch("http://relay/healthz");
  repair();
  quiet.mockRestore();
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ status: "degraded", reasons: ["database_unavailable"] });
});
