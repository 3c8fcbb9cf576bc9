// Silences that have ended: what they hid is set free, and summed up in one word to those who would have been told. A row says that it is
// told before it is, with its words, and an outbox takes a word once, so that neither a crash nor two sweeps at once tell it twice.
import type { HiddenBySilence } from "../ledger/interface.ts";
import { errorText, log } from "../lib/log.ts";
import { outboxName } from "../lib/names.ts";
import { knownSilences } from "../store/silences.ts";
import { readUpkeep, writeUpkeep } from "../store/upkeep.ts";
import { type EndedSpan, type EndingSilence, type EndMemory, endedSpans, endWord, noEnds, remembered } from "../watch/silence-ends.ts";
import type { Relay } from "./context.ts";
import { objectNames } from "./queries/objects.ts";

/** The name of what is remembered in the upkeep. */
const MEMORY = "silence_ends";

type HiddenByLedger = Map<string, Record<string, HiddenBySilence>>;

/** Tells the ends of silences that were not told yet. */
export async function tellSilenceEnds(relay: Relay): Promise<void> {
  const { env } = relay;
  if ((await knownSilences(env.DB)).length === 0) return;
  const { ledgers } = await objectNames(relay);
  const hidden = await hiddenIn(relay, ledgers);
  const before = { ...noEnds(), ...(await readUpkeep<Partial<EndMemory>>(env.DB, MEMORY)) };
  const all = [...hidden.values()];
  const memory = remembered(before, all, relay.now());
  const silences = await silencesOf(env.DB, [...new Set(all.flatMap((ledger) => Object.keys(ledger)))]);
  const ended = endedSpans(silences, all, memory, relay.now());
  if (ended.length > 0) memory.owed.push(...(await words(relay, silences, ended, hidden)));
  if (memory.owed.length > 0) await writeUpkeep(env.DB, MEMORY, memory, relay.now());
  for (const word of [...memory.owed]) {
    word.to = await left(relay, word);
    if (word.to.length > 0) continue;
    memory.owed = memory.owed.filter((one) => one !== word);
    memory.told.push(word.key);
  }
  await writeUpkeep(env.DB, MEMORY, memory, relay.now());
}

/** Asks the ledgers of these routes, or all, again about what waits: a silence has ended. Answers those that could not be asked. */
export async function setFree(relay: Relay, ledgers: readonly string[]): Promise<string[]> {
  const failed = await Promise.all(
    ledgers.map(async (name) => {
      try {
        await relay.env.LEDGER.getByName(name).recheck();
        return [];
      } catch (error) {
        log("warn", "silence.not_freed", { object: name, error: errorText(error) });
        return [name];
      }
    }),
  );
  return failed.flat();
}

/** What is hidden no more is shown before it is counted what of it is still open. Without one of its ledgers a span is told later. */
async function words(relay: Relay, silences: readonly EndingSilence[], ended: readonly EndedSpan[], hidden: HiddenByLedger) {
  const concerned = [...hidden].flatMap(([name, counts]) => (ended.some(({ silence }) => Object.hasOwn(counts, silence)) ? [name] : []));
  const failed = await setFree(relay, concerned);
  const latest = await hiddenIn(relay, concerned);
  return ended.flatMap((span) => {
    const silence = silences.find(({ id }) => id === span.silence);
    const isUnknown = failed.some((name) => latest.get(name)?.[span.silence]?.spans[span.until]);
    return silence && !isUnknown ? endWord(silence, span, [...latest.values()], relay.now()) : [];
  });
}

/** Has destinations tell a word. Answers those that could not take it now; one that is configured no more never will. */
async function left({ env, loaded }: Relay, { to, notice }: EndMemory["owed"][number]): Promise<string[]> {
  const asked = await Promise.all(
    to.map(async (name) => {
      if (!loaded.destinationByName.has(name)) return [];
      try {
        await env.OUTBOX.getByName(outboxName(name)).announce(notice);
        return [];
      } catch (error) {
        log("warn", "silence.end_not_told", { destination: name, error: errorText(error) });
        return [name];
      }
    }),
  );
  return asked.flat();
}

/** All of them have to answer: sums without one would be wrong. */
async function hiddenIn({ env }: Relay, ledgers: readonly string[]): Promise<HiddenByLedger> {
  const answers = await Promise.all(ledgers.map(async (name) => [name, await env.LEDGER.getByName(name).hidden()] as const));
  return new Map(answers.filter(([, counts]) => Object.keys(counts).length > 0));
}

async function silencesOf(db: D1Database, ids: readonly string[]): Promise<EndingSilence[]> {
  if (ids.length === 0) return [];
  const { results } = await db
    .prepare(
      "SELECT id, owner, comment, ends_at, ended_at FROM silences WHERE id IN (SELECT value FROM json_each(?)) ORDER BY created_at, id",
    )
    .bind(JSON.stringify(ids))
    .all<EndingSilence>();
  return results;
}
