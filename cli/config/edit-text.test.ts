// What the verbs add to the edits of `src/config`: a library for ways of writing that our own hand does not know, and ends in words.
import { describe, expect, it } from "vitest";
import { parseConfigText } from "../../src/config/toml.ts";
import { Failure } from "../frame/errors.ts";
import { addTable, removeTable, setKeys } from "./edit-text.ts";

const tablesOf = (text: string): Record<string, Record<string, unknown>> => {
  const file = parseConfigText(text);
  if (!file.ok) throw new Error(file.reason.message);
  return file.value.document as Record<string, Record<string, unknown>>;
};

describe("an edit", () => {
  const dotted = '[routes]\nprod.id = "a" # one\nprod.source = "text"\nlab.id = "b"\nlab.source = "text"\n';

  it("is made where tables are written with dotted keys", () => {
    const { prod, lab } = tablesOf(dotted).routes as Record<string, object>;
    expect(tablesOf(setKeys(dotted, ["routes", "prod"], { id: "c", enabled: false })).routes).toEqual({
      prod: { ...prod, id: "c", enabled: false },
      lab,
    });
    expect(tablesOf(removeTable(dotted, ["routes", "prod"])).routes).toEqual({ lab });
    expect(tablesOf(addTable(dotted, ["destinations", "box"], { type: "inbox" }))).toMatchObject({
      destinations: { box: { type: "inbox" } },
    });
  });

  it("that cannot be made ends the verb", () => {
    expect(() => setKeys("a = ", ["routes", "prod"], { id: "c" })).toThrow(Failure);
    expect(() => setKeys(dotted, ["routes", "no"], { id: "c" })).toThrow("There is no routes.no in the configuration.");
  });
});
