// What a link in a message lets its reader do: acknowledge one alert, or silence it (or those like it) for a while.
import { type Alert, rises } from "../../alert.ts";
import type { Silence } from "../../config/model.ts";
import { stateOf } from "../../rules/silence.ts";
import type { AdminContext } from "../context.ts";
import { setStatus } from "../endpoints/alerts.ts";
import { makeSilence, TOO_MANY } from "./silences.ts";

/** For how long a link silences. */
export const SPANS = ["1h", "4h", "24h"] as const;
/** This alert alone, or those of the same rule on the same host. */
export type Scope = "alert" | "alike";

const MOST_ASSETS = 20;

/** The condition that fits this alert alone. */
const ownCondition = ({ id }: Alert): string => `alert.id == ${quoted(id)}`;

/** The condition that fits alerts of the same rule on the same hosts; undefined where the alert has no rule or no host. */
export function alikeCondition({ rule, assets }: Alert): string | undefined {
  const [first, ...others] = assets.slice(0, MOST_ASSETS).map(({ name }) => quoted(name));
  if (!rule || first === undefined) return undefined;
  const isOne = others.length === 0 ? `asset.name == ${first}` : `asset.name in [${[first, ...others].join(", ")}]`;
  return `alert.rule.name == ${quoted(rule.name)} && alert.assets.exists(asset, ${isOne})`;
}

/** A text as conditions write it. */
const quoted = (text: string): string => JSON.stringify(text.toWellFormed());

const conditionOf = (alert: Alert, scope: Scope): string => (scope === "alike" ? alikeCondition(alert) : undefined) ?? ownCondition(alert);

/** The silence that hides the alert already, made by such a link or in its words. */
export function silenceOf(alert: Alert, silences: readonly Silence[], now: number): { silence: Silence; scope: Scope } | undefined {
  for (const scope of ["alike", "alert"] as const) {
    const when = scope === "alike" ? alikeCondition(alert) : ownCondition(alert);
    const silence = silences.find((one) => one.when === when && !one.recur && stateOf(one, now) === "active" && reaches(one, alert));
    if (silence) return { silence, scope };
  }
  return undefined;
}

const reaches = ({ routes, ceiling }: Silence, { route, severity }: Alert): boolean =>
  (routes === undefined || routes.includes(route)) && !rises(ceiling, severity);

/** Takes the alert in hand, unless somebody has. */
export async function acknowledge(context: AdminContext, alert: Alert, comment: string): Promise<void> {
  if (alert.status !== "new") return;
  await setStatus(context, alert.id, { status: "in_progress", ...(comment === "" ? {} : { comment }) });
}

/** Silences up to the alert's own severity, unless it is silenced. Answers why it could not, in a sentence. */
export async function silenceFor(
  context: AdminContext,
  alert: Alert,
  wanted: { span: (typeof SPANS)[number]; scope: Scope; owner: string; comment: string },
): Promise<string | undefined> {
  if (silenceOf(alert, context.loaded.config.silences, context.now())) return undefined;
  const made = await makeSilence(context, {
    when: conditionOf(alert, wanted.scope),
    until: wanted.span,
    ceiling: alert.severity,
    owner: wanted.owner,
    comment: wanted.comment || "silenced by the link in a message",
    routes: [alert.route],
  });
  if (made.ok) return undefined;
  return made.reason === "too_many" ? TOO_MANY : `It could not be silenced: ${made.reason.where} ${made.reason.sentence}.`;
}
