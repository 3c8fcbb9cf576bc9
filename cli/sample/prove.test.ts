// Samples with the proof that a route asks for are judged by what the intake itself uses.
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/alert.ts";
import type { Auth, Route } from "../../src/config/model.ts";
import { resolveSecrets } from "../../src/config/secret.ts";
import { authenticate } from "../../src/intake/authenticate.ts";
import { isSigned } from "../../src/lib/hmac.ts";
import { sources } from "../../src/sources/index.ts";
import type { Source } from "../../src/sources/source.ts";
import { proved } from "./prove.ts";
import { bestSample, samplesOf } from "./samples.ts";

const NOW = Date.parse("2026-11-21T14:00:00.000Z");
const SECRETS = { KEY: "canary-key", OTHER: "canary-other", HOOK: "canary-hook" };
const sekoia = sources.get("sekoia") as Source;
const text = '{"a":1}';
const bytes = new TextEncoder().encode(text);

describe("a route's own auth", () => {
  const auths: Auth[] = [
    { type: "header", name: "x-key", value: "secret:KEY" },
    { type: "basic", username: "probe", password: "secret:KEY" },
    { type: "hmac", secrets: ["secret:KEY"], header: "x-signature", algorithm: "sha256", encoding: "hex", prefix: "sha256=" },
    {
      type: "hmac",
      secrets: ["secret:GONE", "secret:KEY"],
      header: "x-signature",
      algorithm: "sha512",
      encoding: "base64",
      prefix: "",
      timestampHeader: "x-time",
    },
  ];
  test.each(auths)("$type is what the intake takes", async (auth) => {
    const made = proved({ auth, settings: {} }, sekoia, text, SECRETS, NOW);
    if (!made.ok) throw new Error(made.reason);
    expect(await authenticate(auth, new Headers(made.value.headers), bytes, SECRETS, NOW)).toBe(true);
    expect(await authenticate(auth, new Headers(), bytes, SECRETS, NOW)).toBe(false);
  });

  test.each(auths.slice(0, 3))("$type without the secret is not made", (auth) => {
    expect(proved({ auth, settings: {} }, sekoia, text, {}, NOW)).toEqual({
      ok: false,
      reason: "The sender proves itself with the secret KEY, not known here.",
    });
  });
});

/** Settings that ask for the most that each source can ask for. */
const SETTINGS: Record<string, object> = {
  ntopng: { shared_secret: "secret:KEY" },
  github: { webhook_secret: "secret:KEY" },
  grafana: { hmac_secret: "secret:KEY" },
  generic: {
    mapping: { list: "alerts", title: ["title", "= 'A message'"] },
    body_secret: { at: "$.client.state", value: ["secret:GONE", "secret:KEY"] },
  },
};

describe("what a source itself asks for", () => {
  test.each(Object.entries(SETTINGS))("%s", async (type, settings) => {
    const source = sources.get(type) as Source;
    const [sample] = samplesOf(type);
    const made = proved({ settings: source.settings.parse(settings) }, source, sample?.text ?? "", SECRETS, NOW);
    if (!made.ok) throw new Error(made.reason);
    const resolved = resolveSecrets(source.settings.parse(settings), SECRETS).settings;
    const scheme = source.signature?.(resolved);
    if (scheme) expect(await isSigned(scheme, new Headers(made.value.headers), new TextEncoder().encode(made.value.body), NOW)).toBe(true);
    else expect(source.authenticateBody?.(JSON.parse(made.value.body) as Json, resolved)).toBe(true);
    expect(proved({ settings: source.settings.parse(settings) }, source, sample?.text ?? "", {}, NOW)).toMatchObject({ ok: false });
  });

  test("a secret in each entry of a list, where the path begins there", () => {
    const source = sources.get("generic") as Source;
    const settings = source.settings.parse({
      mapping: { list: "value", title: ["title"] },
      body_secret: { at: "clientState", value: "secret:KEY" },
    });
    const made = proved({ settings }, source, '{"value":[{"title":"a"},{"title":"b","clientState":"wrong"}]}', SECRETS, NOW);
    expect(made.ok && JSON.parse(made.value.body)).toEqual({
      value: [
        { title: "a", clientState: "canary-key" },
        { title: "b", clientState: "canary-key" },
      ],
    });
  });

  test.each([...sources.keys()])(
    "%s has a secret in the body or a signature only where this file tries it, or it cannot be made",
    (type) => {
      const source = sources.get(type) as Source;
      const proof = source.proof(source.settings.parse(SETTINGS[type] ?? source.example));
      if (proof === "path" || SETTINGS[type]) return;
      const made = proved({ settings: source.settings.parse(source.example) }, source, "{}", SECRETS, NOW);
      expect(made).toMatchObject({ ok: false, reason: expect.stringContaining("its vendor alone has") });
    },
  );
});

describe("the sample that is sent when none was chosen", () => {
  const routeOf = (type: string): Route =>
    ({
      name: "x",
      source: type,
      rules: [],
      defaultSeverity: "high",
      settings: sources.get(type)?.settings.parse(sources.get(type)?.example),
    }) as unknown as Route;

  test.each([...sources.keys()].filter((type) => type !== "generic"))("%s has a plain one", (type) => {
    const sample = bestSample(samplesOf(type), routeOf(type), NOW);
    expect(sample?.name).toBeDefined();
    expect(sample?.name).not.toMatch(/hostile|stranger|unknown/);
  });

  test("a mapping decides which of the generic samples are read", () => {
    const settings = sources.get("generic")?.settings.parse({ mapping: { title: ["event.data.title"], key: ["event.data.id"] } });
    expect(bestSample(samplesOf("generic"), { ...routeOf("generic"), settings }, NOW)?.name).toMatch(/^pagerduty\//);
  });
});
