// `silent_after` of a route: a duration for a word of the relay, a table for an alert of its own. And `dedup_key` beside shards.
import { describe, expect, test } from "vitest";
import { registries } from "./fake-registries.ts";
import { parseTables } from "./parse.ts";
import { pathText, sentence } from "./problem.ts";

const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const parse = (keys: Record<string, unknown>) => {
  const tables = {
    destinations: { soc: { type: "box" } },
    routes: { prod: { id: ID, source: "bell", rules: [{ to: ["soc"] }], ...keys } },
  };
  const { config, problems } = parseTables(tables, registries, { local: true });
  return { route: config.routes[0], problems: problems.map((one) => `${pathText(one.path)}: ${sentence(one)}`) };
};

describe("silent_after", () => {
  test("a duration is the route's own", () => {
    const { route } = parse({ silent_after: "2h" });
    expect([route?.silentAfterMs, route?.silentKeys]).toEqual([7_200_000, undefined]);
  });

  test("a table watches keys, or the route as a whole, and knows how bad their silence is", () => {
    expect(parse({ silent_after: { after: "1h", by: "asset.name" }, default_severity: "low" }).route).toMatchObject({
      silentKeys: { afterMs: 3_600_000, by: ["asset.name"], severity: "low" },
    });
    expect(parse({ silent_after: { after: "1h", severity: "critical" } }).route?.silentKeys).toEqual({
      afterMs: 3_600_000,
      by: [],
      severity: "critical",
    });
    expect(parse({ silent_after: { after: "1h" } }).route?.silentAfterMs).toBeUndefined();
  });

  test.each<[what: string, value: unknown, said: string]>([
    ["too short", { after: "1m" }, "routes.prod.silent_after.after: must be at least 5m"],
    ["no key path", { after: "1h", by: "host" }, "routes.prod.silent_after.by: there is no host"],
    ["a key that is none", { after: "1h", within: "1h" }, "routes.prod.silent_after.within: is not a known key"],
    ["no time", { by: "asset.name" }, "routes.prod.silent_after.after"],
    ["a number", 5, "routes.prod.silent_after"],
  ])("says what is wrong: %s", (_what, silent_after, said) => {
    const { problems } = parse({ silent_after });
    expect(problems).toEqual([expect.stringContaining(said)]);
  });
});

test("dedup_key is refused beside shards, which know their own events alone", () => {
  expect(parse({ dedup_key: "rule.name", shards: 1 }).problems).toEqual([]);
  expect(parse({ dedup_key: "rule.name", shards: 4 }).problems).toEqual([
    expect.stringContaining("routes.prod.dedup_key: cannot stand beside shards = 4"),
  ]);
});
