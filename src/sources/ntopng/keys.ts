// What makes two ntopng entries the same event, or events of the same alert. The vendor sends no id of either.
import { claimId } from "../../lib/keys.ts";
import { asInstant } from "../instant.ts";
import { familyOf } from "./names.ts";
import type { NtopngAlert } from "./payload.ts";

type Parts = (string | number | undefined)[];

/**
 * What an alert is about, without what happened to it: engage and release agree in all of this (a release repeats the
 * `tstamp` of its engage), and so do the growing reports on one flow.
 */
function subject(alert: NtopngAlert): Parts {
  const family = familyOf(alert);
  if (family !== "flow") return [alert.ifid, family, alert.entity_id, alert.entity_val, alert.alert_id, alert.subtype, alert.tstamp];
  const flow = alert.community_id === undefined ? fiveTuple(alert) : [alert.community_id];
  return [alert.ifid, family, ...flow, alert.alert_id, alert.first_seen ?? alert.tstamp];
}

const fiveTuple = (alert: NtopngAlert): Parts => [alert.cli_ip, alert.cli_port, alert.srv_ip, alert.srv_port, alert.proto, alert.vlan_id];

/** The alert's key. */
export const alertKey = (alert: NtopngAlert): string => `${familyOf(alert)}:${claimId(["ntopng", "alert", ...subject(alert)])}`;

/**
 * Recognises the up to three copies that ntopng sends of a request that it believes lost. The copies are equal, so the
 * fields in which a worse report on the same alert differs may be in here too.
 */
export const alertClaim = (alert: NtopngAlert): string =>
  claimId([
    "ntopng",
    "event",
    ...subject(alert),
    alert.action,
    alert.tstamp,
    alert.tstamp_end,
    alert.score,
    alert.severity ?? alert.alert_severity,
  ]);

/** When it happened: a release at its end, everything else at its time stamp. */
export function happenedAt(alert: NtopngAlert): { iso: string; order: number } | undefined {
  const released = alert.action === "release";
  const end = released ? asInstant(alert.tstamp_end) : undefined;
  const at = end ?? asInstant(alert.tstamp) ?? asInstant(alert.first_seen);
  // Time stamps are whole seconds: half a millisecond puts a release behind the engage of the same second.
  return at && { iso: at.iso, order: at.ms + (released ? 0.5 : 0) };
}
