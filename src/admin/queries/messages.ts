// What each destination that shows an alert would draw of it now: the living message, made anew from the alert's present state. Nothing is sent.
import { type Card, cardOf } from "../../destinations/card.ts";
import type { View } from "../../destinations/destination.ts";
import { errorText } from "../../lib/log.ts";
import { styleOf } from "../../templates/style.ts";
import type { AdminContext } from "../context.ts";
import { masked, masksOf } from "../mask-settings.ts";
import { linksTo } from "./preview.ts";
import type { Story } from "./story.ts";

/** One destination's message. */
export interface ShownMessage {
  destination: string;
  type: string;
  label: string;
  /** What it says, before the chat's markup. */
  card: Card;
  /** What the chat is sent, without secrets; empty where it cannot be made. */
  body: string;
  /** Why it cannot be made. */
  problem?: string;
}

/** The messages of all destinations that show the alert and are still configured. */
export function messagesOf(context: AdminContext, story: Pick<Story, "alert" | "shownBy" | "styledBy">): ShownMessage[] {
  return story.shownBy.flatMap((name) => messageAt(context, name, story) ?? []);
}

function messageAt(context: AdminContext, name: string, { alert, styledBy }: Pick<Story, "alert" | "styledBy">): ShownMessage | undefined {
  const { destinationByName, routeByName } = context.loaded;
  const config = destinationByName.get(name);
  const adapter = config && context.destinations.get(config.type);
  if (!config || !adapter) return undefined;
  const rule = routeByName.get(alert.route)?.rules.find((one) => one.name === styledBy[name]);
  const detail = rule?.detail ?? config.detail;
  const template = rule?.template ?? config.template;
  const style = template || detail !== "full" ? styleOf({ template, detail }, { alert, destination: name }).style : undefined;
  const ping = (rule?.ping ?? config.ping)[alert.severity];
  const view: View = { kind: "alert", alert, links: linksTo(context, alert), ping, style };
  const told = { destination: name, type: config.type, label: adapter.label, card: cardOf(view) };
  try {
    const body = adapter.render(view, config.settings);
    return { ...told, body: masked(body, masksOf(adapter.settings, config.settings, context.env)) };
  } catch (error) {
    return { ...told, body: "", problem: `it cannot be made, and goes out in its plain form: ${errorText(error)}` };
  }
}
