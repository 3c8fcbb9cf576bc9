// What an alert still waits for, and who hides it: sentences above its story. Pure.
import { html } from "hono/html";
import type { Story } from "../../admin/queries/story.ts";
import { type Html, line, when, words } from "../frame/parts.ts";
import { capital } from "./timeline.ts";

/** The notes; none where nothing waits. */
export function waitNotes({ alert, waits, silenced }: Pick<Story, "alert" | "waits" | "silenced">, now: number): Html[] {
  const { held, escalation, lookups, source } = partsOf(waits);
  return [
    ...(silenced
      ? [
          html`<p class="note"><strong>A silence hides news of it</strong> until ${when(silenced.until, now)}: <bdi>${line(silenced.comment, 200)}</bdi> (<bdi>${line(silenced.owner, 80)}</bdi>). <a href="/silences#silence-${silenced.id}">The silence</a></p>`,
        ]
      : []),
    ...(alert.enriched ? [] : [thinNote(alert, waits, now)]),
    ...(held ? [heldNote(held, now)] : []),
    ...(escalation ? [escalationNote(escalation, now)] : []),
    ...(lookups > 0
      ? [
          html`<p class="note">${lookups === 1 ? "One indicator is" : `${lookups} indicators are`} being looked up. What comes of it is told.</p>`,
        ]
      : []),
    ...(source > 0
      ? [
          html`<p class="note">The source has not taken ${source === 1 ? "a change" : `${source} changes`} of ours yet. It is told again.</p>`,
        ]
      : []),
  ];
}

type Waits = NonNullable<Story["waits"]>;

function partsOf(waits: Story["waits"]) {
  const held = waits && (waits.events.length > 0 || waits.update.length > 0) ? waits : undefined;
  return { held, escalation: waits?.escalation, lookups: waits?.lookups ?? 0, source: waits?.to_tell_source ?? 0 };
}

function thinNote(alert: Story["alert"], waits: Story["waits"], now: number): Html {
  const why = capital(line(alert.enriched_reason ?? "the detail has not come yet", 400)).replace(/\.$/, "");
  const assumed = alert.severity_label === "unknown" ? ` Its severity is not known; it is treated as ${alert.severity}.` : "";
  const detail = waits?.detail;
  return html`<p class="note warn"><strong>This alert is thin.</strong> <bdi>${why}</bdi>.${assumed}${detail ? html` Asked ${detail.attempts === 1 ? "once" : `${detail.attempts} times`}, again ${when(detail.next_at, now)}.` : ""}</p>`;
}

function heldNote({ gates, update, until }: Waits, now: number): Html {
  const at = gates.filter((gate) => gate !== "silence").map(gateWords);
  const what = at.length > 0 ? ` It waits for ${at.join(", and for ")}.` : "";
  const whose =
    update.length > 0 ? ` ${update.join(", ")} ${update.length === 1 ? "has" : "have"} not been told of the latest version.` : "";
  return html`<p class="note"><strong>Something is held.</strong><bdi>${what}</bdi>${whose} ${until ? html`The rules are asked again ${when(until, now)} at the latest.` : "The rules are asked again when that is over."}</p>`;
}

/** Gates are named `KIND:RULE`. */
function gateWords(gate: string): string {
  const [kind = "", ...rest] = gate.split(":");
  const name = `“${line(rest.join(":"), 100)}”`;
  switch (kind) {
    case "hours":
      return `the hours of the rule ${name}`;
    case "unless":
      return `what would answer it, as the rule ${name} says`;
    case "inhibit_target":
      return `what explains it, as the inhibition ${name} says`;
    default:
      return `${words(line(kind, 40))} ${name}`;
  }
}

function escalationNote({ rule, since, steps_taken: taken, next_at: next }: NonNullable<Waits["escalation"]>, now: number): Html {
  const steps = taken === 0 ? "No step was taken yet" : taken === 1 ? "One step was taken" : `${taken} steps were taken`;
  return html`<p class="note"><strong>Nobody has taken it.</strong> The rule “<bdi>${line(rule, 100)}</bdi>” escalates it, since ${when(since, now)}. ${steps}; ${next ? html`the next is due ${when(next, now)}.` : "there is no further one."}</p>`;
}
