import { describe, expect, test } from "vitest";
import { isWebAddress, mayReach } from "./address.ts";

const deployed = {};

describe("a deployed relay", () => {
  test.each([
    "https://hooks.slack.com/services/T/B/x",
    "https://example.com:8443/path?x=1",
    "https://EXAMPLE.com./",
    "https://xn--bcher-kva.example/",
  ])("may call %s", (address) => expect(mayReach(address, deployed)).toBeUndefined());

  test.each([
    ["loopback", "https://127.0.0.1/"],
    ["loopback, any of its addresses", "https://127.8.9.10/"],
    ["as one decimal number", "https://2130706433/"],
    ["in octal", "https://0177.0.0.1/"],
    ["in hexadecimal", "https://0x7f.0x0.0x0.0x1/"],
    ["as one hexadecimal number", "https://0x7f000001/"],
    ["with parts left out", "https://127.1/"],
    ["nothing at all", "https://0/"],
    ["a private network", "https://10.0.0.1/"],
    ["another private network", "https://192.168.1.1/"],
    ["the cloud's metadata", "https://169.254.169.254/latest/meta-data/"],
    ["a public address without a name", "https://203.0.113.7/"],
    ["IPv6 loopback", "https://[::1]/"],
    ["IPv6 loopback in full", "https://[0:0:0:0:0:0:0:1]/"],
    ["IPv4 mapped into IPv6", "https://[::ffff:127.0.0.1]/"],
    ["the same in hexadecimal", "https://[::ffff:7f00:1]/"],
    ["IPv6 of a local network", "https://[fd00::1]/"],
    ["IPv6 of the link", "https://[fe80::1]/"],
    ["full-width digits", "https://１２７.0.0.1/"],
    ["a name of this machine", "https://localhost/"],
    ["in capitals, with a full stop", "https://LOCALHOST./"],
    ["below it", "https://a.localhost/"],
    ["a name without a domain", "https://vault/"],
    ["an internal name", "https://vault.internal/"],
    ["a local name", "https://printer.local/"],
    ["a name at home", "https://nas.home.arpa/"],
    ["a company's inner name", "https://git.corp/"],
    ["plain http", "http://example.com/"],
    ["a user name", "https://example.com@127.0.0.1/"],
    ["a user name before a public host", "https://user@example.com/"],
    ["a password", "https://user:secret@example.com/"],
    ["another scheme", "ftp://example.com/"],
    ["a file", "file:///etc/passwd"],
    ["data", "data:text/plain,x"],
    ["no address", "example.com"],
    ["nothing", ""],
  ])("may not call %s: %s", (_, address) => {
    const reason = mayReach(address, deployed);
    expect(reason).toEqual(expect.any(String));
    if (address !== "") expect(reason).not.toContain(address);
  });

  test("may call what the operator lists, with or without a port, and nothing else", () => {
    const rules = { ALLOWED_HOSTS: " siem.internal , 10.0.0.7:8443,Chat.Corp " };
    for (const address of ["http://siem.internal/", "https://siem.internal:9000/", "https://10.0.0.7:8443/", "https://chat.corp/"])
      expect(mayReach(address, rules), address).toBeUndefined();
    for (const address of ["https://10.0.0.7/", "https://10.0.0.7:8444/", "https://x.siem.internal/", "https://siem.internal.evil.local/"])
      expect(mayReach(address, rules), address).toBeDefined();
    expect(mayReach("https://user@siem.internal/", rules)).toBeDefined();
    expect(mayReach("ftp://siem.internal/", rules)).toBeDefined();
  });

  test("is not a local one because a variable looks like it", () => {
    for (const LOCAL of [undefined, "", "0", "true", 1, true]) expect(mayReach("http://localhost/", { LOCAL })).toBeDefined();
  });
});

describe("a local relay", () => {
  test("may call its own machine and network, over http too, and nothing that is no web address", () => {
    const rules = { LOCAL: "1" };
    for (const address of ["http://localhost:8080/", "http://127.0.0.1/", "http://[::1]/", "https://example.com/"])
      expect(mayReach(address, rules)).toBeUndefined();
    for (const address of ["file:///etc/passwd", "http://user:secret@localhost/", "nonsense"])
      expect(mayReach(address, rules)).toBeDefined();
  });
});

describe("an address that paths can be joined to", () => {
  test.each(["https://api.example.com", "http://127.0.0.1:3000/", "https://example.com/below/a/path"])("is %s", (text) =>
    expect(isWebAddress(text)).toBe(true),
  );

  test.each([
    "",
    "example.com",
    "ftp://example.com",
    "https://user@example.com",
    "https://:word@example.com",
    "https://example.com/?a=1",
    "https://example.com/#a",
  ])("is not %j", (text) => expect(isWebAddress(text)).toBe(false));
});
