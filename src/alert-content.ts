// What of an alert its source wrote, and what is ours. When the retention of payloads is over, the first goes and the second
// stays: that there was an alert, of which route, how bad, how it ended, and when.
import { type Alert, blankAlert, type Change } from "./alert.ts";
import { holdsText } from "./lib/json-find.ts";

/** Stands where the title was. */
export const CONTENT_REMOVED = "(removed after its retention)";

/** Whether nothing is left of what the source wrote. No source gives an alert an empty key. */
export const isEmptied = ({ key }: Pick<Alert, "key">): boolean => key === "";

/** The alert without anything that its source wrote: names, texts, indicators, links and its correlation key. */
export function withoutContent(alert: Alert): Alert {
  const { id, source, route, severity, version, status, count, enriched } = alert;
  const { first_seen, last_seen, created_at, updated_at } = alert;
  const change = changeWithoutContent(alert.change);
  const times = { first_seen, last_seen, created_at, updated_at };
  const kept = { title: CONTENT_REMOVED, version, status, status_label: status, count, enriched, change, ...times };
  return blankAlert({ id, key: "", source, route, severity }, Date.parse(created_at), kept);
}

/** The kind of a change alone. */
export const changeWithoutContent = ({ kind }: Pick<Change, "kind">): Change => ({ kind, fields: {}, added: {}, removed: {} });

/** What alerts are looked for by: a whole value, in any case of its letters; with `type`, among observables and assets of that type alone. */
export interface Mention {
  value: string;
  type?: string;
}

/** Whether an alert mentions it: anywhere, or where its type says. */
export function mentions(alert: Alert, { value, type }: Mention): boolean {
  if (type === undefined) return holdsText(alert, value);
  const same = (left: string | undefined, right: string): boolean => left?.toLowerCase() === right.toLowerCase();
  return (
    alert.observables.some((one) => same(one.type, type) && same(one.value, value)) ||
    alert.assets.some(({ name, ip, type: kind }) => {
      const isNamed = same(name, value) && (same(kind, type) || same("host", type));
      return isNamed || (same("ip", type) && same(ip, value));
    })
  );
}
