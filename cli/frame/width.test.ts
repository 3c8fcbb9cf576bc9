import { expect, test } from "vitest";
import { displayWidth } from "./width.ts";

test.each([
  ["", 0],
  ["plain text", 10],
  ["Zürich", 6],
  ["e\u0301", 1],
  ["日本", 4],
  ["ｆｕｌｌ", 8],
  ["한국어", 6],
  ["🔴 red", 6],
  ["👩‍💻", 2],
  ["🇨🇭", 2],
  ["✔", 1],
  ["a\u200db", 2],
])("%s takes %i columns", (text, width) => {
  expect(displayWidth(text)).toBe(width);
});
