import { html } from "hono/html";
import { setStatus, statusChange } from "../../admin/endpoints/alerts.ts";
import { SPANS, silenceFor } from "../../admin/queries/acts.ts";
import { searchAlerts } from "../../admin/queries/alerts.ts";
import { explain } from "../../admin/queries/explain.ts";
import { messagesOf } from "../../admin/queries/messages.ts";
import { findAlert, tellStory } from "../../admin/queries/story.ts";
import { routeNames } from "../frame/names.ts";
import { type Answer, type Form, type Pages, WrongQuery } from "../frame/view.ts";
import { alertPage } from "./alert-page.ts";
import { eventPage } from "./event-page.ts";
import { explainPage } from "./explain-page.ts";
import { alertsPage } from "./list-page.ts";
import { liveSeconds, searchOf } from "./search.ts";

/** The list of alerts, one of them, and what can be done to it. */
export function addAlerts(pages: Pages): void {
  pages.show("/alerts", { title: "Alerts", live: liveSeconds }, async ({ context, url, now }) => {
    const search = searchOf(url, now);
    if (search instanceof WrongQuery) return search;
    const sources = [...new Set([...context.loaded.routeByName.values()].map(({ source }) => source))].sort();
    const found = await searchAlerts(context.env.DB, search, now);
    return alertsPage({ found, url, choices: { routes: routeNames(context), sources }, now });
  });

  pages.show("/alerts/:id", { title: "Alert", live: 5 }, async ({ context, param, may, now }) => {
    const story = await tellStory(context, param("id"));
    return story && alertPage({ story, messages: messagesOf(context, story), mayAct: may("operate"), now });
  });

  pages.show("/alerts/:id/explain", { title: "What the present rules would do" }, async ({ context, param }) => {
    const explained = await explain(context, param("id"), undefined);
    return explained.ok && explained.value ? explainPage(explained.value) : undefined;
  });

  pages.show("/alerts/:id/events/:event", { title: "Event" }, async ({ context, param, now }) => {
    const story = await tellStory(context, param("id"));
    const event = story?.events.find(({ id }) => id === param("event"));
    return story && event && eventPage(story, event, now);
  });

  pages.act("/alerts/:id/status", "operate", async ({ context, param, text }) => {
    const given = Object.fromEntries(["status", "comment"].flatMap((name) => (text(name) ? [[name, text(name)]] : [])));
    const wanted = statusChange.safeParse(given);
    const to = pathOf(param("id"));
    if (!wanted.success) return { to, notice: "nothing_set" };
    return (await setStatus(context, param("id"), wanted.data)) ? { to, notice: "status_set" } : undefined;
  });

  pages.act("/alerts/:id/silence", "operate", silence);
}

const pathOf = (id: string): string => `/alerts/${encodeURIComponent(id)}`;

async function silence({ context, param, text }: Form): Promise<Answer> {
  const found = await findAlert(context, param("id"));
  if (!found) return undefined;
  const to = pathOf(param("id"));
  const span = SPANS.find((one) => one === text("span"));
  if (!span) return { to, notice: "silence_no_span" };
  const scope = text("scope") === "alike" ? "alike" : "alert";
  const comment = text("comment").trim().slice(0, 1_000) || "silenced from the alert's page";
  const problem = await silenceFor(context, found.story.alert, { span, scope, owner: context.author, comment });
  if (problem === undefined) return { to, notice: "alert_silenced" };
  const page = html`<h1>Not silenced</h1><p class="note bad">${problem}</p><p><a href="${to}">Back to the alert</a></p>`;
  return { page, title: "Not silenced", status: 422 };
}
