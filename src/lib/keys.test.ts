import { describe, expect, test } from "vitest";
import { claimId, sameText, sha256 } from "./keys.ts";

describe("a claim", () => {
  test("is the same for the same parts, has its version in front, and is short", () => {
    expect(claimId(["sekoia", "uuid", 7, true])).toBe(claimId(["sekoia", "uuid", 7, true]));
    expect(claimId(["a"])).toMatch(/^v1:[0-9a-f]{32}$/);
  });

  test("keeps parts apart: moved borders, absent and empty are different", () => {
    const claims = [["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["abc", undefined], ["", "abc"], [undefined, "abc"]].map(claimId);
    expect(new Set(claims).size).toBe(claims.length);
    expect(claimId([null])).toBe(claimId([undefined]));
  });
});

describe("texts", () => {
  test("are the same or not, whatever their lengths", () => {
    expect(sameText("secret", "secret")).toBe(true);
    expect(sameText("", "")).toBe(true);
    expect(sameText("secret", "secreT")).toBe(false);
    expect(sameText("secret", "secret ")).toBe(false);
    expect(sameText("", "secret")).toBe(false);
  });

  test("have the hash that everyone computes", () => {
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});
