// A mail as a mail program shows it: subject, correspondents, and the HTML form if it keeps to the rules, else the text.
import { type JsonObject, listOf, textOf } from "../json.ts";
import { bodyMarkup } from "../mail-form.ts";
import { escapeHtml } from "./markup.ts";

/** One mail. `answer`: it stands below the first mail of its conversation, which has the subject already. */
export function drawMail(body: JsonObject, answer: boolean): string {
  const urgent = body.urgent === true ? '<span class="ml-urgent" title="marked as urgent">!</span> ' : "";
  const to = [...listOf(body.to), ...listOf(body.cc)].map(textOf).join(", ");
  const html = textOf(body.html);
  // What passes has tags and attributes of a short list only, and links to the web.
  const safe = html === "" ? undefined : bodyMarkup(html);
  const shown = safe?.replaceAll("<a ", '<a rel="noreferrer noopener" target="_blank" ') ?? `<pre>${escapeHtml(textOf(body.text))}</pre>`;
  const subject = answer ? "" : `<p class="ml-subject">${urgent}${escapeHtml(textOf(body.subject))}</p>`;
  return (
    `${subject}<p class="ml-to">${answer ? urgent : ""}${escapeHtml(textOf(body.from))} to ${escapeHtml(to)}` +
    `${answer ? ` · ${escapeHtml(textOf(body.subject))}` : ""}</p><div class="ml-body">${shown}</div>`
  );
}
