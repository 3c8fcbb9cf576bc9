// How fast a destination takes messages: as it was configured or as its kind allows, as it goes now, and as the chat's headers told.
import { html } from "hono/html";
import type { DestinationItem } from "../../admin/queries/destinations.ts";
import { lengthOf } from "../../lib/distance.ts";
import { counted } from "../../lib/text.ts";
import { type Html, when } from "../frame/parts.ts";
import { rateWords } from "./words.ts";

/** The pace. */
export function paceFact({ pace, rate, slowed_until: slowed }: DestinationItem, now: number): Html | string {
  if (!pace) return "";
  const { per_second: whole, burst, now_per_second: present = whole } = pace;
  const whose = rate === undefined ? "as its kind allows" : "as configured";
  const atOnce = burst > 1 ? `, up to ${burst} at once` : "";
  const lowered = slowed
    ? html`<br>Lowered to ${rateWords(present)} for another ${lengthOf(Date.parse(slowed) - now) ?? "moment"}: it asked to wait although its pace was kept.`
    : "";
  return html`<dt>Pace</dt><dd>${rateWords(whole)} (${whose})${atOnce}${lowered}</dd>`;
}

/** The budget: what is shared, and what headers told. */
export function budgetFacts(
  { budget, shared_pace: together, shares_budget_with: others = [], priority }: DestinationItem,
  now: number,
): Html | string {
  if (!budget && others.length === 0) return "";
  const shared =
    others.length === 0
      ? ""
      : html`<dd>shared with ${others.join(", ")}, which use the same credential${together ? `: ${rateWords(together.per_second)} together` : ""}; its priority in it is ${priority}</dd>`;
  return html`<dt>Budget</dt>${budget ? html`<dd>${toldWords(budget, now)}</dd>` : ""}${shared}`;
}

function toldWords({ remaining, resets_at: resets, told_at: told }: NonNullable<DestinationItem["budget"]>, now: number): Html {
  const left = remaining <= 0 ? "used up" : `${counted(remaining, "message")} left`;
  const over = Date.parse(resets) <= now;
  return html`the chat's headers said ${when(told, now)}: ${left}${over ? html`; it began anew ${when(resets, now)}` : html`, until it begins anew ${when(resets, now)}`}`;
}
