// Views of every kind for property tests: mostly of ordinary size with hostile pieces anywhere, a fixed share of huge ones, cheap
// enough for ten thousand of them. What is drawn replaces fields of an ordinary alert, so a failure shrinks to the fields that matter.
import fc from "fast-check";
import type { Alert } from "../../src/alert.ts";
import { SEVERITIES, STATUSES } from "../../src/alert.ts";
import type { Delta, Links, Style, View } from "../../src/destinations/destination.ts";
import { HOSTILE, sampleAlert } from "./alerts.ts";

/** One in so many views is huge in all of its texts, and one in so many texts of the others. */
const HUGE_VIEWS = 100;
const HUGE_TEXTS = 250;

// Simplest first: a failure shrinks towards the first of them.
const PIECES: readonly string[] = [
  "a",
  "Port scan",
  "ws-0142",
  " ",
  "0",
  "é",
  "ACME\\jdoe",
  "powershell.exe -enc SQBF",
  "/etc/passwd",
  "203.0.113.10",
  "2001:db8::1",
  "evil.example",
  "www.evil.example/a?b=c&d",
  "https://evil.example/login",
  "a.smith@example.com",
  "@everyone",
  "@here",
  "@channel",
  "@all",
  "@soc_lead",
  "#incident",
  "/start@bot",
  "<!channel>",
  "<@U012345>",
  "<@&123456789>",
  "<#123>",
  "<users/all>",
  "<at>Everyone</at>",
  "<b>bold</b>",
  "<script>alert(1)</script>",
  "<https://evil.example|bank>",
  "[masked](https://evil.example)",
  "javascript:alert(1)",
  "tg://resolve?domain=x",
  "<t:0:R>",
  "</cmd:1>",
  ":tada:",
  "&lt;!channel&gt;",
  "&amp;",
  "\\",
  "\\u0040here",
  "`",
  "```",
  "\n```\n",
  "*",
  "**",
  "_",
  "__",
  "~~",
  "||",
  "|",
  "<",
  ">",
  "]",
  "](",
  ")",
  "(",
  "$x$",
  "{{DATE(2026-01-01,SHORT)}}",
  "{{ alert }}",
  "\n",
  "\r\n",
  "\n> quote",
  "\n# heading",
  "\n- item",
  "\n1. one",
  "\t",
  "\0",
  "\u0007",
  "\u202Eexe",
  "\u2066",
  "\u200B",
  "\u2028",
  "\uFEFF",
  "\uD83D",
  "\uDC00",
  "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}",
  "\u0301\u0301",
  "عربى",
  "שלום",
  "漢字",
  "İ",
  "ﬀ",
  "4111 1111 1111 1111",
  "+1 212 555 0123",
  "__proto__",
];

/** Texts of which one fills every limit there is. */
const HUGE: readonly string[] = [
  ...["a", "&", "<", "`", "\\", "*a*", "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}", "\u0301", "]( ", "\n", "é", "\u0000", "@a ", "漢"].map(
    (unit) => unit.repeat(6_000),
  ),
  ...HOSTILE.map((text) => `${text} `.repeat(200)),
];

const piece = fc.constantFrom(...PIECES);
const ordinary = fc.oneof(
  { weight: 12, arbitrary: piece },
  { weight: 10, arbitrary: fc.tuple(piece, piece).map((two) => two.join(" ")) },
  { weight: 6, arbitrary: fc.string({ unit: piece, maxLength: 8 }) },
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
);
const huge = fc.constantFrom(...HUGE);
const mixed = fc.oneof({ weight: HUGE_TEXTS - 1, arbitrary: ordinary }, { weight: 1, arbitrary: huge });

const anyUrl = fc.constantFrom(
  "https://siem.example.com/alerts/1",
  "http://192.0.2.1:8080/a?b=c&d=<e>|f#(g)",
  "https://siem/alerts/1",
  "https://siem.example.com/*_~`[x](y)'\"",
  `https://siem.example.com/?q=${"&".repeat(130)}`,
  `https://siem.example.com/?q=${"&".repeat(1_900)}`,
  `https://siem.example.com/${"(".repeat(1_900)}`,
  `https://siem.example.com/${"é".repeat(300)}`,
  `https://siem.example.com/${"a".repeat(9_000)}`,
  "javascript:alert(1)",
  "https://console.example.com@evil.example/",
  "no address",
);
/** A route's name may have 63 characters. */
const anyId = fc.constantFrom(
  "sekoia-prod.5d41402abc4b2a76",
  `${"r".repeat(63)}.0123456789abcdef01234567`,
  "a_b-c.0123456789abcdef01234567",
);
const anyTime = fc.constantFrom("2026-11-02T14:05:31.000Z", "2026-11-02T14:05:31+02:00", "never");
const anyCount = fc.constantFrom(0, 1, 2, 17, 5_000, 2_147_483_647);
const anySeverity = fc.constantFrom(...SEVERITIES);
const anyName = fc.constantFrom(undefined, "soc-urgent");
/** The configuration's own words, unlike all other texts. */
const anyLabel = fc.constantFrom("Owner", "Zuständig für", "Risk (0-100) & more", "x".repeat(80));
const anyLinks: fc.Arbitrary<Links> = fc.constantFrom(
  { tocsin: "https://relay.example.com/alerts/1" },
  {
    tocsin: "https://relay.example.com/alerts/1",
    acknowledge: `https://relay.example.com/act/${"r".repeat(63)}.0123456789abcdef01234567/acknowledge/${"d".repeat(63)}/tk3x1c/${"k".repeat(42)}a`,
    silence: `https://relay.example.com/act/a_b-c.0123456789abcdef01234567/silence/soc_1/tk3x1c/${"k".repeat(42)}s`,
  },
  {},
  { tocsin: "javascript:alert(1)" },
);

/** The views whose texts are drawn from `text`; `most` members in a list. */
function viewsOf(text: fc.Arbitrary<string>, most: number): fc.Arbitrary<View> {
  const few = <Value>(one: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> => fc.array(one, { maxLength: most, size: "max" });
  const maybe = <Value>(one: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(one, { nil: undefined });
  const lists = fc.dictionary(fc.oneof(fc.constantFrom("assets", "observables", "attacks", "tags"), text), few(text), { maxKeys: 2 });
  const data = fc.dictionary(
    fc.oneof(fc.constantFrom("command_line", "message", "confidence"), text),
    fc.oneof({ weight: 3, arbitrary: text }, { weight: 1, arbitrary: fc.constantFrom(0, 85, -1.5, true, null) }),
    { maxKeys: 3 },
  );
  const comment = fc.record({ author: text, text }, { requiredKeys: ["text"] });

  // Every field is there or not: what is not keeps its ordinary value.
  const alert: fc.Arbitrary<Alert> = fc
    .record(
      {
        id: anyId,
        title: text,
        summary: text,
        key: text,
        source: fc.constantFrom("sekoia", "ntopng"),
        severity: anySeverity,
        severity_label: fc.oneof(fc.constant("unknown"), text),
        status: fc.constantFrom(...STATUSES),
        status_label: text,
        category: text,
        type: text,
        rule: maybe(fc.record({ name: text, id: text, url: fc.oneof(anyUrl, text) }, { requiredKeys: ["name"] })),
        tenant: text,
        assets: few(fc.record({ name: text, ip: text, type: fc.constantFrom("host", "user"), id: text }, { requiredKeys: ["name"] })),
        observables: few(
          fc.record({
            name: text,
            type: fc.constantFrom("ip", "user", "host", "url", "hash", "domain", "file", "process", "odd"),
            value: text,
          }),
        ),
        attacks: few(fc.record({ tactic: text, technique: text, name: text }, { requiredKeys: [] })),
        tags: few(text),
        count: anyCount,
        first_seen: anyTime,
        last_seen: anyTime,
        url: maybe(anyUrl),
        data: fc.tuple(data, maybe(comment)).map(([own, said]) => (said ? { ...own, comment: said } : own)),
        enriched: fc.boolean(),
        enriched_reason: text,
        change: fc.record({
          kind: fc.constantFrom("opened", "updated", "resolved", "reopened", "commented"),
          fields: fc.constantFrom<Alert["change"]["fields"][]>(
            {},
            { count: { before: 1, after: 2 }, severity: { before: "low", after: "high" } },
            { status: { before: "new", after: "in_progress" }, enriched: { before: false, after: true } },
          ),
          added: lists,
          removed: lists,
        }),
      },
      { requiredKeys: [] },
    )
    .map(sampleAlert);

  const delta: fc.Arbitrary<Delta> = fc.record({
    kind: fc.constantFrom("updated", "resolved", "reopened", "commented"),
    severity: maybe(fc.record({ before: anySeverity, after: anySeverity })),
    status: maybe(fc.record({ before: text, after: text })),
    title: maybe(fc.record({ before: text, after: text })),
    newEvents: anyCount,
    added: lists,
    removed: lists,
    detail: fc.boolean(),
    comment: maybe(comment),
  });
  const style: fc.Arbitrary<Style | undefined> = fc.option(
    fc.record({
      detail: fc.constantFrom("full" as const, "simple" as const),
      texts: maybe(
        fc
          .record({ title: text, summary: text, fields: few(fc.record({ label: anyLabel, value: text })) }, { requiredKeys: [] })
          .map(present),
      ),
    }),
    { nil: undefined, freq: 3 },
  );
  const tally = fc.record({ name: text, count: anyCount });
  // A few different ones, over and over: a digest of a storm looks like that, and costs no more to draw.
  const crowd = (members: { minLength: number; maxLength: number }): fc.Arbitrary<Alert[]> =>
    fc
      .tuple(fc.array(alert, { ...members, size: "max" }), fc.constantFrom(1, 1, 1, 3, 12))
      .map(([some, times]) => Array.from({ length: times }, (_, round) => some.map((one) => ({ ...one, id: `${one.id}${round}` }))).flat());

  const about = { alert, links: anyLinks };
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("alert" as const), ...about, delta: maybe(delta), style, standsInFor: anyName }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("update" as const),
        ...about,
        delta,
        style,
        standsInFor: anyName,
        inThread: fc.boolean(),
        notify: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("moved" as const), ...about }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("test" as const), ...about }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("notice" as const),
        notice: fc.record({
          id: fc.constantFrom("soc.broken.1", "soc.returned.1"),
          severity: anySeverity,
          resolved: fc.boolean(),
          title: text,
          text,
          at: fc.constant("2026-11-02T14:01:07.000Z"),
        }),
        links: anyLinks,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("digest" as const),
        alerts: crowd({ minLength: 1, maxLength: 2 }),
        newest: crowd({ minLength: 0, maxLength: 1 }),
        total: fc.integer({ min: 20, max: 5_000 }),
        updates: anyCount,
        bySeverity: fc.constantFrom(
          { info: 1, low: 0, medium: 3, high: 0, critical: 2 },
          { info: 0, low: 0, medium: 0, high: 0, critical: 0 },
        ),
        bySource: few(tally),
        byRule: few(tally),
        since: anyTime,
        until: anyTime,
        running: fc.boolean(),
        waited: fc.boolean(),
        links: anyLinks,
      }),
    },
  );
}

/** Without the members that are undefined: they would hide what they replace. */
const present = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;

/** Any view of any alert. */
export const anyView: fc.Arbitrary<View> = fc.oneof(
  { weight: HUGE_VIEWS - 1, arbitrary: viewsOf(mixed, 4) },
  { weight: 1, arbitrary: viewsOf(huge, 12) },
);
