import { describe, expect, test } from "vitest";
import { codePoints, counted, firstFew, manyLines, oneLine, shorten, unique, utcTime, utf8Bytes, utf16, webLink } from "./text.ts";

const FAMILY = "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}";

describe("oneLine", () => {
  test.each([
    ["a\tb\r\n c", "a b c"],
    ["bell\u0007 nul\u0000 end", "bell nul end"],
    ["gpj.\u202Eexe", "gpj.exe"],
    ["\u2066isolated\u2069 zero\u200Bwidth\uFEFF", "isolated zerowidth"],
    ["tag\u{E0041}ged soft\u00ADhyphen", "tagged softhyphen"],
    ["line\u2028separator", "line separator"],
    ["  ", ""],
    [FAMILY, FAMILY],
    ["lone \uD83D end", "lone \uFFFD end"],
  ])("%j becomes %j", (text, cleaned) => expect(oneLine(text)).toBe(cleaned));

  test("reads a bounded part of a huge text", () => expect(oneLine("a".repeat(5_000_000)).length).toBeLessThan(10_000));
});

test("manyLines keeps breaks, and no more than one empty line", () => {
  expect(manyLines("a\r\n\tb\n\n\n\nc\u0000\u202E")).toBe("a\n  b\n\nc");
});

describe("shorten", () => {
  test.each([
    ["short", 10, codePoints, "short"],
    ["exactly", 7, codePoints, "exactly"],
    ["too long a text", 8, codePoints, "too lon…"],
    ["cut at space x", 8, codePoints, "cut at…"],
    ["\u{1F600}\u{1F600}\u{1F600}", 2, codePoints, "\u{1F600}…"],
    ["\u{1F600}\u{1F600}\u{1F600}", 4, utf16, "\u{1F600}…"],
    ["ééééé", 8, utf8Bytes, "éé…"],
    [`a${FAMILY}b`, 5, utf16, "a…"],
    ["anything", 0, codePoints, ""],
    ["anything", 1, codePoints, "…"],
  ])("%j to %i", (text, max, unit, expected) => expect(shorten(text, max, unit)).toBe(expected));

  test("cuts a pile of marks that is one grapheme", () => {
    const piled = `a${"\u0301".repeat(1_000)}`;
    expect(shorten(piled, 10)).toBe(`a${"\u0301".repeat(8)}…`);
  });

  test("never ends in half a character", () => {
    for (let max = 1; max < 12; max++) expect(shorten("\u{1F600}é\u{1F600}x\u{1F600}\u{1F600}", max, utf16).isWellFormed()).toBe(true);
  });
});

describe("webLink", () => {
  test.each([
    ["https://example.com/a b?<x>", "https://example.com/a%20b?%3Cx%3E"],
    ["http://192.0.2.1:8080/", "http://192.0.2.1:8080/"],
    ["javascript:alert(1)", undefined],
    ["data:text/html,x", undefined],
    ["https://console.example.com@evil.example/", undefined],
    ["no address", undefined],
    ["", undefined],
    [undefined, undefined],
    [`https://example.com/${"a".repeat(100)}`, undefined],
    // Short as written, too long once encoded.
    [`https://example.com/${"é".repeat(40)}`, undefined],
  ])("%j", (text, link) => expect(webLink(text, 100)).toBe(link));
});

test("small words", () => {
  expect([counted(1, "event"), counted(3, "event")]).toEqual(["1 event", "3 events"]);
  expect(firstFew([1, 2, 3], 2)).toEqual({ shown: [1, 2], more: 1 });
  expect(unique(["b", "a", "b"])).toEqual(["b", "a"]);
  expect(utcTime("2026-11-02T16:05:31.250+02:00")).toBe("2026-11-02 14:05:31 UTC");
  expect(utcTime("never")).toBeUndefined();
});
