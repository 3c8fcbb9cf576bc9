import { describe, expect, test } from "vitest";
import { stableJson } from "../lib/json.ts";
import { indicatorType, isIp, isPrivateIp } from "./indicator.ts";
import { asInstant } from "./instant.ts";
import { asFlag, asLine, asNumber, asText, isTooDeep } from "./read.ts";

describe("texts", () => {
  test.each([
    ["  a  ", "a"],
    [7, "7"],
    ["", undefined],
    [" \n", undefined],
    [null, undefined],
    [Number.NaN, undefined],
    [["a"], undefined],
  ])("%j reads %j", (value, text) => expect(asText(value)).toBe(text));

  test("are cut, never within a character", () => {
    expect(asLine(`${"a".repeat(499)}😀b`)).toBe("a".repeat(499));
    expect(asLine("b".repeat(9_999))).toHaveLength(500);
  });

  test("come out well formed", () => expect(asText("\ud800x")?.isWellFormed()).toBe(true));
  test("on one line have no control characters", () => expect(asLine("a\u0000\r\n\u2028b\u0085c")).toBe("a b c"));
});

test.each([
  ["-1.5", -1.5],
  [" 7 ", 7],
  ["1e3", undefined],
  ["0x10", undefined],
  ["", undefined],
  [true, undefined],
  [Number.POSITIVE_INFINITY, undefined],
])("the number in %j is %j", (value, number) => expect(asNumber(value)).toBe(number));

test.each([
  [1, true],
  ["false", false],
  ["yes", undefined],
  [null, undefined],
])("the flag in %j is %j", (value, flag) => expect(asFlag(value)).toBe(flag));

test.each([
  ["2026-11-20T12:00:00.123456789Z", Date.UTC(2026, 10, 20, 12) + 123.457],
  ["2026-11-20", Date.UTC(2026, 10, 20)],
  ["2026-11-20T12:00Z", Date.UTC(2026, 10, 20, 12)],
  ["2026-11-20T12:00:00-02", Date.UTC(2026, 10, 20, 14)],
  [1763640000.25, 1763640000250],
  [1763640000000000, 1763640000000],
  ["1763640000123456789", 1763640000123.457],
  [-1, undefined],
  [1e300, undefined],
  ["2026-02-30T00:00:00Z ".repeat(2), undefined],
])("%j is %j ms", (value, ms) => expect(asInstant(value)?.ms).toBe(ms));

test.each([
  ["203.0.113.7", "ip"],
  ["2001:db8::7", "ip"],
  ["::ffff:192.0.2.1", "ip"],
  ["256.1.1.1", "host"],
  ["00:11:22:33:44:55", "host"],
  ["bad.example.net", "domain"],
  ["ws-20.lan", "host"],
  ["FIN-LT-0421", "host"],
  ["https://example.com/x", "url"],
  ["a@example.com", "email"],
  ["d41d8cd98f00b204e9800998ecf8427e", "hash"],
])("%s is of type %s", (text, type) => expect(indicatorType(text)).toBe(type));

test("addresses are told from other texts", () => {
  expect(["10.0.0.1", "192.0.2.1", "fe80::1%eth0", "1.2.3", "1.2.3.4.5", "a:b"].map(isIp)).toEqual([true, true, true, false, false, false]);
  expect(["10.0.0.1", "172.31.0.1", "fd00::1", "192.0.2.1", "10.example.com"].map(isPrivateIp)).toEqual([true, true, true, false, false]);
});

test("stable JSON does not depend on the order of members", () => {
  expect(stableJson({ b: [1, { d: null, c: "x" }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
});

test("depth is told without recursion", () => {
  expect(isTooDeep({ a: [{ b: 1 }] })).toBe(false);
  expect(isTooDeep(JSON.parse("[".repeat(50_000) + "]".repeat(50_000)))).toBe(true);
});
