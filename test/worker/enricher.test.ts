// The enricher: what it asks a source's API, how often, with which credentials, and what it remembers.
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { incident } from "../../demo/sekoia-samples.ts";
import type { EnricherCalls, LookupQuestion, WriteQuestion } from "../../src/enricher/interface.ts";
import { clock } from "./support/clock.ts";
import { held, installNet, net } from "./support/net.ts";
import { WAIT } from "./support/relay.ts";
import { setSecret } from "./support/secrets.ts";

installNet();
const TOKEN = "token-of-the-api-7c1d";
let made = 0;

beforeEach(() => setSecret("API_KEY", TOKEN));
afterEach(() => {
  clock.reset();
  setSecret("API_KEY", undefined);
  setSecret("LOCAL", "1");
});

/** An enricher of its own, as fast as the test likes. */
const enricher = (): EnricherCalls =>
  (env.ENRICHER as DurableObjectNamespace).getByName(`enricher:test ${++made}`) as unknown as EnricherCalls;

const ask = (id: string, more: Partial<LookupQuestion> & { rate?: string; api?: string } = {}): LookupQuestion => {
  const { rate = "1000/s", api = "https://api.example", ...question } = more;
  return {
    source: "sekoia",
    settings: { api, token: "secret:API_KEY", api_rate: rate },
    ref: { kind: "alert", id },
    since: Date.now(),
    ...question,
  };
};
const alertBody = (number = 1) => Response.json(incident(number).alert);
const calls = () => net.callsTo("api.example");

describe("a call", () => {
  test("asks for one object, signed in with the key, and brings the detail", async () => {
    net.answer("api.example", () => alertBody());
    const answer = await enricher().lookup(ask("an id/?&"));
    expect(answer).toMatchObject({ kind: "detail", cached: false, patch: { title: incident(1).alert.title } });
    expect(calls()).toHaveLength(1);
    const [call] = calls();
    expect(call?.url.pathname).toBe("/v1/sic/alerts/an%20id%2F%3F%26");
    expect(call?.headers.get("authorization")).toBe(`Bearer ${TOKEN}`);
  });

  test("follows no redirect, so that the credentials go nowhere else", async () => {
    net.answer("api.example", () => new Response(null, { status: 302, headers: { location: "https://elsewhere.example/" } }));
    const answer = await enricher().lookup(ask("a"));
    expect(answer).toMatchObject({ kind: "missing", reason: expect.stringContaining("302") });
    expect(net.calls.map(({ url, redirect }) => [url.host, redirect])).toEqual([["api.example", "manual"]]);
  });

  test("is not made where the key is not set, and the reason names it", async () => {
    setSecret("API_KEY", undefined);
    expect(await enricher().lookup(ask("a"))).toMatchObject({ kind: "missing", reason: expect.stringContaining("API_KEY") });
    expect(net.calls).toEqual([]);
  });

  test.each([
    "http://api.example",
    "https://127.0.0.1",
    "https://[::1]",
    "https://localhost",
    "https://metadata.internal",
    "https://0x7f.1",
  ])("is not made to %s from a deployed relay", async (api) => {
    setSecret("LOCAL", "0");
    expect(await enricher().lookup(ask("a", { api }))).toMatchObject({ kind: "missing", reason: expect.stringContaining("refused") });
    expect(net.calls).toEqual([]);
  });
});

describe("the budget", () => {
  test("is what the vendor allows one key: five calls a second unless the route says otherwise, whoever asks", async () => {
    const at: number[] = [];
    net.answer("api.example", () => {
      at.push(performance.now());
      return alertBody();
    });
    const one = enricher();
    const settings = { api: "https://api.example", token: "secret:API_KEY" };
    await Promise.all(["a", "b", "c", "d"].map((id) => one.lookup(ask(id, { settings }))));
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(gaps).toHaveLength(3);
    for (const gap of gaps) expect(gap).toBeGreaterThan(180);
  });

  test("says when to come back once too many wait", async () => {
    net.answer("api.example", () => alertBody());
    const one = enricher();
    const waiting = Array.from({ length: 202 }, (_, n) => one.lookup(ask(`n${n}`, { rate: "1/m" })));
    const refused = await Promise.race(waiting.slice(201));
    expect(refused).toMatchObject({ kind: "missing", final: false });
    expect(refused.kind === "missing" && (refused.retryAfterMs ?? 0)).toBeGreaterThan(60_000);
  });
});

describe("one thing", () => {
  test("is asked for once while the call is under way", async () => {
    const api = held(() => alertBody());
    net.answer("api.example", api.host);
    const one = enricher();
    const since = Date.now() - 1_000;
    const lookups = Array.from({ length: 10 }, () => one.lookup(ask("a", { since })));
    await vi.waitFor(() => expect(calls()).toHaveLength(1), WAIT);
    api.release();
    const answers = await Promise.all(lookups);
    expect(calls()).toHaveLength(1);
    expect(answers.filter((answer) => answer.kind === "detail" && !answer.cached)).toHaveLength(1);
    expect(answers.filter((answer) => answer.kind === "detail" && answer.cached)).toHaveLength(9);
  });

  test("is asked for anew by an event that came after the call was let go", async () => {
    const slow = held(() => alertBody(1));
    net.answer("api.example", slow.host);
    const one = enricher();
    const first = one.lookup(ask("a", { since: Date.now() - 1_000 }));
    await vi.waitFor(() => expect(calls()).toHaveLength(1), WAIT);
    clock.skip(1_000);
    net.answer("api.example", () => alertBody(2));
    expect(await one.lookup(ask("a"))).toMatchObject({ kind: "detail", patch: { title: incident(2).alert.title } });
    slow.release();
    expect(await first).toMatchObject({ kind: "detail", patch: { title: incident(1).alert.title } });
    expect(calls()).toHaveLength(2);
  });
});

describe("the memory", () => {
  test("serves events that came before the call, and none that came after", async () => {
    net.answer("api.example", () => alertBody());
    const one = enricher();
    const before = Date.now() - 1_000;
    await one.lookup(ask("a", { since: before }));
    expect(await one.lookup(ask("a", { since: before }))).toMatchObject({ kind: "detail", cached: true });
    expect(calls()).toHaveLength(1);
    clock.skip(1_000);
    expect(await one.lookup(ask("a"))).toMatchObject({ kind: "detail", cached: false });
    expect(calls()).toHaveLength(2);
  });

  test("is of one thing as one route sees it", async () => {
    net.answer("api.example", () => alertBody());
    const one = enricher();
    const since = Date.now() - 1_000;
    await one.lookup(ask("a", { since }));
    await one.lookup(ask("b", { since }));
    await one.lookup(ask("a", { since, console: "https://console.example" }));
    expect(calls()).toHaveLength(3);
  });

  test("ends", async () => {
    net.answer("api.example", () => alertBody());
    const one = enricher();
    const since = Date.now() - 1_000;
    await one.lookup(ask("a", { since }));
    clock.skip(31_000);
    await one.lookup(ask("a", { since }));
    expect(calls()).toHaveLength(2);
  });
});

describe("a refusal", () => {
  const refusing = (status: number) => net.answer("api.example", () => new Response(`who is ${TOKEN}?`, { status }));

  test("of the key (401) is remembered for everything that is asked with it, for a minute", async () => {
    refusing(401);
    const one = enricher();
    for (const id of ["a", "a", "b"]) {
      const answer = await one.lookup(ask(id));
      expect(answer).toMatchObject({ kind: "missing", reason: expect.stringContaining("401"), final: false });
      expect(JSON.stringify(answer)).not.toContain(TOKEN);
      clock.skip(10);
    }
    expect(calls()).toHaveLength(1);
    clock.skip(61_000);
    net.answer("api.example", () => alertBody());
    expect(await one.lookup(ask("b"))).toMatchObject({ kind: "detail" });
  });

  test.each([
    [403, 61_000],
    [404, 11_000],
  ])("%i is remembered for the one thing, for a while", async (status, ms) => {
    refusing(status);
    const one = enricher();
    const first = await one.lookup(ask("a"));
    expect(first).toMatchObject({ kind: "missing", reason: expect.stringContaining(String(status)) });
    clock.skip(10);
    await one.lookup(ask("a"));
    expect(calls()).toHaveLength(1);
    await one.lookup(ask("b"));
    expect(calls()).toHaveLength(2);
    clock.skip(ms);
    await one.lookup(ask("a"));
    expect(calls()).toHaveLength(3);
  });
});

describe("Retry-After", () => {
  test("is honoured: nobody calls before, and who asks is told when to come back", async () => {
    net.answer("api.example", () => new Response(null, { status: 429, headers: { "retry-after": "30" } }));
    const one = enricher();
    expect(await one.lookup(ask("a"))).toMatchObject({ kind: "missing", reason: expect.stringContaining("429") });
    net.answer("api.example", () => alertBody());
    const told = await one.lookup(ask("b"));
    expect(told).toMatchObject({ kind: "missing", final: false });
    expect(told.kind === "missing" && (told.retryAfterMs ?? 0)).toBeGreaterThan(28_000);
    expect(calls()).toHaveLength(1);
    clock.skip(31_000);
    expect(await one.lookup(ask("b"))).toMatchObject({ kind: "detail" });
  });

  test("of 503 as well", async () => {
    net.answer("api.example", () => new Response(null, { status: 503, headers: { "retry-after": "30" } }));
    const one = enricher();
    await one.lookup(ask("a"));
    await one.lookup(ask("b"));
    expect(calls()).toHaveLength(1);
  });
});

describe("an answer that is no answer", () => {
  test.each([
    ["no JSON", () => new Response(`<html>${TOKEN}`)],
    ["another shape", () => Response.json({ hello: TOKEN })],
    ["a list", () => Response.json([])],
    ["too deep", () => new Response(`${"[".repeat(500)}${"]".repeat(500)}`)],
    ["too long", () => new Response(`{"uuid":"${"x".repeat(2_200_000)}"}`)],
    ["a failure", () => new Response(TOKEN, { status: 500 })],
    [
      "a broken connection",
      () => {
        throw new TypeError("connection lost");
      },
    ],
  ])("(%s) is told as such, without repeating it", async (_, respond) => {
    net.answer("api.example", respond);
    const answer = await enricher().lookup(ask("a"));
    expect(answer).toMatchObject({ kind: "missing", final: false, reason: expect.stringMatching(/API/) });
    expect(JSON.stringify(answer)).not.toContain(TOKEN);
  });
});

describe("telling the source what people did", () => {
  const UUID = "5d41402a-bc4b-4a76-b971-9d911017c592";
  const write = (more: Partial<WriteQuestion["change"]> = {}, rate = "1000/s"): WriteQuestion => ({
    source: "sekoia",
    settings: { api: "https://api.example", token: "secret:API_KEY", api_rate: rate, write_back: true },
    change: { key: `alert:${UUID}`, status: "in_progress", note: "acknowledged by Ana", ...more },
  });

  test("is one call, signed in with the key; an empty answer will do", async () => {
    net.answer("api.example", () => new Response(null, { status: 204 }));
    expect(await enricher().write(write())).toMatchObject({ kind: "written" });
    const [call] = calls();
    expect([call?.method, call?.url.pathname]).toEqual(["PATCH", `/v1/sic/alerts/${UUID}/workflow`]);
    expect(call?.headers.get("authorization")).toBe(`Bearer ${TOKEN}`);
  });

  test("takes its turn within the key's budget, with the look-ups", async () => {
    const at: number[] = [];
    net.answer("api.example", () => {
      at.push(Date.now());
      return alertBody();
    });
    const one = enricher();
    await Promise.all([one.lookup(ask("a", { rate: "5/s" })), one.write(write({}, "5/s")), one.write(write({ note: "two" }, "5/s"))]);
    expect(at).toHaveLength(3);
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(380);
  });

  test("the same change at once is told once", async () => {
    const { host, release } = held(() => alertBody());
    net.answer("api.example", host);
    const one = enricher();
    const both = [one.write(write()), one.write(write())];
    await vi.waitFor(() => expect(calls()).toHaveLength(1), WAIT);
    release();
    expect((await Promise.all(both)).map(({ kind }) => kind)).toEqual(["written", "written"]);
    expect(calls()).toHaveLength(1);
  });

  test.each<[number, Record<string, unknown>]>([
    [401, { final: false, refused: true, reason: "the source's API refused our key (status 401)" }],
    [403, { final: false, refused: true, reason: expect.stringContaining("lacks the permission to change alerts") }],
    [404, { final: true }],
    [400, { final: true, reason: "the source's API did not accept it (status 400)" }],
    [409, { final: true }],
    [429, { final: false }],
    [503, { final: false }],
  ])("%i is %j", async (status, answer) => {
    net.answer("api.example", () => new Response(`{"message":"${TOKEN}"}`, { status }));
    const told = await enricher().write(write());
    expect(told).toMatchObject({ kind: "failed", ...answer });
    expect(JSON.stringify(told)).not.toContain(TOKEN);
  });

  test("a key that may not write may read all the same", async () => {
    net.answer("api.example", (request) => (request.method === "GET" ? alertBody() : new Response(null, { status: 403 })));
    const one = enricher();
    expect(await one.write(write())).toMatchObject({ kind: "failed", refused: true });
    expect(await one.lookup(ask("a"))).toMatchObject({ kind: "detail" });
  });

  test("is no call where there is nothing to tell it: no secret, another key, a status that is not there", async () => {
    const one = enricher();
    expect(await one.write(write({ status: "new" }))).toMatchObject({ kind: "failed", final: true });
    expect(await one.write(write({ key: "case:1" }))).toMatchObject({ kind: "failed", final: true });
    setSecret("API_KEY", undefined);
    expect(await one.write(write())).toMatchObject({ kind: "failed", final: false, reason: "the secret API_KEY is not set" });
    expect(net.calls).toEqual([]);
  });
});
