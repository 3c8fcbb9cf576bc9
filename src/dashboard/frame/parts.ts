// Small pieces that several pages share. Everything from outside is text: the templates escape it, and what could hide or
// reorder it is taken out.
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Alert } from "../../alert.ts";
import { distance } from "../../lib/distance.ts";
import { oneLine, shorten, utcTime, webLink } from "../../lib/text.ts";

/** A piece of a page. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;
/** What a tag says besides its word. */
export type Tone = "good" | "warn" | "bad" | "busy" | "calm";

/** A word in a coloured pill. */
export const tag = (tone: Tone, word: string): Html => html`<span class="tag ${tone}">${word}</span>`;

/** An alert's severity; a question mark where it is only assumed. */
export const severityTag = ({ severity, severity_label }: Pick<Alert, "severity" | "severity_label">): Html =>
  html`<span class="severity ${severity}">${severity}${severity_label === "unknown" ? "?" : ""}</span>`;

const STATUS_TONES: Record<Alert["status"], Tone> = { new: "warn", in_progress: "busy", suppressed: "calm", resolved: "good" };

/** An alert's status. */
export const statusTag = (status: Alert["status"]): Html => tag(STATUS_TONES[status], words(status));

/** `in_progress` as people write it. */
export const words = (name: string): string => name.replaceAll("_", " ");

/** Text of a stranger in one line. */
export const line = (text: string, most = 200): string => shorten(oneLine(text), most);

/** A moment: how long ago, and exactly when one points at it. */
export function when(time: string | number, now: number): Html {
  const ms = typeof time === "number" ? time : Date.parse(time);
  if (Number.isNaN(ms)) return html`<span class="soft">at an unknown time</span>`;
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}" data-ago title="${utcTime(iso) ?? iso}">${distance(ms - now)}</time>`;
}

/** A link to an alert of ours. */
export const alertLink = (id: string, text: string): Html => html`<a href="/alerts/${encodeURIComponent(id)}">${text}</a>`;

/** A link out of the dashboard; nothing where the address is none. */
export function outLink(url: string | undefined, text: string): Html | undefined {
  const href = webLink(url, 2_000);
  return href === undefined ? undefined : html`<a class="button" href="${href}" rel="noopener noreferrer">${text}</a>`;
}

/** An id that is too long for a table, cut in its middle. */
export const shortId = (id: string): string => (id.length > 30 ? `${id.slice(0, 20)}…${id.slice(-6)}` : id);

// Bidirectional and invisible characters in a payload are evidence: they are shown as escapes, not taken out.
const INVISIBLE = /[\p{Bidi_Control}\u{AD}\u{200B}-\u{200D}\u{2060}-\u{2064}\u{FEFF}\u{FFF9}-\u{FFFB}\u{E0000}-\u{E007F}]/gu;
const MOST_JSON = 20_000;

/** JSON as it came, laid out. */
export function jsonBlock(value: unknown): Html {
  const text = JSON.stringify(value, null, 2).replace(INVISIBLE, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
  const cut = text.length > MOST_JSON ? `${text.slice(0, MOST_JSON).toWellFormed()}\n… ${text.length - MOST_JSON} more characters` : text;
  return html`<pre tabindex="0">${cut}</pre>`;
}

/** A list's next page, and the way back to its first. */
export function pager(url: URL, next: string | null): Html | undefined {
  const isFirst = !url.searchParams.has("cursor");
  if (isFirst && next === null) return undefined;
  return html`<div class="pager">
    ${isFirst ? "" : html`<a class="button" href="${addressWith(url, { cursor: undefined })}">Newest</a>`}
    ${next === null ? "" : html`<a class="button" href="${addressWith(url, { cursor: next })}">Older</a>`}
  </div>`;
}

/** The page's address with other parameters; empty ones are left out. */
export function addressWith(url: URL, changes: Record<string, string | undefined>): string {
  const params = new URLSearchParams([...url.searchParams].filter(([, value]) => value !== ""));
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) params.delete(name);
    else params.set(name, value);
  }
  return params.size === 0 ? url.pathname : `${url.pathname}?${params}`;
}

/** A choice in a form; the first one means anything. */
export function choice(name: string, label: string, options: readonly string[], chosen: string | null, anything = "any"): Html {
  return html`<label>${label}
    <select name="${name}">
      <option value="">${anything}</option>
      ${options.map((option) => html`<option value="${option}"${option === chosen ? html` selected` : ""}>${words(option)}</option>`)}
    </select>
  </label>`;
}
