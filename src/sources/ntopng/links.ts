// Pages of ntopng's own interface (ntop/ntopng: scripts/lua/alert_stats.lua). The payload has no base address: it is the route's `console`.
import { isIp } from "../indicator.ts";
import type { End } from "./ends.ts";
import { familyOf } from "./names.ts";
import type { NtopngAlert } from "./payload.ts";

/** The list of alerts in the console, narrowed to this one's hosts; undefined where there is no page to point at. */
export function consoleLink(alert: NtopngAlert, ends: End[], base: string | undefined): string | undefined {
  if (base === undefined || !/^https?:\/\//i.test(base) || !ends.every((end) => isIp(end.ip))) return undefined;
  const page = `${base.replace(/\/+$/, "")}/lua/alert_stats.lua`;
  const [first, second] = ends;
  if (first === undefined) return undefined;
  if (familyOf(alert) === "host") {
    return `${page}?page=host&status=${alert.action === "engage" ? "engaged" : "historical"}&ip=${equals(first.ip)}`;
  }
  if (familyOf(alert) !== "flow" || second === undefined || alert.tstamp === undefined) return undefined;
  const begin = Math.floor(alert.first_seen ?? alert.tstamp);
  return `${page}?status=historical&page=flow&epoch_begin=${begin}&epoch_end=${Math.ceil(alert.tstamp)}&cli_ip=${equals(first.ip)}&srv_ip=${equals(second.ip)}`;
}

/** The interface's own filter syntax: a value, a semicolon, an operator. */
const equals = (value: string): string => `${encodeURIComponent(value)};eq`;
