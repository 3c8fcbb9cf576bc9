import fc from "fast-check";
import { expect, test } from "vitest";
import { type DiffLine, lineDiff } from "./line-diff.ts";

const side = (lines: readonly DiffLine[], sign: "-" | "+"): string =>
  lines.flatMap((line) => (line.sign === " " || line.sign === sign ? [line.text] : [])).join("\n");
const signs = (before: string, after: string): string =>
  lineDiff(before, after)
    .map(({ sign }) => (sign === " " ? "=" : sign))
    .join("");

test.each([
  ["a\nb\nc", "a\nb\nc", "==="],
  ["a\nb\nc", "a\nx\nc", "=-+="],
  ["a\nb\nc\nd", "a\nc\nd\ne", "=-==+"],
  ["", "a", "-+"],
  ["a\na\na", "a\na", "==-"],
  ["x\na\nb\nc\ny", "a\nq\nb\nc", "-=+==-"],
])("%j to %j", (before, after, expected) => {
  expect(signs(before, after)).toBe(expected);
});

test("numbers are those of each text", () => {
  expect(lineDiff("a\nb", "b\nc")).toEqual([
    { sign: "-", text: "a", before: 1 },
    { sign: " ", text: "b", before: 2, after: 1 },
    { sign: "+", text: "c", after: 2 },
  ]);
});

test("both texts stand in it, whatever they are", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", "", "dd"), { maxLength: 30 }).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDiff(before, after);
      expect([side(lines, "-"), side(lines, "+")]).toEqual([before, after]);
    }),
    { numRuns: 500 },
  );
});

test("texts that have nothing in common are told quickly", () => {
  const text = (of: string): string => Array.from({ length: 8_000 }, (_, index) => `${of}${index}`).join("\n");
  const lines = lineDiff(text("a"), text("b"));
  expect([side(lines, "-"), side(lines, "+")]).toEqual([text("a"), text("b")]);
});
