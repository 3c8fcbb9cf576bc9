// What the language promises, as docs/rules.md tells it, by expression. `FAILS` stands for an evaluation that gives an error, which in a
// condition counts as a match. The first table held for the engine before this one too; the second says where this one differs.
import { describe, expect, it } from "vitest";
import type { Json } from "../alert.ts";
import { compileValue, valueInput } from "./value.ts";

const FAILS = Symbol("fails");
const NOTHING = Symbol("nothing");

const BODY: Json = {
  title: "Brute force",
  text: "Zürich 😀",
  score: 71,
  ratio: 0.5,
  flag: true,
  off: false,
  nothing: null,
  hosts: [{ name: "db-1", ip: "192.0.2.1" }, { name: "db-2" }],
  labels: { a: "1", b: "2" },
  mixed: [1, "a", null, true],
  nested: [[1], [2, 3]],
  empty: [],
  when: "2026-03-01T10:30:00.123456789Z",
  there: "2026-03-01T12:30:00+02:00",
  "a-b": 1,
};

function give(text: string): unknown {
  const compiled = compileValue(text, ["body"], "value");
  if (!compiled.ok) throw new Error(compiled.reason.message);
  const result = compiled.value.evaluate({ body: valueInput(BODY) });
  return "failed" in result ? FAILS : (result.value ?? NOTHING);
}

describe("the language", () => {
  it.each<[string, unknown]>([
    // Numbers: whole and decimal ones are kept apart in arithmetic, and compared across.
    ["7 / 2", 3],
    ["-7 % 3", -1],
    ["7.0 / 2.0", 3.5],
    ["1 / 0", FAILS],
    ["1 % 0", FAILS],
    ["9223372036854775807 + 1", FAILS],
    ["-9223372036854775808", "-9223372036854775808"],
    ["0x1F", 31],
    ["1.5e3", 1500],
    ["5u + 3u", 8],
    ["3u - 5u", FAILS],
    ["1 == 1.0 && 1.0 == 1 && 5u == 5 && 5u == 5.0 && 1 < 1.5 && 2 > 1.5", true],
    ["size(body.hosts) == 2.0 && double(2) == 2", true],
    ["body.score == 71 && body.score == 71.0 && body.score > 70 && 71 == body.score", true],
    ["body.score + 1", FAILS],
    ["body.score + 1.0", 72],
    ["-body.score", -71],
    // && and || take an error for an answer only where the other side does not decide.
    ["body.off && body.missing", false],
    ["body.missing && body.off", false],
    ["body.flag && body.missing", FAILS],
    ["body.flag || body.missing", true],
    ["body.missing || body.flag", true],
    ["body.missing || body.off", FAILS],
    ["body.title || body.flag", true],
    ["body.title && body.off", false],
    ["body.flag && body.title", FAILS],
    ["!body.title", FAILS],
    ["body.flag ? 'x' : body.missing", "x"],
    ["body.flag ? 1 : 'a'", 1],
    ["body.off ? 1 : 2.5", 2.5],
    ["body.flag ? null : 'a'", NOTHING],
    ["body.missing ? 1 : 2", FAILS],
    // Fields of the source's own: there or not.
    ["has(body.title)", true],
    ["has(body.missing)", false],
    ["has(body.nothing)", false],
    ["has(body.missing.x)", FAILS],
    ["has(body.hosts[1].ip)", false],
    ["body.nothing == null && null == body.nothing && body.title != null", true],
    ["body.missing == null", FAILS],
    ["body.title.name", FAILS],
    ["body['a-b']", 1],
    ["body.hosts[0].name", "db-1"],
    ["body.hosts[7]", FAILS],
    ["body.hosts[-1]", FAILS],
    ["body.labels['z']", FAILS],
    // Lists and tables.
    ["'a' in body.mixed && 1 in body.mixed && null in body.mixed", true],
    ["'z' in body.mixed", false],
    ["body.score in [70, 71]", true],
    ["'a' in body.labels", true],
    ["'1' in body.labels", false],
    ["'B' in body.title", FAILS],
    ["body.mixed == [1.0, 'a', null, true]", true],
    ["body.mixed == ['a', 1, null, true]", false],
    ["[1] + [2]", [1, 2]],
    ["body.empty + [1]", [1]],
    ["{'n': null, 'l': [1, 'a']}", { n: null, l: [1, "a"] }],
    ["{body.title: 1, 'constructor': 2}", { "Brute force": 1, constructor: 2 }],
    ["{1: 'a', 2: 'b'}[2]", "b"],
    ["{true: 'yes'}[true]", "yes"],
    ["{'a': 1, 'a': 2}", FAILS],
    ["{1.5: 'a'}", FAILS],
    ["{'a': 1} == {'a': 1.0}", true],
    // Macros.
    ["[1, 2, 3].exists(x, x == 2) && [1, 2, 3].all(x, x > 0) && [1, 2, 3].exists_one(x, x > 2)", true],
    ["[].exists(x, true) || !([].all(x, false))", false],
    ["[1, 2, 3].filter(x, x > 1)", [2, 3]],
    ["[1, 2, 3].map(x, x > 1, x * 2)", [4, 6]],
    ["body.mixed.exists(x, x > 0)", true],
    ["body.mixed.exists(x, x > 5)", FAILS],
    ["body.mixed.all(x, x < 0)", false],
    ["body.mixed.exists_one(x, x > 0)", FAILS],
    ["body.hosts.exists(h, h.ip == 'nope')", FAILS],
    ["body.labels.map(k, k + '=' + body.labels[k])", ["a=1", "b=2"]],
    ["body.nested.map(l, l.map(x, x * 2.0))", [[2], [4, 6]]],
    [
      "[1, 2].map(x, [3, 4].map(y, x + y))",
      [
        [4, 5],
        [5, 6],
      ],
    ],
    ["body.hosts.exists(type, type.name == 'db-1')", true],
    ["body.title.exists(x, true)", FAILS],
    // Text.
    ["size(body.text)", 8],
    ["'ÄÖA'.lowerAscii() + 'äöa'.upperAscii()", "ÄÖaäöA"],
    ["' x '.trim()", "x"],
    ["'aaa'.replace('a', 'b', 2)", "bba"],
    ["'a$1'.replace('a', '$&')", "$&$1"],
    ["'a,b,,c'.split(',')", ["a", "b", "", "c"]],
    ["['a', 'b'].join('-')", "a-b"],
    ["['a', 1].join('-')", FAILS],
    ["'tacocat'.indexOf('c', 3)", 4],
    ["'tacocat'.lastIndexOf('c')", 4],
    ["'tacocat'.charAt(0) + 'tacocat'.charAt(7)", "t"],
    ["'tacocat'.charAt(8)", FAILS],
    ["'tacocat'.substring(0, 4)", "taco"],
    ["'tacocat'.substring(8)", FAILS],
    ["'%s is %d, %.1f%% of %x, %b, %o and %e'.format(['x', 5, 0.25, 255, 5, 8, 1234.5])", "x is 5, 0.2% of ff, 101, 10 and 1.234500e+03"],
    ["'%s %s'.format([[1, 'a', null], {'b': 1.5, 'a': true}])", "[1, a, null] {a: true, b: 1.5}"],
    ["'%s'.format([])", FAILS],
    ["'%d'.format([1.5])", FAILS],
    ["'%q'.format([1])", FAILS],
    ["r'a\\b' + '\\u00e9\\x41'", "a\\béA"],
    // Regular expressions are RE2's, also with the backslash that people forget to double.
    ["body.title.matches('(?i)^BRUTE') && body.title.matches(r'\\w+ \\w+') && body.title.matches('\\w+ \\\\w+')", true],
    ["'a\\nb'.matches('a.b') || !('a\\nb'.matches('(?s)a.b'))", false],
    ["body.text.matches('^\\\\pL+ .$')", true],
    ["body.title.matches(body.title + '(')", FAILS],
    ["body.score.matches('7')", FAILS],
    // Conversions.
    ["int('42') + int(1.9) + int(-1.9) + int(5u)", 47],
    ["int('4x')", FAILS],
    ["int(1e30)", FAILS],
    ["uint(-1)", FAILS],
    ["double('1e3')", 1000],
    ["string(1) + string(1.0) + string(1.5) + string(true) + string(5u)", "111.5true5"],
    ["string(b'abc') + string(bytes('ü'))", "abcü"],
    ["string(body.hosts)", FAILS],
    ["bool('true') && !bool('0')", true],
    ["bool('yes')", FAILS],
    ["type(body.title) == string && type(1) == int && type(null) == null_type", true],
    ["b'a' + b'b'", "ab"],
    ["b'\\xff'", NOTHING],
    // Times and durations, to the nanosecond.
    ["timestamp(body.when)", "2026-03-01T10:30:00.123456789Z"],
    ["timestamp(body.there) == timestamp('2026-03-01T10:30:00Z')", true],
    ["timestamp(body.there) - timestamp(body.when)", "-0.123456789s"],
    ["timestamp(body.there) + duration('1h30m') - duration('500ms')", "2026-03-01T11:59:59.500Z"],
    ["timestamp('9999-12-31T23:59:59Z') + duration('1s')", FAILS],
    ["timestamp('2026-03-01')", FAILS],
    ["timestamp(body.title)", FAILS],
    ["timestamp(body.there) > body.when", FAILS],
    ["timestamp(timestamp(body.there)) < timestamp(body.when)", true],
    ["int(timestamp(body.there))", 1772361000],
    ["duration('1.5h')", "5400s"],
    ["duration('-1.5s') + duration('1s')", "-0.500s"],
    ["duration('60m') == duration('1h') && duration('60m') < duration('2h')", true],
    ["duration('1d')", FAILS],
    ["duration('1h30m').getMinutes()", 90],
    ["timestamp(body.there).getHours() + timestamp(body.there).getHours('Europe/Paris')", 21],
    ["timestamp(body.there).getMinutes('+05:45')", 15],
    ["timestamp(body.there).getHours('-11:00')", 23],
    ["timestamp(body.there).getDayOfWeek() + timestamp(body.there).getDayOfWeek('-11:00')", 6],
    ["timestamp('2026-12-31T23:30:00Z').getFullYear('Europe/Paris')", 2027],
    ["timestamp('2026-12-31T23:30:00Z').getDayOfYear()", 364],
    ["timestamp(body.there).getHours('Nowhere/X')", FAILS],
  ])("%s", (text, expected) => expect(give(text)).toEqual(expected));
});

describe("what the engine before this one took otherwise", () => {
  it.each<[string, unknown]>([
    // As the specification has them.
    ["matches(body.title, 'for')", true],
    ["'nothing' in body", true],
    ["'a,b,c'.split(',', 2)", ["a", "b,c"]],
    ["'aaa'.replace('a', 'b', -1)", "bbb"],
    ["timestamp(1772361000)", "2026-03-01T10:30:00Z"],
    ["timestamp('2026-02-30T10:30:00Z')", FAILS],
    ["int(' 42')", FAILS],
    ["int('')", FAILS],
    ["double('x')", FAILS],
    ["duration('')", FAILS],
    ["body.flag ? body.off ? 1 : 2 : 3", 2],
    ["1 // one", 1],
  ])("%s", (text, expected) => expect(give(text)).toEqual(expected));

  it.each([
    ["9223372036854775808", "9223372036854775808 is too large for a whole number"],
    ["'x' in [1, 2]", "text is never in this list: text against a whole number"],
    ["[1] == [1.0]", "the expression can give nothing: no such overload: list<int> == list<double>"],
    ["b'é'", 'write bytes("...") for text that is not ASCII'],
    ["body.title.constructor('a', 'b')", "there is no function constructor()"],
    ["body.title.matches_('a')", "there is no function matches_(); did you mean matches()?"],
    ["body.hosts.exists(h.name, true)", 'exists() is called as body.assets.exists(one, one.name == "db")'],
    ["not body.flag", 'the expression cannot be read from "not body.flag" on; write !'],
    ["body.score <> 5", 'the expression cannot be read from "<> 5" on; write !='],
    ["body.title == 'x", "the expression cannot be read: the text that begins here has no end"],
  ])("%s does not compile", (text, message) => {
    const compiled = compileValue(text, ["body"], "value");
    expect(compiled).toMatchObject({ ok: false, reason: { message } });
  });
});

it("counts columns in the text as it was written, whatever was read into it", () => {
  const compiled = compileValue("body.title.matches('\\d+\\s') && bdy", ["body"], "value");
  expect(compiled).toMatchObject({ ok: false, reason: { position: { line: 1, column: 32 } } });
});

it.each([
  "(".repeat(1_990) + ")".repeat(1_990),
  "-".repeat(3_999),
  "[".repeat(3_000),
  `1${"+1".repeat(1_999)}`,
  `body${".a".repeat(1_900)}`,
])("survives nesting of any depth", (text) => {
  const compiled = compileValue(text, ["body"], "value");
  if (compiled.ok) compiled.value.evaluate({ body: valueInput(BODY) });
  else expect(compiled.reason.message).not.toBe("");
});
