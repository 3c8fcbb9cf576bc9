// What a test of a route or a destination came to.
import type * as z from "zod";
import type { testReport } from "../../src/admin/answers/tests.ts";
import { bad, faint, good, type Paint, strong, warn } from "../frame/paint.ts";
import { tableLines } from "../frame/table.ts";
import { deliveryAttempts } from "./attempts.ts";
import { decisionLines } from "./decisions.ts";
import { plain, statePaint } from "./words.ts";

export type TestReport = z.output<typeof testReport>;
type Result = Extract<TestReport["destinations"][number], { state: unknown }>;
type Preview = Exclude<TestReport["destinations"][number], Result>;

/** The lines of a report: what the rules decided, then each destination. */
export function reportLines({ trace, destinations }: TestReport, width: number): Paint[] {
  const decided = trace === undefined ? [] : [strong("What the rules decide"), ...decisionLines(trace, width), ""];
  const nobody =
    destinations.length === 0 ? [warn("No rule matches: the alert would be counted as unmatched, and nobody would see it.")] : [];
  const results = destinations.filter((one) => "state" in one);
  return [
    ...decided,
    ...nobody,
    ...resultLines(results, width),
    ...destinations.flatMap((one) => ("state" in one ? [] : previewLines(one))),
  ];
}

/** Whether every destination has it; a dry run only has to have nothing in its way. */
export const isGood = ({ destinations }: TestReport): boolean =>
  destinations.length > 0 && destinations.every((one) => ("state" in one ? one.state === "delivered" : one.problem === undefined));

function resultLines(results: readonly Result[], width: number): Paint[] {
  const heads = tableLines(
    [{ title: "" }, { title: "" }, { title: "" }],
    results.map(({ destination, state, attempts, reason, log }): Paint[] => {
      const last = log.at(-1);
      const why = reason ?? last?.outcome ?? "";
      return [strong(destination), statePaint(state, attempts), state === "delivered" ? faint(last ? `in ${last.ms} ms` : "") : plain(why)];
    }),
    undefined,
  );
  return results.flatMap(({ destination, state, log }, index) => [
    heads[index] ?? "",
    ...(state === "delivered" ? [] : deliveryAttempts(log, width)),
    ...(state === "pending" ? [faint(`  It goes on: npx tocsin deliveries list --destination ${destination}`)] : []),
  ]);
}

function previewLines({ destination, type, problem, method, url, headers = {}, binding, body }: Preview): Paint[] {
  const verdict = problem === undefined ? good("would be sent") : bad(`would not be sent: ${problem}`);
  const address = url ? `  ${method ?? "POST"} ${url}` : binding ? `  by the binding ${binding}` : "";
  return [
    [strong(destination), faint(` (${type})  `), verdict],
    ...(address === "" ? [] : [address]),
    ...Object.entries(headers).map(([name, value]): Paint => [faint(`  ${name}: `), value]),
    "",
    ...bodyLines(body).map((line) => `  ${line}`),
  ];
}

/** JSON is laid out; anything else stands as it is. */
function bodyLines(body: string): string[] {
  try {
    return JSON.stringify(JSON.parse(body), null, 2).split("\n");
  } catch {
    return body.split("\n");
  }
}
