// The questions of one alert to one enricher: who answers, with which key, and how an answer becomes an enrichment.
import type { Indicator } from "../alert.ts";
import { resolveSecrets } from "../config/secret.ts";
import type { Enricher, Finding } from "../enrichers/enricher.ts";
import { mayReach } from "../lib/address.ts";
import { apiClient } from "./api.ts";
import type { VerdictDesk } from "./desk.ts";
import type { VerdictAnswer, VerdictQuestion } from "./interface.ts";

/** Who answers: the adapter, if there is one of that type, and the desk of its key. */
export interface Answering {
  adapter: Enricher | undefined;
  desk: VerdictDesk<Finding>;
  env: object;
}

/** Asks about every indicator of a question at once; the desk keeps the budget. */
export async function askAll(question: VerdictQuestion, { adapter, desk, env }: Answering): Promise<VerdictAnswer[]> {
  const none = (reason: string): VerdictAnswer[] => question.indicators.map(() => ({ kind: "none", reason }));
  if (!adapter) return none(`there is no enricher of the type ${question.enricher}`);
  const { settings, missing } = resolveSecrets(question.settings, env);
  if (missing.length > 0) return none(`the secret ${missing.join(", ")} is not set`);
  const api = adapter.api(settings);
  const refused = mayReach(api.base, env);
  if (refused) return none(`the address of ${adapter.label} is refused: ${refused}`);
  // The desk keeps the budget: a call that it lets go goes at once.
  const budget = { take: async () => {}, close: () => {} };
  const client = apiClient({ ...api, budget, fetch: (url, init) => fetch(url, init), now: Date.now, onCall: () => {} });
  return Promise.all(
    question.indicators.map(async (indicator): Promise<VerdictAnswer> => {
      const startedAt = Date.now();
      const answer = await desk.ask({
        id: `${question.enricher} ${indicator.type} ${indicator.value}`,
        label: adapter.label,
        rate: question.rate ?? adapter.rate,
        call: () => adapter.lookup(indicator, client, settings),
        isUnknown: ({ verdict }) => verdict === "unknown",
      });
      if (answer.kind !== "told") return answer;
      const { finding, at } = answer.told;
      return {
        kind: "verdict",
        enrichment: enrichment(adapter, indicator, finding, at),
        ms: Date.now() - startedAt,
        cached: answer.cached,
      };
    }),
  );
}

const enrichment = ({ label }: Enricher, { type, name, value }: Indicator, finding: Finding, at: number) => ({
  provider: label,
  type,
  name,
  value,
  ...finding,
  created_time: new Date(at).toISOString(),
});
