// `tocsin log`: every request to a known route, and what became of it.
import { logPage } from "../../src/admin/answers/overview.ts";
import { Refusal } from "../frame/errors.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import { bad, faint, good, type Paint, strong } from "../frame/paint.ts";
import type { Frame } from "../frame/program.ts";
import type { Column } from "../frame/table.ts";
import { moment as timeText } from "../frame/times.ts";
import { count, list, moment } from "../frame/values.ts";
import type { Request } from "../tail/requests.ts";
import { tail } from "../tail/tail.ts";
import { plain, plural } from "../views/words.ts";

interface Options {
  route?: string[];
  outcome?: string[];
  from?: string;
  to?: string;
  limit: number;
  follow?: boolean;
}

const OUTCOMES = logPage.shape.items.element.shape.outcome.options;
const COLUMNS: Column[] = [
  { title: "WHEN" },
  { title: "ROUTE", least: 8 },
  { title: "ANSWER", align: "right" },
  { title: "OUTCOME" },
  { title: "BYTES", align: "right" },
  { title: "MESSAGES", align: "right" },
  { title: "WHAT", least: 16 },
];

/** Adds the verb. */
export function addLog({ program, does }: Frame): void {
  const log = program
    .command("log")
    .summary("requests, and what became of them")
    .description(
      "Every request to a known route, newest first: the answer, why it was refused, which alerts and messages came of it. Kept for 7 days.",
    )
    .addOption(list("--route <names>", "routes"))
    .addOption(list("--outcome <words>", "outcomes", OUTCOMES))
    .addOption(moment("--from <time>", "not before"))
    .addOption(moment("--to <time>", "not after"))
    .addOption(count("--limit <n>", "how many", 10_000, 50))
    .option("-f, --follow", "go on with those that come, oldest first")
    .helpGroup(HEADINGS.inside);
  withExamples(
    log,
    ["log --outcome refused --from 1d", "who was turned away"],
    ["log --route sekoia --follow", "watch one source"],
    ["log --json | jq '.items[].alerts[]'", "for a script"],
  );
  does<[], Options>(log, async (run, { follow, limit, ...query }) => {
    if (follow) {
      if (query.to) throw new Refusal("--follow goes on without an end: leave --to out.");
      return tail(run, { route: query.route, outcome: query.outcome, since: query.from, deliveries: false });
    }
    const { out } = run;
    const { items, more } = await (await run.api()).list("/log", logPage, query, limit);
    if (out.isJson) return out.json({ items, more });
    if (items.length === 0) return out.line("No request is like that.");
    out.table(COLUMNS, items.map(rowOf));
    if (more) out.note(`There are older ones: --to ${items.at(-1)?.at}, or a higher --limit.`);
  });
}

function rowOf({ at, route, status, outcome, reason, bytes, alerts, events, deliveries }: Request): Paint[] {
  const [id = ""] = alerts;
  const what = alerts.length > 1 ? `${plural(alerts.length, "alert")}, ${plural(events.length, "event")}` : id;
  return [
    timeText(at),
    strong(route),
    status >= 400 ? bad(status) : String(status),
    outcome === "accepted" ? good(outcome) : outcome === "refused" ? bad(outcome) : outcome,
    faint(bytes),
    deliveries.length === 0 ? faint("0") : String(deliveries.length),
    reason === null ? faint(what) : plain(reason),
  ];
}
