import { describe, expect, test } from "vitest";
import { HOSTILE, hostileAlert, sampleAlert } from "../../../test/support/alerts.ts";
import type { FoundAlert, FoundAlerts } from "../../admin/queries/alerts.ts";
import { WrongQuery } from "../frame/view.ts";
import { alertsPage } from "./list-page.ts";
import { liveSeconds, searchOf } from "./search.ts";

const NOW = Date.parse("2026-11-02T14:10:00.000Z");
const at = (query: string): URL => new URL(`https://relay.example.com/alerts${query}`);
const found = (more: Partial<FoundAlerts> = {}): FoundAlerts => ({ items: [], next: null, searched_to: null, ...more });
const row = (more: Partial<FoundAlert> = {}): FoundAlert => ({ ...sampleAlert(), copies: 0, copied_at: null, ...more });
const page = async (answer: FoundAlerts, query = ""): Promise<string> =>
  String(await alertsPage({ found: answer, url: at(query), choices: { routes: ["prod"], sources: ["sekoia"] }, now: NOW }));
const told = (html: string): string => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

describe("a row", () => {
  test("has what tells one alert from another", async () => {
    const html = await page(found({ items: [row({ copies: 2, enriched: false })] }));
    expect(html).toContain('<li id="sekoia-prod.5d41402abc4b2a76">');
    const text = told(html);
    for (const part of [
      "high",
      "Encoded PowerShell launched by Office",
      "ws-0142",
      "3 events",
      "2 copies dropped",
      "detail missing",
      "1 alert",
    ])
      expect(text).toContain(part);
  });

  test.each(HOSTILE)("keeps text of strangers as text: %s", async (text) => {
    const html = await page(found({ items: [row(hostileAlert(text))] }), `?q=${encodeURIComponent(text.toWellFormed())}`);
    expect(html).not.toMatch(/<script|<b>|<at>|href="javascript/i);
  });
});

describe("filters", () => {
  test("stand in the form and as chips, each with the address without it", async () => {
    const html = await page(found(), "?severity=high,critical&status=new&q=ws&span=24h&cursor=abc");
    expect(html).toMatch(/value="critical" checked/);
    expect(html).toContain('href="/alerts?severity=critical&amp;status=new&amp;q=ws&amp;span=24h"');
    expect(html).toContain('href="/alerts?severity=high%2Ccritical&amp;status=new&amp;span=24h"');
    expect(told(html)).toContain("time 24 hours ×");
    expect(html).toContain('<a class="quiet" href="/alerts">Clear all</a>');
    expect(html).toContain('name="span" value="24h"');
  });

  test("that were configured once may still be asked for", async () => {
    expect(await page(found(), "?route=gone")).toMatch(/value="gone" checked/);
  });
});

describe("what the page says of its end", () => {
  test.each([
    ["nothing has come yet", found(), "", "No alert has come yet."],
    ["nothing is like that", found(), "?severity=critical", "No alert is like that."],
    [
      "nothing so far",
      found({ next: "n", searched_to: "2026-10-26T14:10:00.000Z" }),
      "?q=x",
      "None is like that since 2026-10-26 14:10:00 UTC. There are older ones",
    ],
    [
      "some so far",
      found({ items: [row()], next: "n", searched_to: "2026-10-26T14:10:00.000Z" }),
      "?q=x",
      "Search further Looked back to 2026-10-26 14:10:00 UTC.",
    ],
    ["a full page", found({ items: [row()], next: "n", searched_to: "2026-10-26T14:10:00.000Z" }), "?limit=1", "The newest 1"],
    ["the end", found({ items: [row()] }), "?cursor=c", "That is all there is."],
  ])("%s", async (_, answer, query, sentence) => {
    expect(told(await page(answer, query))).toContain(sentence);
  });
});

describe("the address", () => {
  test("a span moves along with the time; a beginning that is told goes before it", () => {
    expect(searchOf(at("?span=24h&severity=high"), NOW)).toMatchObject({ from: "2026-11-01T14:10:00.000Z", severity: ["high"] });
    expect(searchOf(at("?span=24h&from=2026-10-01"), NOW)).toMatchObject({ from: "2026-10-01T00:00:00.000Z" });
    expect(searchOf(at("?done=status_set"), NOW)).toEqual({ limit: 50 });
  });

  test.each(["?span=1y", "?severity=worst", "?colour=red"])("%s cannot be shown", (query) => {
    expect(searchOf(at(query), NOW)).toBeInstanceOf(WrongQuery);
  });

  test("what costs more is looked at less often", () => {
    expect([liveSeconds(at("")), liveSeconds(at("?severity=high")), liveSeconds(at("?q=x")), liveSeconds(at("?q="))]).toEqual([
      5, 15, 60, 5,
    ]);
  });
});
