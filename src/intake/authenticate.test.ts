import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Auth } from "../config/model.ts";
import { authenticate } from "./authenticate.ts";

const NOW = Date.parse("2026-11-20T10:00:00.000Z");
const BODY = '{"alert":"é"}';
const check = (auth: Auth | undefined, headers: Record<string, string>, { env = {}, body = BODY, now = NOW } = {}) =>
  authenticate(auth, new Headers(headers), new TextEncoder().encode(body), env, now);
const sign = (text: string, { key = "key-1", algorithm = "sha256", encoding = "hex" as "hex" | "base64" } = {}) =>
  createHmac(algorithm, key).update(text).digest(encoding);
const hmac = (more: Partial<Extract<Auth, { type: "hmac" }>> = {}): Auth => ({
  type: "hmac",
  secrets: ["key-1"],
  header: "X-Sig",
  algorithm: "sha256",
  encoding: "hex",
  prefix: "",
  ...more,
});

test("a route that asks for nothing lets everyone in", async () => expect(await check(undefined, {})).toBe(true));

describe("a header", () => {
  const auth: Auth = { type: "header", name: "X-Key", value: "secret:KEY" };
  const env = { KEY: "open sesame" };

  test("has to be the value", async () => {
    expect(await check(auth, { "x-key": "open sesame" }, { env })).toBe(true);
    for (const headers of [{}, { "x-key": "" }, { "x-key": "open" }, { "x-key": "Open sesame" }, { "x-kex": "open sesame" }] as Record<
      string,
      string
    >[])
      expect(await check(auth, headers, { env })).toBe(false);
  });

  test("whose secret is not set, or empty, lets nobody in", async () => {
    for (const broken of [{}, { KEY: "" }]) {
      expect(await check(auth, {}, { env: broken })).toBe(false);
      expect(await check(auth, { "x-key": "" }, { env: broken })).toBe(false);
    }
  });
});

describe("basic", () => {
  const auth: Auth = { type: "basic", username: "soc", password: "secret:PASSWORD" };
  const env = { PASSWORD: "pä:ss" };
  const basic = (text: string) => Buffer.from(text).toString("base64");

  test("has to be user and password, in UTF-8", async () => {
    expect(await check(auth, { authorization: `Basic ${basic("soc:pä:ss")}` }, { env })).toBe(true);
    expect(await check(auth, { authorization: `basic ${basic("soc:pä:ss")}` }, { env })).toBe(true);
    for (const authorization of [
      "",
      basic("soc:pä:ss"),
      `Bearer ${basic("soc:pä:ss")}`,
      `Basic ${basic("soc:")}`,
      `Basic ${basic("soc:pa:ss")}`,
      "Basic",
    ])
      expect(await check(auth, { authorization }, { env }), authorization).toBe(false);
  });

  test("whose password is not set lets nobody in", async () => {
    expect(await check(auth, { authorization: `Basic ${basic("soc:")}` })).toBe(false);
  });
});

describe("a signature", () => {
  test("in hex, in either case, over the raw bytes", async () => {
    expect(await check(hmac(), { "x-sig": sign(BODY) })).toBe(true);
    expect(await check(hmac(), { "x-sig": sign(BODY).toUpperCase() })).toBe(true);
    expect(await check(hmac(), { "x-sig": sign(BODY) }, { body: `${BODY} ` })).toBe(false);
    expect(await check(hmac(), { "x-sig": sign(BODY).slice(1) })).toBe(false);
    expect(await check(hmac(), { "x-sig": "" })).toBe(false);
    expect(await check(hmac(), {})).toBe(false);
  });

  test("in base64, whose case matters", async () => {
    const auth = hmac({ encoding: "base64" });
    const signature = sign(BODY, { encoding: "base64" });
    expect(await check(auth, { "x-sig": signature })).toBe(true);
    expect(await check(auth, { "x-sig": signature.toLowerCase() })).toBe(false);
    expect(await check(auth, { "x-sig": sign(BODY) })).toBe(false);
  });

  test.each(["sha1", "sha256", "sha512"] as const)("with %s, and with no other", async (algorithm) => {
    expect(await check(hmac({ algorithm }), { "x-sig": sign(BODY, { algorithm }) })).toBe(true);
    const other = algorithm === "sha256" ? "sha512" : "sha256";
    expect(await check(hmac({ algorithm }), { "x-sig": sign(BODY, { algorithm: other }) })).toBe(false);
  });

  test("has its prefix, all of it", async () => {
    const auth = hmac({ prefix: "sha256=" });
    expect(await check(auth, { "x-sig": `sha256=${sign(BODY)}` })).toBe(true);
    expect(await check(auth, { "x-sig": sign(BODY) })).toBe(false);
    expect(await check(auth, { "x-sig": `sha1=${sign(BODY)}` })).toBe(false);
  });

  test("may be one of several, by one of several keys, while a key is replaced", async () => {
    const auth = hmac({ secrets: ["secret:OLD", "secret:NEW"] });
    const env = { OLD: "old-key", NEW: "new-key" };
    for (const key of ["old-key", "new-key"]) expect(await check(auth, { "x-sig": sign(BODY, { key }) }, { env })).toBe(true);
    expect(await check(auth, { "x-sig": `${sign(BODY, { key: "lost" })}, ${sign(BODY, { key: "new-key" })}` }, { env })).toBe(true);
    expect(await check(auth, { "x-sig": sign(BODY, { key: "new-key" }) }, { env: { NEW: "new-key" } })).toBe(true);
    expect(await check(auth, { "x-sig": sign(BODY, { key: "lost" }) }, { env })).toBe(false);
  });

  test("by a key that is not set opens nothing, not even for the empty key", async () => {
    const auth = hmac({ secrets: ["secret:GONE"] });
    expect(await check(auth, { "x-sig": sign(BODY, { key: "" }) })).toBe(false);
    expect(await check(auth, { "x-sig": sign(BODY, { key: "secret:GONE" }) })).toBe(false);
  });
});

describe("a signed time", () => {
  const auth = hmac({ timestampHeader: "X-Time" });
  const at = (seconds: number | string, signed = seconds) => check(auth, { "x-time": String(seconds), "x-sig": sign(`${signed}:${BODY}`) });
  const now = NOW / 1_000;

  test("is part of what is signed", async () => {
    expect(await at(now)).toBe(true);
    expect(await at(now, now - 1)).toBe(false);
    expect(await check(auth, { "x-time": String(now), "x-sig": sign(BODY) })).toBe(false);
    expect(await check(auth, { "x-sig": sign(`${now}:${BODY}`) })).toBe(false);
  });

  test.each([
    [-300, true],
    [-301, false],
    [300, true],
    [301, false],
  ])("%i s from our clock: %s", async (offset, passes) => expect(await at(now + offset)).toBe(passes));

  test.each(["", "now", "1e9", "-1", `${NOW / 1_000}.5`, "9".repeat(13)])("written as %j is none", async (text) =>
    expect(await at(text)).toBe(false),
  );
});
