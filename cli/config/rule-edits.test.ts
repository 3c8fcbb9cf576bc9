import { describe, expect, it } from "vitest";
import { Refusal } from "../frame/errors.ts";
import { type Editable, tablesOf } from "./edits.ts";
import { ruleNamed, ruleNames, withCopy, withMoved, withoutRule, withRule } from "./rule-edits.ts";

const TEXT = `[routes.prod]
source = "text"

[[routes.prod.rules]]
name = "urgent / at night"
to = ["box"]

[[routes.prod.rules]]
to = ["box"]

[[routes.prod.rules]]
name = "all"
to = ["box"]

[routes.lab]
source = "text"
`;
const base: Editable = { text: TEXT, revision: 1, state: "1", document: tablesOf(TEXT) };
const named = (name: string) => ruleNamed(base.document, name);
const namesIn = (text: string, route = "prod") => ruleNames(tablesOf(text), route);

describe("a rule is named by its route and its name", () => {
  it("which may have slashes and blanks; one without a name by its number", () => {
    expect(named("prod/urgent / at night")).toMatchObject({ route: "prod", index: 0 });
    expect(named("prod/rule 2")).toMatchObject({ index: 1, table: { to: ["box"] } });
  });

  it.each([
    ["prod", '"prod" is not ROUTE/NAME.', "See: npx tocsin rules list"],
    ["prod/al", 'The route prod has no rule "al".', 'Did you mean "all"?'],
    ["prod/nothing like it", 'The route prod has no rule "nothing like it".', "There are: urgent / at night; rule 2; all."],
    ["lab/all", 'The route lab has no rule "all".', "It has no rules."],
    ["prd/all", "There is no route prd.", "There are: prod, lab."],
  ])("%s is refused with what there is", (name, message, hint) => {
    expect(() => named(name)).toThrow(expect.objectContaining({ message, hint }));
  });
});

describe("moving", () => {
  it.each([
    [{ first: true }, ["all", "urgent / at night", "rule 3"]],
    [{ before: "rule 2" }, ["urgent / at night", "all", "rule 3"]],
    [{ after: "urgent / at night" }, ["urgent / at night", "all", "rule 3"]],
  ])("the last one %j", (place, names) => {
    expect(namesIn(withMoved(base, named("prod/all"), place) ?? "")).toEqual(names);
  });

  it.each([[{ last: true }], [{ after: "rule 2" }], [{ after: "all" }], [{ before: "all" }]])("is nothing to do for %j", (place) => {
    expect(withMoved(base, named("prod/all"), place)).toBeUndefined();
  });

  it("the first one behind others", () => {
    expect(namesIn(withMoved(base, named("prod/urgent / at night"), { last: true }) ?? "")).toEqual(["rule 1", "all", "urgent / at night"]);
  });

  it("needs to be told where to, once", () => {
    expect(() => withMoved(base, named("prod/all"), {})).toThrow(Refusal);
    expect(() => withMoved(base, named("prod/all"), { first: true, last: true })).toThrow(Refusal);
  });
});

it("a copy and a new rule have a name that no other has", () => {
  expect(namesIn(withCopy(base, named("prod/all"), "rest", {}))).toEqual(["urgent / at night", "rule 2", "all", "rest"]);
  expect(() => withCopy(base, named("prod/all"), "all", {})).toThrow('The route prod has a rule "all" already.');
  expect(namesIn(withRule(base, "lab", "all", { to: ["box"] }, {}), "lab")).toEqual(["all"]);
  expect(namesIn(withRule(base, "prod", "x", { to: ["box"] }, { before: "all" }))).toEqual(["urgent / at night", "rule 2", "x", "all"]);
  expect(() => withRule(base, "prod", "rule 2", { to: ["box"] }, {})).toThrow("already");
});

it("a rule that goes leaves the others", () => {
  expect(namesIn(withoutRule(base, "prod/all"))).toEqual(["urgent / at night", "rule 2"]);
});
