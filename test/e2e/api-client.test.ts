// A client that is generated from the description, compiled, and used against a running relay as somebody else's program would.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { generateSource } from "oazapfts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createdFlattened, incident } from "../../demo/sekoia-samples.ts";
import { type Stack, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
interface Answer<Data> {
  status: number;
  data: Data;
}
type Call = <Data>(...args: unknown[]) => Promise<Answer<Data>>;
interface Client extends Record<string, unknown> {
  defaults: { baseUrl: string; headers: Record<string, string> };
}

let stack: Stack;
let folder: string;
let client: Client;
/** The client's function for an operation. */
const call =
  (operation: string): Call =>
  (...args) =>
    (client[operation] as Call)(...args);

beforeAll(async () => {
  stack = await startStack({
    config: ({ chats }) => ({
      destinations: { soc: { type: "slack", url: chats.slack("soc").url, rate: "100/s" } },
      routes: { prod: { id: ROUTE, source: "sekoia", rules: [{ to: ["soc"] }] } },
    }),
  });
  // Below node_modules, where the client finds its runtime.
  folder = mkdtempSync(join("node_modules", ".tocsin-client-"));
  const description = join(folder, "openapi.json");
  writeFileSync(description, JSON.stringify(await stack.get("/api/openapi.json")));
  const source = join(folder, "client.ts");
  writeFileSync(source, await generateSource(description));
  const outfile = join(folder, "client.mjs");
  // Resolves the client's runtime from here; what is generated imports nothing else.
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    nodePaths: ["node_modules"],
    logLevel: "error",
  });
  client = (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as Client;
  client.defaults.baseUrl = stack.relay.url;
  client.defaults.headers = { authorization: "Bearer test-admin-token" };
});
afterAll(async () => {
  await stack?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test("it has a function for every operation", async () => {
  const { paths } = await stack.get<{ paths: Record<string, Record<string, { operationId: string }>> }>("/api/openapi.json");
  const named = Object.values(paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
  expect(named.filter((name) => typeof client[name] !== "function")).toEqual([]);
});

test("its types say what answers hold, and what parameters there are", async () => {
  const use = join(folder, "use.ts");
  writeFileSync(use, USE);
  const options = [
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--target",
    "es2022",
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
    "--ignoreConfig",
    "--allowImportingTsExtensions",
  ];
  const run = promisify(execFile)(process.execPath, ["node_modules/typescript/bin/tsc", ...options, use]);
  const said = run.then(
    ({ stdout }) => stdout,
    ({ stdout }) => stdout,
  );
  expect(await said).toBe("");
});

/** A program that uses the client; each `@ts-expect-error` is an error unless there is one. */
const USE = `
import * as tocsin from "./client.ts";
export async function worst(): Promise<string | undefined> {
  const found = await tocsin.searchAlerts({ severity: "critical" });
  if (found.status !== 200) return undefined;
  const [first] = found.data.items;
  const severity: "info" | "low" | "medium" | "high" | "critical" | undefined = first?.severity;
  // @ts-expect-error there is no such member
  first?.colour;
  // @ts-expect-error there is no such parameter
  await tocsin.searchAlerts({ colour: "red" });
  return severity;
}
`;

test("it finds an alert, reads it, sets its status, and sees the books balance", async () => {
  expect((await stack.hook(ROUTE, createdFlattened(incident(1, "client")))).status).toBe(202);
  await stack.settled();
  const { status, data } = await call("searchAlerts")<{ items: { id: string; status: string }[] }>({ route: "prod", limit: "10" });
  expect(status).toBe(200);
  const [alert] = data.items;
  const story = await call("getAlert")<{ alert: { id: string }; deliveries: { state: string }[] }>(alert?.id, { payloads: "true" });
  expect(story).toMatchObject({ status: 200, data: { alert: { id: alert?.id }, deliveries: [{ state: "delivered" }] } });
  const set = await call("setStatus")<{ status: string }>(alert?.id, { status: "resolved", comment: "By a program" });
  expect(set).toMatchObject({ status: 200, data: { status: "resolved" } });
  await stack.settled();
  expect((await call("getBooks")<{ balanced: boolean }>()).data.balanced).toBe(true);
  const audit = await call("readAudit")<{ items: { action: string; target: string }[] }>({ action: "alert.status_set" });
  expect(audit.data.items).toMatchObject([{ target: alert?.id }]);
});

test("it sends a dead delivery again, once", async () => {
  stack.chats.slack("soc").revoke();
  await stack.hook(ROUTE, createdFlattened(incident(2, "client")));
  await stack.settled();
  const { data } = await call("listDeliveries")<{ items: { id: string }[] }>({ state: "dead" });
  const id = data.items[0]?.id;
  stack.chats.slack("soc").calm();
  expect(await call("replayDelivery")(id)).toMatchObject({ status: 200, data: { replayed: 1 } });
  expect(await call("replayDelivery")(id)).toMatchObject({ status: 409, data: { title: "Conflict" } });
  await stack.settled();
  expect(await call("replayDeliveries")({ destination: "soc" })).toMatchObject({ status: 200, data: { replayed: 0, more: false } });
});

test("it reads the configuration and its ETag, and is told when that is the newest", async () => {
  const first = await call("exportConfiguration")<string>();
  expect(first.status).toBe(200);
  expect(first.data).toContain("[routes.prod]");
  const etag = (first as unknown as { headers: Headers }).headers.get("etag");
  expect((await call("exportConfiguration")({ ifNoneMatch: etag })).status).toBe(304);
});

test("it is told what is wrong, as a value", async () => {
  expect(await call("searchAlerts")({ limit: "0" })).toMatchObject({ status: 400, data: { where: "limit" } });
  expect(await call("getAlert")("prod.none")).toMatchObject({ status: 404, data: { detail: "There is no such alert." } });
  expect(await call("makeToken")({ name: "x", role: "root" })).toMatchObject({ status: 422, data: { where: "role" } });
});
