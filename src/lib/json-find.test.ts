import { describe, expect, test } from "vitest";
import { holdsText } from "./json-find.ts";

describe("a value in a document", () => {
  test.each([
    ["as a whole text, in any case", { user: "Ana@Example.com" }, true],
    ["as a number", { port: [443, { id: 7001 }] }, true],
    ["as a member's name", { "ana@example.com": 1 }, true],
    ["not as a part of a text", { text: "by ana@example.com" }, false],
  ])("%s", (_, document, found) => {
    expect(holdsText(document, "ana@example.com") || holdsText(document, "7001")).toBe(found);
  });

  test("behind a list with more members than a call takes arguments", () => {
    expect(holdsText({ user: "ana", list: Array.from({ length: 300_000 }, () => 0) }, "ana")).toBe(true);
  });
});
