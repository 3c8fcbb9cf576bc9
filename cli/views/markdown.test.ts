import { expect, test } from "vitest";
import { painted } from "../frame/paint.ts";
import { markdownLines } from "./markdown.ts";

const PAGE = [
  "1. **Add the receiver**, with a `shared_secret` and an",
  "   _Endpoint_ of [its kind](page.md).",
  "",
  "   ```yaml",
  "   url:  https://relay.example.com/hooks/a-long-address",
  "   ```",
  "2. Check.",
];

test("steps are broken to the terminal's width, and code stays as it is", () => {
  expect(markdownLines(PAGE, 40).map((paint) => painted(paint, false))).toEqual([
    "1. Add the receiver, with a",
    "   `shared_secret` and an Endpoint of",
    "   its kind.",
    "",
    "     url: https://relay.example.com/hooks/a-long-address",
    "2. Check.",
  ]);
});

test("in a pipe they are as they were written", () => {
  expect(markdownLines(PAGE, undefined)).toEqual(PAGE);
});
