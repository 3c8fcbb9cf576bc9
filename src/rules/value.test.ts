import { describe, expect, it } from "vitest";
import type { Json } from "../alert.ts";
import { compileValue, type ValueResult, valueInput } from "./value.ts";

function give(text: string, body: Json, gives: "value" | "flag" = "value"): ValueResult {
  const compiled = compileValue(text, ["body", "entry"], gives);
  if (!compiled.ok) throw new Error(compiled.reason.message);
  return compiled.value.evaluate({ body: valueInput(body), entry: valueInput(body) });
}

const errorOf = (text: string, gives: "value" | "flag" = "value") => {
  const compiled = compileValue(text, ["body", "entry"], gives);
  return compiled.ok ? undefined : compiled.reason;
};

const BODY: Json = {
  title: "Brute force",
  score: 71,
  ratio: 0.5,
  "@odata.type": "#alert",
  hosts: [{ name: "db-1" }, { name: "db-2" }],
  labels: { a: "1", b: "2" },
  nothing: null,
  long: "12345678901234567890",
};

describe("what an expression gives", () => {
  it.each<[string, Json]>([
    ["body.title + ' on ' + body.hosts[0].name", "Brute force on db-1"],
    ["body.title.upperAscii()", "BRUTE FORCE"],
    ["has(body.missing) ? body.missing : 'none'", "none"],
    ["body.score > 70 ? 'high' : 'low'", "high"],
    ["body.score", 71],
    ["body.score * 2.0", 142],
    ["size(body.hosts)", 2],
    ["body.ratio == 0.5", true],
    ["body['@odata.type']", "#alert"],
    ["body.hosts.map(host, host.name)", ["db-1", "db-2"]],
    ["body.labels.map(name, name + '=' + body.labels[name])", ["a=1", "b=2"]],
    ["body.hosts", [{ name: "db-1" }, { name: "db-2" }]],
    ["{'n': 1, 2: 'two', true: null}", { n: 1, "2": "two", true: null }],
    ["body.title.matches('^Brute')", true],
    ["body.title.replace('Brute', 'Kind')", "Kind force"],
    ["'a,b'.split(',')", ["a", "b"]],
    ["['a', 'b'].join('+')", "a+b"],
    ["string(body.score)", "71"],
    ["int(body.score) + 1", 72],
    ["9007199254740993", "9007199254740993"],
    ["7u", 7],
    ["timestamp('2026-11-20T10:00:00Z') + duration('1h')", "2026-11-20T11:00:00Z"],
    ["duration('90s')", "90s"],
    ["body.long", "12345678901234567890"],
  ])("%s", (text, value) => expect(give(text, BODY)).toEqual({ value }));

  it.each(["body.nothing", "null", "1.0 / 0.0"])("%s gives nothing", (text) => expect(give(text, BODY)).toEqual({}));

  it.each([
    ["body.missing", /missing/],
    ["body.title.name", /.+/],
    ["body.score + 1", /overload/],
    ["body.hosts[7].name", /.+/],
    ["body.title + body.score", /overload/],
    ["timestamp(body.title)", /.+/],
  ])("%s fails as a value", (text, why) => expect(give(text, BODY)).toEqual({ failed: expect.stringMatching(why) }));

  it("never throws, whatever the body is", () => {
    for (const body of [null, 1, "x", [], [[]], { title: {}, hosts: "x" }] as Json[])
      for (const text of ["body.title + body.hosts[0].name", "body.hosts.map(one, one.name)", "body", "size(body)"])
        expect(() => give(text, body)).not.toThrow();
  });

  it("knows which variables it reads, also in a macro", () => {
    const reads = (text: string) => {
      const compiled = compileValue(text, ["body", "entry"], "value");
      return compiled.ok ? [...compiled.value.reads] : compiled.reason;
    };
    expect(reads("'always this'")).toEqual([]);
    expect(reads("has(entry.a) && entry.list.exists(one, one == body.x)")).toEqual(["body", "entry"]);
    expect(reads("entry.title")).toEqual(["entry"]);
  });
});

describe("what is wrong with an expression", () => {
  it.each([
    ["", "the expression is empty"],
    ["body.title ++ 'x'", expect.stringContaining("cannot be read")],
    ["body.title = 'x'", expect.stringContaining("write ==")],
    ["body.title ==", expect.stringContaining("something is missing after it")],
    ["(body.title", "the expression ends too early"],
    ["bdy.title", "bdy is not known here; did you mean body?"],
    ["title", "title is not known here; there are body, entry"],
    ["alert.title", "alert is not known here; there are body, entry"],
    ["body.title.toUpper()", expect.stringContaining("there is no function toUpper()")],
    ["has(body)", expect.stringMatching(/has/)],
    ["body.title.exists('x')", 'exists() is called as body.assets.exists(one, one.name == "db")'],
    ["body.title.matches('(')", expect.stringContaining("the regular expression is not right")],
  ])("%s", (text, message) => expect(errorOf(text)?.message).toEqual(message));

  it("has a place", () => expect(errorOf("body.title + bdy.x")?.position).toEqual({ line: 1, column: 14 }));

  it("says that a decision is none", () => {
    expect(errorOf("'x' + 'y'", "flag")?.message).toBe("the expression gives text, not true or false");
    expect(errorOf("body.title == 'x'", "flag")).toBeUndefined();
    expect(errorOf("body.flag", "flag")).toBeUndefined();
  });
});
