// DFIR-IRIS, API v2: POST {base}/api/v2/alerts, PUT and GET {base}/api/v2/alerts/{id}. What an alert may hold is in iris-form.ts.
// Facts: dfir-iris/iris-web source/app/blueprints/rest/v2/alerts.py, rest/endpoints.py (answers), access_controls.py (401, 403).
import { waitWords } from "./faults.ts";
import { IRIS_SEVERITIES, IRIS_STATUSES, irisErrors, irisFailure } from "./iris-form.ts";
import { isObject, type JsonObject, listOf, objectOf, parseJson, stableId } from "./json.ts";
import type { Chat, Incoming, Reply, Rules } from "./types.ts";

/** `token`: the only one that is known; any by default. `customers`: ids that its user may write for; 1 by default. `readOnly`: its user may not write. */
export interface IrisSettings {
  token?: string;
  customers?: number[];
  readOnly?: boolean;
}

const BASE = /^\/iris\/[^/]+/;
const PATH = /^\/api\/v2\/alerts(?:\/(\d+))?$/;
/** What a change may not touch; such members are passed over. */
const FIXED = ["alert_id", "alert_customer_id", "alert_creation_time", "alert_iocs", "alert_assets"];

const json = (status: number, body: JsonObject, words?: string): Reply => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
  words,
});

const denied = (status: number, message: string): Reply => json(status, { status: "error", message, data: [] }, message);
const notFound = (): Reply => ({ status: 404, headers: { "content-type": "application/json" }, body: "", words: "not found" });
const failed = (what: string): Reply => ({
  status: 500,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: "<!doctype html><title>500 Internal Server Error</title>",
  words: `Internal Server Error (${what})`,
});

/** DFIR-IRIS: the alert list of one instance. */
export const irisChat: Chat<IrisSettings> = {
  kind: "iris",
  address: (name) => `/iris/${encodeURIComponent(name)}`,
  key: (pathname) => BASE.exec(pathname)?.[0],
  open(channel, settings, world): Rules {
    let created = 0;

    const create = (request: Incoming): Reply => {
      const body = parseJson(request.bodyText);
      if (!isObject(body)) return json(400, { message: "Bad Request" }, "Bad Request");
      const errors = irisErrors(body);
      if (errors) return json(400, { message: "Data error", data: errors }, `Data error: ${Object.keys(errors).join(", ")}`);
      const failure = irisFailure(body);
      if (failure) return failed(failure);
      created += 1;
      const alert = stored(body, created, request.at);
      channel.post({ id: String(created), at: request.at, body: alert, raw: request.bodyText });
      // The alert is in the database before its customer is looked at: iris-web v2/alerts.py, create.
      if (!(settings.customers ?? [1]).includes(Number(body.alert_customer_id)))
        return json(
          400,
          { message: "User not entitled to create alerts for the client" },
          "User not entitled to create alerts for the client",
        );
      return json(201, alert);
    };

    const change = (request: Incoming, id: string): Reply => {
      const message = channel.message(id);
      if (!message) return notFound();
      const body = parseJson(request.bodyText);
      if (!isObject(body)) return json(400, { message: "Bad Request" }, "Bad Request");
      const errors = irisErrors(body, { partial: true });
      if (errors) return json(400, { message: "Data error", data: errors }, `Data error: ${Object.keys(errors).join(", ")}`);
      const failure = irisFailure(body);
      if (failure) return failed(failure);
      const before = objectOf(message.body);
      const changes = Object.entries(body).filter(([name]) => !FIXED.includes(name));
      const history = {
        ...objectOf(before.modification_history),
        [String(request.at / 1000)]: { user: "tocsin", action: "updated alert" },
      };
      const owner = body.alert_owner_id ?? before.alert_owner_id ?? 1;
      const alert = named({ ...before, ...Object.fromEntries(changes), alert_owner_id: owner, modification_history: history });
      channel.edit(message, { at: request.at, body: alert, raw: request.bodyText, pings: [] });
      return json(200, alert);
    };

    const light = (request: Incoming, id: string | undefined): Reply => {
      const before = id === undefined ? undefined : channel.message(id);
      if (before) channel.edit(before, { at: request.at, body: null, raw: request.bodyText, pings: [] });
      else if (id === undefined) {
        created += 1;
        channel.post({ id: String(created), at: request.at, body: null, raw: request.bodyText });
      }
      return json(id === undefined ? 201 : 200, { alert_id: Number(id ?? created) });
    };

    return {
      take(request) {
        const below = request.pathname.replace(BASE, "");
        const path = PATH.exec(below);
        if (!path && below !== "/api/ping") return notFound();
        const id = path?.[1];
        if (world.light) return light(request, id);
        const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
        if (token === undefined || (settings.token !== undefined && token !== settings.token))
          return denied(401, "Authentication required");
        if (!path) return json(200, { status: "success", message: "pong", data: [] });
        if (settings.readOnly) return denied(403, "Permission denied");
        if (id === undefined) return request.method === "POST" ? create(request) : denied(405, "Method Not Allowed");
        if (request.method === "PUT") return change(request, id);
        const message = channel.message(id);
        return request.method === "GET" && message ? json(200, objectOf(message.body)) : notFound();
      },
      refusal(status, afterSeconds) {
        if (status === 429 || afterSeconds !== undefined)
          return {
            ...denied(status, "Too Many Requests"),
            headers: { "retry-after": String(afterSeconds ?? 1) },
            words: waitWords(status, afterSeconds ?? 1),
          };
        return status >= 500 ? { ...failed("scripted failure"), status } : denied(status, "scripted failure");
      },
      gone: () => denied(401, "Authentication required"),
    };
  },
};

function stored(body: JsonObject, id: number, at: number): JsonObject {
  const { alert_iocs: iocs, alert_assets: assets, ...rest } = body;
  return named({
    ...rest,
    alert_id: id,
    alert_uuid: stableId(32, "iris", String(id), String(at)).toLowerCase(),
    alert_creation_time: new Date(at).toISOString().slice(0, -1),
    alert_owner_id: null,
    iocs: listOf(iocs),
    assets: listOf(assets),
    modification_history: { [String(at / 1000)]: { user: "tocsin", action: "Alert created" } },
  });
}

/** With the names behind the ids, as IRIS answers. */
function named(alert: JsonObject): JsonObject {
  const severity = Number(alert.alert_severity_id);
  const status = Number(alert.alert_status_id);
  return {
    severity: { severity_id: severity, severity_name: IRIS_SEVERITIES[severity] ?? "" },
    status: { status_id: status, status_name: IRIS_STATUSES[status] ?? "" },
    customer: { customer_id: alert.alert_customer_id ?? null, customer_name: "IrisInitialClient" },
    ...Object.fromEntries(Object.entries(alert).filter(([name]) => !["severity", "status", "customer"].includes(name))),
  };
}
