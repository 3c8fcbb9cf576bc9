import { describe, expect, test } from "vitest";
import { MAX_DELAY_MS, retryAfterMs } from "../lib/retry-after.ts";
import { bodyRetryAfterMs, classifyStatus, jsonMember } from "./answers.ts";

const NOW = Date.UTC(2026, 10, 20, 12);

describe("retryAfterMs", () => {
  test.each([
    ["120", 120_000],
    ["0", 0],
    ["1.5", 1_500],
    ["  3 ", 3_000],
    ["Fri, 20 Nov 2026 12:01:00 GMT", 60_000],
    ["Friday, 20-Nov-26 12:01:00 GMT", 60_000],
    ["Fri Nov 20 12:01:00 2026", 60_000],
    ["Fri, 20 Nov 2026 11:00:00 GMT", 0],
    ["99999999999", MAX_DELAY_MS],
    ["-5", undefined],
    ["soon", undefined],
    ["1e3", undefined],
    ["2026-11-20", undefined],
    ["", undefined],
  ])("%j", (value, delay) => expect(retryAfterMs(new Headers({ "retry-after": value }), NOW)).toBe(delay));

  test("measures a date by the answer's own clock where it tells one", () => {
    const headers = new Headers({ "retry-after": "Mon, 02 Jan 2006 15:04:35 GMT", date: "Mon, 02 Jan 2006 15:04:05 GMT" });
    expect(retryAfterMs(headers, NOW)).toBe(30_000);
  });

  test("is undefined without the header", () => expect(retryAfterMs(new Headers(), NOW)).toBeUndefined());
});

test.each([
  ['{"retry_after":64.57}', 64_570],
  ['{"retry_after":"2"}', 2_000],
  ['{"retry_after":-1}', undefined],
  ['{"retry_after":null}', undefined],
  ['{"retry_after":""}', undefined],
  ["retry_after", undefined],
  ["", undefined],
])("bodyRetryAfterMs of %j", (body, delay) => expect(bodyRetryAfterMs(body)).toBe(delay));

test("jsonMember reads objects only", () => {
  expect([
    jsonMember('{"a":1}', "a"),
    jsonMember("[1]", "a"),
    jsonMember("null", "a"),
    jsonMember('"a"', "length"),
    jsonMember("{", "a"),
  ]).toEqual([1, undefined, undefined, undefined, undefined]);
});

test.each([
  [200, { kind: "delivered" }],
  [204, { kind: "delivered" }],
  [302, { kind: "disabled", reason: "misconfigured" }],
  [304, { kind: "disabled", reason: "misconfigured" }],
  [400, { kind: "rejected", reason: "invalid_payload" }],
  [401, { kind: "disabled", reason: "forbidden" }],
  [403, { kind: "disabled", reason: "forbidden" }],
  [404, { kind: "disabled", reason: "not_found" }],
  [405, { kind: "disabled", reason: "misconfigured" }],
  [408, { kind: "retry", reason: "server_error" }],
  [410, { kind: "disabled", reason: "revoked" }],
  [413, { kind: "rejected", reason: "too_large" }],
  [418, { kind: "rejected", reason: "invalid_payload" }],
  [422, { kind: "rejected", reason: "invalid_payload" }],
  [425, { kind: "retry", reason: "server_error" }],
  [429, { kind: "retry", reason: "rate_limited" }],
  [500, { kind: "retry", reason: "server_error" }],
  [503, { kind: "retry", reason: "rate_limited" }],
  [599, { kind: "retry", reason: "server_error" }],
])("classifyStatus of %i", (status, outcome) =>
  expect(classifyStatus({ status, headers: new Headers(), body: "" }, NOW)).toMatchObject(outcome),
);
