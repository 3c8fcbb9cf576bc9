import { describe, expect, test } from "vitest";
import * as z from "zod";
import { secret } from "../config/secret.ts";
import { masked, maskedAddress, maskedHeaders, masksOf, shownSettings } from "./mask-settings.ts";

const schema = z.strictObject({
  url: secret(),
  token: secret().optional(),
  headers: z.record(z.string(), secret()).optional(),
  api: z.string().optional(),
});
const env = { CHAT_URL: "https://chat.example.com/hooks/T0/B0/abcdef", TOKEN: 'a"b/c d', JSON: '{"key":"nested-secret"}' };

describe("settings", () => {
  test("are shown with secrets as their names, and plain ones as stars", () => {
    const settings = {
      url: "https://chat.example.com/x",
      token: "secret:TOKEN",
      headers: { "x-key": "plain" },
      api: "https://api.example.com",
    };
    expect(shownSettings(schema, settings)).toEqual({
      url: "***",
      token: "secret:TOKEN",
      headers: { "x-key": "***" },
      api: "https://api.example.com",
    });
  });
});

describe("final bytes", () => {
  const masks = masksOf(schema, { url: "secret:CHAT_URL", token: "secret:TOKEN", headers: { a: "secret:JSON.key", b: "plain-text" } }, env);

  test("have no secret in any of its forms", () => {
    const forms = [
      env.TOKEN,
      encodeURIComponent(env.TOKEN),
      JSON.stringify({ t: env.TOKEN }),
      btoa(env.TOKEN),
      "nested-secret",
      "plain-text",
    ];
    const text = masked(forms.join(" "), masks);
    for (const form of [env.TOKEN, encodeURIComponent(env.TOKEN), btoa(env.TOKEN), "nested-secret", "plain-text"])
      expect(text).not.toContain(form);
    expect(text).toContain("secret:TOKEN");
    expect(text).toContain("secret:JSON.key");
  });

  test("have the name for the address, whatever the transport made of it", () => {
    expect(maskedAddress(env.CHAT_URL, masks)).toBe("secret:CHAT_URL");
    expect(maskedAddress(`${env.CHAT_URL}?wait=true`, masks)).toBe("secret:CHAT_URL?wait=true");
    expect(maskedAddress("https://chat.example.com/hooks/T0/B0/%61bcdef", masks)).toBe("secret:CHAT_URL");
    expect(maskedAddress("https://other.example.com/x", masks)).toBe("https://other.example.com/x");
  });

  test("tell nothing of a password", () => {
    expect(maskedHeaders({ authorization: `Basic ${btoa(`user:${env.TOKEN}`)}`, accept: "application/json" }, masks)).toEqual({
      authorization: "Basic ***",
      accept: "application/json",
    });
  });
});
