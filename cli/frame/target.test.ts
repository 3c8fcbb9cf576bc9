// Which relay a verb is about, with a state folder on disk and something that answers /healthz.
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { announceRelay, runningRelay, withdrawRelay } from "./local.ts";
import { addressOf, chooseRelay, databaseOf, knownAddress, relayInWords } from "./target.ts";

let server: Server;
let url: string;
let folder: string;

beforeAll(async () => {
  server = createServer((request, response) => response.end(request.url === "/healthz" ? '{"status":"degraded"}' : "{}"));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${Object(server.address()).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-target-"));
  return () => rmSync(folder, { recursive: true, force: true });
});

describe("the relay of a state folder", () => {
  test("is found while it answers, and is gone when it says so", async () => {
    announceRelay(folder, { url, pid: 7, secrets: "/some/where.env" });
    expect(await runningRelay(folder)).toEqual({ url, pid: 7, secrets: "/some/where.env" });
    expect(statSync(join(folder, "relay.json")).mode & 0o777).toBe(0o600);
    // Another one took the folder over.
    withdrawRelay(folder, { pid: 6 });
    expect(await runningRelay(folder)).toBeDefined();
    withdrawRelay(folder, { pid: 7 });
    expect(await runningRelay(folder)).toBeUndefined();
  });

  test("that was killed left its file behind, which counts for nothing", async () => {
    announceRelay(folder, { url: "http://127.0.0.1:1", pid: 7 });
    expect(await runningRelay(folder)).toBeUndefined();
  });
});

describe("without flags", () => {
  test("it is the one that runs with the state folder", async () => {
    announceRelay(folder, { url, pid: 7 });
    const relay = await chooseRelay({ persistTo: folder }, {});
    expect(relay).toEqual({ kind: "local", directory: folder, demo: false, running: { url, pid: 7 } });
    expect(relayInWords(relay)).toBe("the relay on this machine");
    expect(databaseOf(relay)).toEqual({ remote: false, persistTo: folder });
  });

  test("it is the demo, where that is what runs", async () => {
    mkdirSync(join(folder, "demo"));
    announceRelay(join(folder, "demo"), { url, pid: 7 });
    const relay = await chooseRelay({ persistTo: folder }, {});
    expect(relay).toMatchObject({ kind: "local", directory: join(folder, "demo"), demo: true });
    expect(relayInWords(relay)).toBe("the demo on this machine");
  });

  test("it is the one of TOCSIN_URL, unless a state folder was named", async () => {
    const env = { TOCSIN_URL: "https://relay.example.com/", TOCSIN_TOKEN: "t" };
    expect(await chooseRelay({}, env)).toEqual({ kind: "url", url: "https://relay.example.com", token: "t" });
    expect(await chooseRelay({ persistTo: folder }, env)).toMatchObject({ kind: "local", directory: folder });
  });
});

describe("with flags", () => {
  test("--local and --remote decide, whatever the environment says", async () => {
    const env = { TOCSIN_URL: "https://relay.example.com", TOCSIN_TOKEN: "t" };
    expect(await chooseRelay({ remote: true, persistTo: folder }, env)).toEqual({ kind: "remote", directory: folder });
    // The environment's token is for the environment's address.
    expect(await chooseRelay({ local: true, persistTo: folder }, env)).toEqual({ kind: "local", directory: folder, demo: false });
  });

  test("--url needs a token: --token, else TOCSIN_TOKEN", async () => {
    const asked = { url: "https://relay.example.com/some/path" };
    await expect(chooseRelay(asked, {})).rejects.toMatchObject({ status: 2, message: "There is no token for https://relay.example.com." });
    expect(await chooseRelay(asked, { TOCSIN_TOKEN: "t" })).toEqual({ kind: "url", url: "https://relay.example.com", token: "t" });
    expect(await chooseRelay({ ...asked, token: "own" }, { TOCSIN_TOKEN: "t" })).toMatchObject({ token: "own" });
  });

  test("a token that is meant for one relay is not sent to another", async () => {
    const env = { TOCSIN_URL: "https://relay.example.com", TOCSIN_TOKEN: "t" };
    await expect(chooseRelay({ url: "https://other.example.com" }, env)).rejects.toMatchObject({
      status: 2,
      message: "TOCSIN_TOKEN is for https://relay.example.com, not for https://other.example.com.",
    });
  });

  test.each([
    ["relay.example.com", "must be an address such as https://relay.example.com"],
    ["ftp://relay.example.com", "must be an address such as https://relay.example.com"],
    ["http://relay.example.com", "must begin with https:// unless it is on this machine"],
    ["http://127.0.0.1.example.com", "must begin with https:// unless it is on this machine"],
  ])("--url %s is refused", async (given, sentence) => {
    await expect(chooseRelay({ url: given, token: "t" }, {})).rejects.toMatchObject({
      status: 2,
      message: expect.stringContaining(sentence),
    });
  });

  test.each(["http://localhost:8787", "http://127.0.0.1:8787", "http://[::1]:8787"])("--url %s is on this machine", async (given) => {
    expect(await chooseRelay({ url: given, token: "t" }, {})).toMatchObject({ kind: "url", url: given });
  });
});

describe("--local with --url", () => {
  test("is a relay that serves there with the state of that folder and did not say so, such as one of npm run dev", async () => {
    const relay = await chooseRelay({ local: true, persistTo: folder, url: "http://127.0.0.1:9000" }, {});
    expect(relay).toEqual({ kind: "local", directory: folder, demo: false, url: "http://127.0.0.1:9000" });
    expect(knownAddress(relay)).toBe("http://127.0.0.1:9000");
    expect(databaseOf(relay)).toEqual({ remote: false, persistTo: folder });
  });

  test("is the one that runs with that folder, or its demo, where it is their port", async () => {
    announceRelay(folder, { url, pid: 7 });
    const here = { local: true, persistTo: folder };
    const running = { kind: "local", directory: folder, demo: false, running: { url, pid: 7 } };
    expect(await chooseRelay({ ...here, url: url.replace("127.0.0.1", "localhost") }, {})).toEqual(running);
    // Another port is another relay.
    expect(await chooseRelay({ ...here, url: "http://127.0.0.1:1" }, {})).toEqual({
      kind: "local",
      directory: folder,
      demo: false,
      url: "http://127.0.0.1:1",
    });
  });

  test("is refused for an address elsewhere, which is not given the folder's token", async () => {
    await expect(chooseRelay({ local: true, url: "https://relay.example.com" }, {})).rejects.toMatchObject({
      status: 2,
      message: "With --local, --url must be an address on this machine, such as http://127.0.0.1:8787.",
      hint: "Leave --local out for the relay at that address, or --url for the one that runs here.",
    });
  });
});

test("a verb says what it cannot do with that relay", async () => {
  const stopped = { kind: "local", directory: folder, demo: false } as const;
  expect(() => addressOf(stopped)).toThrow(`No relay runs with the state in ${folder}.`);
  expect(addressOf({ ...stopped, url: "http://127.0.0.1:9" })).toBe("http://127.0.0.1:9");
  expect(() => databaseOf({ kind: "url", url: "https://relay.example.com", token: "t" })).toThrow("which --url does not reach");
});
