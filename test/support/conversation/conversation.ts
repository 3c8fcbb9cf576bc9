// The story told to one destination by the real outbox, chapter by chapter.
import type { Chats } from "../../../demo/chats/server.ts";
import type { RequestRecord } from "../../../demo/chats/types.ts";
import { type Attempted, NodeOutbox, type StillClock } from "./outbox.ts";
import { openPlace, type Place, type Seen, type Setting } from "./places.ts";
import { type Chapter, story } from "./story.ts";

/** A chapter as it went: what was asked of the chat, what came of it, and what stands there at its end. */
export interface Told {
  chapter: Chapter;
  attempts: Attempted[];
  requests: RequestRecord[];
  seen: Seen[];
}

/** The whole conversation. `outbox` is as it was left. */
export interface Conversation {
  place: Place;
  outbox: NodeOutbox;
  chapters: Told[];
}

/** After the last chapter, everything that is put off for a minute has its turn. */
const AFTERWARDS_MS = 30 * 60_000;
const RELAY = "https://relay.example.com";

/** Tells the story. The outbox loses its memory before each chapter: all that it needs to know stands in its rows. */
export async function converse(setting: Setting, chats: Chats, clock: StillClock): Promise<Conversation> {
  const chapters = story();
  clock.now = chapters[0]?.at ?? 0;
  const place = await openPlace(setting, chats, clock);
  const outbox = new NodeOutbox({ ...place, clock, relayUrl: RELAY });
  const told: Told[] = [];
  for (const [index, chapter] of chapters.entries()) {
    clock.now = chapter.at;
    outbox.restart();
    const before = place.requests().length;
    const attempts = await outbox.show(chapter.alert, chapter.versions, chapters[index + 1]?.at ?? chapter.at + AFTERWARDS_MS);
    told.push({ chapter, attempts, requests: place.requests().slice(before), seen: await place.seen() });
  }
  return { place, outbox, chapters: told };
}
