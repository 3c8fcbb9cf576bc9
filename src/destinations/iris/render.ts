// An alert as an alert of DFIR-IRIS, in the form that creates it; what a change leaves out is decided in request.ts.
// https://github.com/dfir-iris/iris-web/blob/develop/source/app/blueprints/rest/v2/alerts.py
import { type Alert, type Json, SEVERITIES, type Severity, type Status } from "../../alert.ts";
import { shorten, utf8Bytes } from "../../lib/text.ts";
import { type Card, cardToKeep, type Line } from "../card.ts";
import type { View } from "../destination.ts";
import { barest, fitted } from "../fit.ts";
import { assetsOf, contentOf, type IrisAsset, type IrisIoc, iocsOf, tagsOf, withoutMarkup } from "./content.ts";
import * as limits from "./limits.ts";
import { type Settings, severityIdOf, statusIdOf } from "./settings.ts";

/** The body that creates an alert. */
export interface IrisAlert {
  alert_title: string;
  alert_description: string;
  alert_source: string;
  alert_source_ref?: string;
  alert_source_link?: string;
  alert_source_event_time?: string;
  alert_source_content?: Record<string, Json>;
  alert_severity_id: number;
  alert_status_id: number;
  alert_customer_id: number;
  alert_classification_id?: number;
  alert_tags: string;
  /** Shown as a table. IRIS gives it back, which is how we know later what we said last. */
  alert_context: { Severity: Severity; Status: Status } & Record<string, string>;
  alert_assets?: IrisAsset[];
  alert_iocs?: IrisIoc[];
}

/** The alert of a view. A record always gets the whole; what came last stands in its description. */
export const render = (view: View, own: Settings): string => {
  const parts = partsOf(view, own);
  return fitted(
    cardToKeep(whole(view)),
    (card) => JSON.stringify(layout(parts, card, own)),
    (body) => utf8Bytes(body) <= limits.MAX_BODY_BYTES,
  );
};

/** The plain form: title, link and id, and nothing that depends on rows of the instance other than severity and status. */
export function plain(view: View, own: Settings): string {
  const { severity, status, ref } = partsOf(view, own);
  return JSON.stringify(
    layout({ severity, status, ref, tags: "tocsin" }, barest(cardToKeep(whole(view))), { ...own, classification_id: undefined }),
  );
}

const whole = (view: View): View => (view.kind === "update" ? { ...view, kind: "alert" } : view);

interface Parts {
  severity: Severity;
  status: Status;
  ref?: string;
  tags: string;
  at?: string;
  content?: Record<string, Json>;
  assets?: IrisAsset[];
  iocs?: IrisIoc[];
}

function partsOf(view: View, own: Settings): Parts {
  switch (view.kind) {
    case "digest":
      return { severity: worstOf(view.bySeverity), status: "new", tags: "tocsin,digest", at: view.since };
    case "notice": {
      const { id, severity, resolved, at } = view.notice;
      return { severity, status: resolved ? "resolved" : "new", ref: id, tags: "tocsin,notice", at };
    }
    case "alert":
    case "update":
      return alertParts(view.alert, own, view.style?.detail === "simple");
    case "moved":
    case "test":
      return alertParts(view.alert, own, false);
  }
}

function alertParts(alert: Alert, own: Settings, simple: boolean): Parts {
  const { severity, status, id, first_seen: at } = alert;
  const named = { severity, status, ref: id, tags: tagsOf(alert), at };
  if (simple) return named;
  return {
    ...named,
    content: contentOf(alert),
    assets: assetsOf(alert, own),
    iocs: iocsOf(alert, own),
  };
}

const worstOf = (counts: Record<Severity, number>): Severity => SEVERITIES.findLast((severity) => counts[severity] > 0) ?? "info";

function layout(parts: Parts, card: Card, own: Settings): IrisAlert {
  const { severity, status, ref, tags, at, content, assets = [], iocs = [] } = parts;
  const [link] = card.links;
  const time = at === undefined ? Number.NaN : Date.parse(at);
  return {
    alert_title: shorten(withoutMarkup(`${card.word.startsWith("TEST") ? "[TEST] " : ""}${card.title}`), limits.MAX_TITLE),
    alert_description: descriptionOf(card),
    alert_source: card.source === "" ? "tocsin" : card.source,
    ...(ref === undefined ? {} : { alert_source_ref: ref }),
    ...(link ? { alert_source_link: link.url } : {}),
    // IRIS keeps times without a zone and reads them as UTC.
    ...(Number.isNaN(time) ? {} : { alert_source_event_time: new Date(time).toISOString().slice(0, 19) }),
    // A card that had to be shortened leaves no room for the details.
    ...(content && !card.shortened ? { alert_source_content: content } : {}),
    alert_severity_id: severityIdOf(own, severity),
    alert_status_id: statusIdOf(own, status),
    alert_customer_id: own.customer_id,
    ...(own.classification_id === undefined ? {} : { alert_classification_id: own.classification_id }),
    alert_tags: tags,
    alert_context: { Severity: severity, Status: status, ...contextOf(card) },
    ...(assets.length > 0 && !card.shortened ? { alert_assets: assets } : {}),
    ...(iocs.length > 0 && !card.shortened ? { alert_iocs: iocs } : {}),
  };
}

// Title, severity, status and id have fields of their own. Where IRIS runs the lines together, they are sentences still.
function descriptionOf(card: Card): string {
  const paragraphs = [
    card.changes.join("\n"),
    card.notes.join("\n"),
    card.summary,
    card.lines.map(lineText).join("\n"),
    card.newest.length > 0 ? ["Latest:", ...card.newest.map(lineText)].join("\n") : "",
    card.more > 0 ? `+${card.more} more` : "",
    card.evidence ? `${card.evidence.label}:\n${card.evidence.text}` : "",
  ];
  // The first link is `alert_source_link`. Ours are addresses in their normal form, which has no angle bracket in it.
  const links = card.links.slice(1).map(({ label, url }) => `${label}: ${url}`);
  const parts = [...paragraphs.map(withoutMarkup), ...links, card.shortened ? "Some of it was left out: follow the link." : ""];
  return parts.filter((text) => text !== "").join("\n\n");
}

// The fact's label is the row's name; severity and status are ours.
function contextOf(card: Card): Record<string, string> {
  const rows = card.facts.flatMap(({ label, values, more }) => {
    const value = withoutMarkup(`${values.join(", ")}${more > 0 ? ` +${more} more` : ""}`);
    if (label === "Severity") return [];
    return [[label === "Status" ? "Status at the source" : withoutMarkup(label), value]];
  });
  return Object.fromEntries(rows);
}

const lineText = ({ mark, word, title, place, link }: Line): string =>
  `${mark} ${word} ${title}${place ? ` · ${place}` : ""}${link ? ` · ${link}` : ""}`;
