import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleAlert } from "../../test/support/alerts.ts";
import type { Alert } from "../alert.ts";
import { keysOf, MOST_KEYS, parseKeyPath } from "./keys.ts";

const ALERT: Partial<Alert> = {
  title: "Brute force",
  severity: "high",
  status: "new",
  source: "ntopng",
  category: "network",
  type: "scan",
  tenant: "acme",
  rule: { id: "r-1", name: "Many logins" },
  tags: ["vip", "office"],
  assets: [{ name: "db-2" }, { name: "db-1", ip: "192.0.2.1", type: "host", id: "a-1" }],
  observables: [
    { name: "client", type: "ip", value: "203.0.113.7" },
    { name: "server", type: "IP", value: "192.0.2.1" },
    { name: "query", type: "domain", value: "example.com" },
  ],
  attacks: [{ tactic: "TA0006", technique: "T1110", name: "Brute Force" }],
  data: { score: 71, blocked: true, flow: { port: 22, peers: [{ port: 443 }, { port: 22 }] }, empty: "", nothing: null, a: ["x", "y"] },
};
const keys = (...paths: string[]) => keysOf(sampleAlert(ALERT), paths);

describe("the keys of an alert", () => {
  it.each<[string, string[]]>([
    ["asset.name", ["db-1", "db-2"]],
    ["alert.assets.name", ["db-1", "db-2"]],
    ["asset.ip", ["192.0.2.1"]],
    ["asset.type", ["host"]],
    ["asset.id", ["a-1"]],
    ["observable.value", ["192.0.2.1", "203.0.113.7", "example.com"]],
    ["observable.ip", ["192.0.2.1", "203.0.113.7"]],
    ["observable.domain", ["example.com"]],
    ["observables.hash", [""]],
    ["observable.name", ["client", "query", "server"]],
    ["attack.technique", ["T1110"]],
    ["attack.tactic", ["TA0006"]],
    ["attack.name", ["Brute Force"]],
    ["tag", ["office", "vip"]],
    ["alert.tags", ["office", "vip"]],
    ["rule.name", ["Many logins"]],
    ["rule", ["Many logins"]],
    ["rule.id", ["r-1"]],
    ["title", ["Brute force"]],
    ["category", ["network"]],
    ["type", ["scan"]],
    ["tenant", ["acme"]],
    ["severity", ["high"]],
    ["status", ["new"]],
    ["source", ["ntopng"]],
    ["data.score", ["71"]],
    ["data.blocked", ["true"]],
    ["data.flow.port", ["22"]],
    ["data.flow.peers.port", ["22", "443"]],
    ["data.a", ["x", "y"]],
    ["data.flow", [""]],
    ["data.empty", [""]],
    ["data.nothing", [""]],
    ["data.missing.deep", [""]],
    ["data.constructor", [""]],
  ])("%s: %j", (path, expected) => expect(keys(path)).toEqual(expected));

  it("are combinations of several paths, and one for all without any", () => {
    expect(keys("asset.name", "rule.name")).toEqual(["db-1\u001fMany logins", "db-2\u001fMany logins"]);
    expect(keys("asset.ip", "data.missing")).toEqual(["192.0.2.1\u001f"]);
    expect(keys()).toEqual([""]);
  });

  it("are told apart whatever the values hold", () => {
    const of = (title: string, category: string) => keysOf(sampleAlert({ title, category }), ["title", "category"]);
    expect(of("a\u001fb", "c")).not.toEqual(of("a", "b\u001fc"));
    expect(of("a", "")).not.toEqual(of("", "a"));
  });

  it("do not depend on the order of the alert's lists, and are few", () => {
    const assets = fc.array(fc.record({ name: fc.string({ minLength: 1, maxLength: 3 }) }), { maxLength: 40 });
    fc.assert(
      fc.property(assets, fc.array(fc.string(), { maxLength: 40 }), (some, tags) => {
        const found = keysOf(sampleAlert({ assets: some, tags }), ["asset.name", "tag"]);
        expect(found.length).toBeLessThanOrEqual(MOST_KEYS);
        expect(new Set(found).size).toBe(found.length);
        expect(keysOf(sampleAlert({ assets: some.toReversed(), tags: tags.toReversed() }), ["asset.name", "tag"])).toEqual(found);
      }),
    );
  });
});

describe("what is wrong with a key path", () => {
  it.each([
    ["", 'is no key path; write for example "asset.ip", "rule.name" or "data.flow.port"'],
    ["alert", 'is no key path; write for example "asset.ip", "rule.name" or "data.flow.port"'],
    ["asset..ip", 'is no key path; write for example "asset.ip", "rule.name" or "data.flow.port"'],
    ["aset.ip", "there is no aset; did you mean asset?"],
    ["soure", "there is no soure; did you mean source?"],
    [
      "zzzzzzzz",
      "there is no zzzzzzzz; a path begins with one of asset, observable, attack, tag, rule, data, title, category, type, tenant, severity, status, source; a field of the source's own is data.zzzzzzzz",
    ],
    ["asset", "asset names no field; there are asset.name, asset.ip, asset.type, asset.id"],
    ["asset.nam", "asset has no field nam; did you mean asset.name?"],
    ["asset.address", "asset has no field address; there are asset.name, asset.ip, asset.type, asset.id"],
    ["asset.ip.x", "asset.ip.x is no key path; there are asset.name, asset.ip, asset.type, asset.id"],
    ["attack.techniques", "attack has no field techniques; did you mean attack.technique?"],
    ["rule.url", "rule.url is no key path; there are rule.name and rule.id"],
    ["data", 'names no field of data; write for example "data.flow.port"'],
    ["tags.name", "tag has no field name; write tag"],
    ["title.x", "title has no field x; write title"],
  ])("%j: %s", (path, message) => expect(parseKeyPath(path)).toEqual({ ok: false, reason: message }));

  it("never throws, and what it takes can be read", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom("__proto__", "asset.__proto__", "constructor.name", "data.__proto__.x")),
        (path) => {
          parseKeyPath(path);
          expect(keysOf(sampleAlert({}), [path]).length).toBeGreaterThan(0);
        },
      ),
    );
  });
});
