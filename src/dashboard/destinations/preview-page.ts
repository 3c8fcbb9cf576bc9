// The page /destinations/NAME/preview: every message that the destination would ever show, once: what it says, and the bytes beneath.
import { html } from "hono/html";
import type { Layout } from "../../admin/layout-samples.ts";
import type { LayoutPreview, LayoutPreviews } from "../../admin/queries/layouts.ts";
import type { Action } from "../../outcome.ts";
import { type Html, line, tag } from "../frame/parts.ts";
import { requestText } from "../frame/test-report.ts";

/** What each layout is, and when it comes. */
const LAYOUT_WORDS: Record<Layout, [title: string, when: string]> = {
  first: ["A new alert", "The first message of an alert."],
  thin: ["A new alert without its detail", "The source's API did not answer within the soft deadline. The detail follows."],
  update: ["An update", "More events came, at most once a minute for each alert."],
  rise: ["A rise in severity", "Told at once, and so that people notice."],
  moved: ["The former message", "What stands at the old message of an alert that a newer message shows."],
  edited: ["The living message", "The same message as before, as it stands after a change."],
  resolved: ["The end", "The alert was resolved."],
  reminder: ["A reminder", "Nobody has taken the alert on, and a rule escalates."],
  stand_in: ["In place of another destination", "That one does not answer, and this is its failover."],
  digest: ["A digest", "More waits than the pace allows: many alerts in one message."],
  notice: ["A word of the relay", "Something is wrong with the relay itself or with a destination."],
  notice_over: ["The end of that word", "It is over."],
  test: ["A test", "What the test button sends."],
};

const ACTION_WORDS: Record<Action, string> = { post: "new message", edit: "changes a message", reply: "answers a message" };

/** The page. */
export const layoutsPage = ({ name, label, items }: LayoutPreviews): Html => html`<h1>What ${name} shows</h1>
  <p class="soft">Every layout of this ${label} destination, on an invented alert, as its configuration has it told. Nothing was sent; secrets stand as their names.
  Links that let the reader act are signed when a message is sent. <a href="/destinations#${name}">Back to the destination</a></p>
  <nav aria-label="Layouts"><ul class="layouts">${items.map(({ layout }) => html`<li><a href="#${layout}">${LAYOUT_WORDS[layout][0]}</a></li>`)}</ul></nav>
  <div class="cards">${items.map(layoutCard)}</div>`;

function layoutCard(preview: LayoutPreview): Html {
  const { layout, action, says, problem } = preview;
  const [title, comes] = LAYOUT_WORDS[layout];
  const [head = "", ...rest] = says;
  return html`<article class="card" id="${layout}">
    <div class="head"><h2>${title}</h2>${tag(action === "post" ? "busy" : "calm", ACTION_WORDS[action])}</div>
    <p class="soft small">${comes}</p>
    ${problem ? html`<p class="note bad">It would not get out: ${line(problem, 400)}.</p>` : ""}
    <div class="message"><p><strong>${line(head, 400)}</strong></p>${rest.map((one) => html`<p>${line(one, 1_000)}</p>`)}</div>
    <details><summary class="small">${action === "post" ? "What is sent" : "The body"}<span class="skip">: ${title}</span></summary><pre tabindex="0">${requestText(preview)}</pre></details>
  </article>`;
}
