import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Route } from "../src/config/model.ts";
import { parsePath } from "../src/lib/json-path.ts";
import { sources } from "../src/sources/index.ts";
import { sampleRoute } from "../test/support/routes.ts";
import { painted } from "./frame/paint.ts";
import { type Trial, trySample } from "./trial.ts";
import { trialLines } from "./try.ts";

const stepsOf = (path: string) => {
  const steps = parsePath(path);
  if (!steps.ok) throw new Error(steps.reason.message);
  return steps.value;
};
const NOW = Date.UTC(2026, 10, 20, 12);
const route = (overrides: Partial<Route> = {}): Route =>
  sampleRoute({
    name: "scanner",
    source: "generic",
    settings: sources.get("generic")?.settings.parse({
      mapping: {
        list: "alerts",
        title: "name",
        key: "id",
        severity: "level",
        status: "state",
        assets: "host",
        time: "at",
        test: "has(body.ping)",
      },
    }),
    rules: [
      { name: "urgent", enabled: true, when: "alert.severity_id >= HIGH", to: ["soc"], stop: false },
      { name: "ends", enabled: true, when: 'change.kind == "resolved"', to: ["board"], stop: false },
    ],
    ...overrides,
  });
/** As a person sees it. */
const shown = (trial: Trial): string[] => trialLines(trial).map((line) => painted(line, false));
const tried = (body: unknown, given = route()) => trySample(given, new TextEncoder().encode(JSON.stringify(body)), NOW);

const OPEN = { id: 7, name: "Port scan", level: "high", state: "open", host: "db-1", at: "2026-11-20T11:00:00Z" };

describe("a sample that is tried", () => {
  it("says what becomes of each entry, and what each rule says of it", () => {
    const trial = tried({ alerts: [OPEN, { ...OPEN, state: "closed", at: "2026-11-20T11:05:00Z" }, 7] });
    if (!trial.ok) throw new Error(trial.reason);
    expect(trial.value.entries).toMatchObject([
      {
        alert: { version: 1, severity: "high", status: "new", change: { kind: "opened" } },
        rules: [{ decision: "matched" }, { decision: "not_matched" }],
      },
      {
        alert: { version: 2, status: "resolved", change: { kind: "resolved" } },
        rules: [{ decision: "matched" }, { decision: "matched", to: ["board"] }],
      },
      { event: "unparsed" },
    ]);
  });

  it("is masked as the route says, and says what a mask does not find", () => {
    const fields = [
      { path: "alerts[].host", as: "hash" as const },
      { path: "alerts[].owner.mail", as: "mask" as const },
      { path: "**.phone", as: "mask" as const },
    ].map((field) => ({ ...field, steps: stepsOf(field.path) }));
    const entry = { ...OPEN, name: "Scan of ana@example.com", host: "db-17.example.com", owner: { mail: "ana@example.com" } };
    const trial = tried({ alerts: [entry] }, route({ mask: { fields } }));
    if (!trial.ok) throw new Error(trial.reason);
    const lines = shown(trial.value);
    expect(lines.slice(1, 5)).toEqual([
      "",
      "Masked before anything else read it. The names that stand for hashed values are others than the relay's.",
      "  alerts[].host: 1 value, hashed",
      "  alerts[].owner.mail: 1 value",
    ]);
    expect(lines.join("\n")).toMatch(
      /opened: Scan of \[masked\][\s\S]*assets\s+masked-[0-9a-f]{16}\b[\s\S]*mask: \*\*\.phone leads to no value/,
    );
    expect(lines.join("\n")).not.toMatch(/ana@example|db-17/);
  });

  it("is told in lines that name what stands out", () => {
    const trial = tried({ alerts: [OPEN] });
    expect(trial.ok && shown(trial.value)).toEqual([
      "Route scanner (generic). Nothing was sent, no API was asked, and the sender was not checked.",
      "",
      "opened: Port scan",
      "  event     alert; the same again is recognised for 7 d",
      "  key       alert:7",
      "  severity  high",
      "  status    new (open)",
      "  assets    db-1",
      "  count     1",
      "  seen      2026-11-20T11:00:00.000Z",
      "  rules:",
      "    urgent: matched -> soc (true: alert.severity_id >= HIGH)",
      '    ends: not matched (false: change.kind == "resolved")',
    ]);
  });

  it("says what copies have in common, and which gates stand between a match and its message", () => {
    const gated = { threshold: { count: 3, withinMs: 60_000, by: [] } };
    const [urgent, ...others] = route().rules;
    if (!urgent) throw new Error("no rule");
    const rules = [{ ...urgent, name: "not now", mute: true as const, to: {}, stop: false }, { ...urgent, ...gated }, ...others];
    const trial = tried({ alerts: [OPEN] }, route({ rules, dedupKey: ["title", "asset.name"] }));
    if (!trial.ok) throw new Error(trial.reason);
    const lines = shown(trial.value);
    expect(lines).toContain("  copies    of equal severity, status, assets and title = Port scan, asset.name = db-1");
    expect(lines).toContain("    urgent: matched -> soc by its threshold (true: alert.severity_id >= HIGH)");
    expect(lines).toContain("    not now: matched -> nobody by its mute (true: alert.severity_id >= HIGH)");
    const without = tried({ alerts: [{ ...OPEN, host: undefined }] }, route({ dedupKey: ["asset.name"] }));
    expect(without.ok && shown(without.value)).toContain(
      "  copies    none by dedup_key: it has no value for part of it, or is told by itself",
    );
  });

  it("ends with what was not found", () => {
    const trial = tried({ alerts: [{ ...OPEN, host: undefined }] });
    expect(trial.ok && shown(trial.value).slice(-2)).toEqual([
      "Not found in this sample:",
      "  mapping.assets[0].name: the entry has no host; it has id, name, level, state, at",
    ]);
  });

  it("may be a test, and may be refused with what was not found", () => {
    const ping = tried({ ping: 1 });
    expect(ping.ok && shown(ping.value)).toContainEqual(expect.stringContaining("a test of the vendor"));
    const refused = tried({ alert: {} });
    expect(refused.ok || refused.reason.split("\n")).toEqual([
      expect.stringMatching(/^422: unexpected content at alerts: /),
      "  mapping.list: the entry has no alerts; did you mean alert?",
    ]);
  });

  it("is read by any source", () => {
    const trial = tried({ alerts: [] }, route({ source: "ntopng", settings: {} }));
    expect(trial).toMatchObject({ ok: true, value: { source: "ntopng", entries: [{ kind: "test" }], remarks: [] } });
  });

  it("that is no JSON is refused as the sender would be", () =>
    expect(trySample(route(), new TextEncoder().encode("{"), NOW)).toMatchObject({ ok: false, reason: expect.stringMatching(/^400: /) }));
});

describe("the command", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "try-"));
    const path = join(folder, "routes.toml");
    const table = (name: string, id: string) => `[routes.${name}]\nid = "${id}"\nsource = "generic"\nmapping = { title = "name" }\n`;
    writeFileSync(path, table("one", "6f0b2a54-3c1d-4a67-9b0e-5f6f0a4d7c21") + table("two", "6f0b2a54-3c1d-4a67-9b0e-5f6f0a4d7c22"));
    writeFileSync(join(folder, "sample.json"), JSON.stringify(OPEN));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["cli/tocsin.mjs", "routes", "try", ...args], {
      cwd: join(import.meta.dirname, ".."),
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };

  it("prints the outcome of the route that is named", () => {
    const { status, stdout } = run(join(folder, "routes.toml"), "--route", "two", "--sample", join(folder, "sample.json"), "--json");
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { route: "two", entries: [{ alert: { title: "Port scan" } }] }]);
  });

  it.each([
    [["--sample", "sample.json"], 2, "choose one with --route: one, two"],
    [["--sample", "sample.json", "--route", "three"], 2, "There is no route three; the file has one, two."],
    [["--sample", "missing.json", "--route", "one"], 2, "the file cannot be read"],
    [[], 2, "Required option '--sample <file>' not specified."],
  ])(
    "says what is missing: %j",
    (args, status, said) => {
      const ran = run(join(folder, "routes.toml"), ...args.map((arg) => (arg.endsWith(".json") ? join(folder, arg) : arg)));
      expect([ran.status, ran.stderr]).toEqual([status, expect.stringContaining(said)]);
    },
    20_000,
  );
});
