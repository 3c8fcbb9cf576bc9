import { afterEach, expect, test, vi } from "vitest";
import { flushLog, type Line, log, logMany, printLine, withLinesTo } from "./log.ts";

const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
afterEach(() => printed.mockClear());

test("a line is JSON, with its event first", () => {
  log("info", "x.done", { route: "prod", gone: undefined });
  expect(printed.mock.calls).toEqual([['{"level":"info","event":"x.done","route":"prod"}']]);
});

test("many lines wait for each other, and go before a line that does not", () => {
  logMany("x.one", { n: 1 });
  logMany("x.one", { n: 2 });
  expect(printed).not.toHaveBeenCalled();
  log("info", "x.done");
  expect(printed.mock.calls.map(([text]) => text)).toEqual([
    '{"level":"info","event":"x.one","n":1}\n{"level":"info","event":"x.one","n":2}',
    '{"level":"info","event":"x.done"}',
  ]);
  flushLog();
  expect(printed).toHaveBeenCalledTimes(2);
});

test("lines of a work that somebody takes are not printed, also those of what it leaves behind; all others are", async () => {
  const taken: Line[] = [];
  let later: Promise<void> | undefined;
  const value = withLinesTo(
    (line) => taken.push(line),
    () => {
      log("warn", "x.taken", { n: 1 });
      later = Promise.resolve().then(() => log("info", "x.later"));
      return 7;
    },
  );
  log("info", "x.other");
  await later;
  expect(value).toBe(7);
  expect(taken).toEqual([
    { level: "warn", event: "x.taken", n: 1 },
    { level: "info", event: "x.later" },
  ]);
  expect(printed.mock.calls).toEqual([['{"level":"info","event":"x.other"}']]);
  printed.mockClear();
  for (const line of taken.slice(1)) printLine(line);
  expect(printed.mock.calls).toEqual([['{"level":"info","event":"x.later"}']]);
});
