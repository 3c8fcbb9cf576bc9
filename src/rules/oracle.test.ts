// Conditions against another implementation of CEL: for random alerts and well-formed conditions both say the same.
import { type CelInput, celEnv, celMap, parse, plan } from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";
import fc from "fast-check";
import { expect, it } from "vitest";
import { sampleAlert } from "../../test/support/alerts.ts";
import { type Alert, type Json, SEVERITIES } from "../alert.ts";
import { compileCondition } from "./condition.ts";
import { ALERT, CHANGE, type RecordShape, SEVERITY_NUMBERS, type Shape } from "./shape.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const RUNS = 3_000;

const oracle = celEnv({ funcs: [...strings] });
const oracleTime = plan(oracle, parse("timestamp(text)"));

/** What the other implementation says: true, false, or that it fails. */
function other(text: string, alert: Alert): boolean | "fails" {
  const now = oracleTime({ text: new Date(NOW).toISOString() }) as CelInput;
  const variables = { ...SEVERITY_NUMBERS, alert: shaped(ALERT, alert), change: shaped(CHANGE, alert.change), now };
  const result = plan(oracle, parse(text))(variables);
  return typeof result === "boolean" ? result : "fails";
}

function ours(text: string, alert: Alert): boolean | "fails" {
  const compiled = compileCondition(text);
  if (!compiled.ok) throw new Error(`${text}: ${compiled.reason.message}`);
  const verdict = compiled.value.matches(alert, alert.change, NOW);
  return "failed" in verdict ? "fails" : verdict.matched;
}

/** An alert as that implementation takes it: declared fields that are absent read as empty, and `has()` tells. */
function shaped(shape: Shape, value: unknown): CelInput {
  switch (shape.kind) {
    case "text":
      return typeof value === "string" ? value : "";
    case "int":
      return BigInt(Math.trunc(Number(value ?? 0)));
    case "flag":
      return value === true;
    case "list":
      return ((value ?? []) as unknown[]).map((member) => shaped(shape.of, member));
    case "record":
      return record(shape, (value ?? {}) as Record<string, unknown>);
    case "table":
      return new Map(Object.entries(value ?? {}).map(([key, member]) => [key, shaped(shape.of, member)]));
    default:
      return json(value as Json);
  }
}

function record(shape: RecordShape, value: Record<string, unknown>): CelInput {
  const fields = Object.entries(shape.fields).map(([name, field]): [string, CelInput] => [name, shaped(field, value[name])]);
  const map = celMap(new Map(fields));
  map.has = (key) => typeof key === "string" && value[key] !== undefined && value[key] !== null;
  return map;
}

function json(value: Json | undefined): CelInput {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(json);
  return typeof value === "object" ? new Map(Object.entries(value).map(([key, member]) => [key, json(member)])) : value;
}

const WORDS = ["", "a", "db-1", "vip", "Brute force", "Zürich", "22", "2026-03-01T10:30:00Z", "not a time"];
const word = fc.constantFrom(...WORDS);
const number = fc.constantFrom(-1, 0, 0.5, 1, 2, 3, 71, 1e6);
const scalar: fc.Arbitrary<Json> = fc.oneof(word, number, fc.boolean(), fc.constant(null));
const data = fc.record(
  {
    score: scalar,
    name: scalar,
    flag: scalar,
    list: fc.oneof(scalar, fc.array(scalar, { maxLength: 4 })),
    of: fc.oneof(scalar, fc.array(fc.record({ name: scalar, score: scalar }, { requiredKeys: [] }), { maxLength: 3 })),
    deep: fc.oneof(scalar, fc.record({ score: scalar, name: scalar }, { requiredKeys: [] })),
  },
  { requiredKeys: [] },
);
const anAlert: fc.Arbitrary<Alert> = fc
  .record(
    {
      title: word,
      tenant: word,
      severity: fc.constantFrom(...SEVERITIES),
      count: fc.constantFrom(0, 1, 2, 100),
      enriched: fc.boolean(),
      tags: fc.array(word, { maxLength: 3 }),
      assets: fc.array(fc.record({ name: word, ip: word }, { requiredKeys: [] }), { maxLength: 3 }),
      first_seen: word,
      data: data as fc.Arbitrary<Record<string, Json>>,
    },
    { requiredKeys: [] },
  )
  .map((fields) => sampleAlert({ rule: undefined, ...(fields as Partial<Alert>) }));

const quoted = word.map((text) => JSON.stringify(text));
/** Anything at all: fields of the source's own, there or not. */
const loose = fc.constantFrom(
  "alert.data.score",
  "alert.data.name",
  "alert.data.flag",
  "alert.data.list",
  "alert.data.deep.score",
  "alert.data.deep.name",
  "alert.data.list[0]",
  "alert.data.of[0].name",
  'alert.data["score"]',
);
const comparison = fc.constantFrom("==", "!=", "<", "<=", ">", ">=");
const equality = fc.constantFrom("==", "!=");
const around = (left: fc.Arbitrary<string>, operator: fc.Arbitrary<string>, right: fc.Arbitrary<string>) =>
  fc.tuple(left, operator, right).map((parts) => `(${parts.join(" ")})`);

const { condition } = fc.letrec<Record<"whole" | "decimal" | "text" | "condition", string>>((tie) => ({
  whole: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("alert.severity_id", "alert.count", "HIGH", "0", "1", "2", "-3", "alert.tags.size()", "size(alert.title)"),
    around(tie("whole"), fc.constantFrom("+", "-", "*", "/", "%"), tie("whole")),
    tie("text").map((text) => `size(${text})`),
    tie("decimal").map((value) => `int(${value})`),
    fc.constantFrom("alert.assets.filter(a, has(a.ip)).size()", "now.getHours()", 'now.getDayOfWeek("Europe/Paris")', "int(now)"),
  ),
  decimal: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("0.5", "2.0", "71.0", "-1.0"),
    tie("whole").map((value) => `double(${value})`),
    around(tie("decimal"), fc.constantFrom("+", "-", "*", "/"), fc.oneof(tie("decimal"), loose)),
  ),
  text: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("alert.title", "alert.tenant", "alert.rule.name", "alert.first_seen", "alert.severity"),
    quoted,
    around(tie("text"), fc.constant("+"), fc.oneof(tie("text"), loose)),
    tie("text").map((text) => `${text}.lowerAscii()`),
    fc.tuple(tie("text"), quoted, quoted).map(([text, from, to]) => `${text}.replace(${from === '""' ? '"a"' : from}, ${to})`),
    fc.oneof(loose, tie("whole"), tie("condition")).map((value) => `string(${value})`),
    fc.tuple(tie("text"), tie("whole")).map(([text, index]) => `${text}.substring(${index})`),
  ),
  condition: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.constantFrom("true", "false", "alert.enriched"),
    around(tie("whole"), comparison, fc.oneof(tie("whole"), tie("decimal"), loose)),
    around(tie("decimal"), comparison, fc.oneof(tie("decimal"), loose)),
    around(fc.constantFrom("alert.title", "alert.tenant", "alert.data.name"), comparison, fc.oneof(tie("text"), loose)),
    around(loose, equality, fc.oneof(loose, quoted, fc.constantFrom("1", "0.5", "null", "true"))),
    around(loose, comparison, fc.oneof(loose, fc.constantFrom("1", "2.0", '"a"'))),
    around(
      fc.oneof(quoted, loose),
      fc.constant("in"),
      fc.oneof(fc.constantFrom("alert.tags", "alert.data.list", "alert.data.score"), loose),
    ),
    around(fc.oneof(tie("whole"), loose), fc.constant("in"), fc.constantFrom("[1, 2, 71]", "[0.5, alert.count]", "[]")),
    fc.constantFrom("tenant", "rule", "count", "title").map((name) => `has(alert.${name})`),
    fc.constantFrom("score", "name", "list", "deep", "deep.score", "list.name", "missing").map((name) => `has(alert.data.${name})`),
    fc
      .tuple(fc.oneof(tie("text"), loose), fc.constantFrom("contains", "startsWith", "endsWith"), quoted)
      .map(([text, name, part]) => `${text}.${name}(${part})`),
    fc
      .tuple(fc.oneof(tie("text"), loose), fc.constantFrom("^B.*e$", "(?i)BRUTE", "\\\\d+", "[a-z]-1", "", "ü", "(a|ab)*$"))
      .map(([text, pattern]) => `${text}.matches("${pattern}")`),
    fc
      .tuple(
        fc.constantFrom("alert.assets", "alert.data.of"),
        fc.constantFrom("exists", "all", "exists_one"),
        fc.oneof(
          around(fc.constantFrom("one.name", "one.ip"), comparison, quoted),
          fc.constantFrom("has(one.ip)", "!has(one.name)"),
          tie("condition"),
        ),
      )
      .map(([list, macro, inner]) => `${list}.${macro}(one, ${inner})`),
    fc
      .tuple(
        fc.constantFrom("alert.tags", "alert.data.list", "alert.data.deep", "[1, 2, 3]", "[0.5, 1]"),
        fc.constantFrom("exists", "all", "exists_one"),
        fc.oneof(
          around(fc.constant("one"), equality, loose),
          around(fc.constant("dyn(one)"), comparison, fc.constantFrom("1", '"a"', "0.5")),
        ),
      )
      .map(([list, macro, inner]) => `${list}.${macro}(one, ${inner})`),
    fc
      .tuple(fc.constantFrom("alert.tags.map(tag, tag + 'x')", "alert.data.list.map(one, one)", "alert.data.of.map(one, one.score)"), loose)
      .map(([list, value]) => `(${value} in ${list})`),
    around(
      fc.constantFrom("now", "timestamp(alert.first_seen)", "timestamp(alert.data.name)"),
      comparison,
      fc.constantFrom("timestamp('2026-03-01T11:00:00+01:00')", "now - duration('90m')", "timestamp(alert.title)"),
    ),
    fc
      .constantFrom(
        "now - timestamp(alert.first_seen) > duration('1h')",
        "duration('1h30m') + duration('-30m') == duration('3600s')",
        "string(now + duration('1.5s')) == '2026-03-01T12:00:01.500Z'",
        "{'a': alert.data.score, 'b': 2}.a == alert.data.score",
        "[alert.data.score, 'a'] == ['a', alert.data.score]",
        "alert.data.list == alert.data.list",
        "alert.data.deep == {'score': 1}",
      )
      .map((one) => `(${one})`),
    tie("condition").map((one) => `!(${one})`),
    loose.map((one) => `!(${one})`),
    around(fc.oneof(tie("condition"), loose), fc.constantFrom("&&", "||"), fc.oneof(tie("condition"), loose)),
    fc.tuple(fc.oneof(tie("condition"), loose), tie("condition"), tie("condition")).map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`),
  ),
}));

it("says what another implementation says", () => {
  fc.assert(
    fc.property(condition, fc.array(anAlert, { minLength: 1, maxLength: 3 }), (text, alerts) => {
      fc.pre(text.length <= 4_000);
      expect(alerts.map((alert) => ours(text, alert))).toEqual(alerts.map((alert) => other(text, alert)));
    }),
    { numRuns: RUNS },
  );
}, 120_000);
