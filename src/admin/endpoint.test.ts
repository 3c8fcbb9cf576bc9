import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { AdminContext } from "./context.ts";
import { type Endpoint, endpoint, readQuery } from "./endpoint.ts";
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

describe("an endpoint", () => {
  const declare = (more: Partial<Parameters<typeof endpoint>[0]>) =>
    endpoint({ method: "POST", path: "/things/:id/turn", operation: "turn", summary: "Turn", handle: async () => ({}), ...more });
  const run = (one: Endpoint, body?: BodyInit) =>
    one.run(new Request("https://relay.example.com/api/things/a/turn", { method: "POST", body }), { id: "a" }, {} as AdminContext);

  test("has the least that fits where it says nothing: a role by its method", () => {
    expect(declare({})).toMatchObject({
      role: "operate",
      status: 200,
      takes: "application/json",
      refusals: [],
    });
    expect(declare({ method: "GET" })).toMatchObject({ role: "read" });
  });

  test("answers with its status: JSON, nothing at all, or what its work made itself", async () => {
    const made = await run(declare({ status: 201, handle: async ({ path }) => ({ id: path.id }) }));
    expect([made.status, await made.json()]).toEqual([201, { id: "a" }]);
    const done = await run(declare({ status: 204, handle: async () => undefined }));
    expect([done.status, await done.text()]).toEqual([204, ""]);
    const own = await run(declare({ status: 204, handle: async () => new Response("text", { status: 202 }) }));
    expect([own.status, await own.text()]).toEqual([202, "text"]);
  });

  test("takes text as it is where its body is text, and refuses what is none", async () => {
    const echo = declare({ takes: "application/toml", body: z.string(), mostBytes: 20, handle: async ({ body }) => ({ body }) });
    expect(await (await run(echo, "a = 1 # é\n")).json()).toEqual({ body: "a = 1 # é\n" });
    expect(await (await run(echo, "")).json()).toEqual({ body: "" });
    expect(await (await run(echo, new Uint8Array([0xc3, 0x28]))).json()).toMatchObject({
      status: 400,
      detail: "body: is not UTF-8",
      where: "body",
    });
    expect((await run(echo, "x".repeat(21))).status).toBe(413);
  });

  test("says where a JSON body is wrong, and nothing of what it holds", async () => {
    const strict = declare({ body: z.strictObject({ name: z.string().min(1), list: z.array(z.number()).optional() }) });
    const cases: [body: string, status: number, where: string, detail: string][] = [
      ["", 422, "body", "body: is missing"],
      ['{"name": secret}', 400, "body", "body: is not JSON: unexpected content at line 1, column 10"],
      ["[]", 422, "body", "body: must be a table, and is a list"],
      ["{}", 422, "name", "name: is missing"],
      ['{"name":""}', 422, "name", "name: must have at least 1 character"],
      ['{"name":"x","secret":1}', 422, "secret", "secret: is not a known key; known keys are list, name"],
      ['{"name":"x","list":["secret"]}', 422, "list", "list[0]: must be a number, and is text"],
    ];
    for (const [body, status, where, detail] of cases) {
      const problem = (await (await run(strict, body)).json()) as { status: number; where: string; detail: string };
      expect(problem, body).toMatchObject({ status, where, detail });
      if (where !== "secret") expect(problem.detail, body).not.toContain("secret");
    }
  });
});
