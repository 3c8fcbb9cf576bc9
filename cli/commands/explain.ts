// `tocsin explain` and `backtest`: why an alert went where it did, and what other rules would do.
import { explanation } from "../../src/admin/answers/explain.ts";
import { backtestOf, DAYS, MOST_DAYS } from "../backtest.ts";
import { named } from "../config/api-store.ts";
import { readText } from "../config/text-file.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import type { Frame } from "../frame/program.ts";
import { count } from "../frame/values.ts";
import { backtestLines } from "../views/backtest.ts";
import { explainLines } from "../views/explain.ts";

const WIDE = 100;

/** Adds `explain`. */
export function addExplain({ program, does }: Frame): void {
  const explain = program
    .command("explain")
    .helpGroup(HEADINGS.inside)
    .summary("why an alert went where it did, gate by gate")
    .description(
      "Tells what was decided about each event of an alert: every gate with the rule, the configuration's revision, the values it saw, its answer and the time. Then the rules in effect, or those of a file, are asked about the same events again, at their times, and what differs is told. Nothing is sent or changed.",
    )
    .argument("<id>", "the alert's id, as `alerts search` and every message tell it")
    .option("--file <file>", "a configuration file whose rules are asked, in place of those in effect");
  withExamples(
    explain,
    ["explain sekoia.a51592bddb08095e2328a6ff", "and what the rules of now would do"],
    ["explain sekoia.a51592bddb08095e2328a6ff --file new.toml", "what those of a file would do"],
  );
  does<[id: string], { file?: string }>(explain, async ({ api, out }, { file }, id) => {
    const relay = await api("read");
    const text = file === undefined ? undefined : readText(file);
    const body = { alert: id, ...(text ? { config: text.text } : {}) };
    const explained = await named(text?.name ?? "the configuration", relay.post("/explain", explanation, { body }));
    if (out.isJson) out.json(explained);
    else out.lines(explainLines(explained, text ? `the rules of ${text.name}` : "the rules in effect", Math.min(out.width ?? WIDE, WIDE)));
  });
}

/** Adds `backtest`. */
export function addBacktest({ program, does }: Frame): void {
  const backtest = program
    .command("backtest")
    .helpGroup(HEADINGS.configuration)
    .summary("what a file's rules would do with stored alerts")
    .description(
      "Puts the alerts that were stored in the last days through the rules in effect and through those of a file: what would be sent more, less and elsewhere, by destination and with examples, and which critical alerts would reach nobody. Nothing is sent or changed. Exit status 1 where critical alerts would be lost.",
    )
    .argument("<file>", "the configuration file")
    .addOption(count("--days <n>", "how far back", MOST_DAYS, DAYS));
  withExamples(
    backtest,
    ["backtest tocsin.toml --remote", "on the last 7 days of the deployed relay"],
    ["backtest tocsin.toml --days 30 --json | jq .lost_examples", "which criticals would reach nobody"],
  );
  does<[file: string], { days: number }>(backtest, async ({ api, out }, { days }, file) => {
    const relay = await api("configure");
    const tested = await backtestOf(relay, readText(file), { days, progress: (alerts) => out.progress(`${alerts} alerts so far ...`) });
    if (out.isJson) out.json(tested);
    else out.lines(backtestLines(tested, file, Math.min(out.width ?? WIDE, WIDE)));
    return tested.lost > 0 ? 1 : 0;
  });
}
