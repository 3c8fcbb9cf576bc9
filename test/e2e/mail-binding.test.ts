// Mail by the `send_email` binding, as a local run simulates it, with the wrangler.toml that an operator would have.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createdThin, deleted, incident } from "../../demo/sekoia-samples.ts";
import { bundleWorker } from "../../scripts/bundle.ts";
import { type Relay, startRelay } from "../../scripts/runtime.ts";
import { configure } from "../support/stack.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const TOKEN = "test-admin-token";
const folder = mkdtempSync(join(tmpdir(), "tocsin-binding-"));
let relay: Relay;

beforeAll(async () => {
  const wrangler = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
  writeFileSync(
    join(folder, "wrangler.toml"),
    `${wrangler}\n[[send_email]]\nname = "EMAIL"\nallowed_sender_addresses = ["tocsin@example.com"]\n`,
  );
  for (const name of ["migrations", "assets"]) symlinkSync(join(ROOT, name), join(folder, name));
  relay = await startRelay({
    directory: folder,
    bundle: await bundleWorker(ROOT, "src/index.ts"),
    adminToken: TOKEN,
    onOutput: () => {},
  });
  await configure(relay, {
    destinations: {
      mail: { type: "email", from: "Tocsin <tocsin@example.com>", to: ["soc@example.com"], rate: "100/s" },
      elsewhere: { type: "email", from: "tocsin@example.com", to: "soc@example.com", binding: "ANOTHER" },
    },
    routes: { prod: { id: ROUTE, source: "sekoia", rules: [{ to: ["mail"] }] } },
  });
});
afterAll(async () => {
  await relay?.stop();
  rmSync(folder, { recursive: true });
});

const get = async (path: string): Promise<string> =>
  (await fetch(`${relay.url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } })).text();
const post = (body: unknown) => fetch(`${relay.url}/hooks/${ROUTE}`, { method: "POST", body: JSON.stringify(body) });
const delivered = async () => (await get("/api/deliveries?state=delivered")).split('"state":"delivered"').length - 1;

test("an alert and its end are sent by the binding", async () => {
  expect((await post(createdThin(incident(1)))).status).toBe(202);
  await expect.poll(delivered).toBe(1);
  await post(deleted(incident(1), { at: Date.now() }));
  await expect.poll(delivered).toBe(2);
});

test("a destination whose binding is missing is refused, with what to do", async () => {
  const destinations = await get("/api/destinations");
  expect(destinations).toContain("needs the binding ANOTHER, which this Worker does not have; add [[send_email]] with name =");
});
