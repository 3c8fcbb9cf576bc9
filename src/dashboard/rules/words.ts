// A rule in plain words: whom it tells, and what holds it up on the way. Pure.
import type { RuleTable } from "../../admin/config-words.ts";

/** Whom a rule tells, a line for each severity that has its own. */
export function whomLines({ to, mute }: Pick<RuleTable, "to" | "mute">): string[] {
  if (!Array.isArray(to))
    return Object.entries(to).map(
      ([severity, names]) => `${severity === "default" ? "others" : severity}: ${names.join(", ") || "nobody"}`,
    );
  if (to.length > 0) return [to.join(", ")];
  return [mute === true ? "nobody at all" : "nobody"];
}

/** What a rule has besides condition and destinations, a sentence each. */
export function gateWords({ mute, hours, threshold, unless, group, escalate, detail, template, ping, stop }: RuleTable): string[] {
  const own = [detail && `the detail “${detail}”`, template && "a template", ping && "a ping"].filter((word) => typeof word === "string");
  return [
    ...(mute === true ? ["Mutes what it matches: those it names are told by no rule."] : []),
    ...(typeof mute === "string" ? [`After a message, holds updates back for ${mute}, unless the news is urgent.`] : []),
    ...(threshold ? [thresholdWords(threshold)] : []),
    ...(unless ? [`Waits ${unless.within}${keyed(unless.by, " for one of the same ")}: told unless ${unless.when}.`] : []),
    ...(group
      ? [
          `One message for all${keyed(group.by, " of the same ")}: waits ${group.wait} for the first others, then adds to it every ${group.interval} at most.`,
        ]
      : []),
    ...(hours ? [hoursWords(hours)] : []),
    ...(escalate ?? []).map(stepWords),
    ...(own.length > 0 ? [`Has ${list(own)} of its own.`] : []),
    ...(stop ? ["Stops here: what it matches is not shown to the rules below."] : []),
  ];
}

const thresholdWords = ({ count, within, by, title, severity }: NonNullable<RuleTable["threshold"]>): string =>
  `Tells of ${count} within ${within}${keyed(by, " of the same ")} only, as one alert of our own${title ? `, “${title}”` : ""}${severity ? `, ${severity}` : ""}.`;

function hoursWords({ zone, days, from, to, holidays, outside }: NonNullable<RuleTable["hours"]>): string {
  const off = holidays === undefined ? "" : `, not on ${typeof holidays === "string" ? `holidays (list ${holidays})` : "holidays"}`;
  return `Open ${days.join(", ")} from ${from} to ${to} (${zone})${off}. ${OUTSIDE[outside] ?? `Outside, ${outside} is told instead.`}`;
}

const OUTSIDE: Record<string, string | undefined> = {
  hold: "Outside, alerts wait until it opens.",
  digest: "Outside, alerts wait, and are told as one digest when it opens.",
  drop: "Outside, nobody is told.",
};

function stepWords({ after, to, every }: NonNullable<RuleTable["escalate"]>[number]): string {
  const when =
    typeof after === "string"
      ? after
      : Object.entries(after)
          .map(([severity, time]) => `${time} if ${severity}`)
          .join(", ");
  return `If nobody takes it up within ${when}: ${to ? `tells ${to.join(", ")}` : "says so again"}${every ? `, and again every ${every}` : ""}.`;
}

const keyed = (by: readonly string[] | undefined, before: string): string =>
  by === undefined || by.length === 0 ? "" : `${before}${by.join(", ")}`;
const list = (words: readonly string[]): string => [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" and ");
