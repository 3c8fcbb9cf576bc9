import { describe, expect, test } from "vitest";
import type { Json } from "../lib/json.ts";
import { registries } from "./fake-registries.ts";
import { applyMask, maskKeyOf, type RouteMask } from "./mask.ts";
import { parseTables } from "./parse.ts";
import { pathText, sentence } from "./problem.ts";
import { parseRows } from "./rows.ts";

const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const file = (mask: unknown, relay: object = {}) => ({ relay, routes: { prod: { id: ID, source: "bell", mask } } });
const parse = (mask: unknown, relay: object = {}, local = true) => parseTables(file(mask, relay), registries, { local });
const problemsOf = (...given: Parameters<typeof parse>) =>
  parse(...given).problems.map((problem) => `${pathText(problem.path)}: ${sentence(problem)}`);
const KEY = { mask_key: "secret:MASK_KEY" };

describe("the configuration of masks", () => {
  test("takes paths, and tables that say what stands in a value's place", () => {
    const { config, problems } = parse(["user.email", { path: "entities[].name" }, { path: "**.ip", as: "hash" }], KEY);
    expect(problems).toEqual([]);
    expect(config.relay.maskKey).toBe("secret:MASK_KEY");
    expect(config.routes[0]?.mask).toEqual({
      key: "secret:MASK_KEY",
      fields: [
        { path: "user.email", as: "mask", steps: [{ name: "user" }, { name: "email" }] },
        { path: "entities[].name", as: "mask", steps: [{ name: "entities" }, "each", { name: "name" }] },
        { path: "**.ip", as: "hash", steps: ["deep", { name: "ip" }] },
      ],
    });
  });

  test("is nothing where the list is empty or absent", () => {
    expect(parse([]).config.routes[0]?.mask).toBeUndefined();
    expect(parse(undefined).config.routes[0]?.mask).toBeUndefined();
  });

  test.each([
    [["user."], /^routes\.prod\.mask\[0\]: expected a name .*\(column 6 of the path\); write for example "user\.email"/],
    [["a", "**.b.**.c"], /^routes\.prod\.mask\[1\]: only one \*\* may stand in a path \(column 6/],
    [[{ path: "a b" }], /^routes\.prod\.mask\[0\]\.path: expected a "\."/],
    [[{ path: "a", as: "star" }], /^routes\.prod\.mask\[0\]\.as: must be one of mask, hash/],
    [[{ path: "a", how: "mask" }], /^routes\.prod\.mask\[0\]\.how: is not a known key/],
    ["user.email", /^routes\.prod\.mask: must be a list/],
    [[7], /^routes\.prod\.mask\[0\]: must be/],
    [["a", { path: "b", as: "hash" }], /^routes\.prod\.mask\[1\]\.as: needs a key.*add mask_key = "secret:MASK_KEY" to \[relay\]/],
  ])("%j is refused, with the place and what to write instead", (mask, message) => {
    const [problem, ...others] = problemsOf(mask);
    expect(problem).toMatch(message);
    expect(others).toEqual([]);
  });

  test("refuses a key that stands in the configuration of a deployed relay, as it does any secret", () => {
    expect(problemsOf([], { mask_key: "plain" }, false)).toEqual([expect.stringMatching(/^relay\.mask_key: is a secret/)]);
    expect(problemsOf([], { retention_audit: "1h" })).toEqual([expect.stringMatching(/^relay\.retention_audit: must be at least 1d/)]);
    expect(parse([], { retention_audit: "90d" }).config.relay.retentionAuditMs).toBe(90 * 86_400_000);
  });

  test("is the same from D1's rows", () => {
    const rows = {
      version: 1,
      relay: [{ key: "mask_key", value: "secret:MASK_KEY" }],
      routes: [{ name: "prod", id: ID, source: "bell", enabled: 1, settings: '{"mask":[{"path":"ip","as":"hash"}]}', rules: "[]" }],
      destinations: [],
      enrichers: [],
      lists: [],
      inhibitions: [],
    };
    expect(parseRows(rows, registries).routes[0]?.mask).toMatchObject({ key: "secret:MASK_KEY", fields: [{ path: "ip", as: "hash" }] });
    // Without the key the route serves nobody: its values would be kept as they are, or told apart by nothing.
    const { routes, broken } = parseRows({ ...rows, relay: [] }, registries);
    expect([routes, broken]).toMatchObject([[], [{ kind: "route", name: "prod" }]]);
  });
});

describe("a hashed value", () => {
  const mask: RouteMask = { key: "secret:MASK_KEY", fields: [{ path: "user", steps: [{ name: "user" }], as: "hash" }] };
  const nameOf = (user: Json, key: string | undefined) => Object(applyMask({ user }, mask, key).document).user;

  test("has one name under one key, and another under another", () => {
    expect(nameOf("ana", "k1")).toMatch(/^masked-[0-9a-f]{16}$/);
    expect(nameOf("ana", "k1")).toBe(nameOf("ana", "k1"));
    expect(nameOf("ana", "k1")).not.toBe(nameOf("ana", "k2"));
    expect(nameOf("ana", "k1")).not.toBe(nameOf("ben", "k1"));
    expect(nameOf(7, "k1")).toBe(nameOf("7", "k1"));
  });

  test("is masked like any other while the key is not set: nothing gets through for want of one", () => {
    expect(maskKeyOf(mask, {})).toBeUndefined();
    expect(maskKeyOf(mask, { MASK_KEY: "k1" })).toBe("k1");
    expect(maskKeyOf({ ...mask, key: "plain" }, {})).toBe("plain");
    expect(nameOf("ana", undefined)).toBe("[masked]");
  });
});
