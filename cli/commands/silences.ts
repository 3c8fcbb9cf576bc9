// `tocsin silences ...`: what is hidden for a while.
import { type Command, InvalidArgumentError, Option } from "commander";
import { story as storySchema } from "../../src/admin/answers/alerts.ts";
import { silence, silencePage } from "../../src/admin/answers/silences.ts";
import { SEVERITIES } from "../../src/alert.ts";
import { WEEKDAYS } from "../../src/config/hours-schema.ts";
import { parseDuration } from "../../src/lib/duration.ts";
import { SILENCE_STATES } from "../../src/rules/silence.ts";
import { type Api, Problem, part } from "../frame/api.ts";
import { Refusal } from "../frame/errors.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import { strong } from "../frame/paint.ts";
import type { Does, Frame } from "../frame/program.ts";
import { choice, comingMoment, count, list } from "../frame/values.ts";
import { type Silence, silenceLines, silencesLines } from "../views/silences.ts";
import { whoAmI } from "../who.ts";

interface Wanted {
  when?: string;
  alert?: string;
  for?: string;
  until?: string;
  from?: string;
  hours?: object;
  ceiling?: string;
  comment: string;
  owner?: string;
  route?: string[];
}

/** Adds the verbs. */
export function addSilences({ program, does }: Frame): void {
  const silences = program
    .command("silences")
    .summary("hide what is known for a while")
    .description(
      "Silences: what a condition fits is not told for a while, up to a severity. It is counted, and what matters is told at the end.",
    )
    .helpGroup(HEADINGS.inside);
  addList(silences.command("list"), does);
  addAdd(silences.command("add"), does);
  addEnd(silences.command("end"), does);
}

function addList(command: Command, does: Does): void {
  command
    .summary("what is hidden, and what was")
    .description("The silences that are active or upcoming, with what they hid so far, newest first.")
    .addOption(list("--state <words>", "in place of active and upcoming", SILENCE_STATES))
    .addOption(count("--limit <n>", "how many", 10_000, 50));
  withExamples(
    command,
    ["silences list", "what is hidden now, and what will be"],
    ["silences list --state ended", "what was, and how much it hid"],
  );
  does<[], { state?: string[]; limit: number }>(command, async ({ api, out }, { state, limit }) => {
    const { items, more } = await (await api()).list("/silences", silencePage, { state }, limit);
    if (out.isJson) return out.json({ items, more });
    if (items.length === 0) return out.line(state === undefined ? "Nothing is silenced." : "No silence is like that.");
    out.lines(silencesLines(items, out.now()));
    if (more) out.note("There are older ones: a higher --limit.");
  });
}

function addAdd(command: Command, does: Does): void {
  command
    .summary("hide what a condition fits")
    .description(
      "Makes a silence. It is in effect within two seconds. What is above its ceiling is told all the same, and so is the end of an alert that a chat shows.",
    )
    .option("--when <condition>", "what it hides: a condition as `when` of a rule")
    .option("--alert <id>", "in place of --when: this alert alone")
    .addOption(new Option("--for <duration>", "how long: 30m, 2h, 7d").argParser(spanOf))
    .addOption(comingMoment("--until <time>", "in place of --for: when it ends"))
    .addOption(comingMoment("--from <time>", "when it begins (default: now)"))
    .addOption(
      new Option("--hours <hours>", "only within these, again and again: 'sun 02:00-04:00 Europe/Paris', days with commas").argParser(
        hoursOf,
      ),
    )
    .addOption(
      choice("--ceiling <severity>", "the highest severity that it hides (default: high; with --alert, the alert's own)", SEVERITIES),
    )
    .requiredOption("--comment <text>", "why; always needed")
    .option("--owner <who>", "who answers for it (default: you)")
    .addOption(list("--route <names>", "on these routes only"));
  withExamples(
    command,
    ["silences add --alert sekoia.a51592bddb08095e2328a6ff --for 2h --comment 'we are on it'", "one alert"],
    [`silences add --when 'alert.rule.name == "EICAR"' --for 1d --comment 'scanner test'`, "a rule of the source"],
    [`silences add --when true --for 90d --hours 'sun 02:00-04:00' --comment updates`, "the same hours every week"],
  );
  does<[], Wanted>(command, async ({ api, out }, wanted) => {
    const body = bodyOf(wanted, out.now());
    const relay = await api("operate");
    const made = await making(relay, { ...body, ...(await aboutAlert(relay, wanted)) });
    if (out.isJson) return out.json(made);
    out.lines(silenceLines(made, out.now()));
    out.note(`To end it before its time: npx tocsin silences end ${made.id}`);
  });
}

function addEnd(command: Command, does: Does): void {
  command
    .summary("end one before its time")
    .description("Ends a silence. What it hid and still matters is told; one that is over stays as it is.")
    .argument("<id>", "the silence's id, as `silences list` tells it");
  withExamples(command, ["silences end 5f1d9f2c0b7a4e63", "from now on everything is told"]);
  does<[id: string]>(command, async ({ api, out }, _, id) => {
    await (await api("operate")).call("DELETE", `/silences/${part(id)}`);
    if (out.isJson) out.json({ ended: id });
    else out.line(["Ended ", strong(id), "."]);
  });
}

function bodyOf({ when, alert, for: span, until, from, hours, ceiling, comment, owner = whoAmI(), route }: Wanted, now: number): object {
  if ((when === undefined) === (alert === undefined)) throw new Refusal("Give either --when CONDITION or --alert ID.");
  if ((span === undefined) === (until === undefined)) throw new Refusal("Give either --for DURATION or --until TIME.");
  return { when, from, until: span ?? endOf(until, from, now), recur: hours, ceiling, owner, comment, routes: route };
}

/** `--until 2h` counts from now, as its help says; the relay counts a duration from the beginning. */
function endOf(until: string | undefined, from: string | undefined, now: number): string | undefined {
  const ms = parseDuration(until ?? "");
  return ms === undefined || from === undefined ? until : new Date(now + ms).toISOString();
}

/** A silence of one alert: of one that there is, and as bad as it is, since otherwise it might hide nothing. */
async function aboutAlert(relay: Api, { alert: id, ceiling }: Wanted): Promise<object> {
  if (id === undefined) return {};
  const { alert } = await relay.get(`/alerts/${part(id)}`, storySchema);
  return { when: `alert.id == ${JSON.stringify(alert.id)}`, ceiling: ceiling ?? alert.severity };
}

/** What the relay does not take is a command that is wrong. */
async function making(relay: Api, body: object): Promise<Silence> {
  try {
    return await relay.post("/silences", silence, { body });
  } catch (error) {
    if (error instanceof Problem && error.code === 422) throw new Refusal(error.message, { detail: error.detail });
    throw error;
  }
}

function spanOf(text: string): string {
  if ((parseDuration(text) ?? 0) <= 0) throw new InvalidArgumentError("It must be a duration such as 30m, 2h or 7d.");
  return text;
}

const HOURS = /^([a-z,]+) (\d\d:\d\d)-(\d\d:\d\d)(?: (\S+))?$/;

/** `mon,tue 08:00-18:00 Europe/Paris`; the zone may be left out for UTC. What is wrong with its parts the relay says. */
function hoursOf(text: string): object {
  const [, days = "", from, to, zone = "UTC"] = HOURS.exec(text.trim()) ?? [];
  const named = days === "daily" ? [...WEEKDAYS] : days.split(",");
  if (from === undefined || !named.every((day) => WEEKDAYS.some((known) => known === day)))
    throw new InvalidArgumentError(
      `It must be days, times and a zone: 'sun,mon 22:00-06:00 Europe/Paris'. Days are ${WEEKDAYS.join(", ")}, or daily.`,
    );
  return { zone, days: named, from, to };
}
