// `tocsin routes add`, `enable`, `disable`, `rotate`, `remove`: edits that are revisions of their own.
import { randomUUID } from "node:crypto";
import { type Command, InvalidArgumentError, Option } from "commander";
import { formerIds, rotated } from "../../src/config/former-ids.ts";
import { notOneOf } from "../../src/config/problem.ts";
import { parseDuration } from "../../src/lib/duration.ts";
import { applyEdit, readEditable, tableNamed, tellApplied, withKeys, withTable } from "../config/edits.ts";
import { addressOfRoute } from "../config/route-addresses.ts";
import { type Settings, setOption, withExample } from "../config/settings.ts";
import { storeOf } from "../config/store-of.ts";
import { vendorSteps } from "../config/vendor-steps.ts";
import { Refusal } from "../frame/errors.ts";
import { withExamples } from "../frame/help.ts";
import { strong } from "../frame/paint.ts";
import type { Does } from "../frame/program.ts";
import { moment } from "../frame/times.ts";
import { list } from "../frame/values.ts";
import { registries } from "../registries.ts";
import { markdownLines } from "../views/markdown.ts";
import { tieRemoval } from "./removal.ts";

/** Adds the verbs to `routes`. */
export function addRouteEdits(routes: Command, does: Does): void {
  addAdd(routes.command("add"), does);
  addSwitch(routes, does, "enable");
  addSwitch(routes, does, "disable");
  addRotate(routes.command("rotate"), does);
  const remove = routes
    .command("remove")
    .description(
      "Takes a route out of the configuration, as a revision of its own. What it accepted is still decided and delivered, and its alerts stay for their retention.",
    );
  withExamples(remove, ["routes remove lab", "after a question"], ["routes remove lab --yes", "without one"]);
  tieRemoval(remove, does, "route", "Its address will answer 404.");
}

function addAdd(command: Command, does: Does): void {
  command
    .summary("add a route, and say what to do on the vendor's side")
    .description(
      "Makes a fresh address for a source, adds the route to the configuration as a revision of its own, and prints the address and the steps on the vendor's side. The file's comments stay.",
    )
    .requiredOption("--source <type>", "the kind of system that will post, such as sekoia or ntopng")
    .option("--name <name>", "the route's name (default: the source's, with a number if need be)")
    .addOption(list("--to <names>", "destinations that show its alerts"))
    .addOption(setOption("a setting of the source"));
  withExamples(
    command,
    ["routes add --source sekoia --to soc --set token=secret:SEKOIA_TOKEN", "alerts of SEKOIA.IO to the destination soc"],
    ["routes add --source github --name org --to soc,board --set webhook_secret=secret:HOOK", "with a name"],
  );
  does<[], { source: string; name?: string; to?: string[]; set?: Settings }>(
    command,
    async (run, { source, name: wanted, to, set = {} }) => {
      if (!registries.sources.has(source)) throw noSource(source);
      const store = await storeOf(run);
      const base = await readEditable(store);
      const taken = base.document.routes ?? {};
      const name = wanted ?? freeName(source, taken);
      const id = randomUUID();
      const table = { id, source, ...set, ...(to === undefined ? {} : { rules: [{ name: "all", to }] }) };
      const applied = await applyEdit(store, base, withTable(base, "route", name, table)).catch((error: unknown) => {
        throw withExample(error, source, registries.sources.get(source)?.example ?? {});
      });
      const address = await addressOfRoute(run, base.document, id);
      if (run.out.isJson) return run.out.json({ ...applied, name, address });
      await tellApplied(run, applied);
      run.out.lines(["", [strong("Address  "), address], ""]);
      if (to === undefined) run.out.line("It has no rules yet: its alerts are counted as unmatched, and shown on the dashboard.");
      run.out.lines([strong("On the vendor's side"), "", ...markdownLines(vendorSteps(source, { name, id, address }), run.out.width)]);
    },
  );
}

function noSource(source: string): Refusal {
  const { message, instead } = notOneOf(source, [...registries.sources.keys()]);
  return new Refusal(`--source ${message}.`, { hint: instead });
}

function freeName(source: string, taken: Record<string, unknown>): string {
  let name = source;
  for (let number = 2; taken[name] !== undefined; number++) name = `${source}-${number}`;
  return name;
}

function addSwitch(routes: Command, does: Does, verb: "enable" | "disable"): void {
  const command = routes
    .command(verb)
    .summary(verb === "enable" ? "let a route take requests again" : "have a route answer 404, as if there were none")
    .description(
      verb === "enable"
        ? "Lets a disabled route take requests again."
        : "A disabled route answers 404, as if there were no such route. Its alerts stay, and what it has not decided yet is decided.",
    )
    .argument("<name>", "the route's name");
  withExamples(command, [`routes ${verb} sekoia-prod`, "in effect within 5 seconds"]);
  does(command, async (run, _, name) => {
    const store = await storeOf(run);
    const base = await readEditable(store);
    const applied = await applyEdit(store, base, withKeys(base, "route", name, { enabled: verb === "enable" ? undefined : false }));
    if (run.out.isJson) run.out.json(applied);
    else await tellApplied(run, applied);
  });
}

const keepOption = new Option("--keep <duration>", "how long the old address is still accepted: 12h, 7d; 0s for not at all")
  .default("7d")
  .argParser((text) => {
    if (parseDuration(text) === undefined) throw new InvalidArgumentError("It must be a duration such as 12h or 7d.");
    return text;
  });

function addRotate(command: Command, does: Does): void {
  command
    .summary("give a route a fresh address")
    .description(
      "Gives a route a fresh address, as a revision of its own. The old one is accepted until its time, so that the vendor can be changed without losing an alert.",
    )
    .argument("<name>", "the route's name")
    .addOption(keepOption);
  withExamples(
    command,
    ["routes rotate sekoia-prod", "both addresses are accepted for 7 days"],
    ["routes rotate sekoia-prod --keep 0s", "the old address leaked: it ends at once"],
  );
  does<[name: string], { keep: string }>(command, async (run, { keep }, name) => {
    const store = await storeOf(run);
    const base = await readEditable(store);
    const table = tableNamed(base.document, "route", name);
    const id = randomUUID();
    const values = rotated(table, id, parseDuration(keep) ?? 0, run.terminal.now());
    const applied = await applyEdit(store, base, withKeys(base, "route", name, values));
    const address = await addressOfRoute(run, base.document, id);
    const old = formerIds(values).find((one) => one.id === String(table.id).toLowerCase());
    const until = old?.until.toISOString() ?? null;
    if (run.out.isJson) return run.out.json({ ...applied, name, address, until });
    await tellApplied(run, applied);
    const ends = until === null ? "The old address is no longer accepted." : `The old address is accepted until ${moment(until)} UTC.`;
    run.out.lines(["", [strong("Address  "), address], ends]);
  });
}
