import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "./json.ts";
import { maskDocument } from "./json-mask.ts";
import { parsePath } from "./json-path.ts";

const rule = (path: string, replace = (_: string) => "[x]") => {
  const steps = parsePath(path);
  if (!steps.ok) throw new Error(steps.reason.message);
  return { steps: steps.value, replace };
};
const mask = (document: Json, ...paths: string[]) =>
  maskDocument(
    document,
    paths.map((path) => rule(path)),
  );

describe("a path", () => {
  test.each<[string, Json, Json]>([
    ["user.email", { user: { email: "a", name: "b" } }, { user: { email: "[x]", name: "b" } }],
    ["user.email", { user: [{ email: "a" }, { email: "b" }, 7] }, { user: [{ email: "[x]" }, { email: "[x]" }, 7] }],
    ["entities[].name", { entities: [{ name: "a" }, { other: "b" }] }, { entities: [{ name: "[x]" }, { other: "b" }] }],
    ["entities[].name", { entities: { name: "a" } }, { entities: { name: "[x]" } }],
    ["[].user", [{ user: "a" }, { user: "b" }], [{ user: "[x]" }, { user: "[x]" }]],
    ["user", [{ user: "a" }], [{ user: "[x]" }]],
    ["rows[1].user", { rows: [{ user: "a" }, { user: "b" }] }, { rows: [{ user: "a" }, { user: "[x]" }] }],
    ["rows.7", { rows: ["a"], x: { 7: "b" } }, { rows: ["a"], x: { 7: "b" } }],
    ["raw.*.password", { raw: { a: { password: 1 }, b: { password: true } } }, { raw: { a: { password: "[x]" }, b: { password: "[x]" } } }],
    ["raw.*", { raw: { a: 1, b: [1, 2] } }, { raw: { a: "[x]", b: "[x]" } }],
    ["**.ssn", { ssn: "1", a: [{ ssn: "2", b: { ssn: "3" } }] }, { ssn: "[x]", a: [{ ssn: "[x]", b: { ssn: "[x]" } }] }],
    ["a.**.b", { a: { b: 1, c: { b: 2 } }, b: 3 }, { a: { b: "[x]", c: { b: "[x]" } }, b: 3 }],
    ['"user.email"', { "user.email": "a", user: { email: "b" } }, { "user.email": "[x]", user: { email: "b" } }],
    ["user", { user: { name: "a", id: 7 } }, { user: "[x]" }],
  ])("%s takes out what it names, and nothing else: %j", (path, document, expected) => {
    expect(mask(structuredClone(document), path).document).toEqual(expected);
  });

  test("that leads nowhere changes nothing; what is empty tells nothing and stays", () => {
    const document = { user: { email: null, name: "" }, list: [], __proto__: { polluted: 1 } };
    for (const path of ["user.email", "user.name", "nobody.email", "list[].x", "constructor.name", "toString"]) {
      expect(mask(structuredClone(document), path)).toEqual({ document: structuredClone(document), found: [0] });
    }
  });

  test("goes into a text that holds JSON, as an envelope does, and leaves other texts alone", () => {
    const inner = { detail: { user: "u-1", rule: "r" } };
    const body = { Type: "Notification", Message: JSON.stringify(inner), Note: "{not json" };
    const { document, found } = mask(body, "Message.detail.user", "Note.detail.user");
    expect(found).toEqual([1, 0]);
    expect(JSON.parse(String(Object(document).Message))).toEqual({ detail: { user: "[x]", rule: "r" } });
    expect(Object(document).Note).toBe("{not json");
    expect(Object(mask({ a: JSON.stringify({ b: { ssn: "1" } }) }, "**.ssn").document).a).toBe('{"b":{"ssn":"[x]"}}');
  });

  test("leaves a member of the name __proto__ a member", () => {
    const document: Json = JSON.parse('{"a":{"__proto__":"secret-1","b":1}}');
    expect(JSON.stringify(mask(document, "a.*").document)).toBe('{"a":{"__proto__":"[x]","b":"[x]"}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("a value that was taken out", () => {
  test("is gone from every other text, name and number as well, in any case", () => {
    const document = {
      user: { email: "Ana@Example.com", phone: 4_930_123_456 },
      message: "login of ana@example.com from ANA@EXAMPLE.COM, call 4930123456",
      "ana@example.com": { seen: 1 },
      copies: ["ana@example.com", 4_930_123_456],
      raw: '{"who":"ana@example.com"}',
    };
    const { document: masked } = mask(document, "user.email", "user.phone");
    expect(masked).toEqual({
      user: { email: "[x]", phone: "[x]" },
      message: "login of [x] from [x], call [x]",
      "[x]": { seen: 1 },
      copies: ["[x]", "[x]"],
      raw: '{"who":"[x]"}',
    });
  });

  test("stays in other texts if it is a plain word or short: those stand there in their own right", () => {
    const document = { user: { department: "critical", id: "42" }, severity: "critical", message: "42 critical events" };
    expect(mask(document, "user.department", "user.id").document).toEqual({
      user: { department: "[x]", id: "[x]" },
      severity: "critical",
      message: "42 critical events",
    });
  });

  test("is replaced by the same name everywhere", () => {
    const name = (value: string) => `<${value.length}>`;
    const document = { a: { user: "ana-1234" }, b: { user: "ben-12345" }, text: "ana-1234 and ben-12345 and ana-1234" };
    expect(maskDocument(document, [rule("*.user", name)]).document).toEqual({
      a: { user: "<8>" },
      b: { user: "<9>" },
      text: "<8> and <9> and <8>",
    });
  });
});

test("nothing of what a path names is left, whatever the document (property)", () => {
  const secret = "canary-7f3a9c";
  const leaf = fc.oneof(fc.constant(secret), fc.string(), fc.integer(), fc.constant(null));
  const document = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("user", "name", "x"), tie("value")),
    ),
  })).value;
  fc.assert(
    fc.property(document, (value) => {
      const whole = { user: secret, rest: value as Json };
      expect(JSON.stringify(mask(whole, "user").document)).not.toContain(secret);
    }),
  );
});

test("a body that is nested beyond reason is no way round, and no crash", () => {
  const deep = (levels: number, end: string): Json => JSON.parse(`${'{"a":'.repeat(levels)}${end}${"}".repeat(levels)}`);
  expect(JSON.stringify(mask(deep(90, '{"ssn":"secret-1"}'), "**.ssn").document)).not.toContain("secret-1");
  const { document } = mask(deep(5_000, '{"ssn":"secret-1"}'), "**.ssn");
  expect(JSON.stringify(document)).not.toContain("secret-1");
  expect(() => mask({ user: "secret-1", rest: deep(5_000, "1") }, "user")).not.toThrow();
  expect(() => mask({ text: `${"[".repeat(50_000)}${"]".repeat(50_000)}` }, "text.user")).not.toThrow();
});

test("a value longer than an expression can be is taken out, there and elsewhere", () => {
  const script = `secret-1 ${"x1 ".repeat(40_000)}`;
  const { document } = mask({ script, again: script, quoted: `ran: ${script}!`, by: "ana" }, "script");
  expect(JSON.stringify(document)).not.toContain("secret-1");
  expect(document).toMatchObject({ by: "ana" });
});
