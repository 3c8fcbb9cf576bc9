import { describe, expect, test } from "vitest";
import { maskSecrets } from "./mask.ts";

describe("masking", () => {
  test("takes out every secret text, wherever it stands in the settings", () => {
    const settings = { url: "plain-token-1", list: ["second-token"], deep: { key: "third-token" }, port: 8080 };
    expect(maskSecrets("plain-token-1 second-token third-token plain-token-1 8080", settings)).toBe("*** *** *** *** 8080");
  });

  test("leaves short words alone: they would stand in any answer", () => {
    expect(maskSecrets("the soc said ok", { name: "soc", word: "ok" })).toBe("the soc said ok");
  });

  test("takes out what a server repeats of an address: its path, its parts, its query", () => {
    const settings = { url: "https://hooks.example/services/T00000000/B00000000/abcDEF123%2B?sig=signature-1&v=1" };
    for (const leak of [
      "/services/T00000000/B00000000/abcDEF123%2B",
      "abcDEF123%2B",
      "abcDEF123+",
      "B00000000",
      "signature-1",
      "/services/T00000000/B00000000/abcDEF123%2B?sig=signature-1&v=1",
      settings.url,
    ]) {
      expect(maskSecrets(`Cannot POST ${leak}.`, settings)).toBe("Cannot POST ***.");
    }
    expect(maskSecrets("the services of hooks.example are down", settings)).toBe("the services of hooks.example are down");
  });

  test("takes out a part of a query as it is written and as it is meant", () => {
    const settings = { url: "https://chat.example/v1/messages?key=k&token=abcdefghi%3D" };
    expect(maskSecrets("messages?key=k&token=abcdefghi%3D is not abcdefghi=", settings)).toBe("messages?key=k&token=*** is not ***");
  });

  test.each([
    ["in an address", encodeURIComponent],
    ["in an address, with small letters", (text: string) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase())],
    ["in JSON", (text: string) => JSON.stringify(text).slice(1, -1)],
    ["in JSON of PHP", (text: string) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/")],
    ["in HTML", (text: string) => text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")],
    ["in Base64", (text: string) => btoa(text)],
    ["in Base64 for addresses", (text: string) => Buffer.from(text).toString("base64url")],
  ])("takes out a secret that is written otherwise: %s", (_, written) => {
    const secret = 'a+/=&"<secret>\\?';
    expect(maskSecrets(`not ${written(secret)}!`, { secret })).toBe("not ***!");
  });

  test.each(["user:", "a:", ":"])("leaves nothing to read of a secret in Base64 behind %j", (before) => {
    const masked = maskSecrets(btoa(`${before}correct-horse-battery!`), { password: "correct-horse-battery" });
    expect(atob(masked.replace("***", "AAAA").slice(0, 8))).not.toContain("correct");
    expect(masked).toMatch(/^.{0,8}\*\*\*.{0,4}$/);
  });

  test("leaves nothing of a secret that holds another", () => {
    expect(maskSecrets("token-abc-def", ["token-abc", "token-abc-def"])).toBe("***");
  });
});
