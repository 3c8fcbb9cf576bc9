// `tocsin erase` as a process against a relay that runs: counted, asked for, done, and nothing of it left in the files on disk.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cli, type Ended } from "../support/cli.ts";
import { type Stack, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const folder = mkdtempSync(join(tmpdir(), "tocsin-erase-"));
let stack: Stack;

const tocsin = (...args: string[]): Promise<Ended> => cli([...args, "--url", stack.relay.url, "--token", "test-admin-token"]);
let number = 0;
const send = (user: string) => stack.hook(ROUTE, { id: `e-${++number}`, title: `Login of ${user}`, severity: "high", user });

/** Whether any row of any SQLite file of the relay has the text. */
function onDisk(text: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".sqlite"));
  expect(files.length).toBeGreaterThan(2);
  return files.filter((name) => {
    const database = new DatabaseSync(join(folder, name), { readOnly: true });
    try {
      const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
      return tables.some(({ name: table }) => {
        const rows = database.prepare(`SELECT * FROM "${table}"`);
        // Times of alarms are in nanoseconds.
        rows.setReadBigInts(true);
        return JSON.stringify(rows.all(), (_, value) => (typeof value === "bigint" ? String(value) : value)).includes(text);
      });
    } finally {
      database.close();
    }
  });
}

beforeAll(async () => {
  stack = await startStack({
    persistTo: folder,
    config: ({ chats }) => ({
      destinations: { soc: { type: "slack", url: chats.slack("soc").url, rate: "100/s" }, box: { type: "inbox" } },
      routes: {
        prod: {
          id: ROUTE,
          source: "generic",
          mapping: { title: "title", severity: "severity", id: "id", observables: [{ value: "user", type: "user" }] },
          rules: [{ to: ["soc", "box"] }],
        },
      },
    }),
  });
  for (const user of ["ana@example.com", "ben@example.com", "ana@example.com"]) await send(user);
  await stack.settled();
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a dry run counts, and changes nothing", async () => {
  expect(await tocsin("erase", "--value", "ana@example.com", "--dry-run")).toMatchObject({
    status: 0,
    out: "Would erase 2 alerts with 2 events.\nMessages about them stand in soc (2 alerts): delete them there by hand.\n",
    err: "",
  });
  const { status, out } = await tocsin("erase", "--value", "ana@example.com", "--dry-run", "--json");
  expect([status, JSON.parse(out)]).toMatchObject([0, { dry_run: true, alerts: 2, waiting: 0, shown: [{ destination: "soc", count: 2 }] }]);
  expect(onDisk("ana@example.com").length).toBeGreaterThan(2);
});

test("nothing is erased that nobody confirmed", async () => {
  const { status, out, err } = await tocsin("erase", "--value", "ana@example.com");
  expect([status, out]).toEqual([2, ""]);
  expect(err).toMatch(/Erase 2 alerts with 2 events\? This cannot be undone\. There is nobody to ask\..*--yes/s);
});

test("what is erased is in no row on disk, and another's is", async () => {
  expect(await tocsin("erase", "--value", "Ana@Example.com", "--yes")).toMatchObject({
    status: 0,
    out: "Erased 2 alerts with 2 events.\nMessages about them stand in soc (2 alerts): delete them there by hand.\n",
  });
  expect(onDisk("ana@example.com")).toEqual([]);
  expect(onDisk("ben@example.com").length).toBeGreaterThan(2);
  expect(await tocsin("erase", "--value", "ana@example.com", "--yes")).toMatchObject({
    status: 0,
    out: "Nothing to do: nothing is like that.\n",
  });
  expect((await stack.books()).balanced).toBe(true);
});

test.each([
  [[], /What is to be erased\?/],
  [["a.b", "--value", "x"], /not both/],
  [["a.b", "--type", "user"], /--type goes with --value/],
])("%j is refused", async (args, message) => {
  const { status, err } = await tocsin("erase", ...args);
  expect(status).toBe(2);
  expect(err).toMatch(message);
});
