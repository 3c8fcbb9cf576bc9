// Every destination is told the same story; what it was sent and what its wall shows stands in a golden file beside the adapter.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chats, startChats } from "../../../demo/chats/server.ts";
import { destinations } from "../../../src/destinations/index.ts";
import { type Conversation, converse } from "./conversation.ts";
import { SETTINGS } from "./places.ts";
import { pageOf } from "./told.ts";

const TITLE = "Encoded PowerShell launched by Office";

test("every destination has a conversation", () =>
  expect([...new Set(SETTINGS.map(({ type }) => type))].sort()).toEqual([...destinations.keys()].sort()));

describe.each(SETTINGS.map((setting) => ({ ...setting, name: [setting.type, setting.form].filter(Boolean).join(" ") })))(
  "$name",
  (setting) => {
    const clock = { now: 0 };
    let chats: Chats;
    let held: Conversation;

    beforeAll(async () => {
      chats = await startChats({ now: () => clock.now });
      held = await converse(setting, chats, clock);
    });
    afterAll(() => chats.close());

    test("reads as its golden file says", async () => {
      const name = `conversation${setting.form === undefined ? "" : `-${setting.form}`}.md`;
      const file = fileURLToPath(new URL(`../../../src/destinations/${setting.type}/fixtures/${name}`, import.meta.url).href);
      const page = await pageOf(held);
      if (process.env.UPDATE_GOLDEN) writeFileSync(file, page);
      expect(existsSync(file), `${name} is missing: write it with UPDATE_GOLDEN=1 and read it`).toBe(true);
      expect(page).toBe(readFileSync(file, "utf8"));
    });

    test("every message is taken at the first try, and is valid by the chat's strict validator", () => {
      for (const { attempts, requests } of held.chapters) {
        expect(attempts.map(({ outcome }) => outcome.kind)).toEqual(attempts.map(() => "delivered"));
        expect(requests.map((request) => held.place.problem(request))).toEqual(requests.map(() => undefined));
      }
      expect(held.place.channel?.totals.refused ?? 0).toBe(0);
      expect(held.place.channel?.messages.filter(({ hidden }) => hidden !== undefined) ?? []).toEqual([]);
      const { planned, delivered, merged, pending, dead } = held.outbox.counts;
      expect({ sum: delivered + merged, pending, dead }).toEqual({ sum: planned, pending: 0, dead: 0 });
    });

    test("mentions nobody", () => expect(held.chapters.flatMap(({ seen }) => seen.flatMap(({ mentions }) => mentions))).toEqual([]));

    test("shows one living message where it can", () => {
      const { adapter, config } = held.place;
      const { edit, thread, record } = adapter.can(config.settings);
      const last = held.chapters.at(-1)?.seen ?? [];
      const roots = last.filter(({ answers }) => !answers);
      // An incident that was resolved is over: PagerDuty opens another one.
      if (record || thread) expect(roots).toHaveLength(setting.type === "pagerduty" ? 2 : 1);
      if (!edit || record || thread) return;
      // The rise came anew: the former message points there, and the last one lives on.
      expect(roots).toHaveLength(2);
      expect(roots.map(({ text }) => /newer message/.test(text))).toEqual([true, false]);
    });

    test("ends in a state that can be read", () => {
      const last = (held.chapters.at(-1)?.seen ?? []).at(-1)?.text ?? "";
      expect(last).toContain(TITLE);
      expect(last).toMatch(/high/i);
      expect(last).toMatch(/reopened/i);
    });
  },
);
