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
      settings.url,
    ]) {
      expect(maskSecrets(`Cannot POST ${leak}.`, settings)).toBe("Cannot POST ***.");
    }
    expect(maskSecrets("the services of hooks.example are down", settings)).toBe("the services of hooks.example are down");
  });

  test("leaves nothing of a secret that holds another", () => {
    expect(maskSecrets("token-abc-def", ["token-abc", "token-abc-def"])).toBe("***");
  });
});
