// What makes two events of Falco the same event, or events of the same alert of ours.
import type { Json } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { claimId, sha256 } from "../../lib/keys.ts";
import { asInstant, type Instant } from "../instant.ts";
import { eventNanoseconds, type FalcoEvent } from "./payload.ts";
import { subjectOf } from "./subject.ts";

/** When it happened: `time`, else the nanoseconds of the event itself. */
export function happenedAt(event: FalcoEvent): Instant | undefined {
  const ns = eventNanoseconds(event);
  return asInstant(event.time) ?? (ns === undefined ? undefined : asInstant(Number(BigInt(ns) / 1_000n)));
}

/** Recognises a redelivery: by the id that Falcosidekick gives, else by rule, time to the nanosecond, host and text. */
export function eventClaim(event: FalcoEvent, body: Json): string {
  const { uuid, rule, time, hostname, output, message } = event;
  if (uuid !== undefined) return claimId(["falco", "uuid", uuid.toLowerCase()]);
  const at = time ?? eventNanoseconds(event);
  return claimId(["falco", "event", rule, at, hostname, at === undefined ? sha256(stableJson(body)) : (output ?? message)]);
}

/**
 * The alert: rule, place, and the day in UTC. Falco never closes an alert, so that without the day one message would grow for
 * ever. In a pod the container's name is taken, not its id: one that crashes and starts again is still the same place.
 */
export function alertKey(event: FalcoEvent): string {
  const { pod, container, containerId, target, host } = subjectOf(event);
  const place = pod === undefined ? [host, target, containerId ?? container] : [host, pod, container];
  return `rule:${claimId(["falco", event.rule, ...place, happenedAt(event)?.iso.slice(0, 10)])}`;
}
