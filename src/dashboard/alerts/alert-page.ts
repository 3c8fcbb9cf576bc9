// The story of one alert: how it stands, where it went, what the chats draw, what happened and why.
import { html } from "hono/html";
import type { ShownMessage } from "../../admin/queries/messages.ts";
import type { Story } from "../../admin/queries/story.ts";
import { counted } from "../../lib/text.ts";
import { type Html, line, outLink, severityTag, statusTag, when } from "../frame/parts.ts";
import { actionCards } from "./actions.ts";
import { deliveriesCard } from "./deliveries-card.ts";
import { messagesCard } from "./messages-card.ts";
import { stateCard } from "./state-card.ts";
import { timelineCard } from "./timeline.ts";
import { waitNotes } from "./waits.ts";

/** What the page shows, and to whom. */
export interface AlertView {
  story: Story;
  messages: ShownMessage[];
  /** Whether whoever looks may act. */
  mayAct: boolean;
  now: number;
}

/** The page /alerts/{id}. */
export function alertPage({ story, messages, mayAct, now }: AlertView): Html {
  const { alert, deliveries, events, silenced } = story;
  return html`<div class="stack alert-head">
    <div class="meta">${severityTag(alert)}${statusTag(alert.status)}<a class="soft" href="/alerts?route=${encodeURIComponent(alert.route)}">${alert.route}</a><span class="soft">${when(alert.created_at, now)}</span></div>
    <div class="head"><h1 dir="auto">${line(alert.title, 240) || "Untitled alert"}</h1><div class="buttons">${outLink(alert.url, "Open in the console")}<a class="button narrow-only" href="#actions">${mayAct ? "Take it up" : "More"}</a></div></div>
    <p class="meta small jumps"><a href="#deliveries">${counted(deliveries.length, "message")}</a>${messages.length > 0 ? html`<a href="#messages">What the chats draw</a>` : ""}<a href="#history">${counted(events.length, "event")}</a></p>
  </div>
  ${waitNotes(story, now)}
  <div class="columns">
    <div class="stack">
      ${stateCard(story, now)}
      ${deliveriesCard(alert.id, deliveries, mayAct, now)}
      ${messagesCard(alert.version, messages, deliveries)}
      ${timelineCard(alert.id, events, now)}
    </div>
    ${actionCards(alert, { may: mayAct, isSilenced: silenced !== null })}
  </div>`;
}
