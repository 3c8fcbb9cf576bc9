// `tocsin rebuild`: the projection in D1 made again from the objects, which are the record.
import { HEADINGS, withExamples } from "../frame/help.ts";
import type { Frame } from "../frame/program.ts";
import { relayInWords } from "../frame/target.ts";
import { list } from "../frame/values.ts";
import { Meter } from "../keep/meter.ts";
import { rebuild } from "../keep/rebuild.ts";
import { plural } from "../views/words.ts";

/** Adds the verb. */
export function addRebuild({ program, does }: Frame): void {
  const command = program
    .command("rebuild")
    .summary("make the lists in D1 again, from the objects")
    .description(
      "Has every ledger and outbox write its alerts and deliveries to D1 again, page by page. What to do when D1 was lost or restored: first the schema (`migrations up`), then the configuration (`apply FILE`), which names the objects, then this. It may be done at any time, and again: what is there already stays.",
    )
    .addOption(list("--object <names>", "only these objects, such as those of a route that was removed"))
    .helpGroup(HEADINGS.operation);
  withExamples(
    command,
    ["rebuild", "everything that the configuration names"],
    ["rebuild --remote --object ledger:old:0,outbox:war", "objects that it names no more"],
  );
  does<[], { object?: string[] }>(command, async (run, { object }) => {
    const rebuilt = await rebuild(await run.api(object === undefined ? "operate" : "configure"), new Meter(run), object);
    if (run.out.isJson) return run.out.json(rebuilt);
    const { objects, alerts, deliveries } = rebuilt;
    const wrote = `${plural(alerts, "alert")} and ${plural(deliveries, "delivery", "deliveries")}`;
    run.out.line(`${plural(objects, "object")} of ${relayInWords(await run.relay())} wrote ${wrote}.`);
    if (object !== undefined && alerts + deliveries === 0) run.out.note("Nothing was there to write: see whether the name is right.");
  });
}
