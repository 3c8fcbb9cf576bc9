// What a report of VirusTotal's API v3 says of an indicator. Shapes: https://docs.virustotal.com/reference/files, .../domains-object,
// .../ip-object; the counts of `last_analysis_stats` are of engines by what they said.
import type { Indicator, Json, Verdict } from "../../alert.ts";
import { fail, ok, type Result } from "../../outcome.ts";
import { asNumber, asObject, isObject } from "../../sources/read.ts";
import type { ApiFailure, Finding } from "../enricher.ts";

/** The API's collection and the page of the console for each kind of indicator. */
const PLACES = {
  hash: { path: "files", page: "file" },
  domain: { path: "domains", page: "domain" },
  ip: { path: "ip_addresses", page: "ip-address" },
} as const;

/** There are about a hundred. */
const MOST_ENGINES = 9_999;

/** The path of an indicator's report. */
export const reportPath = ({ type, value }: Indicator): string => `/api/v3/${PLACES[type].path}/${encodeURIComponent(value)}`;

/** The page that people read; it is the vendor's, whatever address the API is asked at. */
export const pageOf = ({ type, value }: Indicator): string =>
  `https://www.virustotal.com/gui/${PLACES[type].page}/${encodeURIComponent(value)}`;

/** Reads a report. Engines that timed out, failed or do not look at such files have no say. */
export function readReport(indicator: Indicator, answer: Json, threshold: number): Result<Finding, ApiFailure> {
  const { attributes } = asObject(asObject(answer).data);
  if (!isObject(attributes)) return fail({ kind: "malformed", detail: "a report was asked for, and the answer has another shape" });
  const stats = asObject(attributes.last_analysis_stats);
  const count = (name: string): number => Math.min(MOST_ENGINES, Math.max(0, Math.trunc(asNumber(stats[name]) ?? 0)));
  const counts = {
    malicious: count("malicious"),
    suspicious: count("suspicious"),
    harmless: count("harmless"),
    undetected: count("undetected"),
  };
  const engines = counts.malicious + counts.suspicious + counts.harmless + counts.undetected;
  const reputation = asNumber(attributes.reputation);
  return ok({
    verdict: verdictOf(counts, threshold),
    ...(engines > 0 ? { score: `${counts.malicious}/${engines}` } : {}),
    url: pageOf(indicator),
    data: { ...counts, ...(reputation === undefined ? {} : { reputation }) },
  });
}

function verdictOf(counts: { malicious: number; suspicious: number; harmless: number; undetected: number }, threshold: number): Verdict {
  if (counts.malicious >= threshold) return "malicious";
  if (counts.malicious + counts.suspicious > 0) return "suspicious";
  if (counts.harmless > 0) return "harmless";
  return counts.undetected > 0 ? "undetected" : "unknown";
}
