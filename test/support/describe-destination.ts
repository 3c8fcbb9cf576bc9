// The one suite that every destination passes. An adapter's own test adds only what is particular to its vendor.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Alert } from "../../src/alert.ts";
import { SEVERITIES, STATUSES } from "../../src/alert.ts";
import { cardOf } from "../../src/destinations/card.ts";
import type { Answer, Delta, Destination, HttpTransport, Links, Outgoing, Style, View } from "../../src/destinations/destination.ts";
import type { DeliveryOutcome } from "../../src/outcome.ts";
import { HOSTILE, hostileAlert, sampleAlert, sampleViews } from "./alerts.ts";
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
}

const RUNS = { numRuns: 50 };
/** 2026-11-20T12:00:00Z: a clock that stands still. */
const NOW = Date.UTC(2026, 10, 20, 12);

/** Describes the behaviour that all destinations share. */
export function describeDestination<Settings>(destination: Destination<Settings>, suite: DestinationSuite<Settings>): void {
  const render = (view: View) => destination.render(view, suite.settings);
  const plain = (view: View) => destination.plain(view, suite.settings);

  describe(`${destination.type}: what every destination does`, () => {
    testGolden(suite.fixtures, render);

    test("renders any alert within the limits, the same way each time, without a secret", () => {
      fc.assert(
        fc.property(anyView, (view) => {
          const before = JSON.stringify(view);
          for (const form of [render, plain]) {
            const body = form(view);
            suite.withinLimits(body);
            expect(form(structuredClone(view))).toBe(body);
            for (const secret of suite.secrets) expect(body).not.toContain(secret);
          }
          expect(JSON.stringify(view)).toBe(before);
        }),
        RUNS,
      );
    });

    test("keeps title, severity, link and id, however much there is", () => {
      fc.assert(
        fc.property(anyView, (view) => {
          for (const form of [render, plain]) expectEssentials(suite.shown(form(view)), view, suite.inert !== undefined);
        }),
        RUNS,
      );
    });

    test.each(HOSTILE)("keeps inert: %j", (text) => {
      for (const view of hostileViews(text)) {
        for (const form of [render, plain]) {
          const body = form(view);
          suite.withinLimits(body);
          if (!suite.inert) continue;
          suite.inert(body);
          for (const value of strings(JSON.parse(body))) expect(value).not.toMatch(/[\p{Bidi_Control}\u200b\0]/u);
          for (const link of links(JSON.parse(body))) expect(link).toMatch(/^https?:\/\//);
        }
      }
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

  if (destination.transport.kind === "http") describeAnswers(destination.type, destination.transport, suite.settings);
}

function describeAnswers<Settings>(type: string, transport: HttpTransport<Settings>, settings: Settings): void {
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
      expect(request.body).toBe('{"text":"\u00e9"}');
      expect(new Headers(request.headers).get("content-type")).toMatch(/^application\/json/);
    });

    test("an address that is none is refused without being told", async () => {
      const wrong = { ...settings, url: "ftp://user:hunter2@192.0.2.1/secret-path" };
      const refusal = await Promise.resolve()
        .then(() => transport.request(outgoing, wrong))
        .catch((error: unknown) => String(error));
      expect(refusal).toMatch(/address/);
      expect(refusal).not.toMatch(/hunter2|secret-path|192\.0\.2\.1/);
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

// Escapes and look-alikes differ by chat, letters and digits do not.
const letters = (text: string): string => text.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "");

function expectEssentials(shown: string, view: View, forPeople: boolean): void {
  const card = cardOf(view);
  const start = view.kind === "digest" ? String(view.total) : Array.from(card.title).slice(0, 20).join("");
  // A program gets an empty title as it is; a reader gets words in its place.
  if (forPeople || card.title !== "Untitled alert") expect(letters(shown)).toContain(letters(start));
  expect(shown).toContain(card.id);
  const [link] = card.links;
  if (link && link.url.length <= 700) expect(shown).toContain(link.url);
  const words =
    view.kind === "digest" || view.kind === "notice" ? [] : [view.alert.status === "resolved" ? "resolved" : view.alert.severity];
  for (const word of words) expect(shown.toLowerCase()).toContain(word);
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

const anyText = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.constantFrom(...HOSTILE),
  fc
    .constantFrom("&", "<", "`", "\\", "*a*", "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}", "\u0301", "]( ", "\n", "é")
    .chain((unit) => fc.constant(unit.repeat(6_000))),
);
const anyUrl = fc.constantFrom(
  undefined,
  "https://siem.example.com/alerts/1",
  "http://192.0.2.1:8080/a?b=c&d=<e>|f#(g)",
  `https://siem.example.com/?q=${"&".repeat(1_900)}`,
  `https://siem.example.com/${"(".repeat(1_900)}`,
  `https://siem.example.com/${"a".repeat(9_000)}`,
  "javascript:alert(1)",
  "https://console.example.com@evil.example/",
  "no address",
);
const few = <Value>(one: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
  fc.oneof(fc.array(one, { maxLength: 4 }), fc.array(one, { minLength: 12, maxLength: 40 }));
const anyLists = fc.dictionary(fc.oneof(fc.constantFrom("assets", "observables", "tags"), anyText), few(anyText), { maxKeys: 3 });

const anyAlert: fc.Arbitrary<Alert> = fc
  .record({
    title: anyText,
    summary: anyText,
    key: anyText,
    severity: fc.constantFrom(...SEVERITIES),
    severity_label: fc.oneof(fc.constant("unknown"), anyText),
    status: fc.constantFrom(...STATUSES),
    status_label: anyText,
    category: anyText,
    rule: fc.option(fc.record({ name: anyText, id: anyText }), { nil: undefined }),
    tenant: fc.option(anyText, { nil: undefined }),
    assets: few(fc.record({ name: anyText, ip: fc.option(anyText, { nil: undefined }), type: fc.constantFrom("host", "user", undefined) })),
    observables: few(
      fc.record({ name: anyText, type: fc.constantFrom("ip", "user", "url", "hash", "domain", "file", "odd"), value: anyText }),
    ),
    attacks: few(fc.record({ technique: fc.option(anyText, { nil: undefined }), name: anyText })),
    tags: few(anyText),
    count: fc.nat(),
    last_seen: fc.constantFrom("2026-11-02T14:05:31.000Z", "2026-11-02T14:05:31+02:00", "never"),
    url: anyUrl,
    data: fc.dictionary(anyText, fc.oneof(anyText, fc.integer(), fc.boolean(), fc.constant(null)), { maxKeys: 12 }),
    enriched: fc.boolean(),
    enriched_reason: fc.option(anyText, { nil: undefined }),
    change: fc.record({
      kind: fc.constantFrom("opened", "updated", "resolved", "reopened", "commented"),
      fields: fc.constant({ count: { before: 1, after: 2 }, severity: { before: "low", after: "high" } }),
      added: anyLists,
      removed: anyLists,
    }),
  })
  .map(sampleAlert);

const anyLinks: fc.Arbitrary<Links> = fc.record({
  tocsin: fc.constantFrom(undefined, "https://relay.example.com/alerts/1", "javascript:alert(1)"),
});
const anyDelta: fc.Arbitrary<Delta> = fc.record({
  kind: fc.constantFrom("updated", "resolved", "reopened", "commented"),
  severity: fc.option(fc.constant({ before: "low", after: "critical" } as const), { nil: undefined }),
  status: fc.option(fc.record({ before: anyText, after: anyText }), { nil: undefined }),
  title: fc.option(fc.record({ before: anyText, after: anyText }), { nil: undefined }),
  newEvents: fc.nat(),
  added: anyLists,
  removed: anyLists,
  detail: fc.boolean(),
  comment: fc.option(fc.record({ author: anyText, text: anyText }), { nil: undefined }),
});

const anyTally = fc.record({ name: anyText, count: fc.nat() });
const anyName = fc.constantFrom(undefined, "soc-urgent");
const anyStyle: fc.Arbitrary<Style | undefined> = fc.option(
  fc.record({
    detail: fc.constantFrom("simple" as const, "full" as const),
    texts: fc.option(fc.record({ title: anyText, summary: anyText, fields: few(fc.record({ label: anyText, value: anyText })) }), {
      nil: undefined,
    }),
  }),
  { nil: undefined },
);

/** Any view of any alert, hostile and huge texts included. */
export const anyView: fc.Arbitrary<View> = fc.oneof(
  fc.record({ kind: fc.constant("alert" as const), alert: anyAlert, links: anyLinks, style: anyStyle, standsInFor: anyName }),
  fc.record({
    kind: fc.constant("update" as const),
    alert: anyAlert,
    delta: anyDelta,
    links: anyLinks,
    style: anyStyle,
    standsInFor: anyName,
    inThread: fc.boolean(),
    notify: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("moved" as const), alert: anyAlert, links: anyLinks }),
  fc.record({ kind: fc.constant("test" as const), alert: anyAlert, links: anyLinks }),
  fc.record({
    kind: fc.constant("digest" as const),
    alerts: fc.array(anyAlert, { minLength: 1, maxLength: 14 }),
    newest: fc.array(anyAlert, { maxLength: 5 }),
    total: fc.integer({ min: 20, max: 5_000 }),
    bySeverity: fc.constant({ info: 1, low: 0, medium: 3, high: 0, critical: 2 }),
    bySource: few(anyTally),
    byRule: few(anyTally),
    since: fc.constantFrom("2026-11-02T14:01:07.000Z", "never"),
    until: fc.constantFrom("2026-11-02T14:05:31.000Z", "never"),
    running: fc.boolean(),
    links: anyLinks,
  }),
);
