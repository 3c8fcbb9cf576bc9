// POST /hooks/{uuid}: every row of the contract's table, in its order, against the real Worker.

import { env } from "cloudflare:workers";
import { createHmac } from "node:crypto";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { ntopngHostAlert, ntopngScore } from "../../demo/ntopng-samples.ts";
import { createdFlattened, incident } from "../../demo/sekoia-samples.ts";
import { Ledger } from "../../src/index.ts";
import { clock } from "./support/clock.ts";
import { breakD1, call, configure, type HookAnswer, hook, ledgerOf, WAIT } from "./support/relay.ts";

const id = (n: number) => `4ad4bd0e-cbd2-4a2b-8a3b-${String(n).padStart(12, "0")}`;
const OPEN = id(1);
const OFF = id(2);
const SMALL = id(3);
const HEADER = id(4);
const BASIC = id(5);
const HMAC = id(6);
const BODY_SECRET = id(7);
const RATED = id(8);
const NTOPNG = id(9);
const SHARDED = id(10);
const NO_SECRET = id(11);
const BROKEN = id(12);
const NOBODY = id(99);

const CANARY = "canary-intake-5e1f";
let number = 0;
const fresh = () => createdFlattened(incident(++number, "intake"));

beforeAll(() =>
  configure({
    routes: {
      open: { id: OPEN, source: "sekoia" },
      off: { id: OFF, source: "sekoia", enabled: false },
      small: { id: SMALL, source: "sekoia", max_body: 1_000, auth: { type: "header", name: "X-Key", value: "k" } },
      header: { id: HEADER, source: "sekoia", auth: { type: "header", name: "X-Key", value: CANARY }, intake_rate: "1/h" },
      basic: { id: BASIC, source: "sekoia", auth: { type: "basic", username: "soc", password: CANARY } },
      hmac: { id: HMAC, source: "sekoia", auth: { type: "hmac", secrets: [CANARY], header: "X-Sig", prefix: "sha256=" } },
      bodysecret: { id: BODY_SECRET, source: "ntopng", shared_secret: CANARY, intake_rate: "1/h" },
      rated: { id: RATED, source: "sekoia", intake_rate: "1/h" },
      ntopng: { id: NTOPNG, source: "ntopng" },
      sharded: { id: SHARDED, source: "sekoia", shards: 2 },
      nosecret: { id: NO_SECRET, source: "sekoia", auth: { type: "header", name: "X-Key", value: "secret:NOT_SET_ANYWHERE" } },
      broken: { id: BROKEN, source: "sekoia", no_such_key: true },
    },
  }),
);
afterEach(() => vi.restoreAllMocks());

/** A problem document: its status and text, with the request's secrets nowhere in it. */
async function problemOf(answer: Response, status: number): Promise<string> {
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  expect(text).not.toContain(CANARY);
  return text;
}
const accepted = async (answer: Response): Promise<HookAnswer> => {
  expect(answer.status).toBe(202);
  return answer.json();
};
/** An alert as a body of exactly so many bytes. */
const padded = (bytes: number): string => {
  const body = JSON.stringify(fresh());
  return body + " ".repeat(bytes - body.length);
};
const streamed = (text: string, pieces = 4): ReadableStream => {
  const bytes = new TextEncoder().encode(text);
  const size = Math.ceil(bytes.length / pieces);
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
};

describe("405", () => {
  test.each(["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])(
    "%s is answered with Allow before anything is looked up",
    async (method) => {
      const reads = [vi.spyOn(Object.getPrototypeOf(env.DB), "prepare"), vi.spyOn(Object.getPrototypeOf(env.DB), "batch")];
      clock.skip(10_000);
      for (const path of [OPEN, NOBODY, "nonsense"]) {
        const answer = await call(`/hooks/${path}`, { method });
        expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
        await answer.body?.cancel();
      }
      for (const read of reads) expect(read).not.toHaveBeenCalled();
    },
  );
});

describe("404", () => {
  test("is one and the same answer for unknown, disabled, broken and what is no UUID", async () => {
    const answers = await Promise.all(
      [NOBODY, OFF, BROKEN, "nonsense", `${OPEN}0`, OPEN.replaceAll("-", "")].map((path) => hook(path, fresh())),
    );
    const texts = await Promise.all(answers.map((answer) => problemOf(answer, 404)));
    expect(new Set(texts).size).toBe(1);
    const headers = answers.map((answer) => JSON.stringify([...answer.headers]));
    expect(new Set(headers).size).toBe(1);
  });

  test("comes before the body is judged", async () => {
    await problemOf(await hook(OFF, "x".repeat(2_000_000)), 404);
  });
});

describe("413", () => {
  test("counts bytes as they come, without a declared length", async () => {
    await accepted(await hook(SMALL, streamed(padded(1_000)), { "x-key": "k" }));
    await problemOf(await hook(SMALL, streamed(padded(1_001)), { "x-key": "k" }), 413);
  });

  test("counts bytes, not characters, and lets pass what is exactly at the limit", async () => {
    await accepted(await hook(SMALL, padded(1_000), { "x-key": "k" }));
    await problemOf(await hook(SMALL, "é".repeat(501), { "x-key": "k" }), 413);
  });

  test("is 1 MiB where the route says nothing", async () => {
    await accepted(await hook(OPEN, padded(1_048_576)));
    await problemOf(await hook(OPEN, padded(1_048_577)), 413);
  });

  test("comes before 401", async () => {
    await problemOf(await hook(SMALL, padded(1_001)), 413);
  });
});

describe("401", () => {
  const signature = (body: string, key = CANARY) => `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;

  test("is one text for every cause", async () => {
    const body = JSON.stringify(fresh());
    const answers = [
      await hook(HEADER, body),
      await hook(HEADER, body, { "x-key": "wrong" }),
      await hook(BASIC, body),
      await hook(BASIC, body, { authorization: `Basic ${btoa("soc:wrong")}` }),
      await hook(HMAC, body),
      await hook(HMAC, body, { "x-sig": signature(`${body} `) }),
      await hook(HMAC, body, { "x-sig": signature(body, "another key") }),
      await hook(NO_SECRET, body, { "x-key": "" }),
      await hook(BODY_SECRET, ntopngHostAlert("wrong", Date.now())),
    ];
    const texts = await Promise.all(answers.map((answer) => problemOf(answer, 401)));
    expect(new Set(texts).size).toBe(1);
  });

  test("is not for those who prove who they are", async () => {
    const body = JSON.stringify(fresh());
    await accepted(await hook(BASIC, body, { authorization: `Basic ${btoa(`soc:${CANARY}`)}` }));
    await accepted(await hook(HMAC, body, { "x-sig": signature(body) }));
  });

  test("comes before 429, which costs the rate nothing, and before 400", async () => {
    for (let n = 0; n < 3; n += 1) await problemOf(await hook(HEADER, fresh()), 401);
    await problemOf(await hook(HEADER, "not json"), 401);
    await accepted(await hook(HEADER, fresh(), { "x-key": CANARY }));
    await problemOf(await hook(HEADER, fresh(), { "x-key": CANARY }), 429);
    await problemOf(await hook(HEADER, fresh()), 401);
  });

  test("of a secret in the body comes before 429 as well, once the body is JSON", async () => {
    await accepted(await hook(BODY_SECRET, ntopngHostAlert(CANARY, Date.now())));
    await problemOf(await hook(BODY_SECRET, ntopngHostAlert(CANARY, Date.now())), 429);
    await problemOf(await hook(BODY_SECRET, ntopngHostAlert("wrong", Date.now())), 401);
    await problemOf(await hook(BODY_SECRET, { other: "shape" }), 401);
    await problemOf(await hook(BODY_SECRET, "{"), 429);
  });
});

describe("429", () => {
  test("says when to come back, and comes before 400 and 422", async () => {
    await accepted(await hook(RATED, fresh()));
    const answer = await hook(RATED, fresh());
    await problemOf(answer, 429);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(3_000);
    expect(Number(answer.headers.get("retry-after"))).toBeLessThanOrEqual(3_600);
    await problemOf(await hook(RATED, "not json"), 429);
    await problemOf(await hook(RATED, { no: "notification" }), 429);
  });
});

describe("400 and 422", () => {
  test.each([
    ["not JSON", `{"token":"${CANARY}",}`],
    ["cut off", `{"type":"alert","x":"${CANARY}`],
    ["empty", ""],
    ["not UTF-8", new Uint8Array([0x22, 0xff, 0x22])],
  ])("400: a body that is %s, and says where without repeating it", async (_, body) => {
    const text = await problemOf(await hook(OPEN, body), 400);
    expect(JSON.parse(text).detail).toMatch(/line \d+, column \d+|empty|UTF-8/);
  });

  test("422: JSON of another shape, says where", async () => {
    expect(JSON.parse(await problemOf(await hook(OPEN, { note: CANARY }), 422))).toMatchObject({
      where: "type",
      detail: expect.stringContaining("type"),
    });
    expect(JSON.parse(await problemOf(await hook(NTOPNG, { note: CANARY }), 422))).toMatchObject({ where: "alerts" });
    await problemOf(await hook(OPEN, JSON.stringify(CANARY)), 422);
    await problemOf(await hook(OPEN, [{ note: CANARY }, 7]), 422);
  });

  test("422 comes before 503", async () => {
    vi.spyOn(Ledger.prototype, "accept").mockRejectedValue(new Error("down"));
    await problemOf(await hook(OPEN, { note: "x" }), 422);
  });
});

describe("503", () => {
  test("asks to send it again when the ledger cannot store, and then takes it", async () => {
    const down = vi.spyOn(Ledger.prototype, "accept").mockRejectedValue(new Error(`disk ${CANARY}`));
    const body = fresh();
    const answer = await hook(OPEN, body);
    await problemOf(answer, 503);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    down.mockRestore();
    expect(await accepted(await hook(OPEN, body))).toMatchObject({ accepted: 1, duplicate: 0 });
  });

  test("is for the whole request when one of two shards cannot store; what the other stored is a duplicate then", async () => {
    const store = Ledger.prototype.accept;
    const half = vi.spyOn(Ledger.prototype, "accept").mockImplementation(async function (this: InstanceType<typeof Ledger>, submission) {
      if (Reflect.get(this, "ctx").id.name === "ledger:sharded:1") throw new Error("down");
      return store.call(this, submission);
    });
    const body = Array.from({ length: 12 }, fresh);
    await problemOf(await hook(SHARDED, body), 503);
    half.mockRestore();
    const { accepted: taken, duplicate, results } = await accepted(await hook(SHARDED, body));
    expect(taken + duplicate).toBe(12);
    expect(taken).toBeGreaterThan(0);
    expect(duplicate).toBeGreaterThan(0);
    const [zero, one] = await Promise.all([ledgerOf("sharded", 0).books(), ledgerOf("sharded", 1).books()]);
    expect([zero.counts.accepted, one.counts.accepted]).toEqual([duplicate, taken]);
    // Answers stand in the order of the body, whichever shard they came from.
    const again = await accepted(await hook(SHARDED, body));
    expect(again.results.map(({ event }) => event)).toEqual(results.map(({ event }) => event));
  });
});

describe("202", () => {
  test("tells each entry's outcome, with public ids", async () => {
    const body = [fresh(), fresh()];
    const first = await accepted(await hook(OPEN, body));
    const result = {
      event: expect.stringMatching(/^ev_[0-9a-f]{24}$/),
      alert: expect.stringMatching(/^open\.[0-9a-f]{24}$/),
      outcome: "accepted",
    };
    expect(first).toEqual({ accepted: 2, duplicate: 0, test: 0, ignored: 0, results: [result, result] });
    const again = await accepted(await hook(OPEN, [...body, fresh()]));
    expect(again).toMatchObject({ accepted: 1, duplicate: 2 });
    expect(again.results.slice(0, 2)).toEqual(first.results.map((one) => ({ ...one, outcome: "duplicate" })));
  });

  test("takes an empty list as the vendor's test", async () => {
    const expected = { accepted: 0, duplicate: 0, test: 1, ignored: 0, results: [{ event: null, alert: null, outcome: "test" }] };
    expect(await accepted(await hook(NTOPNG, { version: "0.2", sharedsecret: "", alerts: [] }))).toEqual(expected);
    expect(await accepted(await hook(NTOPNG, { version: "0.2", alerts: {} }))).toEqual(expected);
    expect(await accepted(await hook(OPEN, []))).toEqual(expected);
  });

  test("accepts an entry of a list that is not understood", async () => {
    const known = ntopngScore({ name: "cam-05.example.org", ip: "192.0.2.45", score: 120, at: Date.now() });
    const answer = await accepted(await hook(NTOPNG, { alerts: [{ odd: true }, 7, known] }));
    expect(answer).toMatchObject({ accepted: 3, results: [{ outcome: "accepted" }, { outcome: "accepted" }, { outcome: "accepted" }] });
    const story = await ledgerOf("ntopng").story(answer.results[0]?.alert?.split(".")[1] ?? "");
    expect(story?.events).toMatchObject([{ type: "unparsed", payload: { odd: true } }]);
  });

  test("accepts a list of which nothing is understood, when what stands around it is the source's own", async () => {
    expect(await accepted(await hook(NTOPNG, { version: "0.2", alerts: [{ odd: Date.now() }] }))).toMatchObject({ accepted: 1 });
  });

  test("minds neither the case of the path nor the type of the content", async () => {
    const body = fresh();
    expect(await accepted(await hook(OPEN.toUpperCase(), body, { "content-type": "application/x-www-form-urlencoded" }))).toMatchObject({
      accepted: 1,
    });
    expect(await accepted(await hook(OPEN, body, { "content-type": "text/plain; charset=latin1" }))).toMatchObject({ duplicate: 1 });
    expect(await accepted(await hook(OPEN, new TextEncoder().encode(JSON.stringify(body))))).toMatchObject({ duplicate: 1 });
  });

  test("waits for no database: it comes while D1 is away", async () => {
    await accepted(await hook(OPEN, fresh()));
    const repair = breakD1();
    await accepted(await hook(OPEN, fresh()));
    repair();
  });
});

describe("the configuration", () => {
  test("is served from a copy of any age while D1 does not answer; never 404", async () => {
    await accepted(await hook(OPEN, fresh()));
    const repair = breakD1();
    clock.skip(24 * 60 * 60_000);
    await accepted(await hook(OPEN, fresh()));
    repair();
  });

  test("of a new route is in effect soon after the row is there", async () => {
    const NEW = id(50);
    await problemOf(await hook(NEW, fresh()), 404);
    await env.DB.prepare("INSERT INTO routes (name, id, source) VALUES ('new', ?, 'sekoia')").bind(NEW).run();
    clock.skip(600);
    await accepted(await hook(NEW, fresh()));
  });

  test("of a route that was disabled by hand is in effect within 5 s", async () => {
    const GONE = id(51);
    await configure({ routes: { gone: { id: GONE, source: "sekoia" } } });
    await accepted(await hook(GONE, fresh()));
    await env.DB.prepare("UPDATE routes SET enabled = 0 WHERE name = 'gone'").run();
    clock.skip(5_000);
    await problemOf(await hook(GONE, fresh()), 404);
  });
});

describe("a refusal", () => {
  test("is logged with its reason, without anything of the body", async () => {
    await hook(NTOPNG, { note: CANARY });
    await vi.waitFor(async () => {
      const [entry] = await ledgerOf("ntopng").log({ limit: 1, outcomes: ["refused"] });
      expect(entry).toMatchObject({ status: 422, outcome: "refused", reason: "unexpected_shape: alerts" });
      expect(JSON.stringify(entry)).not.toContain(CANARY);
    }, WAIT);
  });

  test("is logged and counted at most 60 times a minute for each route", async () => {
    await configure({ routes: { flood: { id: id(60), source: "sekoia" } } });
    // At the beginning of a minute, so that the flood fits in it.
    clock.skip(60_000 - (Date.now() % 60_000) + 100);
    for (let n = 0; n < 70; n += 1) expect((await hook(id(60), "no")).status).toBe(400);
    await vi.waitFor(async () => expect((await ledgerOf("flood").books()).counts).toMatchObject({ refused: 60, received: 0 }), WAIT);
    clock.skip(60_000);
    await hook(id(60), "no");
    await vi.waitFor(async () => expect((await ledgerOf("flood").books()).counts.refused).toBe(61), WAIT);
  });
});
