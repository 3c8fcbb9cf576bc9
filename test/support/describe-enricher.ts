// The suite that every enricher passes. Fixtures hold `{ indicator, answer }`: what is asked and what the API says; the expected file
// beside it is the finding. `UPDATE_GOLDEN=1` writes them anew; the difference is then read like code.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Indicator, type Json, VERDICTS } from "../../src/alert.ts";
import type { Api, ApiFailure, Enricher } from "../../src/enrichers/enricher.ts";
import { fail, ok, type Result } from "../../src/outcome.ts";

/** An indicator of each kind. */
export const INDICATORS: readonly Indicator[] = [
  { type: "hash", name: "file", value: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" },
  { type: "domain", name: "dns query", value: "c2.evil.example" },
  { type: "ip", name: "source", value: "203.0.113.7" },
];

/** An API that answers the same to every call, and the paths that it was asked for. */
export function answering(answer: Result<Json, ApiFailure>): { api: Api; paths: string[] } {
  const paths: string[] = [];
  const get: Api["get"] = async (path) => {
    paths.push(path);
    return answer;
  };
  return { api: { get }, paths };
}

const FAILURES: readonly ApiFailure[] = [
  { kind: "denied", status: 401 },
  { kind: "denied", status: 403 },
  { kind: "rate_limited", afterMs: 1_000 },
  { kind: "unavailable", detail: "status 503" },
  { kind: "malformed", detail: "not JSON" },
];

/** `folder`: the adapter's own, with `fixtures/` and README.md. */
export function describeEnricher<Settings>(enricher: Enricher<Settings>, folder: URL): void {
  const settings = enricher.settings.parse(enricher.example);
  const pathOf = (name: string) => fileURLToPath(new URL(name, folder).href);
  const taken = INDICATORS.filter(({ type }) => enricher.takes.includes(type));

  describe(`${enricher.type}, as every enricher`, () => {
    test("stands in a folder of its name, with a page for people", () => {
      expect(folder.pathname.split("/").at(-2)).toBe(enricher.type);
      expect(existsSync(pathOf("README.md"))).toBe(true);
      expect(readFileSync(pathOf("README.md"), "utf8")).toContain(`[enrichers.${enricher.type}]`);
    });

    test("says where its API is and how often it may be asked", () => {
      const { base, headers } = enricher.api(settings);
      expect(new URL(base).protocol).toBe("https:");
      expect(Object.values(headers).join(" ")).toContain("secret:");
      expect(enricher.rate.count).toBeGreaterThan(0);
      expect(enricher.rate.perMs).toBeGreaterThan(0);
    });

    const fixtures = readdirSync(pathOf("fixtures/")).filter((name) => name.endsWith(".json") && !name.endsWith(".expected.json"));
    test.each(fixtures)("%s is read as its golden file says", async (name) => {
      const { indicator, answer } = JSON.parse(readFileSync(pathOf(`fixtures/${name}`), "utf8"));
      const { api, paths } = answering(ok(answer));
      const made = `${JSON.stringify({ paths, finding: await enricher.lookup(indicator, api, settings) }, null, 2)}\n`;
      const file = pathOf(`fixtures/${name.replace(/\.json$/, ".expected.json")}`);
      if (process.env.UPDATE_GOLDEN) writeFileSync(file, made);
      expect(made).toBe(readFileSync(file, "utf8"));
    });

    test.each(taken)("makes one call about a $type, to a path that holds nothing else", async (indicator) => {
      const { api, paths } = answering(fail({ kind: "missing", status: 404 }));
      expect(await enricher.lookup(indicator, api, settings)).toMatchObject({ ok: true, value: { verdict: "unknown" } });
      expect(paths).toHaveLength(1);
      expect(paths[0]).toMatch(/^\//);
      expect(paths[0]).toContain(encodeURIComponent(indicator.value));
    });

    test.each(FAILURES)("hands on a failure: $kind $status", async (failure) => {
      for (const indicator of taken)
        expect(await enricher.lookup(indicator, answering(fail(failure)).api, settings)).toEqual(fail(failure));
    });

    test("reads whatever the API says without a throw, into a verdict with short words, or as malformed", async () => {
      await fc.assert(
        fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(...taken), async (answer, indicator) => {
          const found = await enricher.lookup(indicator, answering(ok(answer as Json)).api, settings);
          if (!found.ok) {
            expect(found.reason.kind).toBe("malformed");
            return;
          }
          const { verdict, score = "", url } = found.value;
          expect(VERDICTS).toContain(verdict);
          expect(score.length).toBeLessThanOrEqual(20);
          if (url !== undefined) expect(new URL(url).protocol).toBe("https:");
          expect(JSON.stringify(found.value).length).toBeLessThan(1_000);
        }),
        { numRuns: 200 },
      );
    });
  });
}
