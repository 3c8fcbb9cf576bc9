// What is particular to GitHub; what every source does is in the shared suite, with the golden files in fixtures/.
import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { describeSource, firstEvent, loadFixtures } from "../../../test/support/describe-source.ts";
import type { Json, Severity } from "../../alert.ts";
import { isSigned } from "../../lib/hmac.ts";
import { fail, ok } from "../../outcome.ts";
import type { JsonObject } from "../read.ts";
import github from "./source.ts";

const folder = new URL("./fixtures/", import.meta.url);
const fixtures = loadFixtures(folder);
const settings = { webhook_secret: "secret:X" };

describeSource(github, { fixtures: folder });

const eventOf = (body: Json | undefined, options: { console?: string; severityMap?: Record<string, Severity> } = {}) =>
  firstEvent(github.parse(body ?? null, { settings, receivedAt: 0, ...options }));
const fixture = (name: string): JsonObject => fixtures[name] as JsonObject;
/** A fixture with members of its alert changed. */
const withAlert = (name: string, members: JsonObject, action?: string): JsonObject => ({
  ...fixture(name),
  ...(action === undefined ? {} : { action }),
  alert: { ...(fixture(name).alert as JsonObject), ...members },
});

describe("the body", () => {
  test.each<[string, Json]>([
    ["a push", { ref: "refs/heads/main", commits: [], repository: { full_name: "a/b" } }],
    ["an issue", { action: "opened", issue: { number: 1 }, repository: { full_name: "a/b" } }],
    ["another system's alert", { type: "alert", action: "created", attributes: {} }],
    ["an alert without a repository", { action: "created", alert: { number: 1 } }],
    ["nothing", {}],
  ])("%s is refused at `alert`", (_what, body) => {
    expect(github.parse(body, { settings, receivedAt: 0 })).toEqual(
      fail({ where: "alert", expected: expect.stringContaining("security alert") }),
    );
  });

  test.each([null, [], "x", 1])("%j is refused", (body) => expect(github.parse(body as Json, { settings, receivedAt: 0 }).ok).toBe(false));

  test("a ping is a test", () =>
    expect(github.parse(fixture("webhook-ping"), { settings, receivedAt: 0 })).toEqual(ok([{ kind: "test" }])));

  test.each([
    ["webhook-dependabot-created", "dependabot_alert:created"],
    ["webhook-code-scanning-created", "code_scanning_alert:created"],
    ["webhook-secret-scanning-created", "secret_scanning_alert:created"],
    ["webhook-secret-scanning-location", "secret_scanning_alert_location:created"],
    ["webhook-repository-vulnerability-alert", "repository_vulnerability_alert:create"],
    ["webhook-security-advisory", "security_advisory:published"],
    ["webhook-unknown-alert", "other_alert:created"],
  ])("%s is known by its shape", (name, type) => expect(eventOf(fixtures[name]).type).toBe(type));

  test("a leaked secret itself is not kept", () => {
    const event = eventOf(withAlert("webhook-secret-scanning-created", { secret: "AKIAHUNTER2" }));
    expect(JSON.stringify(event)).not.toContain("AKIAHUNTER2");
  });
});

describe("ids", () => {
  test("a redelivery is the same event, and so is the delivery to an app", () => {
    const { installation: _, ...body } = fixture("webhook-dependabot-created");
    const claims = [body, { ...body, installation: { id: 1 } }, structuredClone(body)].map((each) => eventOf(each as Json).claim);
    expect(new Set(claims).size).toBe(1);
  });

  test("each change is an event of the same alert", () => {
    const names = ["created", "dismissed", "fixed", "reintroduced"];
    const events = names.map((name) => eventOf(fixtures[`webhook-dependabot-${name}`]));
    expect(new Set(events.map(({ key }) => key)).size).toBe(1);
    expect(new Set(events.map(({ claim }) => claim)).size).toBe(4);
    expect(events.map(({ order }) => order)).toEqual(
      events.map(({ order }) => order).toSorted((left, right) => (left ?? 0) - (right ?? 0)),
    );
  });

  test("a place of a secret belongs to the secret's alert, and leaves its status alone", () => {
    const [alert, place] = [eventOf(fixtures["webhook-secret-scanning-created"]), eventOf(fixtures["webhook-secret-scanning-location"])];
    expect(place.key).toBe(alert.key);
    expect(place.patch).not.toHaveProperty("status");
    expect(place.patch.add?.observables).toEqual([{ name: "file", type: "file", value: "config/production.env:7" }]);
  });

  test("the same number is another alert in another repository, and of another kind", () => {
    const other = { ...fixture("webhook-dependabot-created"), repository: { id: 2, full_name: "example-org/other" } };
    const keys = [eventOf(fixtures["webhook-dependabot-created"]).key, eventOf(other).key];
    const code = eventOf(withAlert("webhook-code-scanning-created", { number: 20 })).key;
    expect(new Set([...keys, code]).size).toBe(3);
  });

  test("an alert that was opened and closed in the same second is closed", () => {
    const [open, closed] = [eventOf(fixtures["webhook-dependabot-created"]), eventOf(fixtures["webhook-dependabot-auto-dismissed"])];
    expect(closed.occurred_at).toBe(open.occurred_at);
    expect(closed.order).toBeGreaterThan(open.order ?? Number.NaN);
  });

  test("what is opened again without a time of its own counts from its arrival", () => {
    expect(eventOf(fixtures["webhook-secret-scanning-old-reopened"])).not.toHaveProperty("order");
    expect(eventOf(fixtures["webhook-code-scanning-old-instances"])).not.toHaveProperty("order");
  });
});

describe("status", () => {
  test.each([
    ["webhook-dependabot-created", "opened", "new", "open"],
    ["webhook-dependabot-dismissed", "updated", "suppressed", "dismissed (tolerable risk)"],
    ["webhook-dependabot-auto-dismissed", "updated", "suppressed", "auto_dismissed"],
    ["webhook-dependabot-fixed", "resolved", "resolved", "fixed"],
    ["webhook-dependabot-reintroduced", "opened", "new", "open"],
    ["webhook-code-scanning-closed-by-user", "updated", "suppressed", "dismissed (false positive)"],
    ["webhook-secret-scanning-resolved-revoked", "resolved", "resolved", "resolved (revoked)"],
    ["webhook-secret-scanning-old-reopened", "opened", "new", "open"],
  ])("%s", (name, kind, status, label) => expect(eventOf(fixtures[name])).toMatchObject({ kind, patch: { status, status_label: label } }));

  test.each([
    ["revoked", "resolved"],
    ["false_positive", "suppressed"],
    ["wont_fix", "suppressed"],
    ["used_in_tests", "suppressed"],
    ["pattern_deleted", "resolved"],
    [null, "resolved"],
  ])("a secret resolved as %j is %s", (resolution, status) => {
    const body = withAlert("webhook-secret-scanning-created", { state: "resolved", resolution }, "resolved");
    expect(eventOf(body).patch.status).toBe(status);
  });

  test.each([
    ["resolve", "resolved"],
    ["dismiss", "suppressed"],
    ["reopen", "new"],
  ])("the old event's %s", (action, status) =>
    expect(eventOf({ ...fixture("webhook-repository-vulnerability-alert"), action }).patch.status).toBe(status),
  );

  test("a comment on closing is kept with its author", () =>
    expect(eventOf(fixtures["webhook-dependabot-dismissed"]).patch.data?.comment).toEqual({
      author: "j-doe",
      text: "Only used in a build script.",
      at: "2026-11-20T11:00:00.000Z",
    }));
});

describe("severity", () => {
  test.each([
    ["of the range in use, not of the advisory", "webhook-dependabot-created", "medium"],
    ["of the security severity, not of the rule", "webhook-code-scanning-created", "high"],
    ["of the rule, where there is no other", "webhook-code-scanning-old-instances", "medium"],
    ["moderate", "webhook-security-advisory", "medium"],
  ])("%s", (_what, name, severity) => expect(eventOf(fixtures[name]).patch.severity).toBe(severity));

  test.each([
    ["error", "high"],
    ["warning", "medium"],
    ["note", "low"],
    ["none", "info"],
  ])("of a rule without a security severity: %s is %s", (word, severity) =>
    expect(eventOf(withAlert("webhook-code-scanning-created", { rule: { id: "x", severity: word } })).patch.severity).toBe(severity),
  );

  test("of a secret is not guessed, but may be mapped", () => {
    const body = fixtures["webhook-secret-scanning-created"];
    expect(eventOf(body).patch).not.toHaveProperty("severity");
    expect(eventOf(body, { severityMap: { high: "low" } }).patch).not.toHaveProperty("severity");
    expect(eventOf(body, { severityMap: { active: "critical" } }).patch).toMatchObject({ severity: "critical", severity_label: "active" });
    expect(eventOf(body, { severityMap: { amazon_aws_access_key_id: "high", active: "critical" } }).patch.severity).toBe("high");
  });
});

describe("links", () => {
  test("are the alert's own page", () =>
    expect(eventOf(fixtures["webhook-dependabot-created"]).patch.url).toBe("https://github.com/example-org/shop/security/dependabot/20"));

  test("of old deliveries are made from the repository's", () =>
    expect(eventOf(fixtures["webhook-secret-scanning-old-reopened"]).patch.url).toBe(
      "https://github.com/example-org/shop/security/secret-scanning/191",
    ));

  test("of a server without https need the route's console", () => {
    const body = {
      ...withAlert("webhook-secret-scanning-created", { html_url: "http://ghe.lan/a/b/security/secret-scanning/191" }),
      repository: { id: 1, full_name: "a/b c", html_url: "http://ghe.lan/a/b" },
    };
    expect(eventOf(body).patch).not.toHaveProperty("url");
    expect(eventOf(body, { console: "https://ghe.example.com" }).patch.url).toBe(
      "https://ghe.example.com/a/b%20c/security/secret-scanning/191",
    );
  });
});

describe("the signature", () => {
  const bytes = new TextEncoder().encode(JSON.stringify(fixtures["webhook-ping"]));
  const sign = (secret: string) => `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`;
  const isRight = async (secret: string | string[], headers: Record<string, string>, body = bytes): Promise<boolean> => {
    const scheme = github.signature?.({ webhook_secret: secret });
    return scheme !== undefined && isSigned(scheme, new Headers(headers), body, 0);
  };

  test("is right", async () => {
    expect(await isRight("k", { "X-Hub-Signature-256": sign("k") })).toBe(true);
    expect(await isRight(["new", "k"], { "x-hub-signature-256": sign("k") })).toBe(true);
  });

  test("is wrong, missing, of another body, or of no secret", async () => {
    expect(await isRight("k", { "X-Hub-Signature-256": sign("j") })).toBe(false);
    expect(await isRight("k", {})).toBe(false);
    expect(await isRight("k", { "X-Hub-Signature-256": sign("k").slice("sha256=".length) })).toBe(false);
    expect(await isRight("k", { "X-Hub-Signature-256": sign("k") }, new Uint8Array([...bytes, 32]))).toBe(false);
    expect(await isRight("", { "X-Hub-Signature-256": sign("") })).toBe(false);
  });

  test.each([{}, { webhook_secret: "" }, { webhook_secret: [] }, { webhook_secret: "k", token: "x" }])(
    "settings need the secret: %j",
    (given) => expect(github.settings.safeParse(given).success).toBe(false),
  );
});
