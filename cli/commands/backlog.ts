// `tocsin backlog`: what waits, where and why.
import { destinationPage, routePage } from "../../src/admin/answers/overview.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import type { Frame } from "../frame/program.ts";
import { backlogLines } from "../views/backlog.ts";

/** Adds the verb. */
export function addBacklog({ program, does }: Frame): void {
  const backlog = program
    .command("backlog")
    .summary("what waits, where and why")
    .description(
      "Destinations with messages that wait or are dead, the worst first: how long the oldest has waited, and why it does not go on. Routes with events that are not decided yet.",
    )
    .option("--all", "also the destinations where nothing waits")
    .helpGroup(HEADINGS.inside);
  withExamples(backlog, ["backlog", "what needs somebody"], ["backlog --all --json", "every destination, as the API tells it"]);
  does<[], { all?: boolean }>(backlog, async ({ api, out }, { all = false }) => {
    const relay = await api();
    const { items: destinations } = await relay.get("/destinations", destinationPage);
    const { items: routes } = await relay.get("/routes", routePage);
    if (out.isJson) {
      const waits = destinations.filter((one) => all || one.pending > 0 || one.counts.dead > 0 || one.state !== "ok");
      return out.json({ destinations: waits, routes: routes.filter((one) => all || one.backlog > 0) });
    }
    out.lines(backlogLines(destinations, routes, { now: out.now(), all, width: out.width }));
  });
}
