// What the guided deploy works out by itself; the deploy as a whole is in test/e2e/deploy.test.ts.
import { describe, expect, test } from "vitest";
import { relayUrlIn, withRelayUrl } from "./address.ts";
import { addressIn } from "./cloudflare.ts";
import { planSecrets } from "./secrets.ts";

const URL = "https://tocsin.example.workers.dev";

describe("the relay's address", () => {
  test.each([
    ["a file without the table", '# mine\n[destinations.box]\ntype = "inbox"\n'],
    ["a file with the table", '# mine\n[relay] # about it\nretention = "30d"\n\n[destinations.box]\ntype = "inbox"\n'],
    ["a table at the very end", '[destinations.box]\ntype = "inbox"\n[relay]'],
    ["an empty file", ""],
  ])("goes into %s, and the rest stays", (_, text) => {
    const edited = withRelayUrl(text, URL);
    expect(relayUrlIn(edited)).toBe(URL);
    for (const line of text.split("\n")) expect(edited).toContain(line);
    expect(edited.split("\n").length - text.split("\n").length).toBeLessThanOrEqual(3);
  });

  test("is not put where it cannot stand", () => {
    expect(() => withRelayUrl('relay = { retention = "30d" }\n', URL)).toThrow("could not be edited");
  });

  test.each([
    ["Deployed tocsin triggers (1.63 sec)\n  https://tocsin.example.workers.dev\n  schedule: */5 * * * *", URL],
    ["  relay.example.com (custom domain - zone name: example.com)\n  https://tocsin.example.workers.dev", "https://relay.example.com"],
    ["Uploaded tocsin (1.00 sec)\nNo targets deployed", undefined],
  ])("is read from what wrangler says", (output, url) => expect(addressIn(output)).toBe(url));
});

describe("secrets", () => {
  test("that are deployed or given are not asked for; the admin token is made once", () => {
    expect(planSecrets(["A", "B", "C"], [], { A: "1", B: "", OTHER: "x" })).toEqual({
      set: { A: "1", OTHER: "x" },
      missing: ["B", "C"],
      makeToken: true,
    });
    expect(planSecrets(["A", "ADMIN_TOKEN"], ["ADMIN_TOKEN"], {})).toEqual({ set: {}, missing: ["A"], makeToken: false });
    expect(planSecrets([], [], { ADMIN_TOKEN: "mine" })).toEqual({ set: { ADMIN_TOKEN: "mine" }, missing: [], makeToken: false });
  });
});
