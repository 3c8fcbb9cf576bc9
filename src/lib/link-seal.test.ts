import { describe, expect, test } from "vitest";
import { isSealed, sealed, sealOf } from "./link-seal.ts";
import { type Act, actPath, newMarker, parseAct, SEAL, standIn } from "./signed-link.ts";

const SECRET = "a secret of the relay";
const act: Act = { alert: "prod.0123456789abcdef01234567", verb: "acknowledge", destination: "soc_1", expiresAt: Date.UTC(2026, 10, 27) };

/** A path's parts, as the page's address names them. */
function partsOf(path: string) {
  const [, , alert = "", verb = "", destination = "", expiry = "", seal = ""] = path.split("/");
  return { alert, verb, destination, expiry, seal };
}

describe("the seal of a link", () => {
  test("fits the link that it was made for, and survives the address", async () => {
    const { seal, ...parts } = partsOf(actPath(act, await sealOf(act, SECRET)));
    expect(seal).toMatch(SEAL);
    expect(parseAct(parts)).toEqual(act);
    expect(await isSealed(act, seal, SECRET)).toBe(true);
  });

  test.each<[what: string, other: Partial<Act>]>([
    ["alert", { alert: "prod.0123456789abcdef01234568" }],
    ["verb", { verb: "silence" }],
    ["destination", { destination: "soc_2" }],
    ["expiry", { expiresAt: act.expiresAt + 1_000 }],
  ])("fits no link with another %s", async (_what, other) => {
    expect(await isSealed({ ...act, ...other }, await sealOf(act, SECRET), SECRET)).toBe(false);
  });

  test("fits under its own secret alone, and not when a character is another", async () => {
    const seal = await sealOf(act, SECRET);
    expect(await isSealed(act, seal, "another secret")).toBe(false);
    expect(await isSealed(act, `${seal.startsWith("A") ? "B" : "A"}${seal.slice(1)}`, SECRET)).toBe(false);
    for (const wrong of ["", seal.slice(1), `${seal}A`, standIn({ marker: newMarker() }, "acknowledge")])
      expect(await isSealed(act, wrong, SECRET)).toBe(false);
  });

  test("says nothing of the secret's other uses: the key is one of its own", async () => {
    const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(SECRET), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const plain = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(actPath(act, "").slice(0, -1)));
    expect(await sealOf(act, SECRET)).not.toBe(btoa(String.fromCharCode(...new Uint8Array(plain))).slice(0, 43));
  });

  test("ends with a character that no program leaves out of a link", async () => {
    const seals = await Promise.all(Array.from({ length: 200 }, (_, n) => sealOf({ ...act, expiresAt: n * 1_000 }, SECRET)));
    for (const seal of seals) expect(seal).toMatch(/[A-Za-z0-9]$/);
  });
});

describe("an address that we never wrote", () => {
  test.each([
    ["another verb", { verb: "resolve" }],
    ["an expiry that is no number", { expiry: "next" + "-week" }],
    ["an expiry with a zero in front", { expiry: "0tk3x1c" }],
    ["an expiry far beyond all times", { expiry: "zzzzzzzzzzzz" }],
    ["no expiry", { expiry: "" }],
  ])("is none: %s", (_what, other) => {
    const { seal: _, ...parts } = partsOf(actPath(act, "x"));
    expect(parseAct({ ...parts, ...other })).toBeUndefined();
  });
});

describe("a message's links", () => {
  const marker = newMarker();
  const about = { marker, alert: act.alert, destination: act.destination, expiresAt: act.expiresAt };
  const open = (verb: Act["verb"]) => `https://relay.example.com${actPath({ ...act, verb }, standIn(about, verb))}`;

  test("are sealed wherever they stand, each by its own seal, and the message keeps its size", async () => {
    const body = `${open("acknowledge")} "${open("silence")}" ${open("acknowledge")}`;
    const made = await sealed(body, about, SECRET);
    const right = { acknowledge: await sealOf(act, SECRET), silence: await sealOf({ ...act, verb: "silence" }, SECRET) };
    expect(made.body).toHaveLength(body.length);
    expect(made.body).not.toContain(marker);
    expect(made.body.split(right.acknowledge)).toHaveLength(3);
    expect(made.body.split(right.silence)).toHaveLength(2);
    expect(made.seals).toEqual([right.acknowledge, right.silence]);
  });

  test("that a stranger wrote into an alert are sealed by nobody", async () => {
    const forged = `https://evil.example/${actPath(act, standIn({ marker: newMarker() }, "acknowledge"))}`;
    expect(await sealed(forged, about, SECRET)).toEqual({ body: forged, seals: [] });
  });

  test("have markers of which no two are the same", () => {
    expect(new Set(Array.from({ length: 100 }, newMarker)).size).toBe(100);
    expect(standIn({ marker: newMarker() }, "silence")).toMatch(/^[a-z0-9]{43}$/);
  });
});
