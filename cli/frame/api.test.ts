// The client against a server that answers as it is told.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { Api, Problem, part, Unreachable } from "./api.ts";

interface Seen {
  method: string;
  path: string;
  token: string | undefined;
  body: string;
}
type Handler = (seen: Seen) => { status?: number; body?: unknown; headers?: Record<string, string>; text?: string };

let server: Server;
let url: string;
let handler: Handler;
const seen: Seen[] = [];

beforeAll(async () => {
  server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = {
      method: request.method ?? "",
      path: request.url ?? "",
      token: request.headers.authorization,
      body: Buffer.concat(chunks).toString(),
    };
    seen.push(one);
    const { status = 200, body, headers = {}, text = JSON.stringify(body ?? {}) } = handler(one);
    response.writeHead(status, headers).end(text);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${Object(server.address()).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));
beforeEach(() => void seen.splice(0));

const api = (...tokens: string[]): Api => new Api({ url, tokens: tokens.values() });
const anything = z.unknown();

describe("tokens", () => {
  test("one that is not taken is followed by the next, and the one that was taken is kept", async () => {
    handler = ({ token }) => ({ status: token === "Bearer good" ? 200 : 401 });
    const client = api("old", "good", "never");
    await client.get("/books", anything);
    await client.get("/books", anything);
    expect(seen.map(({ token }) => token)).toEqual(["Bearer old", "Bearer good", "Bearer good"]);
  });

  test("when none is taken, it is said without the token", async () => {
    handler = () => ({ status: 401, body: { detail: "Send the admin token as a bearer token, or sign in." } });
    const failure = await api("secret-token")
      .get("/books", anything)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 1, code: 401, message: "The relay does not accept this token." });
    expect(JSON.stringify(failure)).not.toContain("secret-token");
  });

  test("a redirect is not followed with it", async () => {
    handler = () => ({ status: 302, headers: { location: "/elsewhere" } });
    await expect(api("t").get("/books", anything)).rejects.toThrow("The address leads elsewhere");
    expect(seen).toHaveLength(1);
  });
});

describe("what is asked", () => {
  test("parameters that are absent or empty are left out, lists are comma lists", async () => {
    handler = () => ({});
    await api("t").get("/alerts", anything, {
      query: { q: "a b", severity: ["high", "low"], from: undefined, to: null, route: "", limit: 5, all: true },
    });
    expect(seen[0]?.path).toBe("/api/alerts?q=a+b&severity=high%2Clow&limit=5&all=true");
  });

  test("a body is JSON", async () => {
    handler = () => ({});
    await api("t").post("/x", anything, { body: { comment: "é" } });
    expect(seen[0]).toMatchObject({ method: "POST", body: '{"comment":"é"}' });
  });

  test("an id is one part of the path, whatever it holds", () => {
    expect(part("a/../b?c")).toBe("a%2F..%2Fb%3Fc");
    for (const wrong of ["", ".", ".."]) expect(() => part(wrong)).toThrow("must not be empty");
  });
});

describe("problems", () => {
  test.each([
    [404, { detail: "There is no such alert." }, {}, "There is no such alert.", undefined],
    [422, { detail: "status: must be one of new" }, {}, "status: must be one of new", undefined],
    [429, { detail: "Too many requests." }, { "retry-after": "7" }, "Too many requests.", "Try again in 7 s."],
    [503, { detail: "The relay could not read its state." }, {}, "The relay could not read its state.", "Try again in a moment."],
    [500, "<html>", {}, "The relay answered 500.", undefined],
    [404, "<html>", {}, "There is no relay at this address, or an older one that does not know this.", undefined],
  ])("%i with %j", async (status, body, headers, message, hint) => {
    handler = () => ({ status, headers, ...(typeof body === "string" ? { text: body } : { body }) });
    const problem = await api("t")
      .get("/x", anything)
      .catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ code: status, message, hint });
  });

  test("a relay that does not answer is told with its address and why", async () => {
    const gone = new Api({ url: "http://127.0.0.1:1", tokens: ["t"].values() });
    const failure = await gone.get("/x", anything).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Unreachable);
    expect(failure).toMatchObject({ status: 1, message: expect.stringMatching(/^The relay at http:\/\/127\.0\.0\.1:1 does not answer: /) });
  });
});

describe("answers", () => {
  const schema = z.strictObject({ items: z.array(z.strictObject({ id: z.string(), count: z.number() })), next: z.string().nullable() });

  test("may tell more than this version knows, or less, below their own members", async () => {
    handler = () => ({ body: { items: [{ id: "a", count: 1, more: true }, { id: "b" }], next: null, also: 1 } });
    expect(await api("t").get("/x", schema)).toEqual({ items: [{ id: "a", count: 1, more: true }, { id: "b" }], next: null, also: 1 });
  });

  test.each([
    [{ items: [{ id: 7, count: 1 }], next: null }, "items.0.id"],
    [{ things: [] }, "items"],
    ["text", "the answer"],
  ])("%j is not an answer", async (body, where) => {
    handler = () => ({ body });
    await expect(api("t").get("/x", schema)).rejects.toThrow(`is not what this version of the command line expects (${where}: `);
  });

  test("a list is read page by page, as far as somebody wants", async () => {
    const all = Array.from({ length: 450 }, (_, index) => ({ id: String(index), count: index }));
    handler = ({ path }) => {
      const asked = new URL(path, url).searchParams;
      const from = Number(asked.get("cursor") ?? 0);
      const to = from + Number(asked.get("limit"));
      return { body: { items: all.slice(from, to), next: to < all.length ? String(to) : null } };
    };
    expect(await api("t").list("/x", schema, { q: "w" }, 1_000)).toEqual({ items: all, more: false });
    expect(seen.map(({ path }) => path)).toEqual([
      "/api/x?q=w&limit=200",
      "/api/x?q=w&limit=200&cursor=200",
      "/api/x?q=w&limit=200&cursor=400",
    ]);
    const some = await api("t").list("/x", schema, {}, 250);
    expect(some.items).toHaveLength(250);
    expect(some.more).toBe(true);
  });
});
