// `tocsin routes list` and `show`; and, as `npm run routes --` has them, `validate`, `try` and `apply`.
import type { Command } from "commander";
import { stringify } from "smol-toml";
import { formerIds } from "../../src/config/former-ids.ts";
import { tableNamed, tablesOf } from "../config/edits.ts";
import { addressOfRoute } from "../config/route-addresses.ts";
import { storeOf } from "../config/store-of.ts";
import { withExamples } from "../frame/help.ts";
import { faint, strong, warn } from "../frame/paint.ts";
import type { Does, Frame } from "../frame/program.ts";
import { moment } from "../frame/times.ts";
import { listingPaints } from "../views/listing.ts";
import { addTry, addValidate } from "./check-config.ts";
import { addApply } from "./config.ts";
import { groupOf } from "./groups.ts";
import { addRouteEdits } from "./route-edits.ts";

/** Adds the verbs. */
export function addRoutes({ program, does }: Frame): void {
  const routes = groupOf(program, "routes").description("The routes: what may come in, and what becomes of it.");
  addList(routes.command("list"), does);
  addShow(routes.command("show"), does);
  addRouteEdits(routes, does);
  addValidate(routes.command("validate", { hidden: true }), does);
  addTry(routes.command("try", { hidden: true }), does);
  addApply(routes.command("apply", { hidden: true }), does);
}

function addList(command: Command, does: Does): void {
  command
    .summary("what the relay has, and what is broken")
    .description("The routes, with the destinations and enrichers, as the relay reads them. What is broken stands first, with the reason.")
    .option("--reveal", "with the routes' addresses, which are credentials");
  withExamples(command, ["routes list", "all of them"], ["routes list --reveal --json", "with their addresses, for a script"]);
  does<[], { reveal?: boolean }>(command, async (run, { reveal = false }) => {
    const listing = await (await storeOf(run)).listing({ reveal });
    if (run.out.isJson) run.out.json(listing);
    else run.out.lines(listingPaints(listing, run.terminal.now(), run.out.width));
  });
}

function addShow(command: Command, does: Does): void {
  command
    .summary("a route's address and its table")
    .description(
      "The address that the vendor posts to, which is a credential, earlier ones that are still accepted, and the route's table in the words of the file.",
    )
    .argument("<name>", "the route's name");
  withExamples(command, ["routes show sekoia-prod", "its address and its settings"]);
  does(command, async (run, _, name) => {
    const { out } = run;
    const document = tablesOf((await (await storeOf(run)).present()).text);
    const table = tableNamed(document, "route", name);
    const address = await addressOfRoute(run, document, String(table.id));
    const former = formerIds(table).map(({ until }) => ({ until: until.toISOString(), open: until.getTime() > run.terminal.now() }));
    if (out.isJson) return out.json({ name, address, former, table });
    out.line([strong("Address  "), address, faint("   a credential: whoever knows it can post alerts")]);
    for (const { until, open } of former)
      out.line([strong("Former   "), open ? warn(`accepted until ${moment(until)}`) : faint(`no longer accepted since ${moment(until)}`)]);
    out.line();
    out.lines(
      stringify({ routes: { [name]: table } })
        .trimEnd()
        .split("\n"),
    );
  });
}
