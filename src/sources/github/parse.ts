// A delivery of GitHub as one event.
import type { Json, SourceEvent } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { claimId, sha256 } from "../../lib/keys.ts";
import { fail, ok } from "../../outcome.ts";
import { compact, isObject, isTooDeep, type JsonObject } from "../read.ts";
import type { ParseContext, Parsed } from "../source.ts";
import { alertPatch } from "./alert.ts";
import { familyOf, isPing, type Kind, kindOf } from "./kind.ts";
import { type Delivery, deliverySchema, withoutSecret } from "./payload.ts";
import type { GithubSettings } from "./settings.ts";
import { happenedAt, orderOf, statusOf } from "./status.ts";

type Context = ParseContext<GithubSettings>;

/** Reads a body. Refused is what is no security alert, so that a webhook which sends every event is noticed where it is set up. */
export function parse(body: Json, context: Context): Parsed {
  if (isTooDeep(body)) return fail({ where: "body", expected: "JSON of moderate nesting" });
  if (!isObject(body)) return fail({ where: "body", expected: "an object with a security alert" });
  if (isPing(body)) return ok([{ kind: "test" }]);
  const kind = isGithubs(body) ? kindOf(body) : undefined;
  if (kind === undefined) return fail({ where: "alert", expected: "a security alert: choose only these events for the webhook" });
  return ok([{ kind: "event", event: eventOf(kind, body, context) }]);
}

/** Every delivery names its repository, but for advisories, which are about none; and its action. */
const isGithubs = (body: JsonObject): boolean =>
  typeof body.action === "string" && (isObject(body.repository) || isObject(body.security_advisory) || isObject(body.organization));

function eventOf(kind: Kind, body: JsonObject, context: Context): SourceEvent {
  const payload = withoutSecret(body);
  const delivery = deliverySchema.parse(payload);
  const at = happenedAt(delivery);
  const claim = claimId(["github", kind, sha256(stableJson(deliveryOnly(payload)))]);
  const patch = alertPatch(kind, payload, delivery, context);
  return compact<SourceEvent>({
    claim,
    identified: at !== undefined,
    key: keyOf(kind, delivery) ?? `delivery:${claim}`,
    type: `${kind}:${delivery.action ?? "unknown"}`,
    kind: eventKind(kind, delivery),
    order: orderOf(delivery, at),
    occurred_at: at?.iso,
    patch,
    payload,
  });
}

/**
 * A redelivery is the same body. The same event comes once for each webhook and app that asks for it; they differ in the installation
 * alone.
 */
function deliveryOnly(payload: JsonObject): JsonObject {
  const { installation: _, ...rest } = payload;
  return rest;
}

/** Numbers are counted anew in each repository and for each kind. */
function keyOf(kind: Kind, delivery: Delivery): string | undefined {
  const { repository, alert, security_advisory: advisory, repository_advisory: own } = delivery;
  const family = familyOf(kind);
  const id = alert.number ?? alert.id ?? own.ghsa_id ?? advisory.ghsa_id;
  const where = repository.id ?? repository.full_name;
  if (id === undefined) return undefined;
  const key = where === undefined ? `${family}:${id}` : `${family}:${where}:${id}`;
  return /^\S{1,200}$/.test(key) ? key : `${family}:${claimId(["github", where, id])}`;
}

function eventKind(kind: Kind, delivery: Delivery): SourceEvent["kind"] {
  if (kind === "secret_scanning_alert_location") return "updated";
  if (statusOf(delivery).status === "resolved") return "resolved";
  return statusOf(delivery).status === "new" ? "opened" : "updated";
}
