// What looks for leaks has to find them, or the tests that use it prove nothing.
import { describe, expect, it } from "vitest";
import { Canaries } from "./canaries.ts";

describe("canaries", () => {
  const canaries = new Canaries();
  const address = canaries.secret("CHAT", (random) => `https://chat.example/hooks/${random}?wait=1`);
  const path = canaries.path("prod");
  const random = address.slice("https://chat.example/hooks/".length, -"?wait=1".length);

  it.each([
    ["as it is", address],
    ["in an address", encodeURIComponent(address)],
    ["in JSON in JSON", JSON.stringify(JSON.stringify({ address }))],
    ["its first half", random.slice(0, 14)],
    ["its last half", random.slice(14)],
    ["in capitals", random.toUpperCase()],
    ["in Base64", btoa(random)],
    ["in Base64 behind one character", btoa(`:${random}`)],
    ["in Base64 between others", btoa(`user:${random}!`)],
    ["in Base64 for addresses", Buffer.from(`>>${random}`).toString("base64url")],
    ["in hexadecimal", Buffer.from(random).toString("hex")],
  ])("are found %s", (_, text) => {
    expect(canaries.find(`before ${text} after`).map(({ kind }) => kind)).toContain("secret");
  });

  it.each([path, path.toUpperCase(), path.replaceAll("-", ""), `/hooks/${path}`, btoa(`/hooks/${path}`)])(
    "are found as a path: %s",
    (text) => {
      expect(new Set(canaries.find(text).map(({ kind }) => kind))).toEqual(new Set(["path"]));
    },
  );

  it("are not found where they are not", () => {
    expect(canaries.find("https://chat.example/hooks/?wait=1 4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11")).toEqual([]);
  });
});
