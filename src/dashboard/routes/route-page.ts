// The page of one route: its address, how it is doing, tests and samples, and what to do on the vendor's side.
import { html } from "hono/html";
import type { HealthCheck } from "../../admin/queries/health.ts";
import type { RouteItem } from "../../admin/queries/routes.ts";
import { SEVERITIES } from "../../alert.ts";
import { counted } from "../../lib/text.ts";
import { SPANS } from "../../series/series.ts";
import { type Html, jsonBlock, line, tag, when } from "../frame/parts.ts";
import { PROOF_WORDS, ROUTE_WORDS } from "../frame/words.ts";
import { perMinute } from "../overview/numbers.ts";
import { addressCard } from "./address-card.ts";
import { isSilent } from "./page.ts";

/** What the page shows. */
export interface Shown {
  route: RouteItem;
  checks: readonly HealthCheck[];
  /** Events of the last hour; null where nobody knows. */
  received: number | null;
  /** The route's id, where it was asked for. */
  id?: string;
  /** Where the relay is, as far as it is known. */
  base: string;
  steps: Html;
  hasSteps: boolean;
  samples: readonly string[];
  /** The configuration's state, for the forms. */
  state: string;
  may: { operate: boolean; configure: boolean };
  now: number;
}

/** The page. */
export function routePage(shown: Shown): Html {
  const { route, checks, may } = shown;
  const { name, state, problem, rules } = route;
  const [tone, word] = ROUTE_WORDS[state];
  const isKnown = state === "ok" || state === "disabled";
  return html`<div class="head"><h1>${name}</h1><div class="meta">${tag(tone, word)}${isSilent(checks, name) ? tag("warn", "silent") : ""}<span class="soft">${route.label ?? ""}</span></div></div>
  ${problem ? html`<p class="note bad">${line(problem, 600)} Nothing that comes is taken until that is mended. ${may.configure ? html`<a href="/configuration/edit">Edit the configuration</a>` : ""}</p>` : ""}
  ${checks.filter(({ state: how, subject }) => how !== "ok" && subject?.split(" ")[0] === name).map(({ text, advice }) => html`<p class="note warn">${line(text, 500)} ${advice ?? ""}</p>`)}
  <nav aria-label="Of this route" class="buttons"><a class="button" href="/alerts?route=${name}">Its alerts</a><a class="button" href="/log?route=${name}">Its requests</a><a class="button" href="/rules?route=${name}">Its rules</a><a class="button" href="/rules/try?route=${name}">Try a payload</a></nav>
  <div class="columns">
    <div class="stack">
      ${factsCard(shown)}
      ${isKnown ? rulesCard(route) : ""}
      ${shown.hasSteps && isKnown ? stepsCard(shown) : ""}
      ${route.settings === undefined ? "" : settingsCard(route)}
    </div>
    <div class="stack">
      ${state === "removed" ? "" : addressCard(shown)}
      ${isKnown && may.operate ? testCard(route) : ""}
      ${isKnown && shown.samples.length > 0 ? samplesCard(route, shown.samples, may.operate) : ""}
      ${isKnown && may.configure ? switchCard(route, shown.state, rules.length) : ""}
    </div>
  </div>`;
}

function factsCard({ route, received, now }: Shown): Html {
  const {
    name,
    label,
    proof = [],
    enrich = [],
    last_event_at: last,
    silent_after: silent,
    backlog,
    counts,
    default_severity: severity,
    shards,
  } = route;
  const parts = [
    [counts.accepted, "accepted"],
    [counts.duplicate, "duplicate"],
    [counts.test, "test"],
    [counts.ignored, "ignored"],
  ] as const;
  return html`<section class="card"><h2>How it is doing</h2>
    <dl class="facts">
      ${label ? html`<dt>Source</dt><dd>${label}</dd>` : ""}
      ${proof.length > 0 ? html`<dt>Sender proves</dt><dd>${proof.map((one) => PROOF_WORDS[one]).join(", and ")}</dd>` : ""}
      <dt>Last event</dt><dd>${last ? when(last, now) : "none yet"}${silent ? html` <span class="soft small">told as silent after ${silent}</span>` : ""}</dd>
      ${received === null ? "" : html`<dt>Last hour</dt><dd>${counted(received, "event")}, ${perMinute(received, SPANS["1h"].ms)} a minute</dd>`}
      <dt>Being decided</dt><dd>${backlog}</dd>
      <dt>Received</dt><dd><a href="/log?route=${name}">${counts.received.toLocaleString("en")}</a>: ${parts.map(([count, word], index) => html`${index > 0 ? ", " : ""}${count > 0 ? html`<a href="/log?outcome=${word}&route=${name}">${count.toLocaleString("en")} ${word}</a>` : `0 ${word}`}`)}</dd>
      <dt>Refused</dt><dd>${counts.refused > 0 ? html`<a href="/log?outcome=refused&route=${name}">${counts.refused.toLocaleString("en")}</a>` : "none"}</dd>
      <dt>Decided</dt><dd>${counts.routed} routed, ${counts.unmatched} unmatched, ${counts.silenced} silenced, ${counts.grouped} grouped, ${counts.failed} failed</dd>
      ${enrich.length > 0 ? html`<dt>Indicators</dt><dd>looked up at ${enrich.join(", ")}</dd>` : ""}
      ${severity ? html`<dt>Default severity</dt><dd>${severity}</dd>` : ""}
      ${shards > 1 ? html`<dt>Ledgers</dt><dd>${shards} share its alerts</dd>` : ""}
    </dl></section>`;
}

function rulesCard({ name, rules }: RouteItem): Html {
  if (rules.length === 0)
    return html`<section class="card"><h2>Rules</h2><p class="note warn">None: its alerts are counted as unmatched, and nobody is told. <a href="/rules?route=${name}">Rules</a></p></section>`;
  return html`<section class="card"><div class="head"><h2>Rules</h2><a href="/rules?route=${name}">All about them</a></div>
    <ol class="rows small">${rules.map(
      (rule, index) =>
        html`<li class="row plain pair"><a class="title" href="/rules?route=${name}#rule-${name}-${index + 1}">${line(rule.name)}</a><span class="soft">${rule.enabled ? (rule.matched > 0 ? `${rule.matched.toLocaleString("en")} matched` : "never matched") : "switched off"}</span></li>`,
    )}</ol></section>`;
}

const stepsCard = ({
  steps,
  route,
  id,
}: Shown): Html => html`<section class="card"><details${route.last_event_at === null ? html` open` : ""}><summary>On the vendor's side</summary>
    ${id === undefined ? html`<p class="soft small">The address stands as THE-ROUTE-ID in it; “Show the address” puts it in.</p>` : ""}
    <div class="prose">${steps}</div></details></section>`;

const settingsCard = ({ settings, auth, console: base, default_severity: severity, shards, silent_after: silent }: RouteItem): Html =>
  html`<section class="card"><details><summary>Settings (secrets by name)</summary>${jsonBlock({ auth, console: base, default_severity: severity, silent_after: silent, shards, ...Object(settings) })}</details></section>`;

const testCard = ({ name, default_severity: usual }: RouteItem): Html => html`<section class="card"><h2>Test</h2>
    <form method="post" action="/routes/${name}/test">
      <label>With severity <select name="severity">${SEVERITIES.map((one) => html`<option${one === usual ? html` selected` : ""}>${one}</option>`)}</select></label>
      <div class="buttons"><button>Send a test alert</button><button name="dry_run" value="true">Show what would be sent</button></div>
      <p class="soft small">A test goes through the rules to the real destinations, marked as a test.</p>
    </form></section>`;

const samplesCard = (
  { name, label }: RouteItem,
  samples: readonly string[],
  mayOperate: boolean,
): Html => html`<section class="card"><h2>Samples</h2>
    <form method="post" action="/routes/${name}/sample/try">
      <label>As ${label ?? "the source"} sends it <select name="sample">${samples.map((one) => html`<option>${one}</option>`)}</select></label>
      <div class="buttons"><button>Show what would become of it</button>${mayOperate ? html`<button formaction="/routes/${name}/sample/test">Send its alert as a test</button>` : ""}</div>
    </form></section>`;

const switchCard = (
  { name, state }: RouteItem,
  seen: string,
  rules: number,
): Html => html`<section class="card"><h2>${state === "ok" ? "Close it" : "Open it"}</h2>
    <p class="soft small">${state === "ok" ? "A disabled route answers 404, as if it were not there. What it has not decided yet is decided." : `It takes requests again, by its ${counted(rules, "rule")}.`}</p>
    <form method="post" action="/routes/${name}/act"><input type="hidden" name="state" value="${seen}"><button name="act" value="${state === "ok" ? "disable" : "enable"}">${state === "ok" ? "Disable the route…" : "Enable the route…"}</button></form></section>`;
