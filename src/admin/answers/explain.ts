// An alert explained, and rules tried on stored alerts.
import * as z from "zod";
import { SEVERITIES } from "../../alert.ts";
import { alert, change, storyEvent, traceStep } from "./alerts.ts";
import { count, time } from "./page.ts";

const names = () => z.array(z.string());
const end = storyEvent.shape.end;

const explainedEvent = z
  .strictObject({
    id: z.string(),
    type: z.string(),
    kind: change.shape.kind,
    received_at: time(),
    end,
    to: names().meta({ description: "Destinations that began to show the alert with it" }),
    trace: z.array(traceStep).meta({ description: "Every gate that was asked, with the values that it saw, its answer and the time" }),
    would: z
      .strictObject({ end, to: names(), trace: z.array(traceStep) })
      .nullable()
      .meta({ description: "What the rules would do with it; null for what no source sent" }),
    differs: z.boolean(),
  })
  .meta({ id: "ExplainedEvent" });

/** Why an alert went where it did, and what the rules would do. */
export const explanation = z
  .strictObject({
    alert,
    against: z.enum(["present", "config"]).meta({ description: "Which rules were tried: those in effect, or those that were sent" }),
    revision: count().nullable().meta({ description: "Of the configuration in effect" }),
    route_known: z.boolean().meta({ description: "False: the configuration has no such route, or it is disabled" }),
    shown_by: names(),
    would_show: names().nullable().meta({ description: "Null for an alert that a rule raised itself" }),
    differs: z.boolean(),
    beyond: names().meta({ description: "Rules and inhibitions that look beyond this alert: they were tried with it alone" }),
    events: z.array(explainedEvent),
  })
  .meta({ id: "Explanation" });
export type Explanation = z.input<typeof explanation>;

const messages = z.strictObject({ before: count(), after: count() });
const difference = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    route: z.string(),
    severity: z.enum(SEVERITIES).meta({ description: "The worst that it is known to have had" }),
    created_at: time(),
    before: names(),
    after: names(),
  })
  .meta({ id: "BacktestDifference", description: "An alert that other destinations would be told of" });

/** A page of a backtest. */
export const backtestPage = z
  .strictObject({
    since: time(),
    alerts: count().meta({ description: "That were tried; all counts are of this page" }),
    events: count(),
    destinations: z.array(
      z
        .strictObject({
          name: z.string(),
          messages: messages.meta({ description: "By the rules in effect, and by those that were sent" }),
          gains: count().meta({ description: "Alerts that it would show and does not" }),
          loses: count(),
        })
        .meta({ id: "BacktestDestination" }),
    ),
    differing: count(),
    examples: z.array(difference),
    lost: count().meta({ description: "Critical alerts that reached somebody and would reach nobody" }),
    lost_examples: z.array(difference),
    split: names().meta({ description: "Routes whose alerts did not fit into this page: windows and groups count each part by itself" }),
    next: z.string().nullable().meta({ description: "`cursor` of the next page; null at the end" }),
  })
  .meta({ id: "Backtest" });
export type BacktestPage = z.input<typeof backtestPage>;
