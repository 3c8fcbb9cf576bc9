// Words of the relay about itself: which destinations tell them. Never the one that they are about.
import type { DestinationConfig } from "../config/model.ts";
import type { Destination, Notice } from "../destinations/destination.ts";
import { errorText, log } from "../lib/log.ts";
import { outboxName } from "../lib/names.ts";
import type { LoadedConfig } from "../store/config-cache.ts";
import type { OutboxCalls } from "./interface.ts";

/** Who can tell, and how they are reached. */
export interface Tellers {
  loaded: LoadedConfig;
  adapters: ReadonlyMap<string, Destination>;
  outboxes: { getByName(name: string): OutboxCalls };
}

/** What is to be told. `about`: the destination that has the trouble, if it is one; `before`: who told the last word, names with commas. */
export interface Word {
  notice: Notice;
  about?: string;
  before?: string;
}

/** Destinations that are asked to tell a word, one after the other, until one takes it. */
const MOST_ASKED = 5;

/**
 * Has a word told: by all whom `notify` of the relay names, so far as they are well, and by those who told the last one; where nobody of
 * them is, by one of the others. Answers who took it, names with commas; undefined when nobody did.
 */
export async function tell(word: Word, tellers: Tellers): Promise<string | undefined> {
  const { chosen, others } = tellersOf(word, tellers);
  const took: string[] = [];
  for (const name of chosen) if (await takes(name, word.notice, tellers)) took.push(name);
  if (took.length > 0) return took.join(",");
  for (const name of others.slice(0, MOST_ASKED)) if (await takes(name, word.notice, tellers)) return name;
  return undefined;
}

/** Who is to tell a word, and who else may: who takes over, then by priority, chats of another kind first. */
export function tellersOf(
  { about, before }: Pick<Word, "about" | "before">,
  { loaded: { config, destinationByName }, adapters }: Pick<Tellers, "loaded" | "adapters">,
): { chosen: string[]; others: string[] } {
  const own = about === undefined ? undefined : destinationByName.get(about);
  const far = ({ type, settings }: DestinationConfig): number => {
    const record = adapters.get(type)?.can(settings).record ? 2 : 0;
    return record + (type === own?.type ? 1 : 0);
  };
  const able = config.destinations
    .filter(({ name, type }) => name !== about && adapters.has(type))
    .sort((left, right) => right.priority - left.priority || far(left) - far(right) || (left.name < right.name ? -1 : 1))
    .map(({ name }) => name);
  const chosen = [...(before?.split(",") ?? []), ...(config.relay.notify ?? [])].filter((name) => able.includes(name));
  const others = [own?.failover?.to, ...able].filter((name) => name !== undefined && able.includes(name) && !chosen.includes(name));
  return { chosen: [...new Set(chosen)], others: [...new Set(others as string[])] };
}

/** Gives a word to a destination that is well. Answers whether it took it. */
async function takes(name: string, notice: Notice, { outboxes }: Tellers): Promise<boolean> {
  try {
    const outbox = outboxes.getByName(outboxName(name));
    const { brokenSince, disabled } = await outbox.status();
    if (brokenSince !== undefined || disabled) return false;
    await outbox.announce(notice);
    return true;
  } catch (error) {
    log("warn", "outbox.announce_failed", { destination: name, error: errorText(error) });
    return false;
  }
}
