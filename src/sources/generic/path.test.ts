import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EVERY, parsePath, readSteps, type Step, shortName } from "./path.ts";

const stepsOf = (text: string): Step[] | undefined => {
  const path = parsePath(text);
  return path.ok ? path.value.steps : undefined;
};

describe("a path", () => {
  test.each<[string, Step[]]>([
    ["a", ["a"]],
    ["a.b.c", ["a", "b", "c"]],
    ["a.0.b", ["a", "0", "b"]],
    ["a[0].b", ["a", "0", "b"]],
    ["a[-1]", ["a", "-1"]],
    ["a[*].b", ["a", EVERY, "b"]],
    ["a.*", ["a", EVERY]],
    ['a."b.c".d', ["a", "b.c", "d"]],
    ["a.'b.c'", ["a", "b.c"]],
    ['a["b.c"]', ["a", "b.c"]],
    ['"say \\"hi\\""', ['say "hi"']],
    ['"*"', ["*"]],
    ["@timestamp", ["@timestamp"]],
    ["geändert-am_2", ["geändert-am_2"]],
    ["$.a", ["a"]],
    // As jq writes it.
    [".a.b", ["a", "b"]],
    ["$[0].a", ["0", "a"]],
    ["$", []],
    ["$price", ["$price"]],
  ])("%s", (text, steps) => expect(stepsOf(text)).toEqual(steps));

  test("begins at the body where it says so", () => {
    expect(parsePath("$.a")).toMatchObject({ value: { fromBody: true } });
    expect(parsePath("$price")).toMatchObject({ value: { fromBody: false } });
  });

  test.each([
    ["", "the path is empty", 1],
    ["a.", "here should be a name, in quotes if it holds dots or brackets", 3],
    ["a..b", "here should be a name, in quotes if it holds dots or brackets", 3],
    ["a b", "names with blanks stand in quotes", 2],
    ["a. b", "names with blanks stand in quotes", 3],
    ['a."b', "the quote is not closed", 3],
    ["a[b]", 'brackets hold a position, * or a name in quotes, such as [0] or ["a.b"]', 3],
    ["a[0", "the bracket is not closed", 4],
    ['a["b"c', "the bracket is not closed", 6],
    ["a[]", "here should be a name, in quotes if it holds dots or brackets", 3],
  ])("%j is refused, with the place", (text, message, column) => {
    const path = parsePath(text);
    expect(path.ok).toBe(false);
    if (!path.ok) expect(path.reason).toEqual({ message, column });
  });

  test("never throws, and quoting leads to any member", () => {
    fc.assert(fc.property(fc.string(), (text) => void parsePath(text)));
    fc.assert(
      fc.property(fc.string(), (name) => {
        const steps = stepsOf(`a.${JSON.stringify(name).replace(/\\[^"\\]/g, "")}`);
        if (steps && !/["\\\p{Cc}\p{Cs}]/u.test(name))
          expect(readSteps(steps, JSON.parse(`{"a":{${JSON.stringify(name)}:1}}`))).toEqual([1]);
      }),
    );
  });

  test("gives a short name to what has none", () => {
    const nameOf = (text: string) => {
      const path = parsePath(text);
      return path.ok ? shortName(path.value) : undefined;
    };
    expect(nameOf("event.source.ip")).toBe("source.ip");
    expect(nameOf("hosts.*.ip")).toBe("hosts.ip");
    expect(nameOf("hosts.0")).toBe("hosts");
    expect(nameOf("$")).toBeUndefined();
  });
});
