import { describe, expect, test } from "vitest";
import { parseJson } from "./json.ts";

const parse = (text: string) => parseJson(new TextEncoder().encode(text));

describe("JSON off the wire", () => {
  test("is read as it stands, with or without a byte order mark", () => {
    expect(parse('{"a":[1,2.5,"é",null,true]}')).toEqual({ ok: true, value: { a: [1, 2.5, "é", null, true] } });
    expect(parse('\uFEFF{"a":1}')).toEqual({ ok: true, value: { a: 1 } });
  });

  test("keeps integers that a double cannot hold, as their text", () => {
    expect(parse('{"id":12345678901234567890,"n":[-12345678901234567890]}')).toEqual({
      ok: true,
      value: { id: "12345678901234567890", n: ["-12345678901234567890"] },
    });
    expect(parse('{"ms":1763632800123,"long":9007199254740991,"text":"12345678901234567890"}')).toEqual({
      ok: true,
      value: { ms: 1_763_632_800_123, long: 9_007_199_254_740_991, text: "12345678901234567890" },
    });
  });

  test.each([
    ["", /empty/],
    ['{"secret-token":1 "b":2}', /line 1, column 19/],
    ['{\n"secret-token":}', /line 2, column 16/],
    ['{"secret-token":', /ends too early, at line 1, column 17/],
    ["secret-token", /line 1, column 1$/],
  ])("that is none (%s) says where, and never what", (text, reason) => {
    const result = parse(text);
    expect(result).toEqual({ ok: false, reason: expect.stringMatching(reason) });
    expect(JSON.stringify(result)).not.toContain("secret-token");
  });

  test("that is not UTF-8 is refused", () => {
    expect(parseJson(new Uint8Array([0x22, 0xc3, 0x28, 0x22]))).toEqual({ ok: false, reason: "it is not UTF-8" });
  });
});
