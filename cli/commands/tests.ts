// `tocsin routes test` and `tocsin destinations test`: a marked test alert, sent or only shown.
import type { Command } from "commander";
import { testReport } from "../../src/admin/answers/tests.ts";
import { SEVERITIES } from "../../src/alert.ts";
import { part } from "../frame/api.ts";
import { withExamples } from "../frame/help.ts";
import type { Does, Frame } from "../frame/program.ts";
import { choice } from "../frame/values.ts";
import { isGood, reportLines } from "../views/test-report.ts";
import { groupOf } from "./groups.ts";

const WIDE = 100;

/** Adds the verbs to the groups `routes` and `destinations`, which may hold others. */
export function addTests({ program, does }: Frame): void {
  addTest(groupOf(program, "routes"), does, {
    kind: "routes",
    summary: "send a test alert through a route's rules",
    what: "Plans a marked test alert through the rules of a route and sends it to the destinations that they choose: who would see an alert of this severity?",
  });
  addTest(groupOf(program, "destinations"), does, {
    kind: "destinations",
    summary: "send a test alert to a destination",
    what: "Sends a marked test alert to one destination and says what the chat answered.",
  });
}

function addTest(
  group: Command,
  does: Does,
  { kind, summary, what }: { kind: "routes" | "destinations"; summary: string; what: string },
): void {
  const test = group
    .command("test")
    .summary(summary)
    .description(`${what} Exit status 1 unless everybody has it.`)
    .argument("<name>", kind === "routes" ? "the route's name" : "the destination's name")
    .addOption(choice("--severity <word>", "the test alert's severity", SEVERITIES))
    .option("--dry-run", "show the final bytes, with secrets as their names; nothing is sent");
  const name = kind === "routes" ? "sekoia-prod" : "soc";
  withExamples(test, [`${kind} test ${name}`, "send it"], [`${kind} test ${name} --severity critical --dry-run`, "only show it"]);
  does<[name: string], { severity?: string; dryRun?: boolean }>(test, async ({ api, out }, { severity, dryRun = false }, target) => {
    const relay = await api("operate");
    const report = await relay.post(`/${kind}/${part(target)}/test`, testReport, { query: { dry_run: dryRun }, body: { severity } });
    if (out.isJson) out.json(report);
    else out.lines(reportLines(report, Math.min(out.width ?? WIDE, WIDE)));
    return isGood(report) ? 0 : 1;
  });
}
