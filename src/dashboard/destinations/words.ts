// How a destination is doing, in words.
import type { DestinationItem } from "../../admin/queries/destinations.ts";
import { distance, lengthOf } from "../../lib/distance.ts";
import { counted } from "../../lib/text.ts";

/** `2 a second`, `27 a minute`: what is below one a second is told by the minute. */
export function rateWords(perSecond: number): string {
  if (perSecond >= 1) return `${short(perSecond)} a second`;
  return perSecond * 60 >= 1 ? `${short(perSecond * 60)} a minute` : `${short(perSecond * 3_600)} an hour`;
}

const short = (count: number): string => String(Number(count.toPrecision(2)));

/** How fast it is sent to as it is now, in the short form of the configuration: `27/m`. */
export function paceWords({ pace, slowed_until: slowed }: DestinationItem): string {
  if (!pace) return "–";
  const perSecond = pace.now_per_second ?? pace.per_second;
  const words =
    perSecond >= 1 ? `${short(perSecond)}/s` : perSecond * 60 >= 1 ? `${short(perSecond * 60)}/m` : `${short(perSecond * 3_600)}/h`;
  return slowed ? `${words}, lowered` : words;
}

/** What the breaker does; undefined while it lets everything through. */
export function breakerWords(one: DestinationItem, now: number): string | undefined {
  const { broken_since: since, closed_until: until, failures, failed_over: copied, failover } = one;
  const parts = [
    since ? `no answer for ${lengthOf(now - Date.parse(since)) ?? "a moment"}` : "",
    until ? `next try ${distance(Date.parse(until) - now)}` : "",
    failures > 0 ? `${counted(failures, "failure")} in a row` : "",
    copied > 0 && failover ? `${failover.to} shows ${counted(copied, "alert")}` : "",
  ].filter((part) => part !== "");
  return parts.length > 0 ? parts.join(", ") : undefined;
}
