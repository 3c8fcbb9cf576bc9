import { describe, expect, test } from "vitest";
import type { Alert, Observable } from "../alert.ts";
import { indicatorsOf, MOST_INDICATORS, noteIndicators } from "./indicators.ts";
import type { PlannedEnricher } from "./stages.ts";
import type { Lookups } from "./state.ts";

const SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const alertOf = (observables: Observable[], assets: Alert["assets"] = []) => ({ observables, assets });
const seen = (type: string, value: string): Observable => ({ type, name: "seen", value });
const valuesOf = (observables: Observable[], assets: Alert["assets"] = []) =>
  indicatorsOf(alertOf(observables, assets)).map(({ value }) => value);

describe("what may be asked about", () => {
  test("is hashes, public names and public addresses, each once and in lower case", () => {
    const found = indicatorsOf(
      alertOf([
        seen("ip", "203.0.113.7"),
        seen("hash", SHA256.toUpperCase()),
        seen("hash", SHA256),
        seen("domain", "C2.Evil.Example."),
        seen("ip", "2001:db8::7"),
        seen("hash", "44d88612fea8a8f36de82e1278abb02f"),
        seen("hash", "3395856ce81f2b7382dee72602f798b642f14140"),
      ]),
    );
    expect(found).toEqual([
      { type: "ip", name: "seen", value: "203.0.113.7" },
      { type: "hash", name: "seen", value: SHA256 },
      { type: "domain", name: "seen", value: "c2.evil.example" },
      { type: "ip", name: "seen", value: "2001:db8::7" },
      { type: "hash", name: "seen", value: "44d88612fea8a8f36de82e1278abb02f" },
      { type: "hash", name: "seen", value: "3395856ce81f2b7382dee72602f798b642f14140" },
    ]);
  });

  test.each([
    ["a private address", "ip", "10.1.2.3"],
    ["a private address in IPv6", "ip", "::ffff:192.168.1.1"],
    ["a link-local one", "ip", "fe80::1%eth0"],
    ["a shared one of a provider", "ip", "100.64.1.1"],
    ["a text that is no address", "ip", "dc01"],
    ["a host name", "host", "dc01.corp.example.com"],
    ["a name of a local network", "domain", "dc01.corp.local"],
    ["a name without a dot", "domain", "dc01"],
    ["a page, which may hold secrets", "url", "https://evil.example/reset?token=hunter2"],
    ["a user", "user", "jdoe"],
    ["a mail address", "email", "jdoe@example.com"],
    ["half a hash", "hash", "44d88612fea8a8f3"],
    ["a hash of another kind", "hash", "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C"],
    ["the hash of nothing", "hash", "d41d8cd98f00b204e9800998ecf8427e"],
    ["a hash that was not made", "hash", "0".repeat(64)],
  ])("is not %s", (_, type, value) => {
    expect(valuesOf([seen(type, value)])).toEqual([]);
  });

  test("is nothing of ours: what the alert names as an asset or a host", () => {
    const assets = [{ name: "web.shop.example", ip: "198.51.100.10" }, { name: "Mail.Shop.Example" }];
    const observables = [
      seen("ip", "198.51.100.10"),
      seen("domain", "web.shop.example"),
      seen("domain", "mail.shop.example"),
      seen("host", "vpn.shop.example"),
      seen("domain", "vpn.shop.example"),
      seen("ip", "203.0.113.7"),
    ];
    expect(valuesOf(observables, assets)).toEqual(["203.0.113.7"]);
  });
});

const oracle = (more: Partial<PlannedEnricher> = {}): PlannedEnricher => ({
  name: "oracle",
  label: "Oracle",
  takes: ["hash", "domain", "ip"],
  except: [],
  ...more,
});
const note = (alert: ReturnType<typeof alertOf>, before?: Lookups, enrichers = [oracle()], seq = 1) =>
  noteIndicators(alert, before, enrichers, { seq, now: 1_000, dueAt: 61_000 });
const many = (count: number) => alertOf(Array.from({ length: count }, (_, n) => seen("ip", `203.0.113.${n}`)));
const opened = (lookups: Lookups | undefined) => lookups?.open.map(({ by, indicator, seq }) => `${by} ${indicator.value} ${seq}`);

describe("what is noted", () => {
  test("is nothing where nobody is asked, or nothing is new", () => {
    expect(note(many(1), undefined, [])).toBeUndefined();
    expect(note(alertOf([seen("ip", "10.1.2.3")]))).toBeUndefined();
    const first = note(many(1));
    expect(note(many(1), first?.lookups)).toBeUndefined();
  });

  test("is each new indicator for each enricher that takes it, once", () => {
    const alert = alertOf([seen("ip", "203.0.113.7"), seen("domain", "evil.example")]);
    const enrichers = [oracle(), oracle({ name: "names", label: "Names", takes: ["domain"] })];
    const first = note(alert, undefined, enrichers);
    expect(opened(first?.lookups)).toEqual(["oracle 203.0.113.7 1", "oracle evil.example 1", "names evil.example 1"]);
    expect(first?.lookups).toMatchObject({ due: 61_000, leftOut: 0 });
    expect(first?.trace).toMatchObject([
      { stage: "enrich", decision: "asked", values: { enricher: "oracle", indicators: ["203.0.113.7", "evil.example"] } },
      { stage: "enrich", decision: "asked", values: { enricher: "names", indicators: ["evil.example"] } },
    ]);
    const told = { seen: first?.lookups.seen ?? [], open: [], leftOut: 0 };
    const second = note(alertOf([...alert.observables, seen("ip", "203.0.113.8")]), told, enrichers, 2);
    expect(opened(second?.lookups)).toEqual(["oracle 203.0.113.8 2"]);
    expect(second?.lookups.due).toBe(61_000);
  });

  test("has its bounds, and says so once", () => {
    const first = note(many(25));
    expect(first?.lookups.open).toHaveLength(MOST_INDICATORS);
    expect(first?.trace).toMatchObject([{ decision: "asked" }, { decision: "not_asked", values: { left_out: 15 } }]);
    expect(note(many(25), first?.lookups)).toBeUndefined();
    expect(note(many(26), first?.lookups)?.trace).toMatchObject([{ decision: "not_asked", values: { left_out: 16 } }]);
  });

  test("leaves out what the configuration excepts", () => {
    const except = ["corp.example.com", "198.51.100.0/24", "2001:db8:aa::/48"];
    const values = ["198.51.100.7", "203.0.113.7", "2001:db8:aa::1", "2001:db8:bb::1"];
    const names = ["dc01.corp.example.com", "corp.example.com", "www.example.com"];
    const alert = alertOf([...values.map((value) => seen("ip", value)), ...names.map((value) => seen("domain", value))]);
    expect(note(alert, undefined, [oracle({ except })])?.lookups.open.map(({ indicator }) => indicator.value)).toEqual([
      "203.0.113.7",
      "2001:db8:bb::1",
      "www.example.com",
    ]);
  });
});
