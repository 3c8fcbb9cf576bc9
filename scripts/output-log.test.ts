import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { OutputLog, Warnings } from "./output-log.ts";
import type { OutputLine } from "./runtime.ts";

const folder = mkdtempSync(join(tmpdir(), "tocsin-log-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const line = (text: string, level: OutputLine["level"] = "info", at = 0): OutputLine => ({ at, level, text });
const read = (path: string): Record<string, unknown>[] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((text) => JSON.parse(text));

describe("OutputLog", () => {
  test("every line is JSON with its time, whatever was said", () => {
    const log = new OutputLog(join(folder, "lines.log"));
    log.add(line('{"level":"info","event":"a.b","n":1}'));
    log.add(line("a crash\nof two lines", "error"));
    log.flush();
    expect(read(log.path)).toEqual([
      { at: "1970-01-01T00:00:00.000Z", level: "info", event: "a.b", n: 1 },
      { at: "1970-01-01T00:00:00.000Z", level: "error", event: "runtime", text: "a crash\nof two lines" },
    ]);
  });

  test("keeps two files of a bounded size, also over a restart", () => {
    const path = join(folder, "bounded.log");
    for (let round = 0; round < 10; round++) {
      const log = new OutputLog(path, 200);
      const at = Date.now();
      for (let index = 0; index < 3; index++) log.add(line(`{"event":"round","round":${round},"index":${index}}`, "info", at));
      log.flush();
    }
    expect(read(path).at(-1)).toMatchObject({ round: 9, index: 2 });
    expect(readFileSync(path).length).toBeLessThan(600);
    expect(readFileSync(`${path}.1`).length).toBeLessThan(600);
    expect(existsSync(`${path}.2`)).toBe(false);
  });
});

describe("the age of the log", () => {
  const DAY = 86_400_000;

  test("is bounded: after seven days no line is left, whether the relay runs, restarts or says nothing", () => {
    const path = join(folder, "old.log");
    const start = Date.now();
    let now = start;
    const log = new OutputLog(path, 10_000, () => now);
    const say = (text: string) => {
      log.add(line(`{"event":"${text}"}`, "info", now));
      log.flush();
    };
    const lines = () => [path, `${path}.1`].filter((file) => existsSync(file)).flatMap((file) => read(file).map(({ event }) => event));
    say("first");
    now = start + 3 * DAY;
    say("second");
    log.tidy();
    expect(lines()).toEqual(["first", "second"]);
    now = start + 4 * DAY;
    new OutputLog(path, 10_000, () => now);
    expect(existsSync(path)).toBe(false);
    expect(lines()).toEqual(["first", "second"]);
    // The file says itself when it was last written: a moment ago, whatever the test's clock says.
    now = start + 7 * DAY;
    log.tidy();
    expect(lines()).toEqual([]);
  });
});

describe("Warnings", () => {
  test("are said once, then counted, each kind for itself; information is not said", () => {
    const said: string[] = [];
    const warnings = new Warnings((text) => said.push(text));
    const attempt = '{"level":"warn","event":"delivery.attempt","destination":"soc","status":500}';
    warnings.add(line('{"level":"info","event":"intake.accepted"}'));
    for (let index = 0; index < 5; index++) warnings.add(line(attempt, "warn", index * 1_000));
    warnings.add(line("The runtime\nended", "error", 4_000));
    warnings.add(line(attempt, "warn", 31_000));
    expect(said).toEqual([
      "warning: delivery.attempt destination=soc status=500",
      "error: The runtime",
      "warning: delivery.attempt destination=soc status=500 (and 4 more like it before)",
    ]);
  });
});
