// What SEKOIA.IO's API adds to a thin notification. Paths and answers: SEKOIA-IO/automation-library, Sekoia.io.
import type { AlertPatch, DetailRef, Json } from "../../alert.ts";
import { fail, ok, type Result } from "../../outcome.ts";
import { asLine, asObject, isObject, isTooDeep, type JsonObject } from "../read.ts";
import type { Api, ApiFailure, Enrichment, ParseContext } from "../source.ts";
import { alertPatch } from "./alert.ts";
import { casePatch } from "./case.ts";
import { commentData } from "./comment.ts";
import { alertSchema, caseSchema, commentSchema, reportSchema } from "./payload.ts";
import { reportPatch } from "./report.ts";
import { apiBase, apiRate, type SekoiaSettings } from "./settings.ts";

type Context = ParseContext<SekoiaSettings>;
type Answer<Value> = Promise<Result<Value, ApiFailure>>;

/** Leaves out what can make an answer large and is not shown; the vendor's own triggers ask the same way. */
const withoutBulk = "stix=false&comments=false&countermeasures=false&history=false";

/** The API with a key as bearer token; without a key the calls go out bare, for a proxy that adds one. */
export const enrichment: Enrichment<SekoiaSettings> = {
  tells: "the full alert, case, comment or report",
  api(settings) {
    const base = apiBase(settings);
    if (base === undefined) return undefined;
    const headers: Record<string, string> = { accept: "application/json" };
    if (settings.token) headers.authorization = `Bearer ${settings.token}`;
    return { base, headers };
  },
  rate: apiRate,
  // Needs the permission that look-ups need.
  check: (api) => api.get("/v1/sic/alerts?limit=1"),
  lookup(ref, api, context) {
    switch (ref.kind) {
      case "alert":
        return lookupAlert(ref.id, api, context);
      case "comment":
        return lookupComment(ref, api, context);
      case "case":
        return lookupCase(ref.id, api, context);
      case "content-proposal":
        return lookupProposal(ref.id, api, context);
      case "report":
        return lookupReport(ref.id, api, context);
      default:
        return Promise.resolve(malformed(`nothing is known of a detail named ${ref.kind}`));
    }
  },
};

async function lookupAlert(id: string, api: Api, context: Context): Answer<AlertPatch> {
  const answer = await getObject(api, `/v1/sic/alerts/${encodeURIComponent(id)}?${withoutBulk}`, "an alert", ["uuid", "short_id"]);
  if (!answer.ok) return answer;
  const facts = alertSchema.parse(answer.value);
  const patch = alertPatch(facts, context);
  // Answers recorded in 2019 have no title; the rule's name is what the console showed then.
  const title = patch.title ?? patch.rule?.name;
  return ok(title === undefined ? patch : { ...patch, title });
}

/** The comment and its alert; the comment is worth showing even when the alert cannot be had. */
async function lookupComment(ref: DetailRef, api: Api, context: Context): Answer<AlertPatch> {
  const alertId = ref.with ?? "";
  const path = `/v1/sic/alerts/${encodeURIComponent(alertId)}/comments/${encodeURIComponent(ref.id)}`;
  const answer = await getObject(api, path, "a comment", ["content"]);
  if (!answer.ok) return answer;
  const comment = commentData(commentSchema.parse(answer.value), undefined);
  const alert = await lookupAlert(alertId, api, context);
  const patch = alert.ok ? alert.value : {};
  return ok({ ...patch, data: { ...patch.data, ...comment } });
}

async function lookupCase(id: string, api: Api, context: Context): Answer<AlertPatch> {
  const answer = await getObject(api, `/v1/sic/cases/${encodeURIComponent(id)}?${withoutBulk}`, "a case", ["uuid", "short_id"]);
  return answer.ok ? ok(casePatch(caseSchema.parse(answer.value), context)) : answer;
}

/** A proposal says little itself; what is worth reading is the report that it refers to. */
async function lookupProposal(id: string, api: Api, context: Context): Answer<AlertPatch> {
  const answer = await getObject(api, `/v2/inthreat/content-proposals/${encodeURIComponent(id)}`, "a content proposal");
  if (!answer.ok) return answer;
  const proposal = reportPatch(reportSchema.parse(answer.value), context);
  const report = findReport(answer.value);
  if (report === undefined) return ok(proposal);
  const full = await lookupReport(report, api, context);
  return ok(full.ok ? { ...proposal, ...full.value, data: { ...proposal.data, ...full.value.data } } : proposal);
}

async function lookupReport(id: string, api: Api, context: Context): Answer<AlertPatch> {
  const answer = await getObject(api, `/v2/inthreat/reports/${encodeURIComponent(id)}`, "a report", ["id", "name"]);
  return answer.ok ? ok(reportPatch(reportSchema.parse(answer.value), context)) : answer;
}

/** One answer as an object, out of the `data` that some of the calls wrap it in, with at least one of the named fields. */
async function getObject(api: Api, path: string, what: string, oneOf?: string[]): Answer<JsonObject> {
  const answer = await api.get(path);
  if (!answer.ok) return answer;
  if (isTooDeep(answer.value)) return malformed(`${what} was asked for, and the answer nests too deep`);
  const object = unwrap(answer.value);
  const fits = isObject(object) && (oneOf === undefined || oneOf.some((name) => asLine(object[name]) !== undefined));
  return fits ? ok(object) : malformed(`${what} was asked for, and the answer has another shape`);
}

const unwrap = (value: Json): Json => (isObject(value) && isObject(value.data) && value.uuid === undefined ? value.data : value);

/** The first report id in an answer, wherever it stands: which field holds it is not documented. */
function findReport(value: Json): string | undefined {
  if (typeof value === "string") return /^report--[0-9a-f-]{36}$/i.test(value) ? value : undefined;
  for (const member of Object.values(Array.isArray(value) ? value : asObject(value))) {
    const found = findReport(member);
    if (found !== undefined) return found;
  }
  return undefined;
}

const malformed = (detail: string): { ok: false; reason: ApiFailure } => fail({ kind: "malformed", detail });
