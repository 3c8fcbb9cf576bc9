import { describe, expect, test } from "vitest";
import { HOSTILE } from "../../../test/support/alerts.ts";
import type { SilenceItem } from "../../admin/queries/silences.ts";
import { emptyForm, typedForm, wantedOf } from "./form.ts";
import { type FormView, silenceFormPage } from "./form-page.ts";
import { endPage, type SilencesView, silencesPage } from "./page.ts";
import { hoursWords } from "./words.ts";

const NOW = Date.UTC(2026, 10, 21, 14);
const iso = (hours: number): string => new Date(NOW + hours * 3_600_000).toISOString();
const silence = (more: Partial<SilenceItem> = {}): SilenceItem => ({
  id: "0123456789abcdef",
  state: "active",
  when: 'alert.rule.name == "EICAR"',
  from: iso(-1),
  until: iso(3),
  recur: null,
  ceiling: "high",
  owner: "ana",
  comment: "a test of the scanner",
  routes: null,
  created_at: iso(-1),
  created_by: "ana",
  ended_at: null,
  hidden: { events: 34, alerts: 12 },
  ...more,
});
const HOURS: NonNullable<SilenceItem["recur"]> = { zone: "Europe/Paris", days: ["sun", "mon"], from: "02:00", to: "04:00" };
const plain = (html: string): string => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
const list = async (more: Partial<SilencesView> = {}): Promise<string> =>
  String(
    await silencesPage({
      open: [],
      ended: { items: [], next: null },
      withinHours: new Set(),
      url: new URL("https://relay.example.com/silences"),
      mayEnd: true,
      now: NOW,
      ...more,
    }),
  );

describe("the list of silences", () => {
  test("says that nothing is hidden, and how to hide something to those who may", async () => {
    expect(plain(await list())).toContain("Nothing is silenced");
    expect(await list()).toContain('href="/silences/new"');
    expect(await list({ mayEnd: false })).not.toContain("/silences/new");
  });

  test("tells what hides now from what recurs, what comes and what was; each with what it hid", async () => {
    const open = [
      silence(),
      silence({ id: "a".repeat(16), recur: HOURS, comment: "the weekly backup", hidden: null }),
      silence({ id: "b".repeat(16), state: "upcoming", from: iso(2), comment: "a move", hidden: { events: 0, alerts: 0 } }),
    ];
    const ended = { items: [silence({ id: "c".repeat(16), state: "ended", ended_at: iso(-0.5), comment: "too loud" })], next: null };
    const text = plain(await list({ open, ended }));
    expect(text).toMatch(/In effect 1 a test of the scanner[\s\S]*hides now[\s\S]*hid 34 events of 12 alerts/);
    expect(text).toMatch(/Recurring 1 the weekly backup[\s\S]*between its hours[\s\S]*Sun[\s\S]*nobody can say/);
    expect(text).toMatch(/Coming 1 a move[\s\S]*begins in 2 h[\s\S]*hid nothing so far/);
    expect(text).toMatch(/Ended 1 too loud[\s\S]*ended by hand/);
    expect(plain(await list({ open, withinHours: new Set(["a".repeat(16)]) }))).not.toContain("between its hours");
    expect(await list({ open, ended })).not.toContain(`/silences/${"c".repeat(16)}/end`);
    expect(await list({ open, mayEnd: false })).not.toContain("/end");
  });

  test("says that one hides nothing, and why", async () => {
    const text = plain(await list({ open: [silence({ problem: "when: there is no list vips" })] }));
    expect(text).toMatch(/hides nothing[\s\S]*there is no list vips/);
  });

  test.each(HOSTILE)("keeps what people wrote text: %s", async (text) => {
    const html = await list({ open: [silence({ comment: text, owner: text, created_by: text, when: text, routes: [text] })] });
    expect(html).not.toMatch(/<script|<b>|<at>/i);
    const form = String(
      await silenceFormPage({
        typed: { ...emptyForm(text, new URLSearchParams()), when: text },
        problems: { when: text },
        routes: [],
        now: NOW,
      }),
    );
    expect(form).not.toMatch(/<script|<b>|<at>/i);
  });

  test("hours are told in the order of the week", () => {
    expect(hoursWords(HOURS)).toBe("Mon, Sun 02:00 to 04:00, Europe/Paris");
    expect(hoursWords({ ...HOURS, days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], holidays: "france" })).toBe(
      "every day 02:00 to 04:00, Europe/Paris, not on the days of the list france",
    );
  });
});

test("before one is ended, the page says what that sets free", async () => {
  expect(plain(String(await endPage(silence(), true, NOW)))).toContain(
    "It hid 34 events of 12 alerts. Of these, what is still open is told now",
  );
  expect(String(await endPage(silence({ state: "ended" }), false, NOW))).not.toContain('method="post"');
});

describe("the form", () => {
  const page = async (more: Partial<FormView> = {}): Promise<string> =>
    String(await silenceFormPage({ typed: emptyForm("ana", new URLSearchParams()), problems: {}, routes: ["prod"], now: NOW, ...more }));

  test("begins with what is usual, and with what an address brings along", async () => {
    const typed = emptyForm("ana", new URLSearchParams('when=alert.id == "x"&route=prod&ceiling=low&length=4h'));
    expect(typed).toMatchObject({ when: 'alert.id == "x"', routes: ["prod"], ceiling: "low", length: "4h", owner: "ana" });
    expect(emptyForm("ana", new URLSearchParams("ceiling=worst&length=9y"))).toMatchObject({ ceiling: "high", length: "2h" });
    expect(await page({ typed })).toContain('value="prod" checked');
  });

  test("keeps what was typed, and says beside the field what is wrong", async () => {
    const sent = new URLSearchParams({ when: "alert.sttus == 1\r\n", length: "4h", ceiling: "low", owner: "ana", comment: "because" });
    const typed = typedForm(
      (name) => sent.get(name) ?? "",
      (name) => sent.getAll(name),
    );
    const html = await page({ typed, problems: { when: "alert has no field sttus; did you mean status?" } });
    expect(html).toMatch(
      /<textarea id="when"[^>]*aria-invalid="true"[^>]*aria-describedby="when-problem when-help"[^>]*>alert\.sttus == 1<\/textarea>/,
    );
    expect(html).toContain('id="when-problem">alert has no field sttus');
    expect(html).toContain('<option value="4h" selected>');
    expect(plain(html)).toContain("Nothing was made. 1 field below is not right.");
  });

  test("becomes what the API takes", () => {
    const typed = { ...emptyForm("ana", new URLSearchParams()), when: "true", comment: "c" };
    expect(wantedOf(typed)).toEqual({ when: "true", until: "2h", ceiling: "high", owner: "ana", comment: "c" });
    const all = {
      ...typed,
      routes: ["prod"],
      from: "2026-11-22T10:00",
      until: "2026-11-23T10:00",
      recurs: true,
      opens: "22:00",
      closes: "00:00",
      days: ["mon"],
    };
    expect(wantedOf(all)).toMatchObject({
      routes: ["prod"],
      from: "2026-11-22T10:00:00.000Z",
      until: "2026-11-23T10:00:00.000Z",
      recur: { zone: "UTC", days: ["mon"], from: "22:00", to: "24:00" },
    });
  });

  test("says what it would have hidden", async () => {
    const example = { id: "prod.x", title: "<b>Port scan</b>", severity: "low", created_at: iso(-2) } as const;
    const trial = { since: iso(-24), looked_at: 40, more: false, hidden: 12, above: 1, failed: 0, examples: [example] };
    const html = await page({ trial });
    expect(plain(html)).toMatch(
      /It would have hidden 12 alerts It was tried on 40 alerts of the last day\. +1 alert more fits the condition and is above the ceiling/,
    );
    expect(html).not.toContain("<b>Port");
    expect(html).not.toContain("&lt;time");
    expect(plain(await page({ trial: { ...trial, looked_at: 12, hidden: 12 } }))).toContain("as narrow as you meant?");
    expect(plain(await page({ trial: { ...trial, looked_at: 0, hidden: 0 } }))).toContain("There was no alert in the last day");
  });
});
