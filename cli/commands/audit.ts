// `tocsin audit`: who changed what.
import { auditPage } from "../../src/admin/answers/people.ts";
import { Refusal } from "../frame/errors.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import { faint, type Paint, strong } from "../frame/paint.ts";
import type { Frame } from "../frame/program.ts";
import { moment as timeText } from "../frame/times.ts";
import { count, list, moment } from "../frame/values.ts";

interface Options {
  actor?: string[];
  action?: string[];
  from?: string;
  to?: string;
  limit: number;
  csv?: boolean;
}

/** Adds the verb. */
export function addAudit({ program, does }: Frame): void {
  const audit = program
    .command("audit")
    .summary("who changed what")
    .description("The audit log, newest first: who changed what, and how they came in.")
    .addOption(list("--actor <names>", "addresses of people, names of tokens"))
    .addOption(list("--action <words>", "actions such as delivery.replayed"))
    .addOption(moment("--from <time>", "not before"))
    .addOption(moment("--to <time>", "not after"))
    .addOption(count("--limit <n>", "how many", 10_000, 50))
    .option("--csv", "all that is found, as CSV")
    .helpGroup(HEADINGS.inside);
  withExamples(
    audit,
    ["audit --from 7d", "what happened this week"],
    ["audit --action configuration.applied --csv > applies.csv", "a file for the auditors"],
  );
  does<[], Options>(audit, async ({ api, out, terminal }, { csv, limit, ...query }) => {
    if (csv && out.isJson) throw new Refusal("Either --csv or --json.");
    const relay = await api();
    if (csv) {
      terminal.stdout.write((await relay.call("GET", "/audit", { query: { ...query, format: "csv" } })).text);
      return;
    }
    const { items, more } = await relay.list("/audit", auditPage, query, limit);
    if (out.isJson) return out.json({ items, more });
    if (items.length === 0) return out.line("Nobody changed anything like that.");
    const rows = items.map(({ at, actor, via, action, target, detail }): Paint[] => [
      timeText(at),
      strong(actor),
      faint(via.replace("_", " ")),
      action,
      target ?? "",
      faint(
        Object.entries(detail)
          .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
          .join(" "),
      ),
    ]);
    out.table(
      [{ title: "WHEN" }, { title: "WHO", least: 10 }, { title: "VIA" }, { title: "WHAT" }, { title: "TARGET" }, { title: "DETAIL" }],
      rows,
    );
    if (more) out.note(`There are older ones: --to ${items.at(-1)?.at}, or a higher --limit.`);
  });
}
