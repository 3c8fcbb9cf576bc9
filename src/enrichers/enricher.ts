// What an enricher adapter states: somebody elsewhere who knows indicators. One folder per enricher; the core sees only this
// interface and knows no vendor's name.
import type * as z from "zod";
import type { Enrichment, Indicator, IndicatorType, Json } from "../alert.ts";
import type { Result } from "../outcome.ts";
import type { Api, ApiFailure } from "../sources/source.ts";

export type { Api, ApiFailure } from "../sources/source.ts";

/** An enricher adapter: settings, which indicators it takes, where its API is and how often it may be asked, how an answer is read. */
export interface Enricher<Settings = unknown> {
  /** The value of `type` in `[enrichers.NAME]`; also the folder's and the documentation page's name. */
  type: string;
  /** The vendor's name as people write it, e.g. `VirusTotal`: what is told comes under it. */
  label: string;
  /** The enricher's own keys (strict: unknown keys are refused). Fields made with `secret()` are secrets. */
  settings: z.ZodType<Settings>;
  /** A complete, valid example, as it stands in the configuration; the docs are made from it. */
  example: Record<string, Json>;
  /** The kinds of indicators that it knows. */
  takes: readonly IndicatorType[];
  /** Where the API is and how to sign in, from resolved settings. */
  api(settings: Settings): { base: string; headers: Record<string, string> };
  /** How many calls in how many ms one key may make, where the configuration has no `rate`: never more in any span of that length. */
  rate: { count: number; perMs: number };
  /** Asks about one indicator, with one call: the budget counts look-ups. Failures are values; that they do not know it is a verdict. */
  lookup(indicator: Indicator, api: Api, settings: Settings): Promise<Result<Finding, ApiFailure>>;
}

/** What they think of the indicator. */
export type Finding = Pick<Enrichment, "verdict" | "score" | "url" | "data">;

/** Declares an enricher. That its name and its example are right, a test of all adapters sees (`adapters.test.ts`), not each start. */
export const defineEnricher = <Settings>(enricher: Enricher<Settings>): Enricher<Settings> => enricher;
