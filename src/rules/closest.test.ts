import { expect, it } from "vitest";
import { closest } from "./closest.ts";

it.each([
  ["sekoai", ["sekoia", "ntopng"], "sekoia"],
  ["sco", ["box", "soc"], "soc"],
  ["SOC", ["soc"], "soc"],
  ["dedup_widnow", ["dedup_window", "retention"], "dedup_window"],
  ["x", ["y", "soc"], undefined],
  ["pager", ["soc", "box"], undefined],
  ["", ["a"], undefined],
  ["soc", [], undefined],
])("%s of %s is %s", (word, options, expected) => {
  expect(closest(word, options)).toBe(expected);
});
