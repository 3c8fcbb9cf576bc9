// `tocsin inbox`: the living messages that Tocsin itself shows.

import { inboxPage } from "../../src/admin/answers/overview.ts";
import { SEVERITIES } from "../../src/alert.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import { faint, type Paint, strong } from "../frame/paint.ts";
import type { Frame } from "../frame/program.ts";
import { ago } from "../frame/times.ts";
import { count, list } from "../frame/values.ts";
import { severityPaint } from "../views/words.ts";

/** Adds the verb. */
export function addInbox({ program, does }: Frame): void {
  const inbox = program
    .command("inbox")
    .summary("the messages of inbox destinations")
    .description("What destinations of the type inbox show: one living message for each alert, newest first.")
    .addOption(list("--destination <names>", "inbox destinations"))
    .addOption(list("--severity <words>", "severities", SEVERITIES))
    .addOption(count("--limit <n>", "how many", 10_000, 50))
    .helpGroup(HEADINGS.inside);
  withExamples(inbox, ["inbox --severity critical", "the worst ones"]);
  does<[], { destination?: string[]; severity?: string[]; limit: number }>(inbox, async ({ api, out }, { limit, ...query }) => {
    const { items, more } = await (await api()).list("/inbox", inboxPage, query, limit);
    if (out.isJson) return out.json({ items, more });
    if (items.length === 0) return out.line("The inbox is empty.");
    const rows = items.map((one): Paint[] => [
      ago(one.updated_at, out.now()),
      severityPaint(one.severity),
      one.destination,
      strong(one.title),
      faint(one.alert),
    ]);
    out.table(
      [
        { title: "UPDATED", align: "right" },
        { title: "SEVERITY" },
        { title: "DESTINATION" },
        { title: "TITLE", least: 24 },
        { title: "ALERT" },
      ],
      rows,
    );
    if (more) out.note("There are older ones: a higher --limit.");
  });
}
