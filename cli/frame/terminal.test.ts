import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { columnsOf, hasColour, type Screen } from "./terminal.ts";

const pipe: Screen = new PassThrough();
const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 120 });

describe("colours", () => {
  test.each([
    ["on a terminal", screen, {}, true, true],
    ["not in a pipe", pipe, {}, true, false],
    ["not with --no-color", screen, { FORCE_COLOR: "1" }, false, false],
    ["not with NO_COLOR", screen, { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
    ["an empty NO_COLOR says nothing", screen, { NO_COLOR: "" }, true, true],
    ["in a pipe with FORCE_COLOR", pipe, { FORCE_COLOR: "1" }, true, true],
    ["not with FORCE_COLOR=0", screen, { FORCE_COLOR: "0" }, true, false],
    ["not on a dumb terminal", screen, { TERM: "dumb" }, true, false],
  ])("%s", (_, stream, env, asked, expected) => {
    expect(hasColour(stream, env, asked)).toBe(expected);
  });
});

test("a width is the terminal's, or the one that COLUMNS says; a pipe has none", () => {
  expect(columnsOf(screen, {})).toBe(120);
  expect(columnsOf(pipe, {})).toBeUndefined();
  expect(columnsOf(pipe, { COLUMNS: "90" })).toBe(90);
  expect(columnsOf(screen, { COLUMNS: "2" })).toBe(120);
});
