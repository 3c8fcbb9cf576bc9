// The form of one rule. What was typed stays, whatever is wrong with it.
import { html } from "hono/html";
import type { PlacedProblem } from "../../config/toml.ts";
import { problemsView } from "../configuration/parts.ts";
import { hiddenFields } from "../configuration/proposal-page.ts";
import { type Html, line } from "../frame/parts.ts";
import type { FieldProblem, RuleFields } from "./form.ts";

/** What the form shows. */
export interface Shown {
  route: string;
  /** The name by which the configuration knows it; undefined for a new rule. */
  rule: string | undefined;
  fields: RuleFields;
  /** Of a new rule: before which place of its route it is to stand, and the rules that are there. */
  at?: number;
  names: readonly string[];
  destinations: readonly string[];
  state: string;
  /** The routes to choose from, for a new rule. */
  routes?: readonly string[];
  problems?: readonly FieldProblem[];
  /** What is wrong elsewhere in the configuration. */
  others?: readonly PlacedProblem[];
  /** The condition was looked at, and nothing is wrong with it. */
  isChecked?: boolean;
}

/** The page. */
export function ruleFormPage(shown: Shown): Html {
  const { route, rule, fields, names, destinations, state, problems = [], others = [], isChecked } = shown;
  const { name, when, to, enabled, stop, rest } = fields;
  const wrong = (field: FieldProblem["field"]): FieldProblem[] => problems.filter((one) => one.field === field);
  // A destination that was removed stays chosen, so that the relay says so.
  const all = [...new Set([...destinations, ...to])];
  return html`<div class="head"><h1>${rule === undefined ? "New rule" : html`Change the rule “${line(rule)}”`}</h1><span class="soft">route <a href="/routes/${route}">${route}</a></span></div>
  ${problems.length + others.length > 0 ? html`<div class="note bad" role="alert"><p>Nothing was changed: ${problems.length > 0 ? "something below is wrong" : "the rest of the configuration is wrong"}.</p>${others.length > 0 ? problemsView(others, undefined) : ""}</div>` : ""}
  <form method="post" action="/rules/save" class="card rule-form">
    ${hiddenFields([["route", route], ["state", state], ...(rule === undefined ? [] : [["rule", rule] as const])])}
    <label>Name<input name="name" value="${name}" required maxlength="200" autocomplete="off"${describedBy("name", wrong("name"))}></label>
    ${told("name", wrong("name"))}
    ${rule === undefined ? "" : html`<p class="soft small">With another name, its count of matches begins anew.</p>`}
    ${rule === undefined ? placeField(names, shown.at) : ""}
    <label>When<textarea name="when" class="code" rows="4" spellcheck="false" autocapitalize="off" placeholder="every alert"${describedBy("when", wrong("when"))}>${when}</textarea></label>
    ${told("when", wrong("when"))}
    ${isChecked ? html`<p class="note good" role="status">${when.trim() === "" ? "Without a condition, every alert matches." : "The condition is right."}</p>` : ""}
    <p class="soft small">Such as <code>alert.severity_id &gt;= HIGH &amp;&amp; "vip" in alert.tags</code>. Empty: every alert.</p>
    <fieldset class="picks"><legend>Tells</legend>${all.map((one) => html`<label class="choice"><input type="checkbox" name="to" value="${one}"${to.includes(one) ? html` checked` : ""}>${one}</label>`)}</fieldset>
    ${told("to", wrong("to"))}
    <fieldset><legend>Besides</legend>
      <label class="choice"><input type="checkbox" name="enabled" value="yes"${enabled ? html` checked` : ""}>Switched on</label>
      <label class="choice"><input type="checkbox" name="stop" value="yes"${stop ? html` checked` : ""}>Stops here: what it matches is not shown to the rules below</label>
    </fieldset>
    <label>Everything else, in TOML<textarea name="rest" class="code" rows="${Math.min(24, Math.max(6, rest.split("\n").length + 1))}" spellcheck="false" autocapitalize="off"${describedBy("rest", wrong("rest"))}>${rest}</textarea></label>
    ${told("rest", wrong("rest"))}
    <details><summary>What may stand there</summary><pre tabindex="0">${EXAMPLES}</pre></details>
    <div class="buttons">
      <button class="main" name="do" value="preview">Show what it would change</button>
      <button name="do" value="check">Check it only</button>
      <a class="button" href="/rules?route=${encodeURIComponent(route)}">Leave it as it is</a>
    </div>
  </form>`;
}

/** The page where the route of a new rule is chosen. */
export const chooseRoutePage = (routes: readonly string[]): Html => html`<h1>New rule</h1>
  <form method="get" action="/rules/new" class="card"><label>Of which route?<select name="route">${routes.map((name) => html`<option>${name}</option>`)}</select></label><div class="buttons"><button class="main">Go on</button></div></form>`;

const describedBy = (field: string, problems: readonly FieldProblem[]): Html | string =>
  problems.length === 0 ? "" : html` aria-invalid="true" aria-describedby="wrong-${field}"`;

const told = (field: string, problems: readonly FieldProblem[]): Html | string =>
  problems.length === 0
    ? ""
    : html`<div id="wrong-${field}" class="wrong">${problems.map(({ sentence }) => html`<p>${line(sentence, 700)}</p>`)}</div>`;

const placeField = (names: readonly string[], at = names.length): Html | string =>
  names.length === 0
    ? ""
    : html`<label>Asked<select name="at">${names.map((name, index) => html`<option value="${index}"${index === at ? html` selected` : ""}>${index === 0 ? "first, before" : "before"} “${line(name, 80)}”</option>`)}<option value="${names.length}"${at >= names.length ? html` selected` : ""}>last</option></select></label>`;

const EXAMPLES = `# who is told, by severity, in place of the boxes above
to = { critical = ["oncall"], default = ["soc"] }
# one message for all of the same asset
group = { by = ["asset.name"], wait = "30s", interval = "5m" }
# only if 10 come within 5 minutes
threshold = { count = 10, within = "5m", by = ["asset.name"] }
# only if nothing like this follows
unless = { when = 'alert.status == "resolved"', within = "2m", by = ["asset.name"] }
# updates are held back after a message; mute = true tells nobody
mute = "15m"
# when it is open, and what becomes of alerts outside: hold, digest, drop or a destination
hours = { zone = "Europe/Paris", days = ["mon", "tue", "wed", "thu", "fri"], from = "08:00", to = "18:00", outside = "hold" }
# when nobody takes it up
escalate = [{ after = "15m", to = ["oncall"] }]
detail = "simple"
template = { title = "{{ alert.title }}" }`;
