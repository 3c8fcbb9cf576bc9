// Which rules are looked for. Pure.
import * as z from "zod";
import type { RouteItem, RuleItem } from "../../admin/queries/routes.ts";

/** What the rules are searched by. */
export const ruleSearch = z.strictObject({
  route: z.string().max(100).optional(),
  source: z.string().max(100).optional(),
  to: z.string().max(100).optional(),
  q: z.string().max(200).optional(),
  is: z.enum(["on", "off", "never"]).optional(),
});
export type RuleSearch = z.output<typeof ruleSearch>;

/** A rule, and its place among all of its route: 1 is the first. */
export interface FoundRule {
  rule: RuleItem;
  place: number;
}

/** The routes that are asked for, each with those of its rules that are. One without a rule stands there too where no rule is searched by. */
export function rulesFound(routes: readonly RouteItem[], search: RuleSearch): { route: RouteItem; rules: FoundRule[] }[] {
  const { route: name, source, to, q, is } = search;
  const isSearch = Boolean(to || q || is);
  return routes
    .filter((route) => route.state !== "removed" && (!name || route.name === name) && (!source || route.source === source))
    .map((route) => ({
      route,
      rules: route.rules.map((rule, index) => ({ rule, place: index + 1 })).filter(({ rule }) => fits(rule, search)),
    }))
    .filter(({ rules }) => rules.length > 0 || !isSearch);
}

function fits(rule: RuleItem, { to, q, is }: RuleSearch): boolean {
  if (to && !tells(rule).includes(to)) return false;
  if (is === "on" && !rule.enabled) return false;
  if (is === "off" && rule.enabled) return false;
  if (is === "never" && rule.matched > 0) return false;
  if (!q) return true;
  // The condition and all that stands in its gates, but not how often it matched.
  const { matched: _, last_matched_at: __, ...table } = rule;
  return textsIn(table).some((text) => text.toLowerCase().includes(q.toLowerCase()));
}

/** Every destination that a rule may tell: now, outside its hours, or later. */
export function tells({ to, hours, escalate = [] }: Pick<RuleItem, "to" | "hours" | "escalate">): string[] {
  const named = Array.isArray(to) ? to : Object.values(to).flat();
  return [...new Set([...named, ...(hours ? [hours.outside] : []), ...escalate.flatMap((step) => step.to ?? [])])];
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
