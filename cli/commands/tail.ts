// `tocsin tail`: what comes in and goes out, live.
import { SEVERITIES } from "../../src/alert.ts";
import { Refusal } from "../frame/errors.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import type { Frame } from "../frame/program.ts";
import { list, moment } from "../frame/values.ts";
import { type TailOptions, tail } from "../tail/tail.ts";

interface Options extends Pick<TailOptions, "route" | "source" | "destination" | "severity" | "since"> {
  requestsOnly?: boolean;
  deliveriesOnly?: boolean;
}

/** Adds the verb. */
export function addTail({ program, does }: Frame): void {
  const command = program
    .command("tail")
    .summary("watch what comes in and goes out")
    .description(
      "Every request and what became of every message, as it happens, until Ctrl-C. It goes on through a restart of the relay and passes nothing over. With --json one object a line, of the type request, delivery or note.",
    )
    .addOption(list("--route <names>", "routes"))
    .addOption(list("--source <names>", "kinds of sources"))
    .addOption(list("--destination <names>", "messages to these destinations only"))
    .addOption(list("--severity <words>", "what is about alerts of these severities", SEVERITIES))
    .addOption(moment("--since <time>", "begin with what came since"))
    .option("--requests-only", "no messages")
    .option("--deliveries-only", "no requests")
    .helpGroup(HEADINGS.inside);
  withExamples(
    command,
    ["tail", "everything, from now on"],
    ["tail --severity high,critical --since 10m", "what matters, from ten minutes ago"],
    ["tail --destination soc", "one chat"],
    ["tail --json | jq -c 'select(.state == \"dead\")'", "for a script"],
  );
  does<[], Options>(command, async (run, { requestsOnly, deliveriesOnly, ...options }) => {
    if (requestsOnly && deliveriesOnly) throw new Refusal("Either --requests-only or --deliveries-only.");
    if (requestsOnly && options.destination) throw new Refusal("--destination is about messages: leave --requests-only out.");
    await tail(run, { ...options, requests: !deliveriesOnly && !options.destination, deliveries: !requestsOnly });
  });
}
