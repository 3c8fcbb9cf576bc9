import { describe, expect, test } from "vitest";
import { HOSTILE } from "../../../test/support/alerts.ts";
import type { Health } from "../../admin/queries/health.ts";
import type { Settings } from "../../admin/queries/settings.ts";
import type { TokenItem } from "../../admin/tokens.ts";
import { doctorPage } from "./doctor-page.ts";
import { type SettingsView, settingsPage } from "./page.ts";
import { removeTokenPage, tokenMadePage, tokenRefusedPage } from "./people.ts";

const NOW = Date.UTC(2026, 10, 21, 14);
const iso = (days: number): string => new Date(NOW + days * 86_400_000).toISOString();
const SETTINGS: Settings = {
  version: "0.1.0",
  schema: { expected: "0007_x.sql", applied: "0007_x.sql" },
  local: false,
  relay: {
    url: null,
    plan: "paid",
    notify: null,
    retention: "30d",
    retention_payloads: "7d",
    retention_audit: "400d",
    mask_key: null,
    link_key: "LINK_KEY",
  },
  routes: [
    { name: "prod", retention: "30d", retention_payloads: "7d" },
    { name: "hr", retention: "30d", retention_payloads: "1d" },
  ],
  secrets: [
    { name: "SOC", set: true, used_by: ["destination soc"] },
    { name: "LINK_KEY", set: false, used_by: ["relay"] },
  ],
  admin_token: true,
  access: { read: ["*@example.com"], operate: [], configure: ["lead@example.com"] },
};
const WELL: Health = {
  status: "ok",
  sweep: null,
  checks: [{ check: "books_off", state: "ok", subject: null, since: null, text: "The books balance.", advice: null, told_by: null }],
};
const token = (more: Partial<TokenItem> = {}): TokenItem => ({
  name: "prometheus",
  role: "read",
  created_at: iso(-10),
  created_by: "admin",
  expires_at: iso(3),
  ...more,
});
const page = async (more: Partial<SettingsView> = {}): Promise<string> =>
  String(
    await settingsPage({
      settings: SETTINGS,
      health: WELL,
      usage: { plan: "paid", day: "2026-11-21", items: null },
      tokens: [token()],
      may: { operate: true, configure: true },
      now: NOW,
      ...more,
    }),
  );
const plain = (html: string): string => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

describe("the settings", () => {
  test("say how long what is kept, and where a route differs", async () => {
    const text = plain(await page());
    expect(text).toContain("every route but those below 30d 7d hr 30d 1d");
    expect(text).not.toContain("prod 30d");
    expect(text).toContain("audit log is kept for 400d");
  });

  test("name secrets, those that are missing first", async () => {
    const text = plain(await page());
    expect(text).toMatch(/1 missing[\s\S]*LINK_KEY missing relay SOC set destination soc/);
  });

  test("show tokens and who has access to those who may do everything, and say so to the others", async () => {
    const text = plain(await page());
    expect(text).toMatch(/prometheus read [\s\S]* soon in 3 days/);
    expect(text).toContain("configure lead@example.com operate nobody read *@example.com");
    const read = await page({ tokens: undefined, settings: { ...SETTINGS, access: null }, may: { operate: false, configure: false } });
    expect(read).not.toMatch(/method="post"|prometheus|example\.com/);
    expect(plain(read)).toContain("shown to those who may do everything");
    const operate = await page({ tokens: undefined, settings: { ...SETTINGS, access: null }, may: { operate: true, configure: false } });
    expect(operate).toContain('action="/settings/doctor"');
    expect(operate).not.toContain("/settings/tokens");
  });

  test("say that all is well, or what is not and what to do", async () => {
    expect(plain(await page())).toContain("all is well");
    const trouble: Health["checks"][number] = {
      check: "destination_down",
      state: "down",
      subject: "soc",
      since: iso(0),
      text: "It has not answered for 10 minutes.",
      advice: "Nothing is lost.",
      told_by: null,
    };
    const text = plain(await page({ health: { status: "degraded", sweep: null, checks: [trouble, ...WELL.checks] } }));
    expect(text).toMatch(/1 trouble[\s\S]*destination down soc[\s\S]*has not answered[\s\S]*Nothing is lost[\s\S]*Nobody was told/);
  });

  test("show the plan's limits where somebody counts, as numbers and not by colour alone", async () => {
    const items = [
      { name: "worker_requests", used: 95_000, limit: 100_000 },
      { name: "queue_operations", used: 12, limit: 10_000 },
    ];
    const html = await page({ usage: { plan: "free", day: "2026-11-21", items } });
    expect(plain(html)).toMatch(/worker requests 95,000 100,000 95 %/);
    expect(plain(html)).toContain("under 1 %");
    expect(html).toContain('aria-label="worker requests"');
    expect(plain(await page({ usage: { plan: "free", day: "2026-11-21", items: null } }))).toContain("not known yet");
    expect(plain(await page())).toContain("no daily limits to watch");
  });

  test("say when the database is not this version's", async () => {
    const settings = { ...SETTINGS, schema: { expected: "0007_x.sql", applied: "0005_y.sql" } };
    expect(plain(await page({ settings }))).toMatch(/not the schema of this version[\s\S]*migrations up/);
  });
});

describe("a token", () => {
  test("is told once, with a way to copy it", async () => {
    const html = String(await tokenMadePage({ ...token(), token: "tocsin_abc" }));
    expect(html).toContain('data-copy="tocsin_abc"');
    expect(plain(html)).toContain("the one time that it is told");
  });

  test("that was refused says why beside its name, and keeps what was typed", async () => {
    const html = String(await tokenRefusedPage({ name: "A b", role: "operate", expires: "7d" }, { name: "There is one." }));
    expect(html).toMatch(/value="A b"[^>]*aria-invalid="true"/);
    expect(html).toContain('id="token-name-help">There is one.');
    expect(html).toContain('<option value="operate" selected>');
  });

  test("is removed after a page that says what ends", async () => {
    expect(plain(String(await removeTokenPage(token(), true, NOW)))).toContain("You are signed in with it");
    expect(plain(String(await removeTokenPage(token(), false, NOW)))).not.toContain("You are signed in");
  });
});

test("the doctor's findings have what is wrong first, and commands as such", async () => {
  const checks = [
    { id: "schema", state: "ok", found: "All is well." },
    { id: "destination:soc", state: "fail", found: "It refuses us.", todo: "Run `npx tocsin destinations test soc`." },
  ] as const;
  const html = String(await doctorPage({ checks: [...checks], now: iso(0) }));
  expect(plain(html)).toMatch(/Of 2 checks: 1 wrong[\s\S]*destination soc[\s\S]*schema/);
  expect(html).toContain("<code>npx tocsin destinations test soc</code>");
  expect(plain(String(await doctorPage({ checks: [checks[0]], now: iso(0) })))).toContain("All is well: 1 check");
});

test.each(HOSTILE)("names and findings stay text: %s", async (text) => {
  const found = [{ id: text, state: "fail" as const, found: text, todo: text }];
  const trouble: Health["checks"][number] = {
    check: "books_off",
    state: "degraded",
    subject: text,
    since: null,
    text,
    advice: null,
    told_by: text,
  };
  const pages = [
    String(await doctorPage({ checks: found, now: iso(0) })),
    await page({
      health: { status: "degraded", sweep: null, checks: [trouble] },
      tokens: [token({ created_by: text })],
      settings: { ...SETTINGS, access: { read: [text], operate: [], configure: [] } },
    }),
  ];
  for (const html of pages) expect(html).not.toMatch(/<script|<b>|<at>/i);
});
