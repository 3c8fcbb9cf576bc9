// `tocsin deliveries ...` and `tocsin replay`: what became of messages, and sending dead ones again.
import { delivery, deliveryPage, replayAnswer, replayManyAnswer } from "../../src/admin/answers/deliveries.ts";
import { type Api, Problem, part } from "../frame/api.ts";
import { Refusal } from "../frame/errors.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import { good } from "../frame/paint.ts";
import type { Frame } from "../frame/program.ts";
import type { Run } from "../frame/run.ts";
import { count, list, moment } from "../frame/values.ts";
import { deliveryTable } from "../views/deliveries.ts";
import { plural } from "../views/words.ts";

interface Filter {
  destination?: string[];
  reason?: string[];
  from?: string;
  to?: string;
}

/** Dead deliveries that are counted before anybody is asked. */
const MOST_COUNTED = 2_000;

/** Adds the verbs. */
export function addDeliveries({ program, does }: Frame): void {
  const deliveries = program
    .command("deliveries")
    .summary("what became of messages")
    .description("Messages to destinations, each with its state.")
    .helpGroup(HEADINGS.inside);
  const listed = deliveries
    .command("list")
    .summary("deliveries, newest first")
    .description(
      "Deliveries, newest first. A dead one was given up and can be replayed; a merged one was replaced by a newer version or went into a digest.",
    )
    .addOption(list("--state <words>", "states", delivery.shape.state.options))
    .addOption(list("--destination <names>", "destinations"))
    .addOption(list("--reason <words>", "reasons, such as revoked or gave_up"))
    .addOption(moment("--from <time>", "not created before"))
    .addOption(moment("--to <time>", "not created after"))
    .addOption(count("--limit <n>", "how many", 10_000, 50));
  withExamples(
    listed,
    ["deliveries list --state dead", "what nobody got"],
    ["deliveries list --state pending --destination soc", "what waits for one chat"],
    ["deliveries list --from 1h --json | jq '.items[].state'", "for a script"],
  );
  does<[], Filter & { state?: string[]; limit: number }>(listed, async ({ api, out }, { limit, ...query }) => {
    const { items, more } = await (await api()).list("/deliveries", deliveryPage, query, limit);
    if (out.isJson) return out.json({ items, more });
    if (items.length === 0) return out.line("No delivery is like that.");
    out.lines(deliveryTable(items, out.now(), out.width));
    if (more) out.note(`There are older ones: --to ${items.at(-1)?.created_at}, or a higher --limit.`);
  });
  addReplay({ program, does });
}

function addReplay({ program, does }: Frame): void {
  const replay = program
    .command("replay")
    .summary("send dead messages again")
    .description(
      "Sends dead deliveries again, with the alert's latest version: one by its id, or all that a filter finds, which are counted first. What was replayed is not dead any more: doing it twice shows a message once.",
    )
    .argument("[id]", "a delivery's id; without it, those that the filter finds")
    .addOption(list("--destination <names>", "destinations"))
    .addOption(list("--reason <words>", "reasons, such as revoked or gave_up"))
    .addOption(moment("--from <time>", "not created before"))
    .addOption(moment("--to <time>", "not created after"))
    .option("--all", "all dead deliveries there are")
    .option("--dry-run", "only count them")
    .option("-y, --yes", "do not ask")
    .helpGroup(HEADINGS.repair);
  withExamples(
    replay,
    ["replay soc.sekoia.a51592bddb08095e2328a6ff.4", "one"],
    ["replay --destination soc --reason revoked --dry-run", "how many that would be"],
    ["replay --destination soc --from 12h --yes", "after the chat is back"],
  );
  does<[id?: string], Filter & { all?: boolean; dryRun?: boolean; yes?: boolean }>(
    replay,
    async (run, { all, dryRun, yes, ...filter }, id) => {
      const isFiltered = Object.values(filter).some((value) => value !== undefined);
      if (id !== undefined && (isFiltered || all)) throw new Refusal("Give an id or a filter, not both.");
      if (id === undefined && !isFiltered && !all)
        throw new Refusal("Which ones? Give an id, a filter such as --destination NAME, or --all.");
      if (id !== undefined) await replayOne(run, id, dryRun ?? false);
      else await replayMany(run, filter, { dryRun: dryRun ?? false, yes: yes ?? false });
    },
  );
}

async function replayOne({ api, out }: Run, id: string, dryRun: boolean): Promise<void> {
  if (dryRun) throw new Refusal("--dry-run goes with a filter; `deliveries list` shows one delivery.");
  const relay = await api("operate");
  try {
    const answer = await relay.post(`/deliveries/${part(id)}/replay`, replayAnswer);
    if (out.isJson) out.json(answer);
    else out.line(good("Replayed: it goes out with the alert's latest version."));
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 409) throw error;
    // It was replayed before, or never died: what was wanted is so.
    if (out.isJson) out.json({ replayed: 0 });
    else out.line("Nothing to do: this delivery is not dead.");
  }
}

async function replayMany(run: Run, filter: Filter, { dryRun, yes }: { dryRun: boolean; yes: boolean }): Promise<void> {
  const { out } = run;
  const relay = await run.api(dryRun ? "read" : "operate");
  const { items, more } = await relay.list("/deliveries", deliveryPage, { ...filter, state: "dead" }, MOST_COUNTED);
  const found = `${more ? "more than " : ""}${plural(items.length, "dead delivery", "dead deliveries")}`;
  const to = [...new Set(items.map(({ destination }) => destination))].sort().join(", ");
  if (items.length === 0) {
    if (out.isJson) out.json(dryRun ? { found: 0, more: false } : { replayed: 0 });
    else out.line("Nothing to do: no dead delivery is like that.");
    return;
  }
  if (dryRun) {
    if (out.isJson) return out.json({ found: items.length, more });
    out.line(`Would replay ${found} to ${to}.`);
    return;
  }
  if (!(await run.confirmed(`Replay ${found} to ${to}?`, yes))) return out.note("Nothing was replayed.");
  const replayed = await replayAll(relay, filter);
  if (out.isJson) return out.json({ replayed });
  out.line(
    replayed === 0
      ? "Nothing to do: none of them is remembered any more, or all were replayed meanwhile."
      : good(`Replayed ${plural(replayed, "delivery", "deliveries")}.`),
  );
}

/** The API puts back so many in one call; it says when there are more. */
async function replayAll(relay: Api, { destination, reason, from, to }: Filter): Promise<number> {
  const body = { destination: destination?.join(","), reason: reason?.join(","), from, to };
  let replayed = 0;
  for (;;) {
    const answer = await relay.post("/deliveries/replay", replayManyAnswer, { body });
    replayed += answer.replayed;
    if (!answer.more || answer.replayed === 0) return replayed;
  }
}
