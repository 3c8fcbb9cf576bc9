// What a group says of its members.
import { type AlertPatch, type Severity, severityId } from "../alert.ts";
import { aboutKey, assetsOf, worstOf } from "./facts.ts";
import type { MemberFacts } from "./interface.ts";

/** An alert of a group. */
export interface Member extends MemberFacts {
  /** When its first event that we know of happened, and the one that said this; Unix ms. */
  since: number;
  at: number;
}

/** Members that an alert lists. */
const MOST_LISTED = 50;

/** Whether an alert still stands. */
export const isOpen = ({ status }: Pick<MemberFacts, "status">): boolean => status !== "resolved";

/** The worst and newest first, those that stand before those that are resolved: negative where the left one comes first. */
export const byWeight = (left: Member, right: Member): number =>
  Number(isOpen(right)) - Number(isOpen(left)) ||
  severityId(right.severity) - severityId(left.severity) ||
  right.since - left.since ||
  (left.id < right.id ? -1 : 1);

/** How bad a group is: as bad as the worst that stands; undefined where none does. */
export function severityOf(members: readonly Member[]): Severity | undefined {
  const open = members.filter(isOpen);
  return open.length === 0 ? undefined : worstOf(open.map(({ severity }) => severity));
}

/** How bad the alert was that said something last; undefined where there is none. */
function lastOf(members: readonly Member[]): Severity | undefined {
  const latest = Math.max(...members.map(({ at }) => at));
  return members.length === 0 ? undefined : worstOf(members.filter(({ at }) => at === latest).map(({ severity }) => severity));
}

/** The alert of a group. `more`: members that are not among these. */
export function groupPatch(group: { by: string; key: string }, members: readonly Member[], more: number): AlertPatch {
  const { by, key } = group;
  const ordered = [...members].sort(byWeight);
  const total = members.length + more;
  const open = members.filter(isOpen).length;
  // A group that is over stays as bad as it was before its last alert ended, whatever the order in which we heard of these.
  const severity = severityOf(members) ?? lastOf(members);
  const time = (at: number): string => new Date(at).toISOString();
  return {
    title: aboutKey(titleOf(ordered, total), key),
    summary:
      total === 0 ? "No alert is in this group any more." : `${open + more} of ${total} alerts ${open + more === 1 ? "is" : "are"} open.`,
    ...(severity ? { severity } : {}),
    status: open + more === 0 ? "resolved" : "new",
    type: "group",
    rule: { name: by },
    assets: assetsOf(ordered.slice(0, MOST_LISTED).flatMap(({ assets }) => assets)),
    total: Math.max(1, total),
    ...(members.length > 0
      ? { first_seen: time(Math.min(...members.map(({ since }) => since))), last_seen: time(Math.max(...members.map(({ at }) => at))) }
      : {}),
    data: {
      key,
      members: ordered
        .slice(0, MOST_LISTED)
        .map(({ id, title, severity, status, url }) => ({ id, title, severity, status, url: url ?? null })),
    },
  };
}

function titleOf(ordered: readonly Member[], total: number): string {
  const [lead] = ordered;
  if (!lead) return total === 0 ? "No alerts any more" : `${total} alerts`;
  if (total === 1) return lead.title;
  const [asset] = lead.assets;
  const what = asset === undefined || lead.title.includes(asset) ? lead.title : `${lead.title} on ${asset}`;
  if (total === ordered.length && ordered.every(({ title }) => title === lead.title)) return `${total} alerts: ${lead.title}`;
  return `${total} alerts: ${what} and ${total - 1} more`;
}
