import { describe, expect, test } from "vitest";
import { HOSTILE } from "../../../test/support/alerts.ts";
import type { Tried } from "../../admin/queries/editing.ts";
import type { RevisionItem } from "../../admin/queries/revisions.ts";
import { diffView } from "./diff.ts";
import { editPage } from "./edit-page.ts";
import { configurationPage } from "./page.ts";
import { changesView, placedIn, problemsView, triedView } from "./parts.ts";
import { stalePage } from "./proposal-page.ts";

const NOW = Date.UTC(2026, 10, 21, 14);
const at = new Date(NOW - 60_000).toISOString();
const revision = (number: number, more: Partial<RevisionItem> = {}): RevisionItem => ({
  revision: number,
  applied_at: at,
  hash: "0",
  origin: "edit",
  author: "ana",
  current: false,
  ...more,
});
const page = async (more: object = {}): Promise<string> =>
  String(
    await configurationPage({
      state: { revision: 2 },
      found: { items: [revision(2, { current: true }), revision(1, { origin: "file", author: null })], next: null },
      text: "# ours",
      mayConfigure: true,
      url: new URL("https://relay.example.com/configuration"),
      now: NOW,
      ...more,
    }),
  );
const NOTHING: Tried = {
  comparison: { since: at, alerts: 0, events: 0, destinations: [], differing: 0, examples: [], lost: 0, lost_examples: [], split: [] },
  whole: true,
};

describe("the page of the configuration", () => {
  test("tells who changed it when and from what, with ways to compare and back", async () => {
    const html = await page();
    expect(html).toMatch(/in effect[\s\S]*ana[\s\S]*an edit[\s\S]*unknown[\s\S]*a file/);
    expect(html).toContain('action="/configuration/revisions/1/rollback"');
    expect(html).not.toContain('action="/configuration/revisions/2/rollback"');
    expect(html).toContain('href="/configuration/difference?from=1&to=2"');
    expect(html).toContain("# ours");
  });

  test("shows to those who may not change it who did", async () => {
    const html = await page({ mayConfigure: false, text: undefined });
    expect(html).toContain("ana");
    for (const offered of ["/configuration/edit", "rollback", "difference", "/api/config"]) expect(html).not.toContain(offered);
  });

  test("says what will stand there, and that a text cannot be read", async () => {
    expect(await page({ state: { revision: 0 }, found: { items: [], next: null } })).toContain("None yet.");
    expect(await page({ text: undefined })).toContain("The text cannot be read");
  });
});

describe("a difference", () => {
  test("has the lines around each change, numbered on both sides", async () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
    const html = String(await diffView(before.join("\n"), before.with(9, "<b>other").join("\n")));
    expect(html).toContain("1 line taken out, 1 line put in.");
    expect(html).toMatch(/line 7[\s\S]*line 10[\s\S]*&lt;b&gt;other[\s\S]*line 13/);
    expect(html).not.toMatch(/line 6<|line 14</);
    expect(html.match(/class="gap"/g)).toHaveLength(2);
    expect(String(await diffView("a", "a"))).toContain("the same");
  });

  test("tells keys in values that may be shown", async () => {
    const change = {
      kind: "route" as const,
      name: "prod",
      change: "changed" as const,
      keys: [
        { key: "shards", before: 1, after: 2 },
        { key: "id", note: "changed" },
      ],
    };
    const html = String(await changesView([change])).replace(/<[^>]+>/g, "");
    expect(html).toContain("1 route changed.");
    expect(html).toContain("shards: 1 -&gt; 2");
    expect(String(await changesView([]))).toContain("Nothing but the text itself");
  });
});

describe("a text that is wrong", () => {
  test("is told with its lines, and stays", async () => {
    const text = 'a = 1\n[routes.prod]\nid = "x"\n';
    const problems = [{ key: "routes.prod.id", line: 3, column: 1, message: "must be a UUID" }];
    const html = String(await editPage({ text, state: "1.a", hasIds: false, problems }));
    expect(html).toMatch(
      /Line 3, <code>routes\.prod\.id<\/code>:<\/strong> must be a UUID[\s\S]*<pre tabindex="0">id = &quot;x&quot;<\/pre>/,
    );
    expect(html).toContain("[routes.prod]\nid = &quot;x&quot;\n</textarea>");
    expect(placedIn({ kind: "unreadable", reason: { message: "the value is missing", line: 2, column: 5 } })).toEqual([
      { key: "", line: 2, column: 5, message: "the value is missing" },
    ]);
  });

  test.each(HOSTILE)("holds no markup: %s", async (text) => {
    const problem = { key: text, line: 1, column: 1, message: text };
    expect(String(await problemsView([problem], text))).not.toMatch(/<script|<b>/i);
    expect(String(await editPage({ text: `</textarea>${text}`, state: text, hasIds: true }))).not.toMatch(/<script|<b>/i);
    expect(String(await diffView(text, `${text}x`))).not.toMatch(/<script|<b>/i);
  });
});

describe("what stored alerts say", () => {
  const example = {
    id: "prod.0123456789abcdef01234567",
    title: "Canary",
    route: "prod",
    severity: "critical" as const,
    created_at: at,
    before: ["oncall"],
    after: [],
  };

  test("is who gains, who loses, and first the criticals that reach nobody", async () => {
    const comparison = {
      ...NOTHING.comparison,
      alerts: 5,
      events: 9,
      differing: 1,
      examples: [example],
      lost: 1,
      lost_examples: [example],
      destinations: [{ name: "oncall", messages: { before: 4, after: 1 }, gains: 0, loses: 1 }],
    };
    const html = String(await triedView({ comparison, whole: false }, NOW));
    expect(html).toMatch(/1 critical alert that reached somebody would reach nobody[\s\S]*Canary[\s\S]*oncall → nobody/);
    expect(html).toContain("Not all stored alerts were tried");
    expect(html).toContain('<td data-label="Messages now" class="number">4</td>');
  });

  test("is nothing where there was none", async () => {
    expect(String(await triedView(NOTHING, NOW))).toContain("No stored alert of the last 7 days is touched");
  });
});

test("who was faster is named, and what was asked for is one press away", async () => {
  const wish = {
    title: "Switch off",
    again: { action: "/rules/act", fields: [["act", "disable"]] as [string, string][] },
    back: { href: "/rules", text: "Leave it" },
  };
  const present = {
    revision: 4,
    version: 10,
    last: { revision: 4, applied_at: at, hash: "0", origin: "edit" as const, author: "bea", source: "" },
    lastFile: undefined,
    rows: { relay: [], routes: [], destinations: [], enrichers: [], lists: [], inhibitions: [] },
  };
  const html = String(await stalePage({ seen: "3.9", present, wish, now: NOW }));
  expect(html).toMatch(/revision 4, by bea[\s\S]*you began with revision 3/);
  expect(html).toContain('name="state" value="4.a"');
  expect(html).toContain("/configuration/difference?from=3&to=4");
  expect(String(await stalePage({ seen: "4.9", present, wish, now: NOW }))).toContain("changed in the database by hand");
});
