// The one suite that every destination passes. An adapter's own test adds only what is particular to its vendor.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cardOf } from "../../src/destinations/card.ts";
import type { Answer, Delta, Destination, HttpTransport, Outgoing, View } from "../../src/destinations/destination.ts";
import type { DeliveryOutcome } from "../../src/outcome.ts";
import { HOSTILE, hostileAlert, sampleViews } from "./alerts.ts";
import { anyView } from "./any-view.ts";
import { testGolden } from "./golden.ts";

/** What the suite needs to know of one adapter. */
export interface DestinationSuite<Settings> {
  /** `new URL("./fixtures/", import.meta.url)`: views, with their golden files beside them. */
  fixtures: URL;
  /** Complete settings with invented secrets in place of the references. */
  settings: Settings;
  /** Those secrets: none may show in a body. */
  secrets: string[];
  /** The text that a reader sees in a body, links as their addresses, with the chat's escapes undone. */
  shown(body: string): string;
  /** Fails the test when a body is over one of the chat's limits. */
  withinLimits(body: string): void;
  /** Fails the test when text of the alert could mention, link, format or break out. Absent: the reader is a program. */
  inert?(body: string): void;
  /** The setting that holds the address; `url` unless given. */
  address?: string;
  /** The request's body, given what `render` returned, where a key or a topic joins it at the last step. */
  sent?(body: string): string;
}

/** Views that are drawn for each destination: two thousand, or as many as PROPERTY_RUNS says. */
const RUNS = { numRuns: Number(process.env.PROPERTY_RUNS ?? 2_000) };
const FEWER_RUNS = { numRuns: 300 };
/** A few seconds of work; much more on a machine that is busy, or with ten thousand views. */
const PATIENCE_MS = 180_000;
/** 2026-11-20T12:00:00Z: a clock that stands still. */
const NOW = Date.UTC(2026, 10, 20, 12);

/** Describes the behaviour that all destinations share. */
export function describeDestination<Settings>(destination: Destination<Settings>, suite: DestinationSuite<Settings>): void {
  const render = (view: View) => destination.render(view, suite.settings);
  const plain = (view: View) => destination.plain(view, suite.settings);

  describe(`${destination.type}: what every destination does`, () => {
    testGolden(suite.fixtures, render);

    test(
      "any view is within the limits, inert, and keeps title, severity, link and id, in both forms",
      () => {
        fc.assert(
          fc.property(anyView, (view) => {
            for (const form of [render, plain]) expectSound(suite, form(view), view);
          }),
          RUNS,
        );
      },
      PATIENCE_MS,
    );

    test("renders the same way each time, changes nothing in the view and tells no secret", () => {
      fc.assert(
        fc.property(anyView, (view) => {
          const before = JSON.stringify(view);
          for (const form of [render, plain]) {
            const body = form(view);
            if (form(structuredClone(view)) !== body) expect(form(structuredClone(view))).toBe(body);
            for (const secret of suite.secrets) if (body.includes(secret)) expect(body).not.toContain(secret);
          }
          if (JSON.stringify(view) !== before) expect(view).toEqual(JSON.parse(before));
        }),
        FEWER_RUNS,
      );
    });

    test.each(HOSTILE)("keeps inert in every field: %j", (text) => {
      for (const view of hostileViews(text)) for (const form of [render, plain]) expectSound(suite, form(view));
    });

    test("has a small plain form of every kind of view", () => {
      for (const view of Object.values(sampleViews())) {
        const body = plain(view);
        suite.withinLimits(body);
        expect(body.length).toBeLessThan(6_000);
      }
    });

    test("takes its own example and refuses a key that it does not know", () => {
      expect(destination.settings.safeParse(destination.example).success).toBe(true);
      expect(destination.settings.safeParse({ ...destination.example, colour: "red" }).success).toBe(false);
    });
  });

  if (destination.transport.kind === "http")
    describeAnswers(destination.type, destination.transport, suite.settings, suite.address, suite.sent);
}

function describeAnswers<Settings>(
  type: string,
  transport: HttpTransport<Settings>,
  settings: Settings,
  address = "url",
  sent = (body: string) => body,
): void {
  const outgoing: Outgoing = { id: "d.1:soc", key: "d.1:soc", attempt: 1, action: "post", ref: '{"messageId":"1"}', body: "{}", at: NOW };
  const classify = (status: number, headers: Record<string, string> = {}, body = ""): DeliveryOutcome =>
    transport.classify(answer(status, headers, body), { action: "post", at: NOW });

  describe(`${type}: what every destination makes of an answer`, () => {
    test("every status has an outcome, whatever the body", () => {
      const kinds: DeliveryOutcome["kind"][] = ["delivered", "retry", "rejected", "disabled", "thread_lost", "unknown"];
      for (let status = 200; status < 600; status++) {
        for (const body of ["", "ok", "<html>", "{}", "{", "null", "[1]", '"x"', '{"code":"x","retry_after":"y"}']) {
          for (const action of ["post", "edit", "reply"] as const) {
            const outcome = transport.classify(answer(status, {}, body), { action, at: NOW });
            expect(kinds).toContain(outcome.kind);
            if (outcome.kind === "delivered") expect(status).toBeLessThan(300);
          }
        }
      }
    });

    test.each([408, 425, 429, 500, 502, 503, 504])("%i is tried again", (status) =>
      expect(classify(status)).toMatchObject({ kind: "retry" }),
    );
    test.each([301, 302, 307, 308])("%i is not followed", (status) =>
      expect(classify(status)).toMatchObject({ kind: "disabled", reason: "misconfigured" }),
    );
    test.each([401, 403, 404, 410])("%i closes the destination", (status) => expect(classify(status)).toMatchObject({ kind: "disabled" }));
    test.each([400, 413, 422])("%i refuses the message", (status) =>
      expect(classify(status, {}, "{}")).toMatchObject({ kind: "rejected" }),
    );

    test.each([
      ["seconds", { "retry-after": "7" }, "", 7_000],
      ["a fraction of seconds", { "retry-after": "0.3" }, "", 300],
      ["a date", { "retry-after": "Fri, 20 Nov 2026 12:00:30 GMT" }, "", 30_000],
      ["a date beside a Date", { "retry-after": "Fri, 20 Nov 2026 10:00:05 GMT", date: "Fri, 20 Nov 2026 10:00:00 GMT" }, "", 5_000],
      ["a float in the body", {}, '{"retry_after":1.25}', 1_250],
    ])("a delay given as %s is honoured", (_what, headers, body, afterMs) => {
      for (const status of [429, 503]) expect(classify(status, headers, body)).toMatchObject({ kind: "retry", afterMs });
    });

    test("asks by POST at the configured address, with the body as it is", async () => {
      const request = await transport.request({ ...outgoing, body: '{"text":"\u00e9"}' }, settings);
      expect(request.method).toBe("POST");
      expect(request.body).toBe(sent('{"text":"\u00e9"}'));
      expect(new Headers(request.headers).get("content-type")).toMatch(/^application\/json/);
    });

    test("an address that is none is refused without being told", async () => {
      const wrong = { ...settings, [address]: "ftp://user:hunter2@192.0.2.1/secret-path" };
      const refusal = await Promise.resolve()
        .then(() => transport.request(outgoing, wrong))
        .catch((error: unknown) => String(error));
      expect(refusal).toMatch(/address/);
      expect(refusal).not.toMatch(/hunter2|secret-path|192\.0\.2\.1/);
    });

    const { check } = transport;
    if (check)
      test("the harmless call goes where messages go, and any refusal of it is one", async () => {
        const asked = new URL(check.request(settings).url);
        expect(asked.origin).toBe(new URL((await transport.request(outgoing, settings)).url).origin);
        expect(asked.pathname).not.toMatch(/message/i);
        for (const status of [301, 400, 401, 403, 404, 410, 429, 500]) {
          const outcome = check.classify(answer(status, {}, "{}"), NOW);
          expect(outcome.kind, String(status)).not.toBe("delivered");
        }
      });
  });
}

/** An answer, as the core hands it to `classify`. */
export const answer = (status: number, headers: Record<string, string> = {}, body = ""): Answer => ({
  status,
  headers: new Headers(headers),
  body,
});

/** Every string in a JSON value, member names left out. */
export function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return value && typeof value === "object" ? Object.values(value).flatMap(strings) : [];
}

// What stands in a member named `url`, however deep.
function links(value: unknown): string[] {
  if (!value || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, member]) => (name === "url" && typeof member === "string" ? [member] : links(member)));
}

// What every body keeps to, and what it keeps of its view where that is given. Thousands of times: a check that holds costs no
// assertion.
function expectSound<Settings>({ withinLimits, inert, shown }: DestinationSuite<Settings>, body: string, view?: View): void {
  withinLimits(body);
  if (view) expectEssentials(shown(body), view, inert !== undefined);
  if (!inert) return;
  inert(body);
  const parsed: unknown = JSON.parse(body);
  for (const value of strings(parsed)) if (HIDDEN.test(value)) expect(value).not.toMatch(HIDDEN);
  for (const link of links(parsed)) if (!/^https?:\/\//.test(link)) expect(link).toMatch(/^https?:\/\//);
}

const HIDDEN = /[\p{Bidi_Control}\u200b\0]/u;

// Escapes and look-alikes differ by chat, letters and digits do not.
const letters = (text: string): string => text.normalize("NFD").replace(/[^\p{L}\p{N}]+/gu, "");

function expectEssentials(shown: string, view: View, forPeople: boolean): void {
  const card = cardOf(view);
  const start = view.kind === "digest" ? String(view.total) : Array.from(card.title).slice(0, 20).join("");
  // A program gets an empty title as it is; a reader gets words in its place.
  if (!shown.includes(start) && (forPeople || card.title !== "Untitled alert")) expect(letters(shown)).toContain(letters(start));
  const [link] = card.links;
  const words =
    view.kind === "digest" || view.kind === "notice" ? [] : [view.alert.status === "resolved" ? "resolved" : view.alert.severity];
  const lower = shown.toLowerCase();
  for (const word of words) if (!lower.includes(word)) expect(lower).toContain(word);
  for (const text of [card.id, link && link.url.length <= 700 ? link.url : ""]) if (!shown.includes(text)) expect(shown).toContain(text);
}

function hostileViews(text: string): View[] {
  const alert = hostileAlert(text);
  const links = { tocsin: "javascript:alert(1)" };
  const names = { assets: [text], observables: [text], [text]: [text] };
  const delta: Delta = {
    kind: "updated",
    title: { before: text, after: text.slice(1) },
    status: { before: text, after: "new" },
    newEvents: 1,
    added: names,
    removed: names,
    detail: false,
    comment: { author: text, text },
  };
  return [
    { kind: "alert", alert, links },
    { kind: "update", alert, delta, links },
    { kind: "update", alert, delta: { ...delta, detail: true }, links },
    { kind: "update", alert, delta, links, inThread: true, notify: true },
    { kind: "moved", alert, links },
    {
      kind: "digest",
      alerts: [alert, alert],
      newest: [{ ...alert, id: "another" }],
      total: 3,
      updates: 1,
      bySeverity: { info: 0, low: 0, medium: 0, high: 3, critical: 0 },
      bySource: [{ name: text, count: 3 }],
      byRule: [{ name: text, count: 3 }],
      since: text,
      until: text,
      running: true,
      links,
    },
    { kind: "test", alert, links },
  ];
}
