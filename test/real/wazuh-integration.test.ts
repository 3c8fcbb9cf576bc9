// The integration script that goes into Wazuh, run by a real Python the way wazuh-integratord runs it.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseJson } from "../../src/lib/json.ts";
import wazuh from "../../src/sources/wazuh/source.ts";
import { describeReal, REAL } from "../support/real.ts";
import { runPython } from "./run-python.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

const source = (path: string): string => fileURLToPath(new URL(`../../src/sources/wazuh/${path}`, import.meta.url).href);
const KEY = "s3cret-token";

describeReal("the integration script in a real Python", [REAL.python], () => {
  let server: ScriptedServer;
  /** Wazuh's home: `integrations` for the script, `logs` for what it says. */
  let home: string;
  const script = () => join(home, "integrations", "custom-tocsin");

  beforeAll(async () => {
    server = await startScriptedServer();
    home = mkdtempSync(join(tmpdir(), "wazuh-"));
    mkdirSync(join(home, "integrations"));
    mkdirSync(join(home, "logs"));
    copyFileSync(source("integration/custom-tocsin"), script());
  });
  afterAll(async () => {
    await server.close();
    rmSync(home, { recursive: true });
  });

  async function integrate(alert: string | Buffer, args?: (file: string, url: string) => string[]) {
    const file = join(home, "custom-tocsin-1795176350-1.alert");
    const logFile = join(home, "logs", "integrations.log");
    writeFileSync(file, alert);
    writeFileSync(logFile, "");
    const url = `${server.url}/hooks/the-route`;
    const ran = await runPython([script(), ...(args?.(file, url) ?? [file, KEY, url])]);
    const log = existsSync(logFile) ? readFileSync(logFile, "utf8") : "";
    expect(ran.stdout + ran.stderr + log).not.toMatch(/s3cret-token|\/hooks\//);
    return { status: ran.status, log };
  }

  const sample = readFileSync(source("fixtures/alert-ssh-brute-force.json"), "utf8");

  test("posts the alert as it stands in the file, with the key", async () => {
    server.script();
    expect(await integrate(sample)).toEqual({ status: 0, log: "" });
    expect(server.seen).toMatchObject([{ method: "POST", path: "/hooks/the-route", body: sample, headers: { "x-tocsin-token": KEY } }]);
  });

  test.each<[string, (file: string, url: string) => string[]]>([
    ["an empty key", (file, url) => [file, "", url]],
    ["an empty key that was lost on the way", (file, url) => [file, url]],
    ["more arguments, as newer versions have them", (file, url) => [file, "", url, "debug", "/tmp/x.options", "10", "3"]],
  ])("takes %s", async (_what, args) => {
    server.script();
    expect((await integrate(sample, args)).status).toBe(0);
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]?.headers).not.toHaveProperty("x-tocsin-token");
  });

  test("a log line that is not UTF-8 arrives as JSON that the adapter reads", async () => {
    server.script();
    const alert = JSON.parse(sample) as Record<string, unknown>;
    const bytes = Buffer.from(JSON.stringify({ ...alert, full_log: "caf\u00e9" }), "latin1");
    expect((await integrate(bytes)).status).toBe(0);
    const body = parseJson(Buffer.from(server.seen[0]?.body ?? ""));
    const parsed = body.ok ? wazuh.parse(body.value, { settings: {}, receivedAt: 0 }) : body;
    expect(parsed).toMatchObject({ ok: true, value: [{ kind: "event", event: { patch: { summary: "caf\ufffd" } } }] });
  });

  test("tries again after a limit and a server error", async () => {
    server.script({ status: 429, headers: { "retry-after": "0.1" } }, { status: 503, headers: { "retry-after": "0" } });
    const { status, log } = await integrate(sample);
    expect([status, server.seen.length]).toEqual([0, 3]);
    expect(log).toMatch(/custom-tocsin: alert 1795176350\.11598735, attempt 1 of 4: answer 429\n.*attempt 2 of 4: answer 503\n$/);
  });

  test.each([
    ["a refusal", { status: 401 }, 1],
    ["a redirect, which is not followed", { status: 301, headers: { location: "/elsewhere" } }, 1],
    ["the fourth failure", { status: 500, headers: { "retry-after": "0" } }, 4],
  ])("gives up after %s, and says so", async (_what, answer, attempts) => {
    server.script(answer, answer, answer, answer, answer);
    const { status, log } = await integrate(sample);
    expect([status, server.seen.map(({ path }) => path)]).toEqual([1, new Array(attempts).fill("/hooks/the-route")]);
    expect(log).toMatch(/alert 1795176350\.11598735 was not sent\n$/);
  });

  test.each<[string, string, ((file: string) => string[]) | undefined, number, string]>([
    ["without an address", sample, (file) => [file, KEY], 2, "called without an alert file and a hook_url"],
    ["without anything", sample, () => [], 2, "called without"],
    ["with a file in Wazuh's other format", "alertdate='2026'\nruleid='1'", undefined, 3, "is alert_format json?"],
  ])("%s, says what is wrong", async (_what, alert, args, status, said) => {
    server.script();
    expect(await integrate(alert, args)).toEqual({ status, log: expect.stringContaining(said) });
    expect(server.seen).toHaveLength(0);
  });
});
