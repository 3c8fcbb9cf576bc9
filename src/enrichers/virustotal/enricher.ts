// VirusTotal: what some ninety engines say of hashes, domains and addresses. See README.md in this folder.
import { ok } from "../../outcome.ts";
import { defineEnricher } from "../enricher.ts";
import { pageOf, readReport, reportPath } from "./report.ts";
import { apiBase, settingsSchema } from "./settings.ts";

/** The adapter of VirusTotal. Addresses of pages (`url`) are not asked about: they often hold secrets of their own. */
export default defineEnricher({
  type: "virustotal",
  label: "VirusTotal",
  settings: settingsSchema,
  example: { token: "secret:VIRUSTOTAL_KEY" },
  takes: ["hash", "domain", "ip"],
  // A free key: 4 look-ups a minute, 500 a day (https://docs.virustotal.com/reference/public-vs-premium-api).
  rate: { count: 4, perMs: 60_000 },
  api: (settings) => ({ base: apiBase(settings), headers: { accept: "application/json", "x-apikey": settings.token } }),
  async lookup(indicator, api, { threshold }) {
    const answer = await api.get(reportPath(indicator));
    // "NotFoundError" is an answer: nobody ever showed it to them.
    if (!answer.ok && answer.reason.kind === "missing") return ok({ verdict: "unknown", url: pageOf(indicator) });
    return answer.ok ? readReport(indicator, answer.value, threshold) : answer;
  },
});
