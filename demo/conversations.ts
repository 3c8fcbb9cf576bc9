// Every chat tells the same story: one alert, from its first thin sign to its reopening, by the real outbox and the real adapters.
// `npx node demo/conversations.ts` plays it in a moment and leaves the chat wall up to look at. For people who change a layout.
import { once } from "node:events";
import { converse } from "../test/support/conversation/conversation.ts";
import { SETTINGS } from "../test/support/conversation/places.ts";
import { startChats } from "./chats/server.ts";

/** The port of the chat wall in `npm start`; another one where that is taken. */
const WALL_PORT = 8788;

const clock = { now: 0 };
const options = { now: () => clock.now };
const chats = await startChats({ ...options, port: WALL_PORT }).catch(() => startChats(options));
for (const setting of SETTINGS) {
  const { place, chapters } = await converse(setting, chats, clock);
  const requests = chapters.reduce((sum, told) => sum + told.attempts.length, 0);
  const where = place.channel ? "" : " (no column on the wall: it is a page of the dashboard)";
  console.log(`${place.name.padEnd(18)} ${String(requests).padStart(2)} messages and edits${where}`);
}
console.log(`\nThe chat wall: ${chats.wallUrl}\nCtrl-C ends it.`);
await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
await chats.close();
