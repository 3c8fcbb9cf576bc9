// What conditions have for security people: networks, observables, assets and lists of the configuration.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleAlert } from "../../test/support/alerts.ts";
import type { Alert } from "../alert.ts";
import { compileCondition, type Verdict } from "./condition.ts";
import type { Lists } from "./lists.ts";
import { compileValue, valueInput } from "./value.ts";

const LISTS: Lists = {
  vips: ["db-1", "192.0.2.7", "vip"],
  internal: ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"],
  mixed: ["no network", "10.0.0.0/8"],
  nobody: [],
};
const ALERT: Partial<Alert> = {
  assets: [{ name: "web-1", ip: "10.1.2.3" }, { name: "db-1" }],
  observables: [
    { name: "source", type: "ip", value: "203.0.113.7" },
    { name: "file", type: "SHA256", value: "ab12" },
  ],
  tags: ["office", "vip"],
  data: { src_ip: "10.9.9.9", port: 22, tags: ["vip"], wanted: "vips" },
};

function judge(text: string, lists: Lists | undefined = LISTS, fields: Partial<Alert> = ALERT): Verdict {
  const compiled = compileCondition(text);
  if (!compiled.ok) throw new Error(compiled.reason.message);
  const alert = sampleAlert(fields);
  return compiled.value.matches(alert, alert.change, 0, lists);
}
const errorOf = (text: string) => {
  const compiled = compileCondition(text, Object.keys(LISTS));
  return compiled.ok ? undefined : [compiled.reason.message, compiled.reason.position?.column];
};

describe("inCidr()", () => {
  it.each([
    ["10.1.2.3", "10.0.0.0/8", true],
    ["10.1.2.3", "10.1.2.3", true],
    ["11.1.2.3", "10.0.0.0/8", false],
    ["10.1.2.3", "0.0.0.0/0", true],
    ["2001:db8::1", "0.0.0.0/0", false],
    ["2001:DB8::1", "2001:db8::/32", true],
    ["2001:db9::1", "2001:db8::/32", false],
    ["::ffff:10.1.2.3", "10.0.0.0/8", true],
    ["10.1.2.3", "10.9.9.9/8", true],
    ["", "10.0.0.0/8", false],
    ["db-1", "10.0.0.0/8", false],
    ["10.1.2.3:443", "10.0.0.0/8", false],
    ["10.1.2.03", "10.0.0.0/8", false],
    ["10.1.2", "10.0.0.0/8", false],
  ])("%s in %s is %s", (ip, net, matched) => {
    const assets = [{ name: "x", ip }];
    expect(judge(`alert.assets.exists(a, inCidr(a.ip, "${net}"))`, LISTS, { assets })).toEqual({ matched });
    expect(judge(`alert.assets.exists(a, inCidr(a.ip, ["${net}", "198.51.100.0/24"]))`, LISTS, { assets })).toEqual({ matched });
    expect(judge("alert.assets.exists(a, inCidr(a.ip, lists.net))", { net: [net] }, { assets })).toEqual({ matched });
  });

  it.each([
    ["alert.assets.exists(a, inCidr(a.ip, lists.internal))", { matched: true }],
    ["alert.assets.all(a, inCidr(a.ip, lists.internal))", { matched: false }],
    ["inCidr(alert.data.src_ip, lists.internal)", { matched: true }],
    ["inCidr(alert.data.src_ip, lists.mixed)", { matched: true }],
    ["inCidr(alert.data.src_ip, lists.nobody)", { matched: false }],
    ["inCidr(alert.data.src_ip, [])", { matched: false }],
    ["inCidr(alert.data.src_ip, alert.data.wanted)", { failed: 'inCidr(): "vips" is no network' }],
  ])("%s", (text, verdict) => expect(judge(text)).toEqual(verdict));

  it("takes no longer with many networks than with few", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `${11 + (index >> 12)}.${(index >> 4) & 255}.${(index & 15) << 4}.0/28`);
    const assets = Array.from({ length: 1_000 }, (_, index) => ({ name: `h${index}`, ip: `10.0.${index >> 8}.${index & 255}` }));
    expect(judge("alert.assets.exists(a, inCidr(a.ip, lists.many))", { many }, { assets })).toEqual({ matched: false });
    expect(judge("alert.assets.all(a, inCidr(a.ip, lists.many))", { many: [...many, "10.0.0.0/8"] }, { assets })).toEqual({
      matched: true,
    });
  });

  it.each([
    ['inCidr(alert.data.ip, "10.0.0/8")', '"10.0.0/8" is no network; write for example "10.0.0.0/8" or "2001:db8::/32"', 23],
    ['inCidr(alert.data.ip, "10.0.0.0/33")', '"10.0.0.0/33" is no network; write for example "10.0.0.0/8" or "2001:db8::/32"', 23],
    ['inCidr(alert.data.ip, ["10.0.0.0/8", "x"])', '"x" is no network; write for example "10.0.0.0/8" or "2001:db8::/32"', 38],
    ['inCidr("10.0.0.0/8", alert.data.ip)', '"10.0.0.0/8" is no address; inCidr() is called as inCidr(asset.ip, "10.0.0.0/8")', 8],
    ["inCidr(alert.data.ip)", "inCidr() is called as inCidr(a, b)", 1],
    ['inCidr(alert.count, "10.0.0.0/8")', "inCidr() does not work on alert.count, which is a whole number, and text", 1],
    ['inCidr(alert.assets, "10.0.0.0/8")', "inCidr() does not work on alert.assets, which is a list, and text", 1],
  ])("%s does not compile", (text, message, column) => expect(errorOf(text)).toEqual([message, column]));

  it("agrees with arithmetic", () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
    const number = (parts: readonly number[]) => parts.reduce((all, part) => all * 256 + part, 0);
    fc.assert(
      fc.property(octets, octets, fc.nat(32), (ip, net, prefix) => {
        const size = 2 ** (32 - prefix);
        const matched = Math.floor(number(ip) / size) === Math.floor(number(net) / size);
        const assets = [{ name: "x", ip: ip.join(".") }];
        expect(judge("inCidr(alert.assets[0].ip, lists.net)", { net: [`${net.join(".")}/${prefix}`] }, { assets })).toEqual({ matched });
      }),
    );
  });
});

describe("hasObservable() and hasAsset()", () => {
  it.each([
    ['hasObservable("ip")', true],
    ['hasObservable("IP")', true],
    ['hasObservable("sha256")', true],
    ['hasObservable("domain")', false],
    ['hasObservable("ip", "203.0.113.7")', true],
    ['hasObservable("ip", "ab12")', false],
    ['hasObservable("sha256", ["x", "ab12"])', true],
    ['hasObservable("sha256", "AB12")', false],
    ['hasObservable("ip", lists.internal)', false],
    ['hasObservable("ip", [])', false],
    ['hasAsset("db-1")', true],
    ['hasAsset("10.1.2.3")', true],
    ['hasAsset("")', false],
    ['hasAsset(["x", "db-1"])', true],
    ["hasAsset(lists.vips)", true],
    ["hasAsset(lists.nobody)", false],
    ['!hasAsset("x") && hasObservable("ip")', true],
    ['alert.tags.exists(alert, alert == "vip" && hasAsset("db-1"))', true],
  ])("%s is %s", (text, matched) => expect(judge(text)).toEqual({ matched }));

  it.each([
    ["hasObservable()", "hasObservable() is called as hasObservable(a) or hasObservable(a, b)"],
    ["hasObservable(1)", "hasObservable() does not work on a whole number"],
    ["hasAsset()", "hasAsset() is called as hasAsset(a)"],
    ["hasAsset(alert.assets[0])", "hasAsset() does not work on a table of fields"],
    ['alert.hasAsset("x")', "hasAsset() is called as hasAsset(a)"],
    ['hasAssets("x")', "there is no function hasAssets(); did you mean hasAsset()?"],
  ])("%s does not compile", (text, message) => expect(errorOf(text)?.[0]).toEqual(message));

  it("are about alerts, and nothing that an expression for a value has", () => {
    const compiled = compileValue('hasAsset("x")', ["body"], "flag");
    expect(compiled.ok ? "" : compiled.reason.message).toBe("there is no function hasAsset()");
    const network = compileValue('inCidr(body.ip, "10.0.0.0/8")', ["body"], "flag");
    if (!network.ok) throw new Error(network.reason.message);
    expect(network.value.evaluate({ body: valueInput({ ip: "10.1.1.1" }) })).toEqual({ value: true });
  });
});

describe("lists of the configuration", () => {
  it.each([
    ['alert.tags.exists(t, t in lists.vips) && "x" in lists.vips == false', { matched: true }],
    ["alert.assets.exists(a, a.name in lists.vips)", { matched: true }],
    ["alert.assets.all(a, a.name in lists.vips)", { matched: false }],
    ["alert.data.wanted in lists.vips", { matched: false }],
    ["alert.data.port in lists.vips", { matched: false }],
    ["lists.vips.exists(v, v in alert.tags)", { matched: true }],
    ["lists.vips.exists(v, v in alert.data.tags)", { matched: true }],
    ['lists["vips"].size() == 3 && size(lists.nobody) == 0', { matched: true }],
    ['lists.vips[0] == "db-1"', { matched: true }],
    ['(lists.vips + lists.internal).exists(v, v == "10.0.0.0/8")', { matched: true }],
    ['alert.tags.exists(lists, lists == "vip")', { matched: true }],
    ["has(lists.vips)", { matched: true }],
    ["hasAsset(lists.gone)", { failed: "there is no list gone" }],
    ["alert.severity_id >= LOW || hasAsset(lists.gone)", { failed: "there is no list gone" }],
  ])("%s", (text, verdict) => expect(judge(text)).toEqual(verdict));

  it("have to be there where they are known", () => {
    expect(errorOf("hasAsset(lists.vip)")).toEqual(["there is no list vip; did you mean lists.vips?", 15]);
    expect(errorOf("alert.title in lists.zzzzzzzz")).toEqual(["there is no list zzzzzzzz; there are vips, internal, mixed, nobody", 21]);
    expect(errorOf('alert.title in lists["vip"]')).toEqual(["there is no list vip; did you mean lists.vips?", 21]);
    expect(errorOf('"vips" in lists')).toEqual(["a list is read by its name: lists.NAME", 11]);
    expect(errorOf("alert.title in lists[alert.tenant]")).toEqual(["a list is read by its name: lists.NAME", 16]);
    expect(errorOf("alert.count in lists.vips")?.[0]).toBe("alert.count is never in this list: a whole number against text");
    const none = compileCondition("hasAsset(lists.vips)", []);
    expect(none.ok ? "" : none.reason.message).toBe("there is no list vips; add it to [lists]");
  });

  it("tells which it reads, and in which it looks for addresses", () => {
    const compiled = compileCondition('alert.tags.exists(t, t in lists.a) || inCidr(alert.data.ip, lists.b) || lists["c"].size() > 1');
    if (!compiled.ok) throw new Error(compiled.reason.message);
    expect([...compiled.value.lists]).toEqual(["a", "b", "c"]);
    expect([...compiled.value.networks]).toEqual(["b"]);
  });

  it("are looked up, not looked through", () => {
    const long = Array.from({ length: 10_000 }, (_, index) => `host-${index}`);
    const assets = Array.from({ length: 1_000 }, (_, index) => ({ name: `db-${index}` }));
    expect(judge("alert.assets.exists(a, a.name in lists.long)", { long }, { assets })).toEqual({ matched: false });
    expect(judge("hasAsset(lists.long)", { long: [...long, "db-999"] }, { assets })).toEqual({ matched: true });
  });
});
