import { afterEach, describe, expect, test, vi } from "vitest";
import { apiClient, type Fetch } from "./api.ts";
import { CallBudget } from "./budget.ts";

afterEach(() => vi.restoreAllMocks());

const NOW = Date.parse("2026-11-20T10:00:00.000Z");

function client(fetch: Fetch, base = "https://api.example/") {
  const budget = new CallBudget({ perSecond: 1_000, burst: 1_000 }, () => NOW);
  const onCall = vi.fn();
  return {
    budget,
    onCall,
    api: apiClient({ base, headers: { authorization: "Bearer token-of-the-api" }, budget, fetch, now: () => NOW, onCall }),
  };
}
const answering = (body: string | null, init?: ResponseInit) => client(async () => new Response(body, init));

describe("a call", () => {
  test("goes to the base and the path, with the headers, and follows nothing", async () => {
    const fetch = vi.fn<Fetch>(async () => new Response('{"a":1}'));
    const { api, onCall } = client(fetch);
    expect(await api.get("/v1/x?y=1")).toEqual({ ok: true, value: { a: 1 } });
    expect(fetch.mock.calls[0]?.[0]).toBe("https://api.example/v1/x?y=1");
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({
      redirect: "manual",
      headers: { authorization: "Bearer token-of-the-api" },
      signal: expect.any(AbortSignal),
    });
    expect(onCall).toHaveBeenCalledOnce();
  });

  test("that hangs ends after 10 s", async () => {
    const asked: number[] = [];
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
      asked.push(ms);
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 5);
      return controller.signal;
    });
    const { api } = client(
      (_, init) => new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(new Error("aborted")))),
    );
    expect(await api.get("/")).toEqual({ ok: false, reason: { kind: "unavailable", detail: "no answer within 10 s" } });
    expect(asked).toEqual([10_000]);
  });
});

describe("an answer", () => {
  test.each([
    [401, "denied"],
    [403, "denied"],
    [301, "denied"],
    [302, "denied"],
    [404, "missing"],
    [410, "missing"],
    [429, "rate_limited"],
    [400, "unavailable"],
    [500, "unavailable"],
    [503, "unavailable"],
  ])("%i is %s", async (status, kind) => {
    expect(await answering("{}", { status }).api.get("/")).toMatchObject({ ok: false, reason: { kind } });
  });

  test.each([
    ["429 with seconds", 429, { "retry-after": "7" }, 7_000],
    ["429 with a date", 429, { "retry-after": "Fri, 20 Nov 2026 10:01:00 GMT" }, 60_000],
    ["429 without", 429, {}, 10_000],
    ["503 with seconds", 503, { "retry-after": "7" }, 7_000],
    ["503 without", 503, {}, 0],
    ["500 with seconds", 500, { "retry-after": "7" }, 0],
  ])("%s closes the budget", async (_, status, headers, ms) => {
    const { api, budget } = answering(null, { status, headers });
    await api.get("/");
    expect(budget.refuses(0)).toBe(ms);
  });

  test.each(["<html>secret", "\n <!DOCTYPE html><p>secret"])("that is a page, %j, asks us to sign in", async (page) => {
    expect(await answering(page).api.get("/")).toEqual({ ok: false, reason: { kind: "denied", status: 200 } });
  });

  test("that repeats our key is read without it", async () => {
    const { api } = answering('{"title":"the key token-of-the-api is new"}');
    expect(await api.get("/")).toEqual({ ok: true, value: { title: "the key *** is new" } });
    const basic = {
      base: "https://api.example",
      headers: { authorization: `Basic ${btoa("user:pass-word")}` },
      now: () => NOW,
      onCall: vi.fn(),
    };
    const budget = new CallBudget({ perSecond: 1_000, burst: 1_000 }, () => NOW);
    const said = apiClient({ ...basic, budget, fetch: async () => new Response('["pass-word of user"]') });
    expect(await said.get("/")).toEqual({ ok: true, value: ["*** of user"] });
  });

  test("that is no JSON or too long is malformed, and not repeated", async () => {
    expect(await answering("{secret").api.get("/")).toEqual({ ok: false, reason: { kind: "malformed", detail: "not JSON" } });
    const long = await answering(`"${"secret".repeat(400_000)}"`).api.get("/");
    expect(long).toMatchObject({ ok: false, reason: { kind: "malformed" } });
    expect(JSON.stringify(long)).not.toContain("secret");
  });
});
