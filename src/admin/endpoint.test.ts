import { describe, expect, test } from "vitest";
import * as z from "zod";
import { readQuery } from "./endpoint.ts";
import { alertSearch, wordsOf } from "./queries/alerts.ts";
import { Where } from "./where.ts";

const schema = z.strictObject(alertSearch);
const read = (query: string) => readQuery(new URLSearchParams(query), schema);

describe("query parameters", () => {
  test("are parsed, and empty ones count as absent", () => {
    const found = read("severity=high,critical&status=&route=a&route=b&from=2026-11-21T14:00&to=2026-11-22&q=x&limit=200");
    expect(found).toMatchObject({
      ok: true,
      value: {
        severity: ["high", "critical"],
        route: ["a", "b"],
        from: "2026-11-21T14:00:00.000Z",
        to: "2026-11-22T00:00:00.000Z",
        limit: 200,
      },
    });
    expect(read("")).toMatchObject({ ok: true, value: { limit: 50 } });
  });

  test.each([
    ["severty=high", "severty"],
    ["severty=", "severty"],
    ["severity=hihg", "severity"],
    ["status=closed", "status"],
    ["limit=0", "limit"],
    ["limit=201", "limit"],
    ["limit=ten", "limit"],
    ["cursor=abc", "cursor"],
    ["from=yesterday", "from"],
    ["to=2026-13-45", "to"],
    [`q=${"x".repeat(201)}`, "q"],
  ])("that are wrong are named: %s", (query, where) => {
    const found = read(query);
    expect(found.ok).toBe(false);
    if (found.ok) return;
    expect(found.reason[0]).toBe(where);
    expect(found.reason[1]).not.toBe("");
  });

  test("are not repeated in what is said about them", () => {
    const found = read("severity=<script>");
    expect(JSON.stringify(found)).not.toContain("script");
  });
});

describe("conditions", () => {
  test("keep values out of the statement", () => {
    const where = new Where()
      .range({ from: "a", cursor: { at: "b", id: "c" } })
      .oneOf("route", ["x'; --"])
      .oneOf("status", undefined);
    expect(where.sql).toBe("WHERE created_at >= ? AND (created_at, id) < (?, ?) AND route IN (SELECT value FROM json_each(?))");
    expect(where.params).toEqual(["a", "b", "c", '["x\'; --"]']);
    expect(new Where().sql).toBe("");
  });

  test("look for words in lower case", () => {
    expect(wordsOf("  PowerShell\t100% ")).toEqual(["powershell", "100%"]);
    expect(wordsOf(undefined)).toEqual([]);
  });
});
