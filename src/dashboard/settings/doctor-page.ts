// What the doctor found.
import { html } from "hono/html";
import type { CheckResult } from "../../admin/doctor/check.ts";
import { counted, utcTime } from "../../lib/text.ts";
import { type Html, line, type Tone, tag, words } from "../frame/parts.ts";

/** How each finding looks, and its word. */
const STATES: Record<CheckResult["state"], [tone: Tone, word: string]> = {
  fail: ["bad", "wrong"],
  warn: ["warn", "look at it"],
  skip: ["calm", "not checked"],
  ok: ["good", "well"],
};

/** The page after a look at everything: what is wrong first. */
export function doctorPage({ checks, now }: { checks: CheckResult[]; now: string }): Html {
  const of = (state: CheckResult["state"]): CheckResult[] => checks.filter((check) => check.state === state);
  const bad = of("fail").length;
  const doubtful = of("warn").length;
  const sum = [bad > 0 ? `${bad} wrong` : "", doubtful > 0 ? `${doubtful} to look at` : ""].filter((part) => part !== "").join(", ");
  return html`<h1>What the doctor found</h1>
  <p class="note ${bad > 0 ? "bad" : doubtful > 0 ? "warn" : "good"}" role="status">${sum === "" ? `All is well: ${counted(checks.length, "check")} were made.` : `Of ${counted(checks.length, "check")}: ${sum}.`}</p>
  <section class="card" aria-label="Checks">
    <table class="folds">
      <thead><tr><th scope="col">State</th><th scope="col">Check</th><th scope="col">Found</th><th scope="col">What to do</th></tr></thead>
      <tbody>${(["fail", "warn", "skip", "ok"] as const).flatMap(of).map(row)}</tbody>
    </table>
  </section>
  <form method="post" action="/settings/doctor"><div class="buttons"><button>Check again</button><a class="button" href="/settings">To the settings</a></div></form>
  <p class="soft small">As of ${utcTime(now)}. The command line's <code>npx tocsin doctor</code> also looks at the machine it runs on.</p>`;
}

function row({ id, state, found, todo = "" }: CheckResult): Html {
  const [tone, word] = STATES[state];
  return html`<tr>
    <td class="tight" data-label="State"><span>${tag(tone, word)}</span></td>
    <td class="tight" data-label="Check">${words(line(id, 120)).replace(":", " ")}</td>
    <td data-label="Found">${withCode(line(found, 500))}</td>
    <td data-label="What to do">${todo === "" ? "" : html`<span>${withCode(line(todo, 500))}</span>`}</td>
  </tr>`;
}

/** Commands, which the doctor writes between backticks. */
const withCode = (text: string): (Html | string)[] =>
  text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
