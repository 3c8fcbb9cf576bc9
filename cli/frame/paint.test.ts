import { expect, test } from "vitest";
import { bad, painted, strong, widthOf } from "./paint.ts";

test("what came from outside cannot move a cursor, hide or reorder text", () => {
  const hostile = "a\u001b[2Jb\rc\nd\u0007 \u202Egpj.exe \u009b31m";
  const shown = painted([strong(hostile), hostile], false);
  expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  expect(shown).toContain("[2Jb c d gpj.exe");
});

test("spaces between pieces stay", () => {
  expect(painted(["a", "  ", strong("b"), " c"], false)).toBe("a  b c");
  expect(widthOf(["a", "  ", bad("日")])).toBe(5);
});

test("there is no escape code without colour", () => {
  expect(painted(bad("x"), false)).toBe("x");
  expect(painted(bad("x"), true)).toBe("\u001b[31mx\u001b[39m");
});
