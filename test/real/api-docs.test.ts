// The commands of docs/api.md, run as they stand there: every one has to succeed, and what they are to have done is so.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createdFlattened, incident } from "../../demo/sekoia-samples.ts";
import { describeReal, REAL } from "../support/real.ts";
import { type Stack, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const page = readFileSync(join(import.meta.dirname, "../../docs/api.md"), "utf8");
const scripts = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, script = ""]) => script);

describeReal("the commands of docs/api.md", [REAL.curl], () => {
  let stack: Stack;
  let folder: string;
  const env: Record<string, string> = {};
  const run = (script: string) =>
    promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { cwd: folder, env: { ...process.env, ...env } });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tocsin-api-"));
    stack = await startStack({
      config: ({ chats }) => ({
        destinations: { soc: { type: "slack", url: chats.slack("soc").url, rate: "100/s" }, box: { type: "inbox" } },
        routes: { prod: { id: ROUTE, source: "sekoia", rules: [{ to: ["soc", "box"] }] } },
      }),
    });
    stack.chats.slack("soc").revoke();
    for (let number = 0; number < 5; number += 1) await stack.hook(ROUTE, createdFlattened(incident(number, "docs")));
    await stack.settled();
    stack.chats.slack("soc").calm();
    const { items: dead } = await stack.get<{ items: { id: string; alert: string }[] }>("/api/deliveries?state=dead");
    expect(dead).toHaveLength(5);
    Object.assign(env, { URL: stack.relay.url, TOKEN: "test-admin-token", ALERT: dead[0]?.alert ?? "", DELIVERY: dead[1]?.id ?? "" });
  });
  afterAll(async () => {
    await stack?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  test("there are some", () => expect(scripts.length).toBeGreaterThan(4));

  test.each(scripts.map((script) => [script.split("\n")[0] ?? "", script]))("%s", async (_, script) => {
    await run(script);
  });

  test("did what they say", async () => {
    expect(JSON.parse(readFileSync(join(folder, "openapi.json"), "utf8"))).toMatchObject({ openapi: "3.1.0" });
    const actions = new Set(
      readFileSync(join(folder, "audit.csv"), "utf8")
        .split("\r\n")
        .map((line) => line.split(",")[4]),
    );
    const expected = ["alert.status_set", "delivery.replayed", "route.tested", "token.made", "token.removed"];
    expect(expected.filter((action) => !actions.has(action))).toEqual([]);
    await stack.settled();
    expect(stack.chats.slack("soc").visible().length).toBeGreaterThan(0);
  });
});

test("docs/api.md names every action of the audit log", async () => {
  const { stdout } = await promisify(execFile)("grep", [
    "-rhoE",
    '"[a-z]+\\.[a-z_]+"',
    "src/admin/endpoints",
    "src/admin/queries",
    "src/store",
  ]);
  const actions = new Set(
    stdout
      .split("\n")
      .map((quoted) => quoted.slice(1, -1))
      .filter((word) => /^(alert|backup|configuration|deliver(y|ies)|destination|observable|projection|routes?|token)\./.test(word)),
  );
  expect(actions.size).toBeGreaterThan(10);
  expect([...actions].filter((action) => !page.includes(`\`${action}\``))).toEqual([]);
});
