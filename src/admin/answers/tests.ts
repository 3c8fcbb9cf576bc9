// What a test of a route or a destination comes to.
import * as z from "zod";
import { LAYOUTS } from "../layout-samples.ts";
import { alert, traceStep } from "./alerts.ts";
import { testResult } from "./deliveries.ts";

const bytes = {
  destination: z.string(),
  type: z.string(),
  problem: z.string().optional().meta({ description: "Why nothing would get out" }),
  method: z.string().optional(),
  url: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  binding: z.string().optional(),
  body: z.string(),
};
/** The bytes of a message. */
export const preview = z.strictObject(bytes).meta({ id: "Preview", description: "The final bytes, with secrets as their names" });

/** The report of a test. */
export const testReport = z
  .strictObject({
    dry_run: z.boolean(),
    alert,
    trace: z.array(traceStep).optional().meta({ description: "What the route's rules decided" }),
    destinations: z.array(z.union([preview, testResult])).meta({ description: "Previews of a dry run, else results" }),
  })
  .meta({ id: "TestReport" });

/** Every layout of a destination. */
export const layoutPreviews = z
  .strictObject({
    name: z.string(),
    type: z.string(),
    label: z.string(),
    items: z.array(
      z
        .strictObject({
          layout: z.enum(LAYOUTS),
          action: z.enum(["post", "edit", "reply"]).meta({ description: "A new message, a change of one, or an answer to one" }),
          says: z.array(z.string()).meta({ description: "What it says, line by line, whatever the chat makes of it" }),
          ...bytes,
        })
        .meta({ id: "LayoutPreview", description: "Of an edit or a reply the body alone: it goes to a message that stands there" }),
    ),
  })
  .meta({ id: "LayoutPreviews" });
