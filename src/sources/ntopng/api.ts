// What ntopng's REST API (v2) adds: who the host behind an alert is, and how it is doing right now. The alert itself is asked for nowhere:
// the webhook bears no row id, and has told all of it. Who is not signed in is redirected (302) to the form, also from paths that do not
// exist (ntop/ntopng: src/HTTPserver.cpp, redirect_to_login; scripts/lua/rest/v2/get/host/data.lua; scripts/lua/modules/rest_utils.lua).
import type { AlertPatch, DetailRef } from "../../alert.ts";
import { fail, ok, type Result } from "../../outcome.ts";
import { isIp } from "../indicator.ts";
import { asNumber, isObject, isTooDeep } from "../read.ts";
import type { Api, ApiFailure, Enrichment } from "../source.ts";
import { type End, hostInQuestion } from "./ends.ts";
import { hostPatch, hostSchema } from "./host.ts";
import type { NtopngAlert } from "./payload.ts";
import type { NtopngSettings } from "./settings.ts";

/** Return codes of the answer's envelope that say more than "another shape". */
const NOT_FOUND = -1;
const NOT_GRANTED = -3;

/** The API with a user's token; a call reads one host out of memory. */
export const enrichment: Enrichment<NtopngSettings> = {
  tells: "who the host behind it is, and how it is doing",
  api({ api, token }) {
    if (api === undefined || token === undefined) return undefined;
    return { base: api.replace(/\/+$/, ""), headers: { accept: "application/json", authorization: `Token ${token}` } };
  },
  // The vendor's page names 100 calls a minute for one address.
  rate: () => ({ perSecond: 1.5, burst: 10 }),
  check: (api) => api.get("/lua/rest/v2/get/ntopng/interfaces.lua"),
  lookup: (ref, api) =>
    ref.kind === "host" ? lookupHost(ref, api) : Promise.resolve(malformed(`nothing is known of a detail named ${ref.kind}`)),
};

/** The host that the API can be asked about; none for alerts of the system, of devices and networks, or without an interface. */
export function hostRef(alert: NtopngAlert, ends: readonly End[], settings: NtopngSettings): DetailRef | undefined {
  const host = hostInQuestion(ends);
  if (settings.api === undefined || host === undefined || !isIp(host.ip) || !/^\d{1,9}$/.test(alert.ifid ?? "")) return undefined;
  return { kind: "host", id: host.ip, with: `${alert.ifid} ${/^\d{1,5}$/.test(alert.vlan_id ?? "") ? alert.vlan_id : 0}` };
}

async function lookupHost(ref: DetailRef, api: Api): Promise<Result<AlertPatch, ApiFailure>> {
  const [ifid = "", vlan = ""] = (ref.with ?? "").split(" ");
  const query = `ifid=${encodeURIComponent(ifid)}&host=${encodeURIComponent(ref.id)}&vlan=${encodeURIComponent(vlan)}`;
  const answer = await api.get(`/lua/rest/v2/get/host/data.lua?${query}`);
  if (!answer.ok) return answer;
  if (isTooDeep(answer.value)) return malformed("a host was asked for, and the answer nests too deep");
  if (!isObject(answer.value)) return malformed("a host was asked for, and the answer has another shape");
  const { rc, rsp } = answer.value;
  // Older versions say so with status 200.
  if (asNumber(rc) === NOT_FOUND) return fail({ kind: "missing", status: 404 });
  if (asNumber(rc) === NOT_GRANTED) return fail({ kind: "denied", status: 403 });
  // An empty Lua table arrives as `[]`.
  if (asNumber(rc) !== 0 || !isObject(rsp) || Object.keys(rsp).length === 0)
    return malformed("a host was asked for, and the answer holds none");
  return ok(hostPatch(hostSchema.parse(rsp), rsp.score));
}

const malformed = (detail: string): { ok: false; reason: ApiFailure } => fail({ kind: "malformed", detail });
