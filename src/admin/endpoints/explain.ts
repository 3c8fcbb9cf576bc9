// Rules explained, and tried on what was stored. Nothing is sent or changed.
import * as z from "zod";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { noSuch } from "../problems.ts";
import { backtest, cursorOf } from "../queries/backtest.ts";
import { explain } from "../queries/explain.ts";
import { refused } from "./config.ts";

const MOST_CONFIG = 1_048_576;
/** A text in JSON: its line ends and quotes are two characters there. */
const MOST_BYTES = 2 * MOST_CONFIG;
const MOST_DAYS = 400;

const config = () =>
  z
    .string()
    .max(MOST_CONFIG)
    .meta({ description: "A configuration file", examples: ['[destinations.board]\ntype = "inbox"\n'] });

/** The endpoints. */
export const explainEndpoints: Endpoint[] = [
  endpoint({
    method: "POST",
    path: "/explain",
    operation: "explain",
    summary: "Why an alert went where it did, and what the rules would do with it now",
    role: "read",
    mostBytes: MOST_BYTES,
    body: z
      .strictObject({
        alert: z.string().min(1).max(200),
        config: config().optional(),
      })
      .meta({ id: "ExplainRequest", examples: [{ alert: "prod.0123456789abcdef01234567" }] }),
    refusals: [404],
    handle: async ({ context, body }) => {
      const explained = await explain(context, body.alert, body.config);
      if (!explained.ok) return refused(explained.reason);
      return explained.value ?? noSuch("alert");
    },
  }),
  endpoint({
    method: "POST",
    path: "/backtest",
    operation: "backtest",
    summary: "Stored alerts through the rules in effect and through others, page by page",
    role: "configure",
    mostBytes: MOST_BYTES,
    body: z
      .strictObject({
        config: config(),
        days: z.int("must be a whole number").min(1, "must be at least 1").max(MOST_DAYS, `must be at most ${MOST_DAYS}`).default(7),
        limit: z.int("must be a whole number").min(1, "must be at least 1").max(5_000, "must be at most 5000").default(1_000),
        changed_only: z.boolean().default(false).meta({ description: "Only routes whose rules the text changes" }),
        cursor: z
          .string()
          .max(200)
          .transform((text, issues) => {
            const cursor = cursorOf(text);
            if (cursor) return cursor;
            issues.addIssue({ code: "custom", message: "must be the `next` of an earlier answer" });
            return z.NEVER;
          })
          .optional(),
      })
      .meta({ id: "BacktestRequest", examples: [{ config: '[destinations.board]\ntype = "inbox"\n', days: 7 }] }),
    handle: async ({ context, body }) => {
      const { changed_only: changedOnly, ...asked } = body;
      const tested = await backtest(context, { ...asked, changedOnly });
      return tested.ok ? tested.value : refused(tested.reason);
    },
  }),
];
