// What is particular to Splunk; what every source does is in the shared suite, with the golden files in fixtures/.
import { describe, expect, test } from "vitest";
import { describeSource, firstEvent, loadFixtures } from "../../../test/support/describe-source.ts";
import type { Json, Severity } from "../../alert.ts";
import { fail } from "../../outcome.ts";
import type { JsonObject } from "../read.ts";
import splunk from "./source.ts";

const folder = new URL("./fixtures/", import.meta.url);
const fixtures = loadFixtures(folder);

describeSource(splunk, { fixtures: folder });

const eventOf = (body: Json | undefined, options: { console?: string; severityMap?: Record<string, Severity> } = {}) =>
  firstEvent(splunk.parse(body ?? null, { settings: {}, receivedAt: 0, ...options }));

const trigger = (result: JsonObject, fields: JsonObject = {}): JsonObject => ({
  sid: "scheduler__admin__search__RMD5a_at_1795176000_87",
  search_name: "A search",
  app: "search",
  owner: "admin",
  results_link: "http://splunk:8000/app/search/@go?sid=scheduler__admin__search__RMD5a_at_1795176000_87",
  result,
  ...fields,
});

describe("the body", () => {
  test.each([
    [null, "body"],
    [[], "body"],
    ["x", "body"],
    [{}, "sid"],
    [{ result: {}, search_name: "x" }, "sid"],
    [{ sid: "1", result: {} }, "search_name"],
    [{ sid: {}, search_name: "x" }, "sid"],
  ])("%j is refused at `%s`", (body, where) => {
    expect(splunk.parse(body as Json, { settings: {}, receivedAt: 0 })).toEqual(fail({ where, expected: expect.any(String) }));
  });
});

describe("ids", () => {
  const first = eventOf(trigger({ host: "web01", count: "8" }));

  test("the same trigger is one event, in whatever order the row's fields are", () =>
    expect(eventOf(trigger({ count: "8", host: "web01" })).claim).toBe(first.claim));
  test("one search may be triggered once for each row", () =>
    expect(eventOf(trigger({ host: "web02", count: "8" })).key).not.toBe(first.key));
  test("the next run is another alert", () =>
    expect(eventOf(trigger({ host: "web01", count: "8" }, { sid: "scheduler__admin__search__RMD5a_at_1795176300_88" })).key).not.toBe(
      first.key,
    ));

  test("a notable event is one alert, whichever search reports it", () => {
    const notables = ["1795176000.1", "1795176300.2"].map((sid) => eventOf(trigger({ event_id: "X@@notable@@1" }, { sid })));
    expect(notables[1]?.key).toBe(notables[0]?.key);
    expect(notables[1]?.claim).not.toBe(notables[0]?.claim);
  });
});

describe("the time", () => {
  test.each([
    ["scheduler__admin__search__RMD5a_at_1795176000_87", "2026-11-20T12:00:00.000Z"],
    ["rt_scheduler__admin__search__RMD5a_at_1795176000_5.0", "2026-11-20T12:00:00.000Z"],
    ["1795176000.412", "2026-11-20T12:00:00.412Z"],
    ["rt_1795176000.412", "2026-11-20T12:00:00.412Z"],
    ["a_name_of_its_own", "2026-11-20T11:58:03.000Z"],
  ])("of %s", (sid, time) => expect(eventOf(trigger({ _time: "2026-11-20T11:58:03.000+00:00" }, { sid })).occurred_at).toBe(time));

  test("may be unknown", () => expect(eventOf(trigger({}, { sid: "x" }))).not.toHaveProperty("order"));
});

describe("severity", () => {
  test.each([
    [{ severity: "informational" }, "info"],
    [{ severity: "LOW" }, "low"],
    [{ severity: "medium" }, "medium"],
    [{ severity: "high" }, "high"],
    [{ severity: "critical" }, "critical"],
    [{ severity: "low", urgency: "high" }, "high"],
    [{ severity: "low", urgency: "unknown" }, "low"],
    [{ severity: ["medium", "high"] }, "medium"],
  ])("%j is %s", (row, severity) => expect(eventOf(trigger(row)).patch.severity).toBe(severity));

  test("is not guessed", () => {
    for (const row of [{}, { severity: "unknown" }, { severity: "7" }, { count: "8" }] as JsonObject[])
      expect(eventOf(trigger(row)).patch).not.toHaveProperty("severity");
  });
  test("follows the route's map", () =>
    expect(eventOf(trigger({ severity: "7" }), { severityMap: { "7": "high" } }).patch).toMatchObject({
      severity: "high",
      severity_label: "7",
    }));
});

describe("links", () => {
  test.each([
    ["http in the payload is none", undefined, undefined],
    [
      "the console, whatever the payload says",
      "https://splunk.example.com/",
      "https://splunk.example.com/app/search/@go?sid=scheduler__admin__search__RMD5a_at_1795176000_87",
    ],
  ])("%s", (_what, console, url) => expect(eventOf(trigger({}), { console }).patch.url).toBe(url));

  test("https in the payload is taken", () =>
    expect(eventOf(fixtures["webhook-first-row"]).patch.url).toMatch(/^https:\/\/splunk\.example\.com:8000\/app\/search\/@go\?sid=/));
});

describe("who it is about", () => {
  test("a target is an asset, an address from outside is not", () => {
    const { patch } = eventOf(trigger({ dest: "dc01", src: "203.0.113.7", user: "-" }));
    expect(patch.assets).toEqual([{ name: "dc01", type: "host" }]);
    expect(patch.observables).toEqual([
      { name: "source", type: "ip", value: "203.0.113.7" },
      { name: "destination", type: "host", value: "dc01" },
    ]);
  });

  test("a name and its address are one asset", () =>
    expect(eventOf(trigger({ dest: "ws-042", dest_ip: "10.20.30.42" })).patch.assets).toEqual([
      { name: "ws-042", ip: "10.20.30.42", type: "host" },
    ]));

  test("an address inside is an asset too", () =>
    expect(eventOf(trigger({ src: "10.0.0.7", dest: "203.0.113.9" })).patch.assets).toEqual([
      { name: "10.0.0.7", ip: "10.0.0.7", type: "host" },
    ]));
});
