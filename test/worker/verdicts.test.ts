// Verdicts of an enricher under one key: what is asked, how often, what is remembered, and what is told when it does not work.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { reportOf } from "../../demo/virustotal-api.ts";
import type { Indicator } from "../../src/alert.ts";
import type { EnricherCalls, VerdictQuestion } from "../../src/enricher/interface.ts";
import { clock } from "./support/clock.ts";
import { crash } from "./support/crash.ts";
import { type Call, held, installNet, net } from "./support/net.ts";
import { WAIT } from "./support/relay.ts";
import { setSecret } from "./support/secrets.ts";

installNet();
const KEY = "key-of-the-oracle-5b2e";
const HOST = "vt.example";
const MINUTE = 60_000;
let made = 0;

beforeEach(() => setSecret("VT_KEY", KEY));
afterEach(() => {
  clock.reset();
  setSecret("VT_KEY", undefined);
  setSecret("LOCAL", "1");
});

/** An object of its own. A stub dies with its object: a new one for each call. */
function desk(name = `enricher:verdicts ${++made}`) {
  const stub = () => (env.ENRICHER as DurableObjectNamespace).getByName(name);
  return { stub, calls: () => stub() as unknown as EnricherCalls };
}
const ip = (last: number | string): Indicator => ({ type: "ip", name: "source", value: `203.0.113.${last}` });
const ask = (indicators: Indicator[], more: Partial<VerdictQuestion> & { api?: string } = {}): VerdictQuestion => {
  const { api = `https://${HOST}`, ...question } = more;
  return {
    enricher: "virustotal",
    settings: { token: "secret:VT_KEY", api, threshold: 3 },
    rate: { count: 1_000, perMs: 1_000 },
    indicators,
    ...question,
  };
};
const FREE = { count: 4, perMs: MINUTE };
const objectOf = ({ url }: Call) => url.pathname.replace("/api/v3/", "");
const bad = (call: Call) => Response.json(reportOf(objectOf(call), { malicious: 5, harmless: 55, undetected: 30 }));
const unknown = () => Response.json({ error: { code: "NotFoundError", message: "" } }, { status: 404 });
const status = (code: number, headers: Record<string, string> = {}) => net.answer(HOST, () => new Response(KEY, { status: code, headers }));
const asked = () => net.callsTo(HOST).map(objectOf);

describe("a question", () => {
  test("is one call, with the key in its header, and its answer an enrichment in OCSF's terms", async () => {
    net.answer(HOST, bad);
    const [answer] = await desk()
      .calls()
      .verdicts(ask([ip(7)]));
    expect(answer).toEqual({
      kind: "verdict",
      cached: false,
      ms: expect.any(Number),
      enrichment: {
        provider: "VirusTotal",
        type: "ip",
        name: "source",
        value: "203.0.113.7",
        verdict: "malicious",
        score: "5/90",
        url: "https://www.virustotal.com/gui/ip-address/203.0.113.7",
        data: { malicious: 5, suspicious: 0, harmless: 55, undetected: 30, reputation: 0 },
        created_time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/),
      },
    });
    const [call] = net.callsTo(HOST);
    expect(call?.url.href).toBe(`https://${HOST}/api/v3/ip_addresses/203.0.113.7`);
    expect(call?.headers.get("x-apikey")).toBe(KEY);
    expect(call?.redirect).toBe("manual");
  });

  test.each([
    ["of a type that there is not", ask([ip(7)], { enricher: "whois" }), "whois"],
    ["whose key is not set", ask([ip(7)], { settings: { token: "secret:OTHER", api: `https://${HOST}`, threshold: 3 } }), "OTHER"],
  ])("%s is not asked, and the reason says so", async (_, question, word) => {
    expect(await desk().calls().verdicts(question)).toEqual([{ kind: "none", reason: expect.stringContaining(word) }]);
  });

  test.each(["http://vt.example", "https://127.0.0.1", "https://metadata.internal"])(
    "is not sent to %s from a deployed relay",
    async (api) => {
      setSecret("LOCAL", "0");
      expect(
        await desk()
          .calls()
          .verdicts(ask([ip(7)], { api })),
      ).toEqual([{ kind: "none", reason: expect.stringContaining("refused") }]);
    },
  );
});

describe("the memory", () => {
  test("answers for hours, whoever asks, and after a restart", async () => {
    net.answer(HOST, bad);
    const one = desk();
    await one.calls().verdicts(ask([ip(7)]));
    await crash(one.stub());
    clock.skip(5 * 60 * MINUTE);
    const [again] = await one.calls().verdicts(ask([{ ...ip(7), name: "target" }]));
    expect(again).toMatchObject({ kind: "verdict", cached: true, enrichment: { name: "target", verdict: "malicious", score: "5/90" } });
    expect(asked()).toHaveLength(1);
    clock.skip(2 * 60 * MINUTE);
    expect(await one.calls().verdicts(ask([ip(7)]))).toMatchObject([{ cached: false }]);
    expect(asked()).toHaveLength(2);
  });

  test("holds what they do not know as well, for an hour", async () => {
    net.answer(HOST, unknown);
    const one = desk();
    expect(await one.calls().verdicts(ask([ip(8)]))).toMatchObject([{ kind: "verdict", enrichment: { verdict: "unknown" } }]);
    clock.skip(59 * MINUTE);
    expect(await one.calls().verdicts(ask([ip(8)]))).toMatchObject([{ kind: "verdict", cached: true }]);
    clock.skip(2 * MINUTE);
    net.answer(HOST, bad);
    expect(await one.calls().verdicts(ask([ip(8)]))).toMatchObject([{ cached: false, enrichment: { verdict: "malicious" } }]);
    expect(asked()).toHaveLength(2);
  });

  test("lets the oldest go when it is full, and what is over when it wakes", async () => {
    net.answer(HOST, bad);
    const one = desk();
    await one.calls().verdicts(ask([ip(7)]));
    const rows = () => runInDurableObject(one.stub(), (_, state) => state.storage.sql.exec("SELECT question FROM verdicts").toArray());
    await runInDurableObject(one.stub(), (_, state) => {
      for (let n = 0; n < 5_005; n += 1)
        state.storage.sql.exec("INSERT INTO verdicts VALUES (?, '{}', ?, ?)", `q${n}`, Date.now(), Date.now() + MINUTE);
    });
    await one.calls().verdicts(ask([ip(8)]));
    expect(await rows()).toHaveLength(5_000);
    await crash(one.stub());
    clock.skip(2 * MINUTE);
    await one.calls().verdicts(ask([ip(8)]));
    expect(await rows()).toEqual([{ question: "virustotal ip 203.0.113.8" }]);
  });
});

describe("one thing", () => {
  test("is asked for once while the call is under way", async () => {
    const api = held(bad);
    net.answer(HOST, api.host);
    const one = desk();
    const answers = Promise.all(Array.from({ length: 10 }, () => one.calls().verdicts(ask([ip(7)]))));
    await vi.waitFor(() => expect(asked()).toHaveLength(1), WAIT);
    api.release();
    expect((await answers).flat().filter((answer) => answer.kind === "verdict" && !answer.cached)).toHaveLength(1);
    expect((await answers).flat()).toHaveLength(10);
    expect(asked()).toHaveLength(1);
  });
});

describe("the budget of a free key", () => {
  test("is four calls in any minute; the others are told when to come back, and their turn is kept", async () => {
    net.answer(HOST, bad);
    const one = desk();
    const question = ask([1, 2, 3, 4, 5, 6].map(ip), { rate: FREE });
    const first = await one.calls().verdicts(question);
    expect(first.map(({ kind }) => kind)).toEqual(["verdict", "verdict", "verdict", "verdict", "later", "later"]);
    const [, , , , fifth] = first;
    expect(fifth).toMatchObject({ failed: false, reason: expect.stringContaining("budget") });
    expect(fifth?.kind === "later" && fifth.afterMs).toBeGreaterThan(59_000);
    clock.skip(30_000);
    expect(await one.calls().verdicts(ask([ip(5)], { rate: FREE }))).toMatchObject([{ kind: "later" }]);
    expect(asked()).toHaveLength(4);
    clock.skip(31_000);
    expect((await one.calls().verdicts(question)).map(({ kind }) => kind)).toEqual(Array(6).fill("verdict"));
    expect(asked()).toHaveLength(6);
  });

  test("is the vendor's where the configuration says nothing", async () => {
    net.answer(HOST, bad);
    const answers = await desk()
      .calls()
      .verdicts(ask([1, 2, 3, 4, 5].map(ip), { rate: undefined }));
    expect(answers.filter(({ kind }) => kind === "later")).toHaveLength(1);
  });

  test("is not fresh after a restart", async () => {
    net.answer(HOST, bad);
    const one = desk();
    await one.calls().verdicts(ask([1, 2, 3, 4].map(ip), { rate: FREE }));
    await crash(one.stub());
    expect(await one.calls().verdicts(ask([ip(5)], { rate: FREE }))).toMatchObject([{ kind: "later" }]);
    expect(asked()).toHaveLength(4);
  });

  test("turns away what would come too late to help", async () => {
    net.answer(HOST, bad);
    const one = desk();
    // Half an hour holds 30 minutes of 4.
    const answers = await one.calls().verdicts(
      ask(
        Array.from({ length: 200 }, (_, n) => ip(n)),
        { rate: FREE },
      ),
    );
    const kinds = Map.groupBy(answers, ({ kind }) => kind);
    expect(kinds.get("verdict")).toHaveLength(4);
    expect(kinds.get("later")?.length).toBe(116);
    expect(kinds.get("none")?.[0]).toMatchObject({ reason: expect.stringContaining("budget of calls is used up") });
  });
});

describe("a refusal", () => {
  test("of the key is remembered for everything that is asked with it, for a minute", async () => {
    status(401);
    const one = desk();
    for (const indicator of [ip(7), ip(7), ip(8)]) {
      const answers = await one.calls().verdicts(ask([indicator]));
      expect(answers).toEqual([{ kind: "none", reason: "VirusTotal refused our key (status 401)", refused: true }]);
    }
    expect(asked()).toHaveLength(1);
    clock.skip(61_000);
    net.answer(HOST, bad);
    expect(await one.calls().verdicts(ask([ip(8)]))).toMatchObject([{ kind: "verdict" }]);
  });

  test("of one thing (403) is of that one alone", async () => {
    net.answer(HOST, (call) => (objectOf(call).endsWith(".7") ? new Response(null, { status: 403 }) : bad(call)));
    const answers = await desk()
      .calls()
      .verdicts(ask([ip(7), ip(8)]));
    expect(answers).toMatchObject([{ kind: "none", reason: expect.stringContaining("403") }, { kind: "verdict" }]);
  });

  test("for too many calls (429) closes the budget, for longer each time", async () => {
    status(429);
    const one = desk();
    const pauses: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const [answer] = await one.calls().verdicts(ask([ip(7)], { rate: FREE }));
      expect(answer).toMatchObject({ kind: "later", failed: false, reason: expect.stringContaining("429") });
      const afterMs = answer?.kind === "later" ? answer.afterMs : 0;
      pauses.push(Math.round(afterMs / MINUTE));
      // Nobody else calls meanwhile.
      expect(await one.calls().verdicts(ask([ip(8)], { rate: FREE }))).toMatchObject([{ kind: "later" }]);
      clock.skip(afterMs + 10);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16]);
    expect(asked()).toHaveLength(5);
    // A day's quota is used up: what would be asked in more than half an hour is not.
    expect(await one.calls().verdicts(ask([ip(7)], { rate: FREE }))).toMatchObject([
      { kind: "none", reason: expect.stringContaining("429") },
    ]);
  });

  test("of several calls at once counts once", async () => {
    status(429);
    const answers = await desk()
      .calls()
      .verdicts(ask([1, 2, 3, 4].map(ip), { rate: FREE }));
    for (const answer of answers) expect(answer.kind === "later" && answer.afterMs).toBeLessThan(2 * MINUTE);
  });

  test("with a Retry-After is obeyed", async () => {
    status(429, { "retry-after": "600" });
    const [answer] = await desk()
      .calls()
      .verdicts(ask([ip(7)], { rate: FREE }));
    expect(answer?.kind === "later" && answer.afterMs).toBeGreaterThan(599_000);
  });
});

describe("an answer that is no answer", () => {
  test.each([
    ["no JSON", () => new Response(`busy, ${KEY}`)],
    ["another shape", () => Response.json({ hello: KEY })],
    ["a failure", () => new Response(KEY, { status: 500 })],
    [
      "a broken connection",
      () => {
        throw new TypeError("connection lost");
      },
    ],
  ])("(%s) is to be asked again, and told without repeating it", async (_, respond) => {
    net.answer(HOST, respond);
    const answers = await desk()
      .calls()
      .verdicts(ask([ip(7)]));
    expect(answers).toMatchObject([{ kind: "later", failed: true, reason: expect.stringContaining("VirusTotal") }]);
    expect(JSON.stringify(answers)).not.toContain(KEY);
    await desk()
      .calls()
      .verdicts(ask([ip(7)]));
  });
});
