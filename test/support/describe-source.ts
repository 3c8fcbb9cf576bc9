// The one suite that every source passes. An adapter's own test adds only what is particular to its vendor.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, SourceEvent } from "../../src/alert.ts";
import { fail, ok } from "../../src/outcome.ts";
import type { Api, ApiFailure, ParseContext, Parsed, Source } from "../../src/sources/source.ts";
import { expectEvent, expectPatch } from "./expect-event.ts";
import { hostileTexts, mutations, reordered, withEveryText } from "./mutate.ts";

/** What the suite needs to know of one adapter. */
export interface SourceSuite<Settings> {
  /** `new URL("./fixtures/", import.meta.url)`: bodies, `*.expected.json` beside them; `api-*.json` are answers, not bodies. */
  fixtures: URL;
  /** What `parse` knows besides the body, where the defaults below do not do. */
  context?: Partial<ParseContext<Settings>>;
  /** For a vendor that puts a secret into the body: settings with the secret resolved, and a body that bears it. */
  bodySecret?: { settings: Settings; secret: string; body: Json };
  /** The vendor's envelope shows that a list is its own: entries are then kept although none of them is understood. */
  ownEnvelope?: boolean;
}

/** 2026-11-20T12:00:00Z: a clock that stands still. */
const receivedAt = Date.UTC(2026, 10, 20, 12);

/** JSON files of a folder by name, without expectations. */
export function loadFixtures(folder: URL, wanted: (name: string) => boolean = (name) => !name.startsWith("api-")): Record<string, Json> {
  // By `href`, because the types of Node and of Workers disagree about `URL`.
  const path = fileURLToPath(folder.href);
  const names = readdirSync(path).filter((name) => name.endsWith(".json") && !name.endsWith(".expected.json") && wanted(name));
  return Object.fromEntries(
    names.map((name) => [name.slice(0, -".json".length), JSON.parse(readFileSync(join(path, name), "utf8")) as Json]),
  );
}

/** Compares with `{name}.expected.json`; `UPDATE_GOLDEN=1` writes it anew, and the difference is then read like code. */
export function expectGolden(folder: URL, name: string, value: unknown): void {
  const path = join(fileURLToPath(folder.href), `${name}.expected.json`);
  const made = `${JSON.stringify(value, null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, made);
  expect(made).toBe(readFileSync(path, "utf8"));
}

/** The events of a body that was read; none where it was refused. */
export const eventsIn = (parsed: Parsed): SourceEvent[] =>
  parsed.ok ? parsed.value.flatMap((entry) => (entry.kind === "event" ? [entry.event] : [])) : [];

/** The first event of a body that was read; fails the test where there is none. */
export const firstEvent = (parsed: Parsed): SourceEvent => eventsIn(parsed)[0] ?? expect.fail(`no event: ${JSON.stringify(parsed)}`);

/** Describes the behaviour that all sources share. */
export function describeSource<Settings>(source: Source<Settings>, suite: SourceSuite<Settings>): void {
  const context: ParseContext<Settings> = { settings: source.settings.parse(source.example), receivedAt, ...suite.context };
  const fixtures = loadFixtures(suite.fixtures);
  const parse = (body: Json): Parsed => source.parse(body, context);

  describe(`${source.type}: what every source does`, () => {
    test("has fixtures", () => expect(Object.keys(fixtures).length).toBeGreaterThan(0));

    test.each(Object.entries(fixtures))("%s becomes what its golden file says", (name, body) => {
      const parsed = parse(body);
      expect(parsed.ok && parsed.value.length).toBeTruthy();
      for (const event of eventsIn(parsed)) expectEvent(event);
      expectGolden(suite.fixtures, name, parsed);
    });

    test.each(Object.entries(fixtures))("%s gives the same output for the same input, and is left as it was", (_name, body) => {
      const before = JSON.stringify(body);
      expect(parse(body)).toEqual(parse(JSON.parse(before) as Json));
      expect(JSON.stringify(body)).toBe(before);
    });

    test.each(Object.entries(fixtures))("%s has the same ids when its members come in another order", (_name, body) => {
      expect(idsOf(parse(reordered(body)))).toEqual(idsOf(parse(body)));
    });

    test("never throws, whatever JSON comes", () => {
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => expectParsed(parse(viaText(value as Json)))),
        { numRuns: 500 },
      );
    });

    test("never throws for a fixture with members removed or of another type", () => {
      const bodies = fc.constantFrom(...Object.values(fixtures));
      fc.assert(
        fc.property(bodies.chain(mutations), (body) => expectParsed(parse(body), suite.ownEnvelope)),
        { numRuns: 2_000 },
      );
    });

    test.each(Object.entries(fixtures))("%s is refused or kept when each of its lists holds only strangers", (_name, body) => {
      for (const strange of withStrangers(body)) expectParsed(parse(strange), suite.ownEnvelope);
      expectParsed(parse([{ nothing: "of anybody" }, 7, null, "x"]));
    });

    test("refuses or survives JSON that nests without end", () => {
      const depth = 100_000;
      expectParsed(parse(JSON.parse("[".repeat(depth) + "]".repeat(depth)) as Json));
      expectParsed(parse(JSON.parse(`{"type":"alert","alerts":[${'{"a":'.repeat(depth)}1${"}".repeat(depth)}]}`) as Json));
    });

    test.each(Object.entries(hostileTexts))("keeps hostile text as data: %s", (_what, text) => {
      for (const body of Object.values(fixtures)) {
        for (const event of eventsIn(parse(withEveryText(body, text)))) {
          expectEvent(event);
          expect(JSON.stringify(event.patch)).not.toMatch(/&lt;|&amp;|\\\\[<@*]/);
        }
      }
    });

    test("names the field, never its value, when it refuses a body", () => {
      const parsed = parse("hunter2-secret");
      expect(JSON.stringify(parsed)).not.toContain("hunter2-secret");
    });
  });

  describeSecret(source, suite, parse, fixtures);
  if (source.enrichment) describeEnrichment(source, fixtures, context);
}

function describeSecret<Settings>(
  source: Source<Settings>,
  suite: SourceSuite<Settings>,
  parse: (body: Json) => Parsed,
  fixtures: Record<string, Json>,
): void {
  const { bodySecret } = suite;
  const check = source.authenticateBody?.bind(source);
  test(`${source.type}: the suite knows the secret of the body, if there is one`, () => expect(Boolean(check)).toBe(Boolean(bodySecret)));
  if (!bodySecret || !check) return;
  const { settings, secret, body } = bodySecret;

  describe(`${source.type}: the secret in the body`, () => {
    test("opens when right", () => expect(check(body, settings)).toBe(true));

    test.each([
      ["wrong", replaced(body, secret, `${secret}x`)],
      ["empty", replaced(body, secret, "")],
      ["a prefix", replaced(body, secret, secret.slice(0, -1))],
      ["a number", replaced(body, secret, 1)],
      ["a list", replaced(body, secret, [secret])],
      ["null", replaced(body, secret, null)],
      ["missing", {}],
      ["in no object", secret],
      ["in a list", [body]],
    ])("does not open when %s", (_what, wrong) => expect(check(wrong as Json, settings)).toBe(false));

    test("never throws", () => {
      fc.assert(fc.property(fc.jsonValue(), (value) => !check(viaText(value as Json), settings)));
    });

    test.each(Object.entries(fixtures))("is not in the events of %s", (_name, fixture) => {
      expect(JSON.stringify(parse(fixture))).not.toContain(secret);
    });
  });
}

function describeEnrichment<Settings>(source: Source<Settings>, fixtures: Record<string, Json>, context: ParseContext<Settings>): void {
  const { enrichment } = source;
  const refs = Object.values(fixtures).flatMap((body) => eventsIn(source.parse(body, context)).flatMap((event) => event.detail ?? []));
  const answering = (value: Json): Api => ({ get: () => Promise.resolve(ok(value)) });

  describe(`${source.type}: what every enrichment does`, () => {
    test("survives any answer", async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...refs), fc.jsonValue(), async (ref, value) => {
          const found = await enrichment?.lookup(ref, answering(viaText(value as Json)), context);
          if (found?.ok) expectPatch(found.value);
          else expect(found?.reason.kind).toBe("malformed");
        }),
      );
    });

    test.each<ApiFailure>([
      { kind: "denied", status: 403 },
      { kind: "missing", status: 404 },
      { kind: "rate_limited", afterMs: 1_000 },
      { kind: "unavailable", detail: "timeout" },
    ])("hands on a failure as it came: $kind", async (failure) => {
      for (const ref of refs)
        expect(await enrichment?.lookup(ref, { get: () => Promise.resolve(fail(failure)) }, context)).toEqual(fail(failure));
    });

    test("asks only paths of its API", async () => {
      const asked: string[] = [];
      const noting: Api = {
        get: (path) => {
          asked.push(path);
          return Promise.resolve(ok({}));
        },
      };
      for (const ref of refs) await enrichment?.lookup({ ...ref, id: "../../x?y#z" }, noting, context);
      for (const path of asked) expect(path).toMatch(/^\/(?!\/)[^#\s]*$/);
      expect(asked.join()).not.toContain("/../");
    });

    test("asks nothing where no API is configured", () => expect(enrichment?.api(source.settings.parse({}))).toBeUndefined());
  });
}

const idsOf = (parsed: Parsed): unknown[] => eventsIn(parsed).map((event) => [event.claim, event.key, event.order]);

function expectParsed(parsed: Parsed, ownEnvelope = false): void {
  if (!parsed.ok) expect(parsed.reason).toEqual({ where: expect.any(String), expected: expect.any(String) });
  // What nobody understands is somebody else's: a stranger is kept only among entries that are understood.
  else if (!ownEnvelope)
    expect(parsed.value.every((entry) => entry.kind === "event" && entry.event.type === "unparsed") && parsed.value.length > 0).toBe(false);
  for (const event of eventsIn(parsed)) expectEvent(event);
}

/** The body once for each of its lists of objects, with strangers in place of its members. */
function withStrangers(body: Json): Json[] {
  const strangers: Json[] = [{ nothing: "of anybody" }, 7, null];
  if (typeof body !== "object" || body === null) return [];
  if (Array.isArray(body)) return body.some(isContainer) ? [strangers] : [];
  return Object.entries(body).flatMap(([key, member]) => withStrangers(member).map((strange) => ({ ...body, [key]: strange })));
}

const isContainer = (value: Json): boolean => typeof value === "object" && value !== null;

/** As it would arrive: without `undefined`, `-0` or anything else that JSON cannot carry. */
const viaText = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

const replaced = (body: Json, from: string, to: Json): Json =>
  JSON.parse(JSON.stringify(body), (_key, value: Json) => (value === from ? to : value)) as Json;
