import { expect, test } from "vitest";
import { parsePath } from "./json-path.ts";

test.each([
  ["user.email", [{ name: "user" }, { name: "email" }]],
  ["entities[].name", [{ name: "entities" }, "each", { name: "name" }]],
  ["[].user", ["each", { name: "user" }]],
  ["rows[][].0", [{ name: "rows" }, "each", "each", { name: "0" }]],
  ["rows[0].user", [{ name: "rows" }, { name: "0" }, { name: "user" }]],
  ['fields["proc.name"][]', [{ name: "fields" }, { name: "proc.name" }, "each"]],
  ["raw.*.password", [{ name: "raw" }, "any", { name: "password" }]],
  ["**.ssn", ["deep", { name: "ssn" }]],
  ["a.**.b", [{ name: "a" }, "deep", { name: "b" }]],
  ['"user.email"', [{ name: "user.email" }]],
  ['labels."a \\"b\\" \\\\"', [{ name: "labels" }, { name: 'a "b" \\' }]],
  ["@timestamp", [{ name: "@timestamp" }]],
  ["naïve-ключ", [{ name: "naïve-ключ" }]],
])("%s", (text, steps) => expect(parsePath(text)).toEqual({ ok: true, value: steps }));

test.each([
  ["", 1, /expected a name/],
  [".user", 1, /expected a name/],
  ["user.", 6, /expected a name/],
  ["user..email", 6, /expected a name/],
  ["user[a]", 5, /expected a "\."/],
  ["user email", 5, /expected a "\."/],
  ['"user', 1, /expected a name/],
  ["**", 3, /after \*\*/],
  ["**.a.**.b", 6, /only one \*\*/],
  [Array(40).fill("a").join("."), 66, /32 steps/],
])("%j is refused, with the place", (text, column, message) => {
  const parsed = parsePath(text);
  expect(parsed).toMatchObject({ ok: false, reason: { column } });
  if (!parsed.ok) expect(parsed.reason.message).toMatch(message);
});
