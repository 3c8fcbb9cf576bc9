import { expect, test } from "vitest";
import type { RouteItem } from "../../admin/queries/routes.ts";
import { noRouteCounts } from "../../ledger/interface.ts";
import { valuesOf } from "./act.ts";
import { routesPage } from "./page.ts";
import { routePage, type Shown } from "./route-page.ts";
import { STAND_INS, stepsFor } from "./source-page.ts";

const NOW = Date.UTC(2026, 10, 21, 14);
const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const ROUTE: RouteItem = {
  name: "prod",
  state: "ok",
  source: "sekoia",
  label: "SEKOIA.IO",
  proof: ["path"],
  shards: 1,
  rules: [],
  backlog: 0,
  last_event_at: null,
  counts: { ...noRouteCounts(), received: 1_200, accepted: 1_190, refused: 10 },
};
const SILENT = {
  check: "source_silent",
  state: "degraded",
  subject: "prod",
  since: null,
  text: "Nothing has ever come.",
  advice: null,
  told_by: null,
} as const;
const page = async (more: Partial<Shown> = {}): Promise<string> => {
  const steps = await stepsFor(`<p>${STAND_INS.address} of ${STAND_INS.name}</p>`, {
    name: "prod",
    base: "https://relay.example.com",
    id: more.id,
  });
  const shown: Shown = {
    route: ROUTE,
    checks: [],
    received: 60,
    base: "https://relay.example.com",
    steps,
    hasSteps: true,
    samples: ["created"],
    state: "1.a",
    may: { operate: true, configure: true },
    now: NOW,
    ...more,
  };
  return String(await routePage(shown));
};

test("the list says how each route is doing, with links to what is counted", async () => {
  const shown = { routes: [ROUTE], checks: [SILENT], sums: [{ name: "prod", received: 120, alerts: 3 }], mayConfigure: true, now: NOW };
  const html = String(await routesPage(shown));
  expect(html).toMatch(/href="\/routes\/prod"[\s\S]*open[\s\S]*silent[\s\S]*none yet/);
  expect(html).toContain('href="/log?outcome=refused&route=prod">10</a>');
  expect(html).toMatch(/data-label="A minute" class="number">2(\.0)?</);
  expect(String(await routesPage({ ...shown, routes: [] }))).toContain("nothing can come in");
  expect(
    String(await routesPage({ ...shown, routes: [{ ...ROUTE, state: "broken", problem: "id must be a UUID" }], mayConfigure: false })),
  ).toContain("id must be a UUID");
});

test("a route's page has its address only where it was asked for", async () => {
  const hidden = await page();
  expect(hidden).not.toContain(ID);
  expect(hidden).toContain('<form method="post" action="/routes/prod/address">');
  expect(hidden).toContain("https://relay.example.com/hooks/THE-ROUTE-ID of prod");
  const shown = await page({ id: ID });
  expect(shown).toContain(`data-copy="https://relay.example.com/hooks/${ID}"`);
  expect(shown).toContain(`<p>https://relay.example.com/hooks/${ID} of prod</p>`);
});

test("a route's page offers what one may do", async () => {
  const look = await page({ may: { operate: false, configure: false } });
  for (const action of ["address", "act", "test", "sample/test"]) expect(look).not.toContain(`/routes/prod/${action}"`);
  expect(look).toContain("/routes/prod/sample/try");
  const act = await page({ may: { operate: true, configure: false } });
  for (const action of ["test", "sample/test"]) expect(act).toContain(`/routes/prod/${action}"`);
  expect(act).not.toContain("/routes/prod/address");
});

test("a route's page tells what is wrong, what the sender proves, and former addresses", async () => {
  const html = await page({
    route: {
      ...ROUTE,
      proof: ["basic", "secret in the body"],
      former: [{ until: "2026-11-25T00:00:00.000Z" }, { until: "2026-11-01T00:00:00.000Z" }],
    },
    checks: [SILENT],
  });
  expect(html).toContain("<dd>user and password, and a secret in the body</dd>");
  expect(html).toContain("Nothing has ever come.");
  expect(html).toMatch(/still accepted, ends[\s\S]*no longer accepted, ended/);
  expect(await page()).toContain("<dt>Sender proves</dt><dd>nothing but the address: keep it secret</dd>");
  expect(await page()).toContain("None: its alerts are counted as unmatched");
  const broken = await page({ route: { ...ROUTE, state: "broken", problem: "id must be a UUID", proof: undefined } });
  expect(broken).toContain("id must be a UUID Nothing that comes is taken");
  expect(broken).not.toContain("Send a test alert");
});

test("a name in the steps is text", async () => {
  expect(String(await stepsFor(`<p>${STAND_INS.name}</p>`, { name: "<b>&$&", base: "" }))).toBe("<p>&lt;b&gt;&amp;$&amp;</p>");
});

test("a fresh address leaves the old one its time", () => {
  const values = valuesOf("rotate", { id: ID }, 86_400_000, NOW);
  expect(values.id).toMatch(/^[0-9a-f-]{36}$/);
  expect(values.former_ids).toEqual([{ id: ID, until: new Date(NOW + 86_400_000) }]);
  expect(valuesOf("enable", {}, 0, NOW)).toEqual({ enabled: undefined });
});
