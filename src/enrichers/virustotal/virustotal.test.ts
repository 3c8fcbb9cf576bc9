// What is particular to VirusTotal; what every enricher does is in the shared suite.
import { describe, expect, test } from "vitest";
import { reportOf } from "../../../demo/virustotal-api.ts";
import { answering, describeEnricher, INDICATORS } from "../../../test/support/describe-enricher.ts";
import type { Json } from "../../alert.ts";
import { ok } from "../../outcome.ts";
import virustotal from "./enricher.ts";
import { settingsSchema } from "./settings.ts";

describeEnricher(virustotal, new URL("./", import.meta.url));

const [hash, domain, ip] = INDICATORS;
const settings = settingsSchema.parse({ token: "the-key" });

async function verdictOf(counts: Parameters<typeof reportOf>[1], threshold?: number) {
  if (!ip) throw new Error("no indicator");
  const report = reportOf(`ip_addresses/${ip.value}`, counts) as unknown as Json;
  const found = await virustotal.lookup(ip, answering(ok(report)).api, settingsSchema.parse({ token: "the-key", threshold }));
  return found.ok ? `${found.value.verdict} ${found.value.score ?? ""}`.trim() : found.reason.kind;
}

describe("the API", () => {
  test("is the vendor's unless the settings say otherwise, and gets the key in its own header", () => {
    expect(virustotal.api(settings)).toEqual({
      base: "https://www.virustotal.com",
      headers: { accept: "application/json", "x-apikey": "the-key" },
    });
    const base = (api: string) => virustotal.api(settingsSchema.parse({ token: "x", api })).base;
    expect(base("https://proxy.example.com/vt/")).toBe("https://proxy.example.com/vt");
    // As the vendor's own documents write it.
    expect(base("https://www.virustotal.com/api/v3")).toBe("https://www.virustotal.com");
  });

  test.each([
    [hash, "/api/v3/files/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "file"],
    [domain, "/api/v3/domains/c2.evil.example", "domain"],
    [ip, "/api/v3/ip_addresses/203.0.113.7", "ip-address"],
  ])("is asked about %j at its own path, and people are shown its own page", async (indicator, path, page) => {
    if (!indicator) throw new Error("no indicator");
    const { api, paths } = answering(ok({ data: { attributes: {} } }));
    const found = await virustotal.lookup(indicator, api, settings);
    expect(paths).toEqual([path]);
    expect(found).toMatchObject({ value: { url: `https://www.virustotal.com/gui/${page}/${indicator.value}` } });
  });

  test.each(["ftp://www.virustotal.com", "www.virustotal.com", "https://user:pass@proxy.example.com", "https://proxy.example.com/?key=1"])(
    "is not %s",
    (api) => expect(settingsSchema.safeParse({ token: "x", api }).success).toBe(false),
  );
});

describe("the verdict", () => {
  test.each([
    [{ malicious: 5, harmless: 55, undetected: 30 }, "malicious 5/90"],
    [{ malicious: 3, harmless: 57, undetected: 30 }, "malicious 3/90"],
    [{ malicious: 2, harmless: 58, undetected: 30 }, "suspicious 2/90"],
    [{ suspicious: 1, harmless: 59, undetected: 30 }, "suspicious 0/90"],
    [{ harmless: 60, undetected: 30 }, "harmless 0/90"],
    [{ undetected: 90 }, "undetected 0/90"],
    [{}, "unknown"],
  ])("of %j is %s", async (counts, expected) => expect(await verdictOf(counts)).toBe(expected));

  test("is malicious from as many engines on as the settings say", async () => {
    expect(await verdictOf({ malicious: 1, undetected: 89 }, 1)).toBe("malicious 1/90");
    expect(await verdictOf({ malicious: 9, undetected: 81 }, 10)).toBe("suspicious 9/90");
  });
});
