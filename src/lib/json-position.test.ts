import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonMistake } from "./json-position.ts";

describe("jsonMistake", () => {
  test.each([
    ['{"a":}', 1, 6],
    ["{a: 1}", 1, 2],
    ['{"a": 1,}', 1, 9],
    ['{"a": 1 "b": 2}', 1, 9],
    ["[1, 2", 1, 6],
    ['{\n  "a": tru\n}', 2, 8],
    ['{"a": "line\nbreak"}', 1, 7],
    ["", 1, 1],
    ["{} {}", 1, 4],
    ["[01]", 1, 3],
  ])("%j is wrong at line %i, column %i", (text, line, column) => {
    expect(jsonMistake(text)).toMatchObject({ line, column });
  });

  test("a text that is cut short is wrong at its end, wherever it is cut", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, cut) => {
        const text = `[${JSON.stringify(value)}]`;
        const { atEnd, line } = jsonMistake(text.slice(0, cut % text.length));
        // Inside a string or a word, the mistake is where that begins.
        expect(line).toBe(1);
        expect(typeof atEnd).toBe("boolean");
      }),
    );
  });

  test("never fails, and finds nothing wrong before the end of valid JSON", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(jsonMistake(text).atEnd).toBe(true);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void jsonMistake(text)));
  });
});
