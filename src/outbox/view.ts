// What a step of a slot's message shows, and its body.
import { rises } from "../alert.ts";
import type { Rule } from "../config/model.ts";
import type { Delta, Links, Style, View } from "../destinations/destination.ts";
import { errorText, log } from "../lib/log.ts";
import { type ActVerb, actPath, standIn, type Unsealed } from "../lib/signed-link.ts";
import { styleOf } from "../templates/style.ts";
import type { Target } from "./core.ts";
import { deltaSince } from "./delta.ts";
import { digestView } from "./digest.ts";
import { factsOf, type Slot } from "./slot.ts";
import { type Step, toldBy } from "./steps.ts";

/** What a step shows. */
export function viewOf(slot: Slot, target: Target, step: Step, unsealed?: Unsealed): View {
  const { alert, standsInFor, shown } = slot;
  switch (slot.purpose) {
    case "test":
      return { kind: "test", alert, links: alertLinks(target, alert) };
    case "notice":
      if (!slot.notice) throw new Error("a notice without its words");
      return { kind: "notice", notice: slot.notice, links: linksTo(target, "/destinations") };
    case "digest":
      if (!slot.digest) throw new Error("a digest of nothing");
      return digestView(slot.digest, linksTo(target, "/alerts"));
    case "reminder": {
      const { text = "", ping } = slot.reminder ?? {};
      const delta = deltaSince(factsOf(alert), alert);
      return { kind: "update", alert, delta, links: alertLinks(target, alert, unsealed), ping, notify: true, reminder: text };
    }
    case "alert":
  }
  const links = alertLinks(target, alert, unsealed);
  if (step === "point") return { kind: "moved", alert, links };
  const rule = slot.rule === undefined ? undefined : target.rule(alert.route, slot.rule);
  const common = { alert, links, style: styleFor(slot, target, rule), standsInFor };
  // A rule's ping is in the form of the chat that it was written for.
  const ping = ((standsInFor === undefined ? rule?.ping : undefined) ?? target.config.ping)[alert.severity];
  // An edit may bring several versions at once: what is new is told against what the message says.
  if (step === "post" || step === "edit" || !shown)
    return { kind: "alert", ...common, ping, delta: shown && deltaSince(shown.facts, alert) };
  const delta = deltaSince(toldBy(shown), alert);
  const notify = hasToBeNoticed(delta);
  return { kind: "update", ...common, delta, notify, inThread: step === "reply", ping: notify ? ping : undefined };
}

const hasToBeNoticed = ({ kind, severity }: Delta): boolean =>
  kind === "reopened" || (severity !== undefined && rises(severity.before, severity.after));

const linksTo = ({ relayUrl }: Target, path: string): Links => (relayUrl ? { tocsin: `${relayUrl}${path}` } : {});

/** The alert's page, and what there is to do about it. */
function alertLinks(target: Target, { id: alert, status }: Slot["alert"], unsealed?: Unsealed): Links {
  const links = linksTo(target, `/alerts/${alert}`);
  if (!unsealed || status === "resolved") return links;
  const { config, relayUrl } = target;
  const link = (verb: ActVerb): string =>
    `${relayUrl}${actPath({ alert, verb, destination: config.name, expiresAt: unsealed.expiresAt }, standIn(unsealed, verb))}`;
  return { ...links, ...(status === "new" ? { acknowledge: link("acknowledge") } : {}), silence: link("silence") };
}

/** The template and the level of detail: the rule's, else the destination's. */
function styleFor({ alert }: Slot, { config }: Target, rule: Rule | undefined): Style | undefined {
  const template = rule?.template ?? config.template;
  const detail = rule?.detail ?? config.detail;
  if (!template && detail === "full") return undefined;
  const { style, problems } = styleOf({ template, detail }, { alert, destination: config.name });
  for (const problem of problems) log("warn", "outbox.template_failed", { destination: config.name, alert: alert.id, problem });
  return style;
}

/** The body of a step; the plain form where the rendered one was refused or cannot be made. */
export function bodyOf(slot: Slot, target: Target, step: Step, { plain, links }: { plain: boolean; links?: Unsealed }): string {
  if (slot.frozen) return plain ? slot.frozen.plain : slot.frozen.body;
  const { adapter, config } = target;
  const view = viewOf(slot, target, step, links);
  if (plain) return adapter.plain(view, config.settings);
  try {
    return adapter.render(view, config.settings);
  } catch (error) {
    log("error", "outbox.render_failed", { destination: config.name, type: config.type, slot: slot.alert.id, error: errorText(error) });
    return adapter.plain(view, config.settings);
  }
}
