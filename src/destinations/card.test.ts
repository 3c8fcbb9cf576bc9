import { describe, expect, test } from "vitest";
import { sampleAlert, sampleViews, thinAlert } from "../../test/support/alerts.ts";
import { cardOf, headline, MAX_LINES, notification } from "./card.ts";
import type { Delta, View } from "./destination.ts";
import { MAX_FACTS } from "./facts.ts";
import { barest, fitted } from "./fit.ts";

const views = sampleViews();
const shown = (alert: ReturnType<typeof sampleAlert>): View => ({ kind: "alert", alert, links: {} });
const fact = (view: View, label: string) => cardOf(view).facts.find((one) => one.label === label);

describe("the card", () => {
  test("leads with mark, severity and title, and tells a phone the host", () => {
    expect(headline(cardOf(views["alert-created"]))).toBe("🟠 [HIGH] Encoded PowerShell launched by Office");
    expect(notification(cardOf(views["alert-created"]))).toBe("[HIGH] Encoded PowerShell launched by Office - ws-0142");
  });

  test("says that an alert is over before it says how bad it was", () => {
    const view = shown(sampleAlert({ severity: "critical", status: "resolved" }));
    expect(cardOf(view)).toMatchObject({ tone: "resolved", mark: "✅", word: "RESOLVED" });
    expect(fact(view, "Severity")?.values).toEqual(["critical"]);
  });

  test("says plainly what is not known", () => {
    const card = cardOf(views["alert-thin"]);
    expect(headline(card)).toBe("🟠 [HIGH?] Alert ALEY4fqz8moo");
    expect(card.notes).toEqual([
      "Severity unknown; treated as high by default.",
      "Detail missing: the source's API has not answered within 1 s.",
    ]);
    expect(cardOf(shown(thinAlert({ enriched_reason: undefined }))).notes).toContain("The detail has not come yet.");
  });

  test("keeps lists short", () => {
    const observables = Array.from({ length: 12 }, (_, index) => ({ name: "user", type: "user", value: `user-${index}` }));
    expect(fact(shown(sampleAlert({ observables })), "User")).toMatchObject({
      values: ["user-0", "user-1", "user-2", "user-3", "user-4"],
      more: 7,
    });
  });

  test("tells source from target, and no address twice", () => {
    const observables = [
      { name: "cli_ip", type: "ip", value: "203.0.113.9" },
      { name: "destination.ip", type: "ip", value: "198.51.100.7" },
      { name: "ip", type: "ip", value: "192.0.2.42" },
    ];
    const view = shown(sampleAlert({ observables }));
    expect([fact(view, "Source IP")?.values, fact(view, "Target IP")?.values, fact(view, "IP")]).toEqual([
      ["203.0.113.9"],
      ["198.51.100.7"],
      undefined,
    ]);
  });

  test("tells who attacks whom, which need not be who called", () => {
    const observables = [
      { name: "victim", type: "ip", value: "192.0.2.42" },
      { name: "attacker", type: "ip", value: "203.0.113.9" },
    ];
    const view = shown(sampleAlert({ observables, assets: [] }));
    expect([fact(view, "Attacker IP")?.values, fact(view, "Victim IP")?.values, fact(view, "Source IP")]).toEqual([
      ["203.0.113.9"],
      ["192.0.2.42"],
      undefined,
    ]);
  });

  test("shows the source's own fields where it has no telling text", () => {
    const card = cardOf(shown(sampleAlert({ data: { score: 90, nested: { a: 1 }, protocol: "SMB" } })));
    expect(card.evidence).toEqual({ label: "Details", text: "score: 90\nprotocol: SMB" });
  });

  test("gives an alert without a title one", () => expect(cardOf(shown(sampleAlert({ title: " \u202E " }))).title).toBe("Untitled alert"));

  test("tells a living message what is new since it was last edited, however many versions ago", () => {
    const alert = sampleAlert({ change: { kind: "updated", fields: { count: { before: 2, after: 3 } }, added: {}, removed: {} } });
    const delta: Delta = { kind: "reopened", newEvents: 3, added: { assets: ["db-2"] }, removed: {}, detail: false };
    expect(cardOf({ kind: "alert", alert, links: {}, delta }).changes).toEqual(["Latest: reopened, +3 events, new host db-2"]);
    expect(cardOf({ kind: "alert", alert, links: {} }).changes).toEqual(["Latest: +1 event"]);
  });

  test("calls a status no news that a thin alert had for want of a word", () => {
    const delta = {
      kind: "updated",
      newEvents: 0,
      added: {},
      removed: {},
      detail: true,
      status: { before: "new", after: "Pending" },
    } as const;
    const changes = (more: object) => cardOf({ kind: "update", alert: sampleAlert(), links: {}, delta: { ...delta, ...more } }).changes;
    expect(changes({})).toEqual(["The detail came"]);
    expect(changes({ detail: false })).toEqual(["Status new to Pending"]);
  });

  test.each([
    [["db-2", "ws-0142"], "db-2, ws-0142"],
    [["a", "b", "c", "d"], "a +3 more"],
    [["a", ""], "a +1 more"],
  ])("names the places of %j for a phone", (names, tail) => {
    const assets = names.map((name) => ({ name }));
    expect(cardOf({ kind: "alert", alert: sampleAlert({ assets }), links: {} }).tail).toBe(tail);
  });

  test("tells a living message's latest change and comment", () => {
    expect(cardOf(views["alert-living"]).changes).toEqual([
      "Latest: resolved, +2 events",
      "Comment by a.smith: Macro test by IT, confirmed.",
    ]);
  });

  test("a follow-up says only what is new", () => {
    const card = cardOf(views["update-rise"]);
    expect(card).toMatchObject({
      changes: ["Severity high to critical, +3 events, new host db-2"],
      summary: "",
      facts: [],
    });
    expect(card.evidence).toBeUndefined();
    expect(notification(card)).toBe(
      "[CRITICAL] Update: Encoded PowerShell launched by Office - ws-0142: severity high to critical, +3 events, new host db-2",
    );
  });

  test("a follow-up that brings the detail shows it", () => {
    const card = cardOf(views["update-detail"]);
    expect(card.changes).toEqual(['The detail came, title before: "Alert ALEY4fqz8moo"']);
    expect(card.facts.length).toBeGreaterThan(3);
  });

  test("a digest counts all and names the first", () => {
    const alerts = Array.from({ length: 30 }, () => sampleAlert());
    const card = cardOf({
      kind: "digest",
      alerts,
      newest: [sampleAlert({ id: "latest" })],
      total: 120,
      updates: 0,
      bySeverity: { info: 0, low: 20, medium: 0, high: 100, critical: 0 },
      bySource: [{ name: "sekoia", count: 120 }],
      byRule: [],
      since: "2026-11-02T14:01:07.000Z",
      until: "2026-11-02T14:05:31.000Z",
      running: false,
      links: {},
    });
    expect(card).toMatchObject({ title: "120 alerts: 100 high, 20 low", tone: "high", more: 109 });
    expect(card.lines).toHaveLength(MAX_LINES);
  });

  test("a digest tells who counted most, when, and the latest that is not among the worst", () => {
    const worst = sampleAlert({ severity: "critical" });
    const digest = views.digest as Extract<View, { kind: "digest" }>;
    const tally = (name: string) => ({ name, count: 3 });
    const card = cardOf({
      ...digest,
      alerts: [worst],
      newest: [worst, sampleAlert({ id: "latest" })],
      bySource: "abcdefg".split("").map(tally),
    });
    expect(card.newest.map(({ title }) => title)).toEqual(["Encoded PowerShell launched by Office"]);
    expect(card.facts).toEqual([
      { label: "Sources", kind: "code", values: ["a 3", "b 3", "c 3", "d 3", "e 3"], more: 2 },
      { label: "Rules", kind: "code", values: ["Office child process 21", "Port scan 16"], more: 0 },
      { label: "Between", kind: "text", values: ["2026-11-02 14:01:07 UTC and 2026-11-02 14:05:31 UTC"], more: 0 },
    ]);
    expect(card).toMatchObject({ tone: "critical", more: 35, id: "" });
    expect(cardOf({ ...digest, running: true }).summary).toContain("kept current");
    expect(fact({ ...digest, until: digest.since }, "Between")?.values).toEqual(["2026-11-02 14:01:07 UTC"]);
  });

  test("a former message points to the newer one and says nothing else", () => {
    const card = cardOf(views.moved);
    expect(headline(card)).toBe("↪️ [CRITICAL] Moved: Encoded PowerShell launched by Office");
    expect(card).toMatchObject({
      changes: ["Shown anew in a newer message: look there for how it stands."],
      notes: [],
      facts: [],
      summary: "",
    });
    expect(card.links.map(({ label }) => label)).toEqual(["Open in console", "Open in Tocsin"]);
  });

  test("a notice is the relay's own, and calm when it is over", () => {
    const notice = views.notice as Extract<View, { kind: "notice" }>;
    expect(headline(cardOf(notice))).toBe("🟠 [TOCSIN] The destination soc does not answer");
    expect(cardOf(notice)).toMatchObject({ source: "tocsin", id: "soc.breaker.1", time: "2026-11-02T14:01:07.000Z", facts: [] });
    expect(cardOf({ ...notice, notice: { ...notice.notice, resolved: true } })).toMatchObject({ tone: "resolved", mark: "✅" });
  });

  test("a test says so", () => expect(headline(cardOf(views["test-alert"]))).toBe("⚪ [TEST INFO] Tocsin can reach this destination"));

  test("links to http and https only", () => {
    const links = cardOf({
      kind: "alert",
      alert: sampleAlert({ url: "javascript:alert(1)" }),
      links: { tocsin: "https://relay.example.com/a" },
    }).links;
    expect(links).toEqual([{ label: "Open in Tocsin", url: "https://relay.example.com/a" }]);
  });
});

describe("a style", () => {
  const living = views["alert-living"] as Extract<View, { kind: "alert" }>;
  const rise = views["update-rise"] as Extract<View, { kind: "update" }>;
  const soc = 'Shown here because the destination "soc" does not answer.';

  test("simple shows title, severity, links and the small print", () => {
    const card = cardOf({ ...living, style: { detail: "simple" } });
    expect(card).toMatchObject({ word: "RESOLVED", changes: [], summary: "", notes: [], facts: [], id: living.alert.id, source: "sekoia" });
    expect(card.evidence).toBeUndefined();
    expect(card.links).toHaveLength(2);
    expect(headline(card)).toBe(headline(cardOf(living)));
  });

  test("simple keeps what a follow-up is about, and who is stood in for", () => {
    expect(cardOf({ ...rise, style: { detail: "simple" } }).changes).toEqual(cardOf(rise).changes);
    for (const view of [living, rise]) expect(cardOf({ ...view, style: { detail: "simple" }, standsInFor: "soc" }).notes).toEqual([soc]);
  });

  test("says first that another destination does not answer", () => {
    expect(cardOf({ kind: "alert", alert: thinAlert(), links: {}, standsInFor: "soc" }).notes).toEqual([
      soc,
      "Severity unknown; treated as high by default.",
      "Detail missing: the source's API has not answered within 1 s.",
    ]);
    expect(cardOf({ ...rise, standsInFor: "soc" }).notes).toEqual([soc]);
  });

  test("puts its texts in place of the alert's, one line each, and leaves out empty fields", () => {
    const fields = [
      { label: "Who\n", value: " jdoe\n\u202Eeod " },
      { label: "Tenant", value: " " },
      { label: "", value: "x" },
    ];
    const card = cardOf({ kind: "alert", alert: sampleAlert(), links: {}, style: { texts: { title: "A\nB", summary: "C\nD", fields } } });
    expect(card).toMatchObject({ title: "A B", summary: "C D", facts: [{ label: "Who", kind: "code", values: ["jdoe eod"], more: 0 }] });
    expect(card.evidence?.label).toBe("Command line");
  });

  test("without a title of its own shows the alert's; an empty summary or list shows none", () => {
    const card = cardOf({ kind: "alert", alert: sampleAlert(), links: {}, style: { texts: { title: " ", summary: "", fields: [] } } });
    expect(card).toMatchObject({ title: "Encoded PowerShell launched by Office", summary: "", facts: [] });
  });

  test("titles a follow-up too, and what is over still tells how bad it was", () => {
    const texts = { title: "Own title", fields: [{ label: "Host", value: "db-1" }] };
    expect(cardOf({ ...rise, style: { texts } })).toMatchObject({ prefix: "Update", title: "Own title", facts: [] });
    expect(cardOf({ ...living, style: { texts } }).facts.map(({ label }) => label)).toEqual(["Severity", "Host"]);
  });

  test("is cut to what a message holds", () => {
    const fields = Array.from({ length: 12 }, (_, index) => ({ label: `${index} ${"l".repeat(90)}`, value: "v".repeat(900) }));
    const card = cardOf({
      kind: "alert",
      alert: sampleAlert(),
      links: {},
      style: { texts: { title: "t".repeat(900), summary: "s".repeat(2_000), fields } },
    });
    expect([card.title.length, card.summary.length, card.facts.length]).toEqual([200, 600, MAX_FACTS]);
    for (const { label, values } of card.facts) expect([label.length, values[0]?.length]).toEqual([40, 200]);
  });
});

describe("fitting", () => {
  const card = cardOf(views["alert-created"]);
  const within = (room: number) =>
    fitted(
      card,
      (left) => left,
      (left) => JSON.stringify(left).length <= room,
    );

  test("leaves a card that fits as it is", () => expect(within(10_000)).toBe(card));

  test("drops the evidence first, and says that it shortened", () => {
    const left = within(JSON.stringify(card).length - 1);
    expect(left).toMatchObject({ shortened: true, summary: card.summary, facts: card.facts });
    expect(left.evidence).toBeUndefined();
  });

  test("keeps title, severity, links and id to the end", () => {
    const left = within(0);
    expect(left).toEqual(barest(card));
    expect(left).toMatchObject({
      title: card.title,
      word: card.word,
      links: card.links,
      id: card.id,
      shortened: true,
      facts: [],
      summary: "",
    });
  });

  test("names what is watched by what it is", () => {
    const assets = [
      { name: "acme/web", type: "repository" },
      { name: "ws-7", type: "windows" },
      { name: "logs", type: "AwsS3Bucket" },
      { name: "jdoe", type: "user" },
    ];
    const { facts } = cardOf({ kind: "alert", alert: sampleAlert({ assets, observables: [] }), links: {} });
    expect(facts.slice(0, 4).map(({ label, values }) => [label, values])).toEqual([
      ["Host", ["ws-7"]],
      ["Repository", ["acme/web"]],
      ["Bucket", ["logs"]],
      ["User", ["jdoe"]],
    ]);
  });
});
