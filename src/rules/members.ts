// Functions that ask about the alert's assets and observables: `hasObservable()` and `hasAsset()`.
import { spendOn } from "./limits.ts";
import { isMember } from "./lists.ts";

/** Whether an alert has an observable of a type, in upper or lower case, and where values are given with one of them. */
export function hasObservable(alert: unknown, type: string, values?: string | readonly unknown[]): boolean {
  const wanted = type.toLowerCase();
  return membersOf(alert, "observables").some(
    (one) => String(one.get("type")).toLowerCase() === wanted && (values === undefined || isOneOf(one.get("value"), values)),
  );
}

/** Whether an alert has an asset of that name or address, or one of those. */
export const hasAsset = (alert: unknown, values: string | readonly unknown[]): boolean =>
  membersOf(alert, "assets").some((one) => isOneOf(one.get("name"), values) || (one.has("ip") && isOneOf(one.get("ip"), values)));

const isOneOf = (value: unknown, values: string | readonly unknown[]): boolean =>
  typeof values === "string" ? value === values : isMember(value, values);

function membersOf(alert: unknown, field: string): readonly ReadonlyMap<string, unknown>[] {
  const members: unknown = alert instanceof Map ? alert.get(field) : [];
  return Array.isArray(members) && spendOn(members, 2) ? members : [];
}
