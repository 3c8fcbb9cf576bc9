// PagerDuty's Events API v2: POST {base}/v2/enqueue. Events with one key make one incident; what an event may hold is in
// pagerduty-form.ts. Facts: PagerDuty/developer-docs docs/events-API-v2 (01-Overview, 02-Trigger-Events, 05-Rate-Limits). The body of its
// 429 is not documented; only its status is relied on.
import { waitWords } from "./faults.ts";
import { isObject, type JsonObject, listOf, objectOf, parseJson, textOf } from "./json.ts";
import { PAGERDUTY_LIMITS, pagerdutyErrors } from "./pagerduty-form.ts";
import type { Chat, ChatMessage, Ping, Reply, Rules } from "./types.ts";

/** `rate`: false takes any number of events; by default 120 in any 60 seconds. */
export interface PagerDutySettings {
  rate?: boolean;
}

const WINDOW_MS = 60_000;
const EVENTS_IN_WINDOW = 120;
/** Entries of an incident's log that are kept. */
const LOGGED = 50;
const BASE = /^\/pagerduty\/[^/]+/;

const said = (status: number, body: JsonObject, words?: string): Reply => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
  words,
});

const invalid = (errors: string[]): Reply =>
  said(400, { status: "invalid event", message: "Event object is invalid", errors }, errors.join("; "));

const limited = (): Reply =>
  said(
    429,
    { status: "throttle exceeded", message: "Requests for this service are arriving too quickly. Please retry later." },
    "Request Limit Exceeded",
  );

const accepted = (key: string, words?: string): Reply =>
  said(202, { status: "success", message: "Event processed", dedup_key: key }, words);

/** PagerDuty: one service with one on-call person. */
export const pagerdutyChat: Chat<PagerDutySettings> = {
  kind: "pagerduty",
  address: (name) => `/pagerduty/${encodeURIComponent(name)}`,
  key: (pathname) => BASE.exec(pathname)?.[0],
  open(channel, settings, world): Rules {
    const open = new Map<string, ChatMessage>();
    let recent: number[] = [];
    let incidents = 0;

    const over = (at: number): boolean => {
      if (settings.rate === false || world.light) return false;
      recent = recent.filter((time) => time > at - WINDOW_MS);
      if (recent.length >= EVENTS_IN_WINDOW) return true;
      recent.push(at);
      return false;
    };

    const trigger = (event: JsonObject, key: string, at: number, raw: string): Reply => {
      const before = open.get(key);
      if (before) {
        const body = incident(event, textOf(objectOf(before.body).status) || "triggered", logged(before, at, "trigger", event));
        channel.edit(before, { at, body, raw, pings: [] });
        return accepted(key);
      }
      incidents += 1;
      const body = incident(event, "triggered", [{ at, action: "trigger", summary: summaryOf(event) }]);
      open.set(key, channel.post({ id: `incident-${incidents}`, at, body, raw, pings: [ON_CALL] }));
      return accepted(key);
    };

    const change = (event: JsonObject, key: string, at: number, raw: string): Reply => {
      const action = textOf(event.event_action);
      const before = open.get(key);
      if (!before) return accepted(key, `accepted, but dropped: no open incident for this ${action}`);
      const status = action === "resolve" ? "resolved" : "acknowledged";
      const body = { ...objectOf(before.body), status, log: logged(before, at, action, event) };
      channel.edit(before, { at, body, raw, pings: [] });
      if (action === "resolve") open.delete(key);
      return accepted(key);
    };

    return {
      take(request) {
        if (request.pathname.replace(BASE, "") !== "/v2/enqueue")
          return said(404, { error: { message: "Not Found", code: 2100 } }, "Not Found");
        if (request.method !== "POST") return { ...said(405, { message: "Method Not Allowed" }, "Method Not Allowed") };
        if (over(request.at)) return limited();
        if (Buffer.byteLength(request.bodyText) > PAGERDUTY_LIMITS.bytes)
          return said(413, { message: "Payload Too Large" }, "Payload Too Large");
        const event = parseJson(request.bodyText);
        if (!isObject(event)) return invalid(["JSON is invalid"]);
        const errors = world.light ? [] : pagerdutyErrors(event);
        if (errors.length > 0) return invalid(errors);
        const key = textOf(event.dedup_key) || crypto.randomUUID();
        const then = event.event_action === "trigger" ? trigger : change;
        return then({ ...event, routing_key: "", dedup_key: key }, key, request.at, request.bodyText);
      },
      refusal: (status, afterSeconds) =>
        status === 429
          ? afterSeconds === undefined
            ? limited()
            : {
                ...limited(),
                headers: { "content-type": "application/json", "retry-after": String(afterSeconds) },
                words: waitWords(429, afterSeconds),
              }
          : said(status, { status: "error", message: "scripted failure" }, "scripted failure"),
      gone: () => invalid(["Invalid routing key"]),
    };
  },
};

// A new incident calls whoever is on call; what joins an open one calls nobody again.
const ON_CALL: Ping = { kind: "user", target: "on call", where: "event_action" };

const summaryOf = (event: JsonObject): string => textOf(objectOf(event.payload).summary);

function incident(event: JsonObject, status: string, log: JsonObject[]): JsonObject {
  const { links = [], client = "", client_url: clientUrl = "", dedup_key: key = "" } = event;
  return { status, dedup_key: key, payload: objectOf(event.payload), links: listOf(links), client, client_url: clientUrl, log };
}

const logged = ({ body }: ChatMessage, at: number, action: string, event: JsonObject): JsonObject[] => [
  ...listOf(objectOf(body).log)
    .map(objectOf)
    .slice(1 - LOGGED),
  { at, action, summary: summaryOf(event) },
];
