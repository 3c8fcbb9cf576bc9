// What a test of a route or a destination comes to.
import * as z from "zod";
import { alert, traceStep } from "./alerts.ts";
import { testResult } from "./deliveries.ts";

const preview = z
  .strictObject({
    destination: z.string(),
    type: z.string(),
    problem: z.string().optional().meta({ description: "Why nothing would get out" }),
    method: z.string().optional(),
    url: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    binding: z.string().optional(),
    body: z.string(),
  })
  .meta({ id: "Preview", description: "The final bytes, with secrets as their names" });

/** The report of a test. */
export const testReport = z
  .strictObject({
    dry_run: z.boolean(),
    alert,
    trace: z.array(traceStep).optional().meta({ description: "What the route's rules decided" }),
    destinations: z.array(z.union([preview, testResult])).meta({ description: "Previews of a dry run, else results" }),
  })
  .meta({ id: "TestReport" });
