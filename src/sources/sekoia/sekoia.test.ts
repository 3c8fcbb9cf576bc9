// What is particular to SEKOIA.IO; what every source does is in the shared suite, with the golden files in fixtures/.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SekoiaApi, startSekoiaApi } from "../../../demo/sekoia-api.ts";
import {
  commented,
  commentOf,
  createdFlattened,
  createdThin,
  deleted,
  incident,
  scenes,
  updated,
  withUpdate,
} from "../../../demo/sekoia-samples.ts";
import { describeSource, expectGolden, firstEvent, loadFixtures } from "../../../test/support/describe-source.ts";
import { expectPatch } from "../../../test/support/expect-event.ts";
import type { Json } from "../../alert.ts";
import { fail, ok } from "../../outcome.ts";
import type { Api, ApiFailure, ParseContext } from "../source.ts";
import type { SekoiaSettings } from "./settings.ts";
import sekoia from "./source.ts";

const folder = new URL("./fixtures/", import.meta.url);
const fixtures = loadFixtures(folder, () => true);
const context: ParseContext<SekoiaSettings> = { settings: {}, receivedAt: 0 };

describeSource(sekoia, { fixtures: folder });

/** The one event of a body. */
const eventOf = (body: unknown, given: Partial<ParseContext<SekoiaSettings>> = {}) =>
  firstEvent(sekoia.parse(body as Json, { ...context, ...given }));

const alertWith = (attributes: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
  type: "alert",
  action: "created",
  attributes: { uuid: "5696845f-9ecf-4431-9f0f-48ee0ee2eff1", ...attributes },
  metadata: { created_at: "2026-01-01T00:00:00+00:00" },
  ...rest,
});

describe("bodies that are no notification", () => {
  test.each([null, 1, "text", true, {}, { type: 1 }, { type: "" }, { type: " " }, { action: "created" }])(
    "%j is refused at `type`",
    (body) => {
      expect(sekoia.parse(body as Json, context)).toEqual(fail({ where: "type", expected: expect.any(String) }));
    },
  );

  test("an empty list is a test", () => expect(sekoia.parse([], context)).toEqual(ok([{ kind: "test" }])));
});

describe("severity", () => {
  test.each([
    [0, "info"],
    [9, "info"],
    [9.9, "info"],
    [10, "low"],
    [49, "low"],
    [50, "medium"],
    [74, "medium"],
    [75, "high"],
    [89, "high"],
    [90, "critical"],
    [100, "critical"],
    ["75", "high"],
  ])("an urgency of %j is %s", (urgency, severity) => {
    expect(eventOf(alertWith({ urgency_current_value: urgency })).patch).toMatchObject({ severity, severity_label: String(urgency) });
  });

  test("is not told by the thin form", () => expect(eventOf(alertWith({})).patch).not.toHaveProperty("severity"));

  test("is shown as the display word, where there is one", () => {
    expect(eventOf(alertWith({ urgency: { current_value: 20, display: "Urgent" } })).patch).toMatchObject({
      severity: "low",
      severity_label: "Urgent",
    });
  });

  test("follows the route's map, by word before number", () => {
    const severityMap = { urgent: "critical", "20": "medium" } as const;
    expect(eventOf(alertWith({ urgency: { current_value: 20, display: "Urgent" } }), { severityMap }).patch.severity).toBe("critical");
    expect(eventOf(alertWith({ urgency_current_value: 20 }), { severityMap }).patch.severity).toBe("medium");
  });

  test("of a report follows the map under `report`", () => {
    const body = fixtures["webhook-report-created"];
    expect(eventOf(body).patch.severity).toBe("info");
    expect(eventOf(body, { severityMap: { report: "low" } }).patch.severity).toBe("low");
  });
});

describe("status", () => {
  test.each([
    ["Pending", "new"],
    ["Acknowledged", "in_progress"],
    ["Ongoing", "in_progress"],
    ["Rejected", "suppressed"],
    ["Closed", "resolved"],
    ["False Positive", "suppressed"],
    ["Remediated by IT", "resolved"],
    ["Not resolved", "in_progress"],
    ["Unresolved", "in_progress"],
    ["Reopened", "in_progress"],
    ["Not started", "new"],
    ["En cours", "in_progress"],
  ])("%s is %s", (name, status) => {
    const { patch } = eventOf(
      alertWith({ updated: { status: "00000000-0000-4000-8000-000000000001", status_name: name } }, { action: "updated" }),
    );
    expect(patch).toMatchObject({ status, status_label: name });
  });

  test("of a built-in status is known without its name", () => {
    const { kind, patch } = eventOf(alertWith({ updated: { status: "1738b1c1-767d-489e-bada-19176621a007" } }, { action: "updated" }));
    expect([kind, patch.status, patch.status_label]).toEqual(["resolved", "resolved", "Closed"]);
  });

  test("of a deleted alert is resolved, and nothing is asked for", () => {
    const event = eventOf(fixtures["webhook-alert-deleted"]);
    expect(event).toMatchObject({ kind: "resolved", patch: { status: "resolved", status_label: "deleted" } });
    expect(event.detail).toBeUndefined();
  });
});

describe("ids", () => {
  const body = alertWith({}, { action: "updated" });

  test("a redelivery has the same claim, with its members in any order", () => {
    expect(eventOf({ ...body, metadata: { ...body.metadata } }).claim).toBe(eventOf(body).claim);
  });

  test("`metadata.uuid` identifies alone, also when the rest was written another way", () => {
    const one = alertWith({ short_id: "AL1" }, { metadata: { uuid: "A1", created_at: "2026-01-01T00:00:00Z" } });
    const two = alertWith({ short_id: "AL1" }, { metadata: { uuid: "a1", created_at: "2026-01-01T00:00:00+00:00" } });
    expect(eventOf(one).claim).toBe(eventOf(two).claim);
    expect(eventOf(one).identified).toBe(true);
  });

  test("two updates of the same microsecond are two events", () => {
    const low = eventOf(alertWith({ updated: { dynamic_urgency_value: 20 } }, { action: "updated" }));
    const high = eventOf(alertWith({ updated: { dynamic_urgency_value: 95 } }, { action: "updated" }));
    expect(low.claim).not.toBe(high.claim);
    expect(low.key).toBe(high.key);
  });

  test("a body without id and time is not identified", () => {
    expect(eventOf(alertWith({}, { metadata: {} }))).toMatchObject({ identified: false });
    expect(eventOf(alertWith({}, { metadata: {} })).order).toBeUndefined();
  });

  test("objects of different kinds never share a key, and case of letters does not matter", () => {
    const uuid = "5696845F-9ECF-4431-9F0F-48EE0EE2EFF1";
    const keys = ["alert", "case", "report", "intake"].map((type) => eventOf({ type, action: "created", attributes: { uuid } }).key);
    expect(keys).toEqual(["alert", "case", "report", "intake"].map((type) => `${type}:${uuid.toLowerCase()}`));
  });

  test("a comment belongs to its alert", () => {
    expect(eventOf(fixtures["webhook-alert-comment-created"]).key).toBe(eventOf(fixtures["webhook-alert-created-doc"]).key);
  });
});

describe("times", () => {
  test("order keeps the microseconds", () => {
    const at = (created_at: unknown) => eventOf(alertWith({}, { metadata: { created_at } }));
    expect(at("2022-01-14T15:06:57.398005+00:00").order).toBeCloseTo(Date.UTC(2022, 0, 14, 15, 6, 57, 398) + 0.005, 3);
    expect(at("2022-01-14T15:06:57.398006+00:00").order).toBeGreaterThan(at("2022-01-14T15:06:57.398005+00:00").order ?? Number.NaN);
  });

  test.each([
    ["2022-01-14T15:06:57", "2022-01-14T15:06:57.000Z"],
    ["2022-01-14 15:06:57.5", "2022-01-14T15:06:57.500Z"],
    ["2022-01-14T16:06:57+0100", "2022-01-14T15:06:57.000Z"],
    [1642172817, "2022-01-14T15:06:57.000Z"],
    ["1642172817", "2022-01-14T15:06:57.000Z"],
    [1642172817398, "2022-01-14T15:06:57.398Z"],
    [0, undefined],
    ["yesterday", undefined],
    ["2022-99-99T00:00:00Z", undefined],
    [null, undefined],
  ])("%j is %s", (created_at, iso) => {
    expect(eventOf(alertWith({}, { metadata: { created_at } })).occurred_at).toBe(iso);
  });

  test("`metadata.created` stands in for `created_at`", () => {
    expect(eventOf(alertWith({}, { metadata: { created: "2022-01-14T15:06:57Z" } })).occurred_at).toBe("2022-01-14T15:06:57.000Z");
  });
});

describe("what is asked for", () => {
  test("an update with nothing but a count asks only for what nothing told yet", () => {
    const event = eventOf(fixtures["webhook-alert-updated-similar"]);
    expect(event).toMatchObject({ detail: { kind: "alert" }, detailOnlyIfThin: true });
    expect(event.patch.total).toBe(42);
  });

  test.each([
    ["webhook-alert-created-doc", { kind: "alert", id: "5696845f-9ecf-4431-9f0f-48ee0ee2eff1" }],
    ["webhook-alert-updated-status", { kind: "alert", id: "5696845f-9ecf-4431-9f0f-48ee0ee2eff1" }],
    ["webhook-alert-comment-created", { kind: "alert", id: "5696845f-9ecf-4431-9f0f-48ee0ee2eff1" }],
    [
      "webhook-alert-comment-created-thin",
      { kind: "comment", id: "5869b4d8-e3bb-4465-baad-95daf28267c7", with: "5696845f-9ecf-4431-9f0f-48ee0ee2eff1" },
    ],
    ["webhook-case-updated", { kind: "case", id: "8a6e0a70-5d5a-4b57-8f0e-2b1f6a7e0c01" }],
    ["webhook-content-proposal-created", { kind: "content-proposal", id: "3f0b2a57-6a0e-4d61-9f0e-0f2f4a4e0c11" }],
    ["webhook-unknown-type", undefined],
  ])("%s asks for %j", (name, detail) => expect(eventOf(fixtures[name]).detail).toEqual(detail));

  test("a later event without a title does not overwrite the one from the API", () => {
    expect(eventOf(fixtures["webhook-alert-updated-urgency"]).patch.title).toBeUndefined();
  });
});

describe("settings", () => {
  const api = (settings: SekoiaSettings) => sekoia.enrichment?.api(settings);

  test("without API and key, alerts stay thin", () => expect(api({})).toBeUndefined());

  test.each([
    [{ token: "k" }, "https://api.sekoia.io"],
    [{ api: "https://app.fra2.sekoia.io/api/", token: "k" }, "https://app.fra2.sekoia.io/api"],
    [{ api: "https://app.usa1.sekoia.io", token: "k" }, "https://app.usa1.sekoia.io/api"],
    [{ api: "http://127.0.0.1:9000", token: "k" }, "http://127.0.0.1:9000"],
  ])("%j calls %s", (settings, base) =>
    expect(api(settings)).toEqual({ base, headers: { accept: "application/json", authorization: "Bearer k" } }),
  );

  test("an API without a key is called bare", () =>
    expect(api({ api: "https://proxy.example.com" })?.headers).not.toHaveProperty("authorization"));

  test.each([
    [undefined, { perSecond: 5, burst: 1 }],
    ["30/m", { perSecond: 0.5, burst: 1 }],
    ["1000/s", { perSecond: 1000, burst: 50 }],
  ])("a rate of %s is %j", (api_rate, rate) => expect(sekoia.enrichment?.rate({ api_rate })).toEqual(rate));

  test.each([{ api: "ftp://x" }, { api: "api.sekoia.io" }, { api: "https://u:p@x" }, { api_rate: "fast" }, { token: "" }, { tokn: "x" }])(
    "%j is refused",
    (settings) => expect(sekoia.settings.safeParse(settings).success).toBe(false),
  );

  test.each([
    [{}, undefined, "https://app.sekoia.io/operations/alerts/AL1"],
    [{ api: "https://app.sekoia.io/api" }, undefined, "https://app.sekoia.io/operations/alerts/AL1"],
    [{ api: "https://app.fra2.sekoia.io/api" }, undefined, undefined],
    [{ api: "https://app.fra2.sekoia.io/api" }, "https://app.fra2.sekoia.io", "https://app.fra2.sekoia.io/operations/alerts/AL1"],
    [{}, "javascript:alert(1)", undefined],
  ])("with %j and console %s, links go to %s", (settings, console, url) => {
    expect(eventOf(alertWith({ short_id: "AL1" }), { settings, console }).patch.url).toBe(url);
  });
});

describe("answers of the API", () => {
  const answers = (paths: Record<string, Json | undefined>): Api & { asked: string[] } => {
    const asked: string[] = [];
    const get = (path: string) => {
      asked.push(path);
      const found = Object.entries(paths).find(([start]) => path.startsWith(start))?.[1];
      return Promise.resolve(found === undefined ? fail<ApiFailure>({ kind: "missing", status: 404 }) : ok(found));
    };
    return { asked, get };
  };

  test.each([
    ["api-alert-get-200-constructed", "alert", "/v1/sic/alerts/"],
    ["api-alert-get-200-2019", "alert", "/v1/sic/alerts/"],
    ["api-case-get-200", "case", "/v1/sic/cases/"],
    ["api-report-get-200-constructed", "report", "/v2/inthreat/reports/"],
    ["api-report-get-200-marked", "report", "/v2/inthreat/reports/"],
  ])("%s becomes what its golden file says", async (name, kind, path) => {
    const found = await sekoia.enrichment?.lookup({ kind, id: "x" }, answers({ [path]: fixtures[name] }), context);
    if (found?.ok) expectPatch(found.value);
    expectGolden(folder, name, found);
  });

  test("a thin comment brings its text and its alert", async () => {
    const api = answers({
      "/v1/sic/alerts/a/comments/c": fixtures["api-alert-comment-get-200"],
      "/v1/sic/alerts/a?": fixtures["api-alert-get-200-constructed"],
    });
    const found = await sekoia.enrichment?.lookup({ kind: "comment", id: "c", with: "a" }, api, context);
    expect(found).toMatchObject({
      ok: true,
      value: { severity: "high", data: { comment: { text: "comment", at: "2019-09-06T07:07:54.000Z" } } },
    });
  });

  test("a thin comment is shown although its alert cannot be had", async () => {
    const api = answers({ "/v1/sic/alerts/a/comments/c": fixtures["api-alert-comment-get-200"] });
    const found = await sekoia.enrichment?.lookup({ kind: "comment", id: "c", with: "a" }, api, context);
    expect(found).toMatchObject({ ok: true, value: { data: { comment: { text: "comment" } } } });
  });

  test("a content proposal brings the report that it refers to", async () => {
    const api = answers({
      "/v2/inthreat/content-proposals/p": fixtures["api-content-proposal-get-200"],
      "/v2/inthreat/reports/": fixtures["api-report-get-200-constructed"],
    });
    const found = await sekoia.enrichment?.lookup({ kind: "content-proposal", id: "p" }, api, context);
    expect(found).toMatchObject({
      ok: true,
      value: { title: "Report: OSINT - Repository containing original and decompiled files of TRISIS", severity: "info" },
    });
    expect(api.asked).toEqual(["/v2/inthreat/content-proposals/p", "/v2/inthreat/reports/report--5a3faeda-9524-4a8c-a329-b4d302de0b81"]);
  });

  test.each([["text"], [[]], [{}], [{ data: {} }], [{ message: "login" }]])("%j instead of an alert is malformed", async (answer) => {
    const found = await sekoia.enrichment?.lookup({ kind: "alert", id: "a" }, answers({ "/": answer }), context);
    expect(found).toMatchObject({ ok: false, reason: { kind: "malformed" } });
  });
});

describe("the simulated API and the samples", () => {
  let api: SekoiaApi;
  beforeAll(async () => {
    api = await startSekoiaApi({ alerts: [incident(0).alert] });
  });
  afterAll(() => api.close());

  const call = (path: string, headers: Record<string, string> = { authorization: `Bearer ${api.token}` }) =>
    fetch(api.url + path, { headers, redirect: "manual" });
  /** A client without any politeness. */
  const direct: Api = {
    get: async (path) => {
      const answer = await call(path);
      return answer.ok ? ok((await answer.json()) as Json) : fail<ApiFailure>({ kind: "missing", status: answer.status });
    },
  };

  test("tell the same alert in all forms", async () => {
    for (let number = 0; number < scenes * 2; number++) {
      const sample = incident(number);
      api.put(sample.alert);
      const thin = eventOf(createdThin(sample));
      const flat = eventOf(createdFlattened(sample));
      const found = thin.detail && (await sekoia.enrichment?.lookup(thin.detail, direct, context));
      expect(thin.key).toBe(flat.key);
      expect(found).toMatchObject({
        ok: true,
        value: { title: sample.alert.title, severity: flat.patch.severity, status: "new", url: thin.patch.url },
      });
    }
  });

  test("follow updates, comments and deletion", async () => {
    const sample = incident(3);
    const update = { similar: 9, urgency: 95, status: "Closed" } as const;
    api.put(withUpdate(sample, update).alert);
    const event = eventOf(updated(sample, update));
    expect(event).toMatchObject({ kind: "resolved", patch: { severity: "critical", total: 10, status: "resolved" } });
    api.putComment(sample.alert.uuid, commentOf(sample, "Blocked."));
    const thin = eventOf(commented(sample, "Blocked.", { thin: true }));
    const found = thin.detail && (await sekoia.enrichment?.lookup(thin.detail, direct, context));
    expect(found).toMatchObject({ ok: true, value: { severity: "critical", data: { comment: { text: "Blocked." } } } });
    expect(eventOf(deleted(sample)).patch.status).toBe("resolved");
    api.remove(sample.alert.uuid);
    expect((await call(`/v1/sic/alerts/${sample.alert.uuid}`)).status).toBe(404);
  });

  test("are the same for the same seed, and others for another", () => {
    expect(createdFlattened(incident(5))).toEqual(createdFlattened(incident(5)));
    expect(incident(5, "other").alert.uuid).not.toBe(incident(5).alert.uuid);
  });

  test("refuse like the real one", async () => {
    const path = `/api/v1/sic/alerts/${incident(0).alert.uuid}`;
    expect((await call(path)).status).toBe(200);
    expect((await call(path, {})).status).toBe(401);
    expect((await call(path, { authorization: "Bearer nope" })).status).toBe(401);
    api.fail({ status: 429, times: 1, retryAfterSeconds: 7 });
    const limited = await call(path);
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "7"]);
    expect((await call(path)).status).toBe(200);
    api.fail({ status: 302, times: 1, location: "http://127.0.0.1:9/elsewhere" });
    expect((await call(path)).status).toBe(302);
    expect(api.requests.at(-1)).toMatchObject({ path, status: 302, authorized: true });
  });

  test("limit requests per second when told to", async () => {
    const strict = await startSekoiaApi({ requestsPerSecond: 5, token: "t" });
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => fetch(`${strict.url}/v1/me`, { headers: { authorization: "Bearer t" } })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 200, 200, 200, 429]);
    await strict.close();
  });

  test("hang when told to", async () => {
    api.fail({ hang: true, times: 1 });
    await expect(fetch(`${api.url}/v1/me`, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
  });
});
