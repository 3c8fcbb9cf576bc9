// How an alert stands: what is known of it, whole.
import { html } from "hono/html";
import type { Story } from "../../admin/queries/story.ts";
import { type Alert, commentIn, enrichmentsOf } from "../../alert.ts";
import { evidenceOf } from "../../destinations/facts.ts";
import { type Parts, partsOf } from "../../destinations/parts.ts";
import type { StoredEvent } from "../../ledger/interface.ts";
import { manyLines, utcTime } from "../../lib/text.ts";
import { type Html, jsonBlock, line, outLink, statusTag, tag, when, words } from "../frame/parts.ts";
import { copyButton } from "./copy.ts";
import { whereabouts } from "./whereabouts.ts";

/** Members of a list that stand there at once. */
const MOST_MEMBERS = 10;
const MOST_LISTED = 500;

/** The card. */
export function stateCard({ alert, copies, events, deliveries, shownBy }: Story, now: number): Html {
  const evidence = evidenceOf(alert);
  const parts = partsOf(alert.data);
  return html`<section class="card" aria-labelledby="state">
    <h2 id="state">How it stands</h2>
    <ul class="where">${whereabouts(deliveries, shownBy).map(({ tone, text }) => html`<li>${tag(tone, text)}</li>`)}</ul>
    ${alert.summary ? html`<p class="lines" dir="auto">${manyLines(alert.summary)}</p>` : ""}
    <dl class="facts">
      <dt>Status</dt><dd>${statusTag(alert.status)} ${taken(alert, events, now)}</dd>
      ${comment(alert)}
      <dt>Severity</dt><dd>${alert.severity}${sourceWord(alert.severity, alert.severity_label)}</dd>
      ${text("Kind", [alert.category, alert.type].filter(Boolean).join(", "))}
      ${alert.rule ? html`<dt>Its rule</dt><dd><bdi>${line(alert.rule.name)}</bdi>${alert.rule.id ? html` <code>${line(alert.rule.id, 100)}</code>` : ""} ${outLink(alert.rule.url, "The rule at the source")}</dd>` : ""}
      ${text("Tenant", alert.tenant ?? "")}
      ${members("Assets", alert.assets.map(assetItem))}
      ${members("Observables", alert.observables.map(observableItem))}
      ${members("Techniques", alert.attacks.map(attackItem))}
      ${members("Reputation", enrichmentsOf(alert).map(enrichmentItem))}
      ${alert.tags.length > 0 ? html`<dt>Tags</dt><dd>${alert.tags.slice(0, 50).map((one) => html`<code>${line(one, 100)}</code> `)}</dd>` : ""}
      <dt>Source</dt><dd>${line(alert.source, 60)}, by the route <a href="/alerts?route=${encodeURIComponent(alert.route)}">${alert.route}</a></dd>
      <dt>Seen</dt><dd>first ${when(alert.first_seen, now)}, last ${when(alert.last_seen, now)}${alert.count > 1 ? `, ${alert.count} events` : ""}</dd>
      ${copies > 0 ? html`<dt>Copies</dt><dd>${copies} ${copies === 1 ? "was" : "were"} dropped: known events that came again</dd>` : ""}
      <dt>Received</dt><dd>${utcTime(alert.created_at)}, ${when(alert.created_at, now)}</dd>
      <dt>Version</dt><dd>${alert.version}, of ${when(alert.updated_at, now)}</dd>
      <dt>Id</dt><dd><code>${alert.id}</code> ${copyButton(alert.id, "the alert's id")}</dd>
      <dt>Key</dt><dd><code>${line(alert.key, 200)}</code> ${copyButton(alert.key, "the source's key")}</dd>
    </dl>
    ${parts ? partsList(parts) : evidence ? html`<h3>${evidence.label}</h3><pre tabindex="0">${evidence.text}</pre>` : ""}
    ${Object.keys(alert.data).length > 0 ? html`<details><summary class="small">All fields of the source</summary>${jsonBlock(alert.data)}</details>` : ""}
  </section>`;
}

/** The alerts of a group, the events of a threshold. */
const partsList = ({ label, shown, more }: Parts): Html => html`<h3>${label}</h3>
  <ul>${shown.map(({ text, alert }) => html`<li><a href="/alerts/${encodeURIComponent(alert)}">${text}</a></li>`)}${more > 0 ? html`<li class="soft">and ${more} more</li>` : ""}</ul>`;

const text = (label: string, value: string): Html => (value === "" ? html`` : html`<dt>${label}</dt><dd><bdi>${line(value)}</bdi></dd>`);

/** What the source says where it says it in other words. */
function sourceWord(ours: string, label: string): Html | string {
  const theirs = line(label, 100);
  if (theirs === "unknown") return ", assumed: the source has not told one";
  return theirs === "" || theirs.toLowerCase() === words(ours) || theirs.toLowerCase() === ours
    ? ""
    : html` <span class="soft">(the source says <bdi>${theirs}</bdi>)</span>`;
}

/** Who set the status, as far as it was somebody here and still stands. */
function taken(alert: Alert, events: readonly StoredEvent[], now: number): Html | string {
  const steps = events
    .flatMap(({ trace }) => trace)
    .filter(({ decision, values }) => decision === "own_change" && values?.status !== undefined);
  const last = steps.at(-1);
  if (!last || last.values?.status !== alert.status) return sourceWord(alert.status, alert.status_label);
  return html`by <bdi>${line(String(last.values.author), 80)}</bdi>, ${when(last.at, now)}`;
}

function comment({ data }: Alert): Html | undefined {
  const last = commentIn(data.comment);
  if (!last) return undefined;
  return html`<dt>Comment</dt><dd class="lines" dir="auto">${last.author === undefined ? "" : `${line(last.author, 80)}: `}${manyLines(last.text)}</dd>`;
}

function members(label: string, items: Html[]): Html {
  if (items.length === 0) return html``;
  const [first, rest] = [items.slice(0, MOST_MEMBERS), items.slice(MOST_MEMBERS, MOST_LISTED)];
  const more = items.length - MOST_LISTED;
  return html`<dt>${label}</dt><dd><ul class="members">${first}</ul>
    ${rest.length > 0 ? html`<details><summary class="small">${items.length - MOST_MEMBERS} more</summary><ul class="members">${rest}${more > 0 ? html`<li class="soft">and ${more} more, which the API tells</li>` : ""}</ul></details>` : ""}</dd>`;
}

/** A value of the source, which leads to the other alerts that have it. */
const sought = (value: string): Html => {
  const shown = line(value, 120);
  return value.length > 200 || shown === ""
    ? html`<code>${shown}</code>`
    : html`<a class="value" href="/alerts?observable=${encodeURIComponent(value.toWellFormed())}"><code>${shown}</code><span class="skip">: alerts that have it too</span></a>`;
};

const assetItem = ({ name, ip, type }: Alert["assets"][number]): Html =>
  html`<li>${sought(name)}${ip && ip !== name ? html` ${sought(ip)}` : ""}${type ? html` <span class="soft small">${line(type, 60)}</span>` : ""}</li>`;

const observableItem = ({ name, type, value }: Alert["observables"][number]): Html =>
  html`<li>${sought(value)} <span class="soft small">${line(name === type ? type : `${type}, ${name}`, 80)}</span> ${copyButton(line(value, 2_000), "the value")}</li>`;

function attackItem({ tactic, technique, name }: Alert["attacks"][number]): Html {
  const told = [technique ?? "", name ?? "", tactic && technique ? `(${tactic})` : (tactic ?? "")].filter(Boolean).join(" ");
  const [, page, part] = /^(T\d{4})(?:\.(\d{3}))?$/.exec(technique ?? "") ?? [];
  const href = page ? `https://attack.mitre.org/techniques/${page}/${part ? `${part}/` : ""}` : undefined;
  return html`<li>${href ? html`<a href="${href}" rel="noopener noreferrer"><bdi>${line(told)}</bdi></a>` : html`<bdi>${line(told)}</bdi>`}</li>`;
}

function enrichmentItem({ provider, value, verdict, score, url }: ReturnType<typeof enrichmentsOf>[number]): Html {
  const tone = verdict === "malicious" ? "bad" : verdict === "suspicious" ? "warn" : "calm";
  return html`<li><code>${line(value, 120)}</code> ${tag(tone, `${verdict}${score ? ` ${line(score, 20)}` : ""}`)} <span class="soft small">${line(provider, 60)}</span> ${outLink(url, "Report")}</li>`;
}
