import { describe, expect, test } from "vitest";
import { describeSource, eventsIn, firstEvent, loadFixtures } from "../../../test/support/describe-source.ts";
import type { Json } from "../../alert.ts";
import type { Parsed } from "../source.ts";
import securityhub from "./source.ts";

const folder = new URL("./fixtures/", import.meta.url);
const rawFolder = new URL("./fixtures/raw/", import.meta.url);
const settings = securityhub.settings.parse(securityhub.example);
const raw = { ...settings, allow_raw: true };
const receivedAt = Date.UTC(2026, 10, 20, 12);

describe("in the envelope", () => describeSource(securityhub, { fixtures: folder }));
// The suite changes bodies member by member: without the envelope it reaches what is inside it.
describe("raw", () => describeSource(securityhub, { fixtures: rawFolder, context: { settings: raw } }));

const bodies = loadFixtures(folder);
const inner = loadFixtures(rawFolder);
type Loose = Record<string, Json>;
const parse = (body: Json | undefined, more: object = {}): Parsed =>
  securityhub.parse(body ?? null, { settings: raw, receivedAt, ...more });

/** An event with one finding: that of a fixture, changed. */
function withFinding(name: string, changes: Loose, event: Loose = {}): Json {
  const body: Loose = structuredClone(Object(inner[name]));
  const [finding] = Object(body.detail).findings as Loose[];
  return { ...body, ...event, detail: { ...Object(body.detail), findings: [{ ...finding, ...changes }] } };
}
const imported = (changes: Loose = {}, event: Loose = {}) => firstEvent(parse(withFinding("imported", changes, event)));

describe("a finding", () => {
  test("is the same event when it is delivered again, by SNS or by EventBridge", () => {
    const first = imported();
    expect(imported({}, { id: "another", time: "2025-04-20T10:50:00Z" }).claim).toBe(first.claim);
    const again = firstEvent(parse({ ...Object(bodies["notification-imported"]), MessageId: "another" }));
    expect(again.claim).toBe(first.claim);
    expect(imported({ UpdatedAt: "2025-04-20T10:49:30.000Z" }).claim).toBe(first.claim);
  });

  test.each<[string, Loose]>([
    ["its time", { UpdatedAt: "2025-04-20T11:00:00Z" }],
    ["its workflow, although its time stays", { Workflow: { Status: "RESOLVED" } }],
    ["its severity, although its time stays", { Severity: { Label: "CRITICAL", Normalized: 90 } }],
    ["a note", { Note: { Text: "seen", UpdatedBy: "jdoe", UpdatedAt: "2025-04-20T11:00:00Z" } }],
    ["its record", { RecordState: "ARCHIVED" }],
    ["the result of the check", { Compliance: { Status: "PASSED" } }],
  ])("is another event when what changed is %s", (_what, changes) => {
    const [before, after] = [imported(), imported(changes)];
    expect(after.claim).not.toBe(before.claim);
    expect(after.key).toBe(before.key);
  });

  test("is not another one for what says nothing new", () => {
    expect(imported({ ProcessedAt: "2025-04-20T10:49:34Z", ProductFields: { a: "b" } }).claim).toBe(imported().claim);
  });

  test("that a person sends on is an event of its own, and says for whom", () => {
    const custom = (id: string) =>
      imported({}, { id, "detail-type": "Security Hub Findings - Custom Action", detail: { ...Object(Object(inner.imported).detail) } });
    const sent = (id: string, actionName: string) => {
      const body = Object(withFinding("imported", {}, { id, "detail-type": "Security Hub Findings - Custom Action" }));
      return firstEvent(parse({ ...body, detail: { ...body.detail, actionName } }));
    };
    expect(custom("1").claim).toBe(imported().claim);
    expect(new Set([imported().claim, sent("1", "SOC").claim, sent("2", "SOC").claim]).size).toBe(3);
    expect(sent("1", "SOC")).toMatchObject({ key: imported().key, patch: { data: { action: "SOC" } } });
  });

  test("is later than another by when the event was made, then by when it was carried", () => {
    const at = (time: string, carried?: string) => {
      const message = withFinding("imported", {}, { time });
      const envelope = { ...Object(bodies["notification-imported"]), Message: JSON.stringify(message), Timestamp: carried ?? null };
      return firstEvent(parse(carried === undefined ? message : envelope)).order ?? Number.NaN;
    };
    const [one, two] = [at("2026-01-01T10:00:00Z", "2026-01-01T10:00:00.400Z"), at("2026-01-01T10:00:00Z", "2026-01-01T10:00:02.100Z")];
    expect(one).toBeLessThan(two);
    // A delivery that was tried again for an hour is still older than what was made a second later.
    expect(at("2026-01-01T10:00:00Z", "2026-01-01T11:30:00.000Z")).toBeLessThan(at("2026-01-01T10:00:01Z", "2026-01-01T10:00:01.100Z"));
    expect(at("2026-01-01T10:00:00Z")).toBe(Date.UTC(2026, 0, 1, 10));
    expect(at("", "2026-01-01T10:00:00.400Z")).toBe(Date.parse("2025-04-20T10:49:30Z") + 999);
  });

  test("has one key in all formats, where its id is an ARN", () => {
    const arn =
      "arn:aws:guardduty:eu-central-1:123456789012:detector/d6012345678912345678912349f831b8/finding/b7c1d3e5f7a9b1c3d5e7f9a1b3c5d7e9";
    const direct = firstEvent(parse(inner.guardduty));
    expect(direct.key).toBe(`finding:${arn}`);
    expect(imported({ Id: arn }).key).toBe(direct.key);
    const { finding_info: info } = Object(Object(Object(inner["imported-v2"]).detail).findings[0]);
    expect(firstEvent(parse(withFinding("imported-v2", { finding_info: { ...info, uid: arn } }))).key).toBe(direct.key);
  });

  test("with an id of its provider's own is unique for the product", () => {
    const one = imported({ Id: "1", ProductArn: "arn:aws:securityhub:eu-central-1:1:product/a/b" });
    const other = imported({ Id: "1", ProductArn: "arn:aws:securityhub:eu-central-1:1:product/c/d" });
    expect(one.key).not.toBe(other.key);
    expect(imported({ Id: `${"x".repeat(300)} y` }).key).toMatch(/^finding:sha256-[0-9a-f]{32}$/);
  });

  test("among others that are not understood is not lost", () => {
    const events = eventsIn(parse(inner["custom-action-many"]));
    expect(events.map(({ type }) => type === "unparsed")).toEqual([false, false, true, false]);
    expect(events[0]?.payload).toMatchObject({ detail: { actionName: "Send to the SOC", findings: [{ Title: expect.any(String) }] } });
    expect(Object(Object(events[0]?.payload).detail).findings).toHaveLength(1);
  });
});

describe("status", () => {
  test.each([
    ["NEW", "ACTIVE", undefined, "new", "NEW"],
    ["NOTIFIED", "ACTIVE", "FAILED", "in_progress", "NOTIFIED"],
    ["SUPPRESSED", "ACTIVE", undefined, "suppressed", "SUPPRESSED"],
    ["RESOLVED", "ACTIVE", "FAILED", "resolved", "RESOLVED"],
    ["NEW", "ARCHIVED", "FAILED", "resolved", "ARCHIVED"],
    ["SUPPRESSED", "ACTIVE", "PASSED", "suppressed", "SUPPRESSED"],
    ["NEW", "ACTIVE", "PASSED", "resolved", "PASSED"],
    ["SOMETHING_LATER", "ACTIVE", undefined, "in_progress", "SOMETHING_LATER"],
    [undefined, "ACTIVE", undefined, "new", "ACTIVE"],
    [undefined, undefined, undefined, undefined, undefined],
  ])("workflow %s, record %s, check %s is %s", (workflow, record, check, status, label) => {
    const changes = { Workflow: { Status: workflow ?? null }, RecordState: record ?? null, Compliance: { Status: check ?? null } };
    const { kind, patch } = imported(changes);
    expect([patch.status, patch.status_label]).toEqual([status, label]);
    expect(kind === "resolved").toBe(status === "resolved");
  });

  test("of the older field counts where there is no newer one", () => {
    expect(imported({ Workflow: null, WorkflowState: "IN_PROGRESS" }).patch.status).toBe("in_progress");
  });

  test.each([
    [1, "New", 1, "new"],
    [2, "In Progress", 2, "in_progress"],
    [3, "Suppressed", 2, "suppressed"],
    [4, "Resolved", 2, "resolved"],
    [5, "Archived", 2, "resolved"],
    [6, "Deleted", 2, "resolved"],
    ["1", "New", "3", "resolved"],
    [3, "Suppressed", 3, "suppressed"],
    [0, "Resolved", 2, "resolved"],
    [99, "Odd", 2, undefined],
  ])("OCSF: %s (%s), activity %s is %s", (id, word, activity, status) => {
    const changes = { status_id: id, status: word, activity_id: activity, activity_name: null };
    expect(firstEvent(parse(withFinding("imported-v2", changes))).patch.status).toBe(status);
  });

  test("GuardDuty knows only its archive", () => {
    const body = Object(inner.guardduty);
    const archived = { ...body, detail: { ...body.detail, service: { ...body.detail.service, archived: true } } };
    expect(firstEvent(parse(archived))).toMatchObject({ kind: "resolved", patch: { status: "resolved", status_label: "archived" } });
    expect(firstEvent(parse(body)).patch.status).toBe("new");
  });
});

describe("severity", () => {
  test.each([
    [{ Label: "INFORMATIONAL" }, "info"],
    [{ Label: "LOW" }, "low"],
    [{ Label: "MEDIUM", Normalized: 90 }, "medium"],
    [{ Label: "HIGH" }, "high"],
    [{ Label: "CRITICAL" }, "critical"],
    [{ Normalized: 0 }, "info"],
    [{ Normalized: 1 }, "low"],
    [{ Normalized: "39" }, "low"],
    [{ Normalized: 40 }, "medium"],
    [{ Normalized: 70 }, "high"],
    [{ Label: "NEWER", Normalized: 90 }, "critical"],
    [{ Label: "constructor" }, undefined],
    [{}, undefined],
    [[], undefined],
  ])("%j is %s", (Severity, severity) => expect(imported({ Severity }).patch.severity).toBe(severity));

  test.each([
    [1, "Informational", "info"],
    [5, "Critical", "critical"],
    [6, "Fatal", "critical"],
    ["3", null, "medium"],
    [0, "High", "high"],
    [99, "Other", undefined],
  ])("OCSF: %s (%s) is %s", (id, word, severity) => {
    expect(firstEvent(parse(withFinding("imported-v2", { severity_id: id, severity: word }))).patch.severity).toBe(severity);
  });

  test.each([
    [0.5, "info"],
    [1, "low"],
    [3.9, "low"],
    [4, "medium"],
    ["6.9", "medium"],
    [7, "high"],
    [8.9, "high"],
    [9, "critical"],
    [null, undefined],
  ])("GuardDuty: %s is %s", (severity, expected) => {
    const body = Object(inner.guardduty);
    expect(firstEvent(parse({ ...body, detail: { ...body.detail, severity } })).patch.severity).toBe(expected);
  });

  test("a route may see it otherwise, by label or by number", () => {
    const severityMap = { high: "medium", "8.7": "critical", fatal: "high" } as const;
    expect(firstEvent(parse(inner.imported, { severityMap })).patch).toMatchObject({ severity: "medium", severity_label: "HIGH" });
    expect(firstEvent(parse(inner.guardduty, { severityMap })).patch.severity).toBe("critical");
    expect(firstEvent(parse(inner["imported-v2"], { severityMap })).patch.severity).toBe("medium");
  });
});

describe("links", () => {
  const linkOf = (changes: Loose, more: object = {}) => firstEvent(parse(withFinding("imported", changes), more)).patch.url;
  test("are the finding's own where it has a safe one", () => {
    expect(linkOf({ SourceUrl: "https://provider.example/finding/1" })).toBe("https://provider.example/finding/1");
    for (const SourceUrl of ["javascript:alert(1)", "http://provider.example/", "https://a@provider.example/", "no link"])
      expect(linkOf({ SourceUrl })).toContain("https://us-east-1.console.aws.amazon.com/securityhub/");
  });
  test("lead to the console of the partition, or to the route's", () => {
    expect(linkOf({ ProductArn: "arn:aws-cn:securityhub:cn-north-1::product/aws/securityhub", Region: "cn-north-1" })).toMatch(
      /^https:\/\/console\.amazonaws\.cn\/securityhub\/home\?region=cn-north-1#/,
    );
    expect(linkOf({}, { console: "https://sso.example.com/aws/" })).toMatch(
      /^https:\/\/sso\.example\.com\/aws\/securityhub\/home\?region=/,
    );
    expect(linkOf({ ProductArn: "arn:aws-iso:securityhub:us-iso-east-1::product/aws/x" })).toBeUndefined();
  });
  test("never take a region that could be part of another address", () => {
    const url = linkOf({ Region: "evil.example/x?" });
    expect(url).toMatch(/^https:\/\/us-east-1\./);
  });
});

describe("a body of another shape", () => {
  test.each<[Json, string]>([
    [{}, "body"],
    [[], "body"],
    ["text", "body"],
    [{ source: "aws.securityhub", "detail-type": "x" }, "body"],
    [{ source: "aws.securityhub", detail: {} }, "body"],
    [{ ...Object(bodies["notification-imported"]), Message: '{"updated_alert":{"id":"a"}}' }, "Message"],
    [{ ...Object(bodies["notification-imported"]), TopicArn: "arn:aws:sns:eu-central-1:123456789012:other" }, "TopicArn"],
  ])("%j is refused", (body, where) => expect(parse(body)).toMatchObject({ ok: false, reason: { where } }));

  test("but an event without findings is a test", () => {
    expect(parse({ ...Object(inner.imported), detail: { findings: [] } })).toEqual({ ok: true, value: [{ kind: "test" }] });
  });

  test("is not read without an envelope unless the route allows it", () => {
    expect(parse(inner.imported, { settings })).toMatchObject({ ok: false, reason: { where: "Type" } });
    expect([securityhub.proof(settings), securityhub.proof(raw)]).toEqual(["signature", "path"]);
  });
});
