import { describe, expect, test } from "vitest";
import { describeSource, firstEvent, loadFixtures } from "../../../test/support/describe-source.ts";
import { snsSigner, snsTopic } from "../../../test/support/sns.ts";
import type { Json, SourceEvent } from "../../alert.ts";
import { advance } from "../../ledger/advance.ts";
import type { AlertState } from "../../ledger/state.ts";
import { compileCondition } from "../../rules/condition.ts";
import type { Parsed } from "../source.ts";
import matano from "./source.ts";

const folder = new URL("./fixtures/", import.meta.url);
const rawFolder = new URL("./fixtures/raw/", import.meta.url);
const raw = { topic_arns: [snsTopic], allow_raw: true };
const receivedAt = Date.UTC(2026, 10, 20, 12);

describe("in the envelope", () => describeSource(matano, { fixtures: folder }));
// The suite changes bodies member by member: without the envelope it reaches what is inside it.
describe("raw", () => describeSource(matano, { fixtures: rawFolder, context: { settings: raw } }));

const envelopes = loadFixtures(folder);
const alerts = loadFixtures(rawFolder);
const parse = (body: Json | undefined, settings = matano.settings.parse(matano.example)): Parsed =>
  matano.parse(body ?? null, { settings, receivedAt });

describe("a message", () => {
  test("is the same event when it is delivered again, and another one with another MessageId", () => {
    const [first, other] = [
      firstEvent(parse(envelopes["notification-created"])),
      firstEvent(parse(envelopes["notification-updated-info-inside"])),
    ];
    const again = firstEvent(parse({ ...Object(envelopes["notification-created"]), Timestamp: "2023-03-15T06:22:00.000Z" }));
    expect(again.claim).toBe(first.claim);
    expect(other.claim).not.toBe(first.claim);
    expect(other.key).toBe(first.key);
    expect([first.order, other.order]).toEqual([0, 1]);
    // The vendor counts without a lock: the same count in two messages is no redelivery.
    const same = firstEvent(parse({ ...Object(envelopes["notification-created"]), MessageId: "edeb3e00-ad32-5092-abe9-67ad99b83999" }));
    expect(same.claim).not.toBe(first.claim);
  });

  test("says the same of destinations wherever it says it", () => {
    const inside = firstEvent(parse(envelopes["notification-updated-info-inside"]));
    const beside = firstEvent(parse(envelopes["notification-updated-info-beside"]));
    expect(inside.patch).toEqual(beside.patch);
    expect(inside.patch.data).toMatchObject({
      destinations: ["slack_my_team", "jira_main"],
      destination_to_alert_info: { slack_my_team: { ts: "1678861298.161909" } },
    });
  });

  test("copied for one destination is one event for all its copies", () => {
    const copy = Object(alerts["internal-topic"]);
    const [one, two] = [firstEvent(parse(copy, raw)), firstEvent(parse({ ...copy, destination: "jira_main" }, raw))];
    expect(one.claim).toBe(two.claim);
    expect(one.patch.data).toMatchObject({ destination: "slack_my_team" });
  });

  test("keeps neither signature nor links of the envelope", () => {
    const text = JSON.stringify(Object.values(envelopes).map((body) => parse(body)));
    expect(text).not.toMatch(/UnsubscribeURL|Signature|SigningCert/);
  });

  test.each([
    [{}, "Type"],
    [{ updated_alert: { id: "a" } }, "Type"],
    [{ ...Object(envelopes["notification-created"]), Message: '{"AlarmName":"disk"}' }, "Message.updated_alert"],
    [{ ...Object(envelopes["notification-created"]), Message: '{"updated_alert":{"title":"no id"}}' }, "Message.updated_alert"],
    [{ ...Object(envelopes["notification-created"]), TopicArn: `${snsTopic}2` }, "TopicArn"],
    [{ ...Object(envelopes["subscription-confirmation"]), SubscribeURL: "https://evil.example/" }, "SubscribeURL"],
  ])("of another shape is refused: %#", (body, where) => expect(parse(body)).toMatchObject({ ok: false, reason: { where } }));

  test("without an envelope is read only where the route allows it", () => {
    expect(parse(alerts["alert-updated"])).toMatchObject({ ok: false, reason: { where: "Type" } });
    expect(firstEvent(parse(alerts["alert-updated"], raw)).type).toBe("alert:updated");
    expect(parse({ alerts: [] }, raw)).toMatchObject({ ok: false, reason: { where: "updated_alert" } });
  });
});

describe("severity", () => {
  const severityOf = (severity: Json, severityMap = {}) => {
    const body = { updated_alert: { id: "a", severity } };
    const { patch } = firstEvent(matano.parse(body, { settings: raw, receivedAt, severityMap }));
    return [patch.severity, patch.severity_label];
  };
  test.each([
    ["info", "info"],
    ["notice", "low"],
    ["low", "low"],
    ["medium", "medium"],
    ["high", "high"],
    ["critical", "critical"],
    ["CRITICAL", "critical"],
  ])("%s is %s", (word, severity) => expect(severityOf(word)).toEqual([severity, word]));

  test.each(["urgent", "constructor", "", null, 5])("%j says nothing", (word) => expect(severityOf(word)).toEqual([undefined, undefined]));

  test("a route may know more words", () => expect(severityOf("Urgent", { urgent: "high" })).toEqual(["high", "Urgent"]));
});

describe("the living alert", () => {
  const context = { alertId: "matano.1", source: "matano", route: "matano", defaultSeverity: "high", receivedAt } as const;
  const fold = (events: SourceEvent[]): AlertState =>
    events.reduce<AlertState | undefined>((state, event) => advance(state, event, context).state, undefined) ??
    expect.fail("there are no events");
  const stream = [envelopes["notification-created"], envelopes["notification-updated-info-inside"]].map((body) => firstEvent(parse(body)));
  const later = firstEvent(parse(alerts["alert-updated-no-new-context"], raw));

  test("shows what is new since the last update", () => {
    const { alert } = fold(stream);
    expect(alert.count).toBe(2);
    expect(alert.change.kind).toBe("updated");
    expect(alert.change.added).toEqual({ observables: ["backup"], tags: ["cloud.account.id: 2029292292992"] });
    expect(alert.change.removed).toEqual({});
    expect(alert.data.new_values).toBe("user.name: John Doe");
    expect(alert.data.context_diff).toEqual({ "user.name": ["John Doe"], "related.user": ["John Doe"] });
  });

  test("says so when nothing is new, and forgets nothing that it showed", () => {
    const { alert } = fold([...stream, later]);
    expect(alert.data).toMatchObject({ new_values: "none", context_diff: {} });
    expect(alert.change).toMatchObject({ added: {}, removed: {} });
    expect(alert.count).toBe(9);
  });

  test("is the same in whatever order its messages come", () => {
    const [one, two] = stream;
    if (!one || !two) return expect.fail();
    const states = [
      [one, two, later],
      [later, two, one],
      [two, later, one],
    ].map((events) => fold(events).alert);
    for (const { change, version, updated_at, ...state } of states) {
      const { change: _change, version: _version, updated_at: _at, ...first } = states[0] ?? expect.fail();
      expect({ ...state, change: 0, version: 0, updated_at: 0 }).toEqual({ ...first, change: 0, version: 0, updated_at: 0 });
      void [change, version, updated_at];
    }
  });

  test.each([
    '"slack_my_team" in alert.data.destinations',
    '"jira_main" in alert.data.destinations && alert.severity_id >= MEDIUM',
    '"slack_my_team" in alert.data.destination_to_alert_info',
    'alert.data.destination_to_alert_info.slack_my_team.ts.startsWith("1678")',
    '"event.action: RunInstances" in alert.tags',
    'alert.observables.exists(one, one.name == "source.ip" && one.value == "5.205.62.253")',
  ])("can be asked by a rule: %s", (when) => {
    const condition = compileCondition(when);
    const { alert } = fold(stream);
    expect(condition.ok && condition.value.matches(alert, alert.change, receivedAt)).toEqual({ matched: true });
  });

  test("answers a rule about destinations that has none", () => {
    const condition = compileCondition('"slack_my_team" in alert.data.destinations');
    const { alert } = fold([firstEvent(parse(alerts["alert-info-no-destinations"], raw))]);
    expect(condition.ok && condition.value.matches(alert, alert.change, receivedAt)).toEqual({ matched: false });
  });
});

test("a genuine envelope is taken, a changed one is not", async () => {
  const signer = await snsSigner();
  const body = await signer.sign({ Message: JSON.stringify(alerts["alert-updated"]) }, "1");
  const means = { document: () => Promise.resolve(signer.certificate) };
  const verify = (changed: Json) =>
    matano.verify?.({ headers: new Headers(), body: changed, at: receivedAt }, { topic_arns: [snsTopic] }, means);
  expect(await verify(body)).toBe("right");
  expect(await verify({ ...body, Message: JSON.stringify(alerts["alert-endpoint"]) })).toBe("wrong");
  expect([matano.proof({ topic_arns: [snsTopic] }), matano.proof(raw)]).toEqual(["signature", "path"]);
});
