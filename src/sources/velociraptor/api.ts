// What the GUI's own interface adds: the client's host name and labels, and what a collection was asked for. The vendor calls it
// neither public nor stable. Paths: Velocidex/velociraptor, api/proto/api.proto; org: api/authenticators/orgs.go.
import type { AlertPatch } from "../../alert.ts";
import { fail, ok, type Result } from "../../outcome.ts";
import { compact, isObject, isTooDeep, type JsonObject } from "../read.ts";
import type { Api, ApiFailure, Enrichment, ParseContext } from "../source.ts";
import { clientPatch } from "./client.ts";
import { flowPatch } from "./collection.ts";
import { type ClientFacts, clientSchema, flowSchema } from "./payload.ts";
import { rootOrg, type VelociraptorSettings } from "./settings.ts";

type Context = ParseContext<VelociraptorSettings>;
type Answer<Value> = Promise<Result<Value, ApiFailure>>;

/** Basic sign-in; a reading call needs no CSRF token (api/authenticators/basic.go). */
export const enrichment: Enrichment<VelociraptorSettings> = {
  tells: "the client's host name and labels, what a collection was asked for",
  api({ api, username, password, org }) {
    if (api === undefined) return undefined;
    const headers: Record<string, string> = { accept: "application/json", "grpc-metadata-orgid": org ?? rootOrg };
    if (username !== undefined && password) headers.authorization = `Basic ${base64(`${username}:${password}`)}`;
    return { base: api.replace(/\/+$/, ""), headers };
  },
  // The vendor names no limit; the GUI is made for people.
  rate: () => ({ perSecond: 5, burst: 5 }),
  // Who we are, as the GUI asks when it opens.
  check: (api) => api.get("/api/v1/GetUserUITraits"),
  lookup(ref, api, context) {
    if (ref.kind === "client") return lookupClient(ref.id, api);
    if (ref.kind === "flow") return lookupFlow(ref.id, ref.with?.split(" ")[0] ?? "", api, context);
    return Promise.resolve(malformed(`nothing is known of a detail named ${ref.kind}`));
  },
};

async function lookupClient(id: string, api: Api): Answer<AlertPatch> {
  const answer = await getClient(id, api);
  return answer.ok ? ok(clientPatch(id, answer.value)) : answer;
}

/** The collection and its client; the collection is worth showing even when the client cannot be had. */
async function lookupFlow(id: string, clientId: string, api: Api, context: Context): Answer<AlertPatch> {
  const query = `client_id=${encodeURIComponent(clientId)}&flow_id=${encodeURIComponent(id)}`;
  const answer = await getObject(api, `/api/v1/GetFlowDetails?${query}`, "a collection", "context");
  if (!answer.ok) return answer;
  const facts = flowSchema.parse(answer.value.context);
  const found = await getClient(clientId, api);
  const client: ClientFacts = found.ok ? found.value : clientSchema.parse({});
  const told = flowPatch({ ...facts, session_id: facts.session_id ?? id }, context.severityMap);
  const own = clientPatch(clientId, client);
  return ok(compact({ ...told, ...own, data: { ...told.data, ...own.data } }));
}

async function getClient(id: string, api: Api): Answer<ClientFacts> {
  const answer = await getObject(api, `/api/v1/GetClient/${encodeURIComponent(id)}`, "a client", "client_id");
  return answer.ok ? ok(clientSchema.parse(answer.value)) : answer;
}

/** One answer as an object that has the named member. */
async function getObject(api: Api, path: string, what: string, member: string): Answer<JsonObject> {
  const answer = await api.get(path);
  if (!answer.ok) return answer;
  if (isTooDeep(answer.value)) return malformed(`${what} was asked for, and the answer nests too deep`);
  const fits = isObject(answer.value) && answer.value[member] !== undefined;
  return fits ? ok(answer.value as JsonObject) : malformed(`${what} was asked for, and the answer has another shape`);
}

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const malformed = (detail: string): { ok: false; reason: ApiFailure } => fail({ kind: "malformed", detail });
