// The alert action that goes into MozDef, run by a real Python the way MozDef's worker runs it.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseJson } from "../../src/lib/json.ts";
import mozdef from "../../src/sources/mozdef/source.ts";
import { describeReal, REAL } from "../support/real.ts";
import { type Ran, runPython } from "./run-python.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

const source = (path: string): string => fileURLToPath(new URL(`../../src/sources/mozdef/${path}`, import.meta.url).href);
const fixture = (name: string): unknown => JSON.parse(readFileSync(source(`fixtures/${name}.json`), "utf8"));
const TOKEN = "s3cret-token";

describeReal("the alert action in a real Python", [REAL.python], () => {
  let server: ScriptedServer;
  let folder: string;

  beforeAll(async () => {
    server = await startScriptedServer();
    folder = mkdtempSync(join(tmpdir(), "mozdef-"));
    mkdirSync(join(folder, "actions"));
    copyFileSync(source("action/tocsin.py"), join(folder, "actions", "tocsin.py"));
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  async function act(alerts: unknown[], config: Record<string, unknown> = {}): Promise<Ran> {
    const whole = { url: `${server.url}/hooks/the-route`, header: "X-Tocsin-Token", token: TOKEN, pause: 0.05, timeout: 60, ...config };
    writeFileSync(join(folder, "actions", "tocsin.json"), JSON.stringify(whole));
    const ran = await runPython([fileURLToPath(new URL("./mozdef-plugin-set.py", import.meta.url).href), folder], JSON.stringify(alerts));
    // The address and the token are credentials.
    expect(ran.stderr + ran.stdout).not.toMatch(/s3cret-token|\/hooks\//);
    return ran;
  }

  test("posts what the worker gives it, with the token, first of all actions, and hands it on unchanged", async () => {
    server.script();
    const alert = fixture("alert-geomodel-travel");
    const ran = await act([alert]);
    expect([ran.status, JSON.parse(ran.stdout)]).toEqual([0, { unchanged: [true], priority: 0 }]);
    expect(server.seen).toMatchObject([
      { method: "POST", path: "/hooks/the-route", headers: { "content-type": "application/json", "x-tocsin-token": TOKEN } },
    ]);
    expect(JSON.parse(server.seen[0]?.body ?? "")).toEqual(alert);
    expect(ran.stderr).toContain("INFO tocsin: alert YyB2kXMBzq0nQ1bTt9bb sent, attempt 1");
    expect(ran.stderr).toContain("ERROR tocsin: got a type in place of an alert");
  });

  test("what it posts is an alert to the adapter", async () => {
    server.script();
    await act([fixture("alert-bare-old-format"), fixture("alert-deadman-no-events")]);
    const kinds = server.seen.map(({ body }) => {
      const json = parseJson(Buffer.from(body));
      const parsed = json.ok ? mozdef.parse(json.value, { settings: {}, receivedAt: 0 }) : json;
      return parsed.ok && parsed.value.map((entry) => entry.kind === "event" && entry.event.type);
    });
    expect(kinds).toEqual([["alert"], ["alert"]]);
  });

  test.each([
    ["a server error", [{ status: 500 }, { status: 503, headers: { "retry-after": "0" } }], 3, {}],
    ["a limit", [{ status: 429, headers: { "retry-after": "0.2" } }], 2, {}],
    ["silence", ["hang" as const], 2, { timeout: 2 }],
  ])("tries again after %s", async (_what, answers, attempts, config) => {
    server.script(...answers);
    const ran = await act([fixture("alert-deadman-no-events")], config);
    expect(server.seen).toHaveLength(attempts);
    expect(new Set(server.seen.map(({ body }) => body)).size).toBe(1);
    expect(ran.stderr).toMatch(/WARNING tocsin: alert ZzC3\S+, attempt 1: (?:answer (?:500|429)|\w*[tT]imeout)/);
    expect(ran.stderr).toContain(`sent, attempt ${attempts}`);
  });

  test.each([
    ["a refusal", { status: 422 }, 1, "after 1 attempt(s): answer 422"],
    ["a redirect, which is not followed", { status: 302, headers: { location: "/elsewhere" } }, 1, "after 1 attempt(s): answer 302"],
    ["the third failure", { status: 503, headers: { "retry-after": "nan" } }, 3, "after 3 attempt(s): answer 503"],
  ])("gives up after %s, and says so", async (_what, answer, attempts, said) => {
    server.script(answer, answer, answer, answer);
    const ran = await act([fixture("alert-deadman-no-events")]);
    expect(server.seen.map(({ path }) => path)).toEqual(new Array(attempts).fill("/hooks/the-route"));
    expect(ran.stderr).toContain(`ERROR tocsin: alert ZzC3kXMBzq0nQ1bTt9cc was not sent ${said}`);
    expect(ran.status).toBe(0);
  });

  test("says that nobody listens, without the address", async () => {
    const ran = await act([fixture("alert-deadman-no-events")], { url: "http://127.0.0.1:9/hooks/the-route", attempts: 2 });
    expect(ran.stderr).toContain("was not sent after 2 attempt(s): ConnectionRefusedError (111)");
  });

  test("a thousand sample events are shortened until the relay takes them", async () => {
    server.script();
    const alert = fixture("alert-bruteforce-plugin-notes") as { _source: { events: unknown[] } };
    alert._source.events = Array.from({ length: 1_000 }, () => alert._source.events[0]);
    await act([alert], { max_bytes: 100_000 });
    const body = server.seen[0]?.body ?? "";
    const { _source: sent } = JSON.parse(body) as { _source: { events: unknown[]; events_left_out: number } };
    expect(body.length).toBeLessThanOrEqual(100_000);
    expect(sent.events.length + sent.events_left_out).toBe(1_000);
    expect(sent.events.length).toBeGreaterThan(50);
  });

  test("posts only what it is registered for", async () => {
    server.script();
    await act([fixture("alert-deadman-no-events"), fixture("alert-geomodel-travel")], { registration: ["geomodel"], token: null });
    expect(server.seen.map(({ headers }) => headers["x-tocsin-token"])).toEqual([undefined]);
  });

  test.each([
    [{ url: "relay.example.com/hooks/x" }, "url must be the http(s) address of a route"],
    [{ tokn: "x" }, "unknown setting tokn"],
  ])("does not start with %j, and says why", async (config, why) => {
    const ran = await act([], config);
    expect([ran.status, ran.stderr]).toEqual([3, expect.stringContaining(why)]);
  });
});
