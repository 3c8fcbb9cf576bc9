// What names of fields say of their values, in the words of several conventions.
import { describe, expect, test } from "vitest";
import { fieldName, findings, isTold } from "./field-names.ts";

const of = (fields: Record<string, string | string[]>) =>
  findings(new Map(Object.entries(fields).map(([name, values]) => [fieldName(name), [values].flat()])));
const host = (name: string, ip?: string) => (ip === undefined ? { name, type: "host" } : { name, ip, type: "host" });

test.each(["source.ip", "source_ip", "Source IP", "SOURCE-IP", " source..ip_ "])("%s is one name", (name) =>
  expect(fieldName(name)).toBe("source_ip"),
);

describe("assets", () => {
  test.each<[string, Record<string, string | string[]>, unknown[]]>([
    ["a host with its address", { "host.name": "ws-1", "host.ip": ["10.0.0.1", "fe80::1"] }, [host("ws-1", "10.0.0.1")]],
    [
      "a host with the address of an end",
      { "host.name": "ws-1", "host.ip": "10.0.0.1", "source.ip": "10.0.0.1" },
      [host("ws-1", "10.0.0.1")],
    ],
    ["an address alone", { host_ip: "10.0.0.1" }, [host("10.0.0.1", "10.0.0.1")]],
    ["a target with its address", { dest: "db-1", dest_ip: "10.0.0.2" }, [host("db-1", "10.0.0.2")]],
    ["a target before the source", { src: "ws-1", dest: "db-1" }, [host("db-1"), host("ws-1")]],
    ["nothing from outside", { src_ip: "203.0.113.7", dest_ip: "198.51.100.9" }, []],
    ["nothing that says nothing", { host: "-", dest: "unknown", src: "0.0.0.0", user: "N/A" }, []],
    [
      "a name before an exporter's address",
      { instance: "10.0.0.9:8080", pod: "api-1" },
      [{ name: "api-1", type: "pod" }, host("10.0.0.9", "10.0.0.9")],
    ],
    ["each once", { host: "WS-1", hostname: "ws-1", dvc: "ws-1" }, [host("WS-1")]],
  ])("%s", (_what, fields, assets) => expect(of(fields).assets).toEqual(assets));
});

describe("observables", () => {
  test("are known by their names, in the table's order", () => {
    const fields = { sha256: "ab".repeat(32), user: ["root", "root"], "dns.question.name": "c2.example.net", "src ip": "203.0.113.7" };
    expect(of(fields).observables.map(({ type, value }) => [type, value.slice(0, 14)])).toEqual([
      ["ip", "203.0.113.7"],
      ["user", "root"],
      ["hash", "abababababab".padEnd(14, "ab")],
      ["domain", "c2.example.net"],
    ]);
  });

  test.each([
    ["query", "SELECT 1"],
    ["url", "/wp-login.php"],
    ["recipient", "everybody"],
  ])("a %s that does not look the part is none, and is told elsewhere", (name, value) => {
    expect(of({ [name]: value }).observables).toEqual([]);
    expect(isTold(name, value)).toBe(false);
  });

  test.each([
    ["query", "c2.example.net", true],
    ["host", "web-1", true],
    ["user", "-", true],
    ["bytes", "12", false],
    ["constructor", "x", false],
  ])("%s=%s is told: %j", (name, value, told) => expect(isTold(name, value)).toBe(told));
});
