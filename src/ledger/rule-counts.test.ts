import { expect, it } from "vitest";
import { matchedIn, noteMatched } from "./rule-counts.ts";
import { noVitals } from "./vitals.ts";

const isRule =
  (...names: string[]) =>
  (name: string) =>
    names.includes(name);

it("counts each rule's events, and when the last one was", () => {
  const vitals = noVitals();
  noteMatched(vitals, ["a", "constructor"], 1_000, isRule("a", "constructor"));
  noteMatched(vitals, ["a"], 2_000, isRule("a", "constructor"));
  noteMatched(vitals, [], 3_000, isRule("a", "constructor"));
  expect(vitals.rules).toEqual({ a: { matched: 2, lastAt: 2_000 }, constructor: { matched: 1, lastAt: 1_000 } });
});

it("knows no more rules than the route has: those that are gone make room", () => {
  const vitals = noVitals();
  for (let index = 0; index < 500; index += 1) noteMatched(vitals, [`rule ${index}`], index, isRule(`rule ${index}`, "kept"));
  noteMatched(vitals, ["kept"], 500, isRule("rule 499", "kept"));
  noteMatched(vitals, ["new"], 501, isRule("new", "kept"));
  expect(vitals.rules).toEqual({ kept: { matched: 1, lastAt: 500 }, new: { matched: 1, lastAt: 501 } });
});

it("leaves what was told before as it was: a transaction may still fail", () => {
  const vitals = noVitals();
  noteMatched(vitals, ["a"], 1_000, isRule("a"));
  const before = vitals.rules;
  noteMatched(vitals, ["a"], 2_000, isRule("a"));
  expect(before).toEqual({ a: { matched: 1, lastAt: 1_000 } });
});

it("finds the rules that an event matched before in its trace", () => {
  const step = (decision: string, rule: string, stage: "match" | "plan" = "match") => ({
    at: "",
    stage,
    decision,
    reason: "",
    values: { rule },
  });
  const trace = [
    step("matched", "a"),
    step("not_matched", "b"),
    step("failed_matched", "c"),
    step("held", "d"),
    step("matched", "e", "plan"),
  ];
  expect(matchedIn(trace)).toEqual(["a", "c"]);
});
