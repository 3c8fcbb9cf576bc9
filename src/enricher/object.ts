// The enricher: one Durable Object for each API origin and key, over all routes and shards. It owns what that key may do:
// calls per second, one call at a time for the same thing, a short memory of answers and a longer one of refusals. Who asked
// still has the question, so that nothing has to be on disk but verdicts, of which a free key gives few a day.
import { DurableObject } from "cloudflare:workers";
import type { AlertPatch } from "../alert.ts";
import { resolveSecrets } from "../config/secret.ts";
import type { Finding, Enricher as IndicatorEnricher } from "../enrichers/enricher.ts";
import { mayReach } from "../lib/address.ts";
import type { Result } from "../outcome.ts";
import type { ApiFailure, Enrichment, Source } from "../sources/source.ts";
import { apiClient } from "./api.ts";
import { CallBudget } from "./budget.ts";
import { VerdictDesk } from "./desk.ts";
import type {
  CheckAnswer,
  CheckQuestion,
  EnricherCalls,
  LookupAnswer,
  LookupQuestion,
  VerdictAnswer,
  VerdictQuestion,
  WriteAnswer,
  WriteQuestion,
} from "./interface.ts";
import { maskedApi } from "./masked.ts";
import { askAll } from "./verdicts.ts";
import { writeChange } from "./write.ts";

/** How long a refusal is remembered: the vendor blocks keys that keep asking. */
const DENIED_MS = 60_000;
const MISSING_MS = 10_000;
const DETAIL_MS = 30_000;
const TROUBLE_MS = 2_000;
/** How long a caller waits behind a pause that the API asked for. */
const PATIENCE_MS = 5_000;
const MOST_REMEMBERED = 2_000;

interface Remembered {
  result: Result<AlertPatch, ApiFailure>;
  fetchedAt: number;
  until: number;
}

/** A lookup that is not answered yet; `calledAt` is set when its first call is let go. */
interface UnderWay {
  calledAt: number | undefined;
  result: Promise<Remembered>;
}

/** Makes the enricher class for these sources and enrichers. */
export function enricherClass<Env extends object>(sources: ReadonlyMap<string, Source>, enrichers: ReadonlyMap<string, IndicatorEnricher>) {
  return class Enricher extends DurableObject<Env> implements EnricherCalls {
    #budget: { rate: string; budget: CallBudget } | undefined;
    #keyRefused: Remembered | undefined;
    readonly #remembered = new Map<string, Remembered>();
    readonly #underWay = new Map<string, UnderWay>();
    readonly #writing = new Map<string, Promise<WriteAnswer>>();
    #desk: VerdictDesk<Finding> | undefined;

    async verdicts(question: VerdictQuestion): Promise<VerdictAnswer[]> {
      return askAll(question, { adapter: enrichers.get(question.enricher), desk: this.#verdictDesk(), env: this.env });
    }

    async sweep(): Promise<number> {
      return this.#verdictDesk().sweep();
    }

    async erase(values: readonly string[]): Promise<number> {
      this.#remembered.clear();
      return this.#verdictDesk().forget(values);
    }

    /** Only where it is used: an API of a source needs no table. */
    #verdictDesk(): VerdictDesk<Finding> {
      this.#desk ??= new VerdictDesk({ sql: this.ctx.storage.sql, now: () => Date.now(), sleep: (ms) => scheduler.wait(ms) });
      return this.#desk;
    }

    async lookup(question: LookupQuestion): Promise<LookupAnswer> {
      const startedAt = Date.now();
      const enrichment = sources.get(question.source)?.enrichment;
      const { settings, missing } = resolveSecrets(question.settings, this.env);
      if (missing.length > 0) return { kind: "missing", reason: `the secret ${missing.join(", ")} is not set`, final: false };
      const api = enrichment?.api(settings);
      if (!enrichment || !api) return { kind: "missing", reason: "the route has no API configured", final: true };
      const refused = mayReach(api.base, this.env);
      if (refused) return { kind: "missing", reason: `the API's address is refused: ${refused}`, final: false };

      const key = JSON.stringify([question.source, question.ref, question.console, question.severityMap, question.mask]);
      if (this.#keyRefused && this.#keyRefused.until > startedAt) return answer(this.#keyRefused, startedAt, true);
      const known = this.#remembered.get(key);
      if (known && usable(known, question.since, startedAt)) return answer(known, startedAt, true);

      const budget = this.#budgetFor(enrichment.rate(settings));
      const underWay = this.#underWay.get(key);
      // A call that was let go before the event came may not know of it yet; one that still waits for the budget will.
      if (underWay && (underWay.calledAt === undefined || underWay.calledAt >= question.since))
        return answer(await underWay.result, startedAt, true);
      const afterMs = budget.refuses(PATIENCE_MS);
      if (afterMs > 0) {
        return { kind: "missing", reason: "the API's budget of calls is used up for now", retryAfterMs: afterMs, final: false };
      }
      const call: UnderWay = { calledAt: undefined, result: undefined as never };
      call.result = this.#fetch(key, question, settings, { ...api, budget }, enrichment, call);
      this.#underWay.set(key, call);
      try {
        return answer(await call.result, startedAt, false);
      } finally {
        if (this.#underWay.get(key) === call) this.#underWay.delete(key);
      }
    }

    async write(question: WriteQuestion): Promise<WriteAnswer> {
      // The same change may be told by two lives of a ledger at once: it is told once.
      const key = JSON.stringify([question.source, question.change]);
      const underWay = this.#writing.get(key);
      if (underWay) return underWay;
      const writing = writeChange(question, {
        source: sources.get(question.source),
        env: this.env,
        client: (api, rate) =>
          apiClient({ ...api, budget: this.#budgetFor(rate), fetch: (url, init) => fetch(url, init), now: Date.now, onCall: () => {} }),
        now: Date.now,
      });
      this.#writing.set(key, writing);
      try {
        return await writing;
      } finally {
        this.#writing.delete(key);
      }
    }

    async check({ source, settings: given }: CheckQuestion): Promise<CheckAnswer> {
      const enrichment = sources.get(source)?.enrichment;
      const { settings } = resolveSecrets(given, this.env);
      const api = enrichment?.api(settings);
      const refused = api && mayReach(api.base, this.env);
      if (!enrichment?.check || !api || refused)
        return { ok: false, kind: "other", sentence: `the API's address is refused: ${refused ?? "none"}` };
      const budget = this.#budgetFor(enrichment.rate(settings));
      const client = apiClient({ ...api, budget, fetch: (url, init) => fetch(url, init), now: Date.now, onCall: () => {} });
      const result = await enrichment.check(client, settings);
      // A key that is taken is worth asking with again at once.
      if (result.ok) this.#keyRefused = undefined;
      if (result.ok) return { ok: true };
      const { kind } = result.reason;
      return {
        ok: false,
        kind: kind === "denied" ? kind : kind === "rate_limited" ? "passing" : "other",
        sentence: sentence(result.reason),
      };
    }

    async #fetch(
      key: string,
      question: LookupQuestion,
      settings: unknown,
      api: { base: string; headers: Record<string, string>; budget: CallBudget },
      enrichment: Enrichment,
      call: UnderWay,
    ): Promise<Remembered> {
      const { console, severityMap } = question;
      // The order of an answer is when its first call was let go, not when we began to wait for the budget.
      const onCall = () => {
        call.calledAt ??= Date.now();
      };
      const client = maskedApi(
        apiClient({ ...api, fetch: (url, init) => fetch(url, init), now: Date.now, onCall }),
        question.mask,
        this.env,
      );
      const result = await enrichment.lookup(question.ref, client, { settings, console, severityMap, receivedAt: question.since });
      const at = call.calledAt ?? Date.now();
      const remembered = { result, fetchedAt: at, until: Date.now() + memoryMs(result) };
      // A key that is not accepted is not accepted for anything.
      if (!result.ok && result.reason.kind === "denied" && result.reason.status !== 403) this.#keyRefused = remembered;
      this.#remember(key, remembered);
      return remembered;
    }

    #remember(key: string, remembered: Remembered): void {
      this.#remembered.delete(key);
      this.#remembered.set(key, remembered);
      if (this.#remembered.size > MOST_REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value ?? "");
    }

    #budgetFor(rate: { perSecond: number; burst: number }): CallBudget {
      const name = `${rate.perSecond}/${rate.burst}`;
      if (this.#budget?.rate !== name) this.#budget = { rate: name, budget: new CallBudget(rate, Date.now) };
      return this.#budget.budget;
    }
  };
}

/** Detail serves events that came before it was fetched; a refusal serves everyone until it is forgotten. */
function usable(known: Remembered, since: number, now: number): boolean {
  if (known.until <= now) return false;
  return known.result.ok ? known.fetchedAt >= since : true;
}

function memoryMs(result: Result<AlertPatch, ApiFailure>): number {
  if (result.ok) return DETAIL_MS;
  switch (result.reason.kind) {
    case "denied":
      return DENIED_MS;
    case "missing":
    case "malformed":
      return MISSING_MS;
    case "rate_limited":
      return result.reason.afterMs ?? TROUBLE_MS;
    case "unavailable":
      return TROUBLE_MS;
  }
}

function answer(remembered: Remembered, startedAt: number, cached: boolean): LookupAnswer {
  const { result, fetchedAt, until } = remembered;
  const now = Date.now();
  if (result.ok) return { kind: "detail", patch: result.value, fetchedAt, ms: now - startedAt, cached };
  const refused = result.reason.kind === "denied";
  return { kind: "missing", reason: sentence(result.reason), retryAfterMs: Math.max(0, until - now), final: false, refused };
}

/** Why there is no detail, for the person who reads the alert. */
function sentence(failure: ApiFailure): string {
  switch (failure.kind) {
    case "denied":
      return failure.status < 400
        ? `the source's API sent its sign-in page (status ${failure.status}): not an API's address, or our key is not accepted`
        : `the source's API refused our key (status ${failure.status})`;
    case "missing":
      return `the source's API does not know it (status ${failure.status})`;
    case "rate_limited":
      return "the source's API asked us to slow down (status 429)";
    case "unavailable":
      return `the source's API did not answer (${failure.detail})`;
    case "malformed":
      return `the source's API answered something else than expected (${failure.detail})`;
  }
}
