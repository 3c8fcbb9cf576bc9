import { describe, expect, test } from "vitest";
import { HOSTILE, hostileAlert, sampleAlert, thinAlert } from "../../../test/support/alerts.ts";
import { sampleDelivery, sampleEvent, sampleStep, sampleStory } from "../../../test/support/stories.ts";
import type { ShownMessage } from "../../admin/queries/messages.ts";
import type { Story } from "../../admin/queries/story.ts";
import { cardOf } from "../../destinations/card.ts";
import { alertPage } from "./alert-page.ts";
import { eventPage } from "./event-page.ts";

const NOW = Date.parse("2026-11-02T14:10:00.000Z");

const shown = (story: Story, more: Partial<ShownMessage> = {}): ShownMessage => ({
  destination: "soc",
  type: "slack",
  label: "Slack",
  card: cardOf({ kind: "alert", alert: story.alert, links: { tocsin: "https://relay.example.com/alerts/x" } }),
  body: '{"text":"hello"}',
  ...more,
});
const page = async (story: Story, more: { messages?: ShownMessage[]; mayAct?: boolean } = {}): Promise<string> =>
  String(await alertPage({ story, messages: more.messages ?? [], mayAct: more.mayAct ?? true, now: NOW }));
const told = (html: string): string =>
  html
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .replaceAll("&#39;", "'");

describe("how it stands", () => {
  test("has its assets, observables and techniques, each leading to others that have it", async () => {
    const html = await page(sampleStory());
    expect(html).toContain('href="/alerts?observable=ws-0142"');
    expect(html).toContain('href="/alerts?observable=ACME%5Cjdoe"');
    expect(html).toContain('href="https://attack.mitre.org/techniques/T1059/001/"');
    expect(html).toContain('href="https://siem.example.com/operations/alerts/ALEY4fqz8moo"');
    expect(html).toContain('data-copy="sekoia-prod.5d41402abc4b2a76"');
    expect(told(html)).toContain("(the source says Pending )");
  });

  test("says who took it, and when, as long as that stands", async () => {
    const step = sampleStep({
      stage: "ledger",
      decision: "own_change",
      reason: "ana did",
      values: { author: "ana", status: "in_progress" },
      at: "2026-11-02T14:09:00.000Z",
    });
    const events = [sampleEvent(), sampleEvent({ id: "ev_2", trace: [step] })];
    expect(told(await page(sampleStory({ alert: sampleAlert({ status: "in_progress" }), events })))).toContain("by ana , 1 min ago");
    expect(told(await page(sampleStory({ alert: sampleAlert({ status: "resolved" }), events })))).not.toContain("by ana");
  });

  test("keeps long lists a fold away, and tells how many there are", async () => {
    const observables = Array.from({ length: 700 }, (_, n) => ({ name: "h", type: "hash", value: `hash-${n}` }));
    const html = await page(sampleStory({ alert: sampleAlert({ observables }) }));
    expect(told(html)).toContain("690 more");
    expect(told(html)).toContain("and 200 more, which the API tells");
  });
});

describe("what it waits for", () => {
  const waits: NonNullable<Story["waits"]> = {
    events: [],
    gates: [],
    update: [],
    until: null,
    silences: [],
    escalation: null,
    detail: null,
    lookups: 0,
    to_tell_source: 0,
  };

  test("nothing: no note stands there", async () => {
    expect(await page(sampleStory())).not.toContain('class="note');
  });

  test("a silence is told with its reason and whose it is", async () => {
    const silenced = { id: "ab", until: "2026-11-02T15:10:00.000Z", owner: "ana", comment: "a drill" };
    const html = await page(sampleStory({ silenced }));
    expect(told(html)).toContain("A silence hides news of it until in 1 h : a drill ( ana ).");
    expect(html).toContain('href="/silences#silence-ab"');
    // There is nothing left to silence.
    expect(html).not.toContain('/silence"');
  });

  test("gates are told in words, with when they are asked again", async () => {
    const html = told(
      await page(
        sampleStory({
          waits: {
            ...waits,
            events: ["ev_1"],
            gates: ["hours:office", "unless:backup: nightly", "silence"],
            update: ["soc"],
            until: "2026-11-02T16:10:00.000Z",
          },
        }),
      ),
    );
    expect(html).toContain(
      "It waits for the hours of the rule “office”, and for what would answer it, as the rule “backup: nightly” says.",
    );
    expect(html).toContain("soc has not been told of the latest version.");
    expect(html).toContain("The rules are asked again in 2 h at the latest.");
  });

  test("an escalation says how far it is", async () => {
    const escalation = { rule: "urgent", since: "2026-11-02T14:00:00.000Z", steps_taken: 1, next_at: "2026-11-02T14:15:00.000Z" };
    expect(told(await page(sampleStory({ waits: { ...waits, escalation } })))).toContain("One step was taken; the next is due in 5 min");
  });

  test("detail that is missing is told with why, and when it is asked for again", async () => {
    const detail = { reason: "timeout", attempts: 2, next_at: "2026-11-02T14:11:00.000Z" };
    const html = told(await page(sampleStory({ alert: thinAlert(), waits: { ...waits, detail } })));
    expect(html).toContain(
      "This alert is thin. The source's API has not answered within 1 s . Its severity is not known; it is treated as high. Asked 2 times, again in 1 min .",
    );
  });
});

describe("where it went", () => {
  test("what died has its cause, the chat's answer and the way to try again", async () => {
    const log = [{ at: "2026-11-02T14:01:09.000Z", ms: 9, outcome: "disabled: not_found", status: 404, answer: "no_service" }];
    const deliveries = [sampleDelivery({ state: "dead", reason: "not_found", log })];
    const html = await page(sampleStory({ deliveries }));
    expect(told(html)).toContain("its address does not exist any more");
    expect(html).toContain("<code>no_service</code>");
    expect(html).toContain('action="/deliveries/soc.sekoia-prod.5d41402abc4b2a76.1/replay"');
    expect(html).toContain('<li class="small" id="soc.sekoia-prod.5d41402abc4b2a76.1">');
    expect(await page(sampleStory({ deliveries }), { mayAct: false })).not.toContain("/replay");
  });

  test("nowhere is said", async () => {
    expect(told(await page(sampleStory({ deliveries: [], shownBy: [] })))).toContain("Nowhere: no destination shows it.");
  });
});

describe("the message as the chat draws it", () => {
  test("has the card, its colour, and beneath it what is sent", async () => {
    const story = sampleStory();
    const html = await page(story, { messages: [shown(story)] });
    expect(html).toContain('class="message tone-high"');
    expect(told(html)).toContain("Office child process");
    expect(html).toContain("&quot;text&quot;: &quot;hello&quot;");
  });

  test("says where the chat is behind, and what cannot be made", async () => {
    const story = sampleStory({ alert: sampleAlert({ version: 4 }) });
    expect(told(await page(story, { messages: [shown(story)] }))).toContain("The chat shows version 1 still; this is version 4.");
    expect(told(await page(story, { messages: [shown(story, { body: "", problem: "it cannot be made" })] }))).toContain(
      "it cannot be made.",
    );
    expect(told(await page({ ...story, deliveries: [] }, { messages: [shown(story)] }))).toContain("It has not been delivered yet.");
  });
});

describe("what happened", () => {
  test("has what changed before and after, why it ended so, and every decision with its values", async () => {
    const change = {
      kind: "updated" as const,
      fields: { severity: { before: "high", after: "critical" }, last_seen: { before: "a", after: "b" } },
      added: {},
      removed: {},
    };
    const trace = [
      sampleStep({ stage: "match", decision: "matched", reason: "alert.severity_id >= HIGH", values: { rule: "urgent", severity_id: 5 } }),
      sampleStep(),
    ];
    const html = await page(sampleStory({ events: [sampleEvent({ change, trace })] }));
    expect(html).toContain("severity: <del>high</del> → <ins>critical</ins>");
    expect(html).not.toContain("last seen:");
    expect(told(html)).toContain("Destinations begin to show the alert: soc");
    expect(told(html)).toContain("matched by “ urgent ”: alert.severity_id &gt;= HIGH severity id 5");
    expect(html).toContain('<li id="ev_1">');
  });

  test("a very long story stays small: the oldest are a fold away, payloads on pages of their own", async () => {
    const events = Array.from({ length: 200 }, (_, n) => sampleEvent({ id: `ev_${n}`, payload: { text: "x".repeat(30_000) } }));
    const deliveries = Array.from({ length: 500 }, (_, n) => sampleDelivery({ id: `soc.a.${n}`, version: n }));
    const html = await page(sampleStory({ events, deliveries }));
    expect(told(html)).toContain("188 older events");
    expect(told(html)).toContain("496 earlier messages");
    expect(html.length).toBeLessThan(900_000);
    expect(html.match(/<li id="ev_/g)).toHaveLength(200);
    expect(html).toContain('href="/alerts/sekoia-prod.5d41402abc4b2a76/events/ev_0"');
  });
});

describe("who may act", () => {
  test("is offered to take it, to silence it and those like it", async () => {
    const html = await page(sampleStory());
    for (const word of ["Acknowledge", "Resolve", "Comment only"]) expect(html).toContain(`>${word}</button>`);
    expect(html).toContain('action="/alerts/sekoia-prod.5d41402abc4b2a76/silence"');
    expect(told(html)).toContain("Alerts of “Office child process” on ws-0142");
    expect(html).toContain("/silences/new?when=alert.rule.name");
    const resolved = await page(sampleStory({ alert: sampleAlert({ status: "resolved" }) }));
    expect(resolved).toContain(">Reopen</button>");
    expect(resolved).not.toContain('/silence"');
  });

  test("whoever only looks is offered nothing but the explanation", async () => {
    const html = await page(sampleStory(), { mayAct: false });
    expect(html).not.toContain("<form");
    expect(html).toContain('href="/alerts/sekoia-prod.5d41402abc4b2a76/explain"');
  });
});

describe("text of strangers", () => {
  const hostile = (text: string): Story => {
    const alert = hostileAlert(text);
    const change = { kind: "opened" as const, fields: { [text]: { before: text, after: text } }, added: { [text]: [text] }, removed: {} };
    const trace = [sampleStep({ decision: text, reason: text, values: { rule: text, [text]: text } })];
    const log = [{ at: "2026-11-02T14:01:09.000Z", ms: 9, outcome: text, status: 500, answer: text }];
    return sampleStory({
      alert,
      events: [sampleEvent({ type: text, change, payload: { [text]: text }, trace })],
      deliveries: [sampleDelivery({ state: "pending", log })],
      silenced: { id: "ab", until: "2026-11-02T15:10:00.000Z", owner: text, comment: text },
    });
  };

  test.each([...HOSTILE, "W".repeat(4_000)])("stays text: %s", async (text) => {
    const story = hostile(text);
    const [event] = story.events;
    const made = await page(story, { messages: [shown(story, { card: cardOf({ kind: "alert", alert: story.alert, links: {} }) })] });
    for (const html of [made, event ? String(await eventPage(story, event, NOW)) : ""]) {
      expect(html).not.toMatch(/<script|<b>|<at>|\u202e/i);
      for (const [, href = ""] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^[/#]/);
      expect(html).not.toMatch(/ style=| on\w+="/);
    }
  });
});
