// `tocsin alerts ...`: search, the story of one, and our own status.
import type { Command } from "commander";
import { alertPage, alert as alertSchema, story as storySchema } from "../../src/admin/answers/alerts.ts";
import { SEVERITIES, STATUSES, type Status } from "../../src/alert.ts";
import { part } from "../frame/api.ts";
import { Refusal } from "../frame/errors.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import type { Does, Frame } from "../frame/program.ts";
import { count, list, moment } from "../frame/values.ts";
import { alertLines } from "../views/alerts.ts";
import { storyLines } from "../views/story.ts";
import { statusPaint } from "../views/words.ts";

interface Search {
  severity?: string[];
  status?: string[];
  source?: string[];
  route?: string[];
  observable?: string;
  q?: string;
  from?: string;
  to?: string;
  limit: number;
}

const WIDE = 100;

/** Adds the verbs. */
export function addAlerts({ program, does }: Frame): void {
  const alerts = program
    .command("alerts")
    .summary("search alerts, tell their story, set a status")
    .description("Alerts: search, story, our own status.")
    .helpGroup(HEADINGS.inside);
  addSearch(alerts, does);
  addShow(alerts, does);
  addStatus(alerts, does, { verb: "acknowledge", status: "in_progress", summary: "say that somebody works on it", done: "Acknowledged" });
  addStatus(alerts, does, { verb: "resolve", status: "resolved", summary: "say that it is done with", done: "Resolved" });
  addComment(alerts, does);
}

function addSearch(alerts: Command, does: Does): void {
  const search = alerts
    .command("search")
    .summary("find alerts, newest first")
    .description("Finds alerts, newest first. What is not given is not asked for.")
    .addOption(list("--severity <words>", "severities", SEVERITIES))
    .addOption(list("--status <words>", "statuses", STATUSES))
    .addOption(list("--source <names>", "kinds of sources"))
    .addOption(list("--route <names>", "routes"))
    .option("--observable <value>", "the whole value of an observable, or a host's name or address")
    .option("-q, --q <words>", "words that all stand in the alert: title, summary, assets, observables ...")
    .addOption(moment("--from <time>", "not created before"))
    .addOption(moment("--to <time>", "not created after"))
    .addOption(count("--limit <n>", "how many", 10_000, 50));
  withExamples(
    search,
    ["alerts search --severity high,critical --status new", "what nobody has looked at"],
    ["alerts search -q 'srv-01 powershell' --from 2d", "words, in the last two days"],
    ["alerts search --json | jq -r '.items[].id'", "ids for a script"],
  );
  does<[], Search>(search, async ({ api, out }, { limit, ...query }) => {
    const { items, more } = await (await api()).list("/alerts", alertPage, query, limit);
    if (out.isJson) return out.json({ items, more });
    if (items.length === 0) return out.line("No alert is like that.");
    out.lines(alertLines(items, out.now(), out.width));
    if (more) out.note(`There are older ones: --to ${items.at(-1)?.created_at}, or a higher --limit.`);
  });
}

function addShow(alerts: Command, does: Does): void {
  const show = alerts
    .command("show")
    .summary("the whole story of one alert")
    .description(
      "One alert: what it is, who shows it, what came and what was decided about it, with the reasons and every attempt to deliver.",
    )
    .argument("<id>", "the alert's id, as `alerts search` and every message tell it")
    .option("--all", "every value of every decision, and what the chats answered")
    .option("--payloads", "with --json: the payloads as received");
  withExamples(
    show,
    ["alerts show sekoia.a51592bddb08095e2328a6ff", "the story"],
    ["alerts show sekoia.a51592bddb08095e2328a6ff --all", "with all answers of the chats"],
    ["alerts show sekoia.a51592bddb08095e2328a6ff --json --payloads", "all there is"],
  );
  does<[id: string], { all?: boolean; payloads?: boolean }>(show, async ({ api, out }, { all = false, payloads = false }, id) => {
    if (payloads && !out.isJson) throw new Refusal("--payloads goes with --json.");
    const story = await (await api()).get(`/alerts/${part(id)}`, storySchema, { query: { payloads } });
    if (out.isJson) return out.json(story);
    out.lines(storyLines(story, { now: out.now(), width: Math.min(out.width ?? WIDE, WIDE), all }));
  });
}

function addStatus(
  alerts: Command,
  does: Does,
  { verb, status, summary, done }: { verb: string; status: Status; summary: string; done: string },
): void {
  const command = alerts
    .command(verb)
    .summary(summary)
    .description(
      `Sets the status of alerts to ${status.replace("_", " ")}. Every chat that shows one says so. It stands until the source reports another one.`,
    )
    .argument("<ids...>", "ids of alerts")
    .option("--comment <text>", "why");
  withExamples(command, [`alerts ${verb} sekoia.a51592bddb08095e2328a6ff --comment 'a drill'`, "with a reason"]);
  does<[ids: string[]], { comment?: string }>(command, async ({ api, out }, { comment }, ids) => {
    const relay = await api("operate");
    const changed = [];
    for (const id of ids) {
      const alert = await relay.post(`/alerts/${part(id)}/status`, alertSchema, { body: { status, comment } });
      changed.push(alert);
      if (!out.isJson) out.line([`${done}: `, alert.title, "  ", statusPaint(alert.status)]);
    }
    if (out.isJson) out.json({ items: changed });
  });
}

function addComment(alerts: Command, does: Does): void {
  const command = alerts
    .command("comment")
    .summary("add a comment")
    .description("Adds a comment, which every chat that shows the alert tells. Its status stays.")
    .argument("<id>", "the alert's id")
    .argument("<text>", "the comment");
  withExamples(command, ["alerts comment sekoia.a51592bddb08095e2328a6ff 'the host is isolated'", "one comment"]);
  does<[id: string, text: string]>(command, async ({ api, out }, _, id, text) => {
    const alert = await (await api("operate")).post(`/alerts/${part(id)}/status`, alertSchema, { body: { comment: text } });
    if (out.isJson) out.json(alert);
    else out.line(["Commented: ", alert.title]);
  });
}
