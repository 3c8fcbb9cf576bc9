// The page /silences/new: a silence is written, checked and made. What is wrong stands beside its field.
import { html } from "hono/html";
import type { SilenceTrial } from "../../admin/queries/silence-trial.ts";
import { SEVERITIES } from "../../alert.ts";
import { WEEKDAYS } from "../../config/hours-schema.ts";
import { counted } from "../../lib/text.ts";
import { localTime } from "../frame/fields.ts";
import { alertLink, choice, type Html, line, severityTag, when } from "../frame/parts.ts";
import { LENGTHS, type Typed } from "./form.ts";

/** What is wrong, by the API's names of members; under "" what belongs to none. */
export type Problems = Readonly<Record<string, string>>;

/** What the page shows. */
export interface FormView {
  typed: Typed;
  problems: Problems;
  trial?: SilenceTrial;
  routes: string[];
  now: number;
}

/** The page /silences/new. */
export function silenceFormPage({ typed, problems, trial, routes, now }: FormView): Html {
  const wrong = Object.keys(problems).length;
  return html`<h1>Make a silence</h1>
  ${wrong > 0 ? html`<p class="note bad" role="alert">Nothing was made. ${problems[""] ?? `${counted(wrong, "field")} below ${wrong === 1 ? "is" : "are"} not right.`}</p>` : ""}
  ${trial ? trialCard(trial, now) : ""}
  <form class="card silence" method="post" action="/silences/new">
    ${what(typed, problems, routes)}
    ${howLong(typed, problems)}
    ${recurring(typed, problems)}
    ${why(typed, problems)}
    <div class="buttons"><button class="main">Silence</button><button formaction="/silences/check">Check: what would it hide?</button><a class="button" href="/silences">Back</a></div>
  </form>`;
}

const what = (typed: Typed, problems: Problems, routes: string[]): Html => html`
    <h2>What it hides</h2>
    <label for="when">Condition</label>
    <textarea id="when" name="when" class="code" spellcheck="false" required${wrongField("when", problems, "when-help")}>${typed.when}</textarea>
    ${problem("when", problems)}
    <p class="soft small" id="when-help">As in rules, for example <code>alert.assets.exists(a, a.name == "srv-01")</code>, <code>alert.rule.name == "EICAR"</code> or <code>alert.category == "backup"</code>.</p>
    <div class="pair">
      ${choice("ceiling", "Up to the severity", SEVERITIES, typed.ceiling, "choose")}
      ${
        routes.length === 0
          ? ""
          : html`<details${typed.routes.length > 0 || problems.routes ? html` open` : ""}><summary>${typed.routes.length > 0 ? `On ${counted(typed.routes.length, "route")}` : "On every route"}</summary>
        <fieldset class="picks"${wrongField("routes", problems)}><legend>Only on these routes; none chosen: on every route</legend>${routes.map((route) => pick("routes", route, route, typed.routes))}</fieldset></details>`
      }
    </div>
    ${problem("ceiling", problems)}${problem("routes", problems)}
    <p class="soft small">What is more severe is told all the same. A silence up to critical hides everything that fits.</p>`;

const howLong = (typed: Typed, problems: Problems): Html => html`
    <h2>For how long</h2>
    <div class="pair">
      <label>From (UTC; empty: now)<input type="datetime-local" name="from" value="${localTime(typed.from)}"${wrongField("from", problems)}></label>
      <label>For<select name="length">${LENGTHS.map(([value, words]) => html`<option value="${value}"${value === typed.length ? html` selected` : ""}>${words}</option>`)}</select></label>
      <label>or until (UTC)<input type="datetime-local" name="until" value="${localTime(typed.until)}"${wrongField("until", problems)}></label>
    </div>
    ${problem("from", problems)}${problem("until", problems)}`;

const recurring = (typed: Typed, problems: Problems): Html => html`
    <details${typed.recurs || problems.recur ? html` open` : ""}><summary>Only at certain hours, again and again</summary>
      <label class="choice"><input type="checkbox" name="recurs" value="yes"${typed.recurs ? html` checked` : ""}>It hides within these hours alone, as long as it lasts</label>
      <fieldset class="picks"${wrongField("recur", problems)}><legend>On</legend>${WEEKDAYS.map((day) => pick("days", day, DAY_NAMES[day] ?? day, typed.days))}</fieldset>
      <div class="pair">
        <label>From<input type="time" name="opens" value="${typed.opens}"></label>
        <label>To<input type="time" name="closes" value="${typed.closes}"></label>
        <label>Time zone<input name="zone" value="${typed.zone}" placeholder="Europe/Paris" autocomplete="off" spellcheck="false"></label>
      </div>
      ${problem("recur", problems)}
    </details>`;

const DAY_NAMES: Record<string, string> = {
  mon: "Monday",
  tue: "Tuesday",
  wed: "Wednesday",
  thu: "Thursday",
  fri: "Friday",
  sat: "Saturday",
  sun: "Sunday",
};

const why = (typed: Typed, problems: Problems): Html => html`
    <h2>Why, and who answers for it</h2>
    <label for="comment">Why</label>
    <textarea id="comment" name="comment" maxlength="1000" required${wrongField("comment", problems)}>${typed.comment}</textarea>
    ${problem("comment", problems)}
    <label for="owner">Owner</label>
    <input id="owner" name="owner" value="${typed.owner}" maxlength="200" required${wrongField("owner", problems)}>
    ${problem("owner", problems)}`;

const pick = (name: string, value: string, words: string, chosen: readonly string[]): Html =>
  html`<label class="choice"><input type="checkbox" name="${name}" value="${value}"${chosen.includes(value) ? html` checked` : ""}>${words}</label>`;

/** What a field says of itself where it is wrong, and of the help below it. */
function wrongField(name: string, problems: Problems, help?: string): Html | string {
  const about = [...(problems[name] === undefined ? [] : [`${name}-problem`]), ...(help === undefined ? [] : [help])].join(" ");
  return html`${problems[name] === undefined ? "" : html` aria-invalid="true"`}${about === "" ? "" : html` aria-describedby="${about}"`}`;
}

const problem = (name: string, problems: Problems): Html | string =>
  problems[name] === undefined ? "" : html`<p class="problem" id="${name}-problem">${problems[name]}</p>`;

function trialCard({ looked_at, more, hidden, above, failed, examples, since }: SilenceTrial, now: number): Html {
  const all = looked_at > 0 && hidden === looked_at;
  return html`<section class="card stripe ${all ? "warn" : "busy"}" aria-labelledby="trial" role="status">
    <h2 id="trial">It would have hidden ${hidden === 0 ? "no alert" : counted(hidden, "alert")}</h2>
    <p>${lookedAt(looked_at, more)} ${all ? "That is every one of them: is the condition as narrow as you meant?" : ""}
      ${above > 0 ? `${counted(above, "alert")} more ${above === 1 ? "fits" : "fit"} the condition and ${above === 1 ? "is" : "are"} above the ceiling: they would be told.` : ""}
      ${failed > 0 ? `About ${counted(failed, "alert")} the condition could not be asked: they would be told.` : ""}</p>
    ${examples.length === 0 ? "" : html`<ul class="rows">${examples.map((one) => html`<li class="meta">${severityTag({ severity: one.severity, severity_label: one.severity })}${alertLink(one.id, line(one.title, 160) || "Untitled alert")}<span class="soft small">${when(one.created_at, now)}</span></li>`)}</ul>`}
    <p class="soft small">Alerts since ${when(since, now)}, as they are now, whatever the hour. Nothing was made yet.</p>
  </section>`;
}

const lookedAt = (count: number, more: boolean): string =>
  count === 0
    ? "There was no alert in the last day to try it on."
    : `It was tried on ${more ? "the newest " : ""}${counted(count, "alert")} of the last day.`;
