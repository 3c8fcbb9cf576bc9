import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isBelow, isPublicAddress, isPublicName, isWithin, type Network, parseNetwork } from "./network.ts";

describe("an address", () => {
  test.each([
    "8.8.8.8",
    "203.0.113.7",
    "198.51.100.23",
    "1.1.1.1",
    "172.32.0.1",
    "2001:db8::7",
    "2606:4700:4700::1111",
    "::ffff:203.0.113.7",
  ])("%s is public", (text) => expect(isPublicAddress(text)).toBe(true));

  test.each([
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.178.1",
    "127.0.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.255",
    "0.0.0.0",
    "198.18.0.1",
    "224.0.0.251",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:1234::1",
    "fc00::1",
    "ff02::fb",
    "::ffff:10.1.2.3",
    "::ffff:a01:203",
    "64:ff9b::a01:203",
    "2002:a01:203::1",
    "2001:0:a01:203::1",
  ])("%s is not", (text) => expect(isPublicAddress(text)).toBe(false));

  test.each([
    "",
    "8.8.8",
    "8.8.8.8.8",
    "256.1.1.1",
    "08.8.8.8",
    "8.8.8.8/24",
    "example.com",
    "1:2:3",
    "::1::",
    "2001:db8::g",
    "2001:db8::1.2.3",
    ":",
  ])("%j is none", (text) => expect(isPublicAddress(text)).toBe(false));

  test("is read without a throw, whatever the text", () => {
    fc.assert(fc.property(fc.string(), (text) => typeof isPublicAddress(text) === "boolean" && typeof isPublicName(text) === "boolean"));
  });

  test("is the same in every way that it is written", () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        expect(isPublicAddress(`::ffff:${text}`)).toBe(isPublicAddress(text));
      }),
    );
  });
});

describe("a name", () => {
  test.each(["example.com", "c2.evil.example", "xn--bcher-kva.example", "a.b.c.co.uk", "_dmarc.example.org", "x.xn--p1ai"])(
    "%s may be public",
    (text) => expect(isPublicName(text)).toBe(true),
  );

  test.each([
    "dc01",
    "dc01.corp",
    "dc01.corp.local",
    "printer.lan",
    "nas.home.arpa",
    "7.113.0.203.in-addr.arpa",
    "x.internal",
    "x.intranet",
    "x.intern",
    "db.test",
    "x.invalid",
    "expyuzz4wqqyqhjn.onion",
    "203.0.113.7",
    "example.com.",
    "exa mple.com",
    "-x.example.com",
    "x..com",
    "",
    `${"a.".repeat(130)}com`,
  ])("%j is not", (text) => expect(isPublicName(text)).toBe(false));

  test("lies below itself and those that it ends with, label by label", () => {
    expect(isBelow("corp.example.com", ["corp.example.com"])).toBe(true);
    expect(isBelow("dc.corp.example.com", ["corp.example.com"])).toBe(true);
    expect(isBelow("notcorp.example.com", ["corp.example.com"])).toBe(false);
    expect(isBelow("example.com", ["corp.example.com"])).toBe(false);
  });
});

describe("a range", () => {
  const within = (address: string, ...ranges: string[]) =>
    isWithin(
      address,
      ranges.map(parseNetwork).filter((network): network is Network => network !== undefined),
    );

  test("holds what has its first bits", () => {
    expect(within("198.51.100.255", "198.51.100.0/24")).toBe(true);
    expect(within("198.51.101.0", "198.51.100.0/24")).toBe(false);
    expect(within("198.51.100.7", "198.51.100.7")).toBe(true);
    expect(within("198.51.100.8", "192.0.2.0/24", "198.51.100.7")).toBe(false);
    expect(within("2001:db8:1::5", "2001:db8::/32")).toBe(true);
    expect(within("2001:db9::5", "2001:db8::/32")).toBe(false);
    expect(within("198.51.100.7", "0.0.0.0/0")).toBe(true);
    expect(within("198.51.100.7", "::/0")).toBe(false);
    expect(within("nothing", "0.0.0.0/0")).toBe(false);
  });

  test.each(["", "example.com", "198.51.100.0/33", "198.51.100.0/", "198.51.100.0/24/24", "198.51.100/24", "2001:db8::/129"])(
    "%j is none",
    (text) => expect(parseNetwork(text)).toBeUndefined(),
  );
});
