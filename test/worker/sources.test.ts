// Every source through the real intake: its samples, and what a careless or hostile sender makes of them. Whatever comes, the answer is
// one of the contract's, never a 500, and the books balance.
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { Json } from "../../src/alert.ts";
import { sources } from "../../src/sources/index.ts";
import { mutations, reordered } from "../support/mutate.ts";
import { configure, type HookAnswer, hook, settled } from "./support/relay.ts";

const SECRET = "sources-test-secret";

/** Settings with which a request needs as little proof as the source allows, where that is not none at all. */
const SETTINGS: Record<string, object> = {
  matano: { topic_arns: ["arn:aws:sns:eu-central-1:123456789012:tocsin"], allow_raw: true },
  securityhub: { topic_arns: ["arn:aws:sns:eu-central-1:123456789012:tocsin"], allow_raw: true },
  github: { webhook_secret: SECRET },
  generic: { mapping: { title: ["title", "= 'A message'"] } },
};
/** What has to come with a body. */
const HEADERS: Record<string, (text: string) => Record<string, string>> = {
  github: (text) => ({ "x-hub-signature-256": `sha256=${createHmac("sha256", SECRET).update(text).digest("hex")}` }),
};

const files = import.meta.glob(["../../src/sources/*/fixtures/**/*.json"], { query: "?raw", import: "default", eager: true });
const samples = Object.entries(files).flatMap(([path, text]) => {
  const [, source = "", name = ""] = /sources\/([^/]+)\/fixtures\/(.*)\.json$/.exec(path) ?? [];
  if (name.endsWith(".expected") || /(?:^|\/)(?:api-|mapping)/.test(name)) return [];
  return [{ source, name, body: JSON.parse(text) as Json }];
});
const idOf = (source: string): string => `7ad4bd0e-cbd2-4a2b-8a3b-${[...sources.keys()].indexOf(source).toString().padStart(12, "0")}`;

beforeAll(async () => {
  // Thousands of lines that say nothing else than what is asserted here.
  for (const level of ["log", "info", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => {});
  await configure({
    routes: Object.fromEntries([...sources.keys()].map((source) => [source, { id: idOf(source), source, ...SETTINGS[source] }])),
  });
});

const post = (source: string, text: string): Promise<Response> => hook(idOf(source), text, HEADERS[source]?.(text));
const statusOf = async (answer: Response): Promise<number> => {
  await answer.body?.cancel();
  return answer.status;
};

/** Samples that come as they are: not those that need a proof which only a vendor can give. */
const own = (source: string) => samples.filter((sample) => sample.source === source);

describe.each([...sources.keys()])("%s", (source) => {
  test("takes a sample again, with its members in another order, as the same events", async () => {
    for (const { name, body } of own(source)) {
      const first = await post(source, JSON.stringify(body));
      if (first.status !== 202) {
        await first.body?.cancel();
        continue;
      }
      const taken = (await first.json()) as HookAnswer;
      const again = await post(source, JSON.stringify(reordered(body)));
      expect([name, again.status]).toEqual([name, 202]);
      const copies = (await again.json()) as HookAnswer;
      expect([name, copies.accepted]).toEqual([name, 0]);
      expect(copies.results.map(({ event }) => event)).toEqual(taken.results.map(({ event }) => event));
    }
  });

  test.each([
    ["members that nobody knows", withMore],
    ["numbers written as text", withNumbersAsText],
  ] as const)("takes a sample with %s", async (_what, change) => {
    for (const { name, body } of own(source)) {
      const plain = await statusOf(await post(source, JSON.stringify(body)));
      const status = await statusOf(await post(source, JSON.stringify(change(body))));
      expect([name, status]).toEqual([name, plain]);
    }
  });

  test("has at least one sample that it takes", async () => {
    const statuses = await Promise.all(own(source).map(async ({ body }) => statusOf(await post(source, JSON.stringify(body)))));
    expect(statuses).toContain(202);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
  });
});

describe("whatever is sent to whomever", () => {
  const anySource = fc.constantFrom(...sources.keys());
  const anySample = fc.constantFrom(...samples);
  const ANSWERS = [200, 202, 400, 401, 413, 422];

  async function answers(source: string, text: string): Promise<void> {
    const answer = await post(source, text);
    expect(ANSWERS).toContain(answer.status);
    if (answer.status >= 400) expect(answer.headers.get("content-type")).toBe("application/problem+json");
    await answer.body?.cancel();
  }

  const runs = (numRuns: number) => ({ numRuns, seed: 1, endOnFailure: true });

  test("with members removed or of another type", async () => {
    const changed = fc.tuple(anySource, anySample).chain(([source, { body }]) => fc.tuple(fc.constant(source), mutations(body)));
    await fc.assert(
      fc.asyncProperty(changed, ([source, body]) => answers(source, JSON.stringify(body))),
      runs(200),
    );
  });

  test("of a source's own, changed", async () => {
    const changed = anySample.chain(({ source, body }) => fc.tuple(fc.constant(source), mutations(body)));
    await fc.assert(
      fc.asyncProperty(changed, ([source, body]) => answers(source, JSON.stringify(body))),
      runs(300),
    );
  });

  test("cut off, or with bytes that are no text", async () => {
    const cut = fc.tuple(anySample, fc.double({ min: 0, max: 1, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(cut, ([{ source, body }, part]) => {
        const text = JSON.stringify(body);
        return answers(source, text.slice(0, Math.floor(text.length * part)));
      }),
      runs(150),
    );
  });

  test("any JSON at all", async () => {
    await fc.assert(fc.asyncProperty(anySource, fc.json({ maxDepth: 5 }), answers), runs(150));
  });

  test("huge: long texts, long lists, deep nesting, more than a route takes", async () => {
    const huge: ((body: Json) => string)[] = [
      (body) => JSON.stringify(withLongTexts(body)),
      (body) => JSON.stringify(withLongLists(body)),
      () => `${"[".repeat(50_000)}${"]".repeat(50_000)}`,
      (body) => `{"a":${'{"a":'.repeat(5_000)}${JSON.stringify(body)}${"}".repeat(5_000)}}`,
      (body) => JSON.stringify(body).padEnd(1_100_000),
    ];
    for (const source of sources.keys()) {
      const [sample] = own(source);
      for (const make of huge) await answers(source, make(sample?.body ?? {}));
    }
  });

  test("leaves the books of every route balanced", async () => {
    for (const source of sources.keys()) await settled(source);
  });
});

/** Members that a later version of the vendor might send, in every object that is not an empty table. */
function withMore(value: Json): Json {
  if (Array.isArray(value)) return value.map(withMore);
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return value;
  const members = Object.entries(value).map(([key, member]) => [key, withMore(member)] as const);
  return Object.fromEntries([...members, ["zz.added later", { deep: [1, null] }], ["zz_note", "☃"]]);
}

const withNumbersAsText = (value: Json): Json =>
  JSON.parse(JSON.stringify(value), (_key, member: Json) => (typeof member === "number" ? String(member) : member)) as Json;

const withLongTexts = (value: Json): Json => {
  let left = 20;
  return JSON.parse(JSON.stringify(value), (_key, member: Json) => {
    if (typeof member !== "string" || left === 0) return member;
    left -= 1;
    return member + "A\u{1f600}<!channel>".repeat(2_000);
  }) as Json;
};

/** Every list of objects with its first member a thousand times, as far as it stays below the limit. */
function withLongLists(value: Json): Json {
  if (Array.isArray(value)) {
    const [first] = value;
    const times = Math.floor(200_000 / Math.max(200, JSON.stringify(first ?? null).length));
    return typeof first === "object" && first !== null ? Array.from({ length: Math.min(1_000, times) }, () => first) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withLongLists(member)]));
}
