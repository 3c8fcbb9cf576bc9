// The list of what is open, on real rows: it rides on its owner's row, and only what is too much for it costs rows.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { OpenSet } from "../../src/lib/open-set.ts";
import { registerLedger } from "./support/registry.ts";

let made = 0;

/** Runs in the storage of an object of its own. */
function inStorage<Value>(work: (sql: SqlStorage) => Value): Promise<Value> {
  const route = `openset${++made}`;
  registerLedger(route, { now: Date.now } as never);
  return runInDurableObject(env.TEST_LEDGER.getByName(`ledger:${route}:0`), (_, state) => work(state.storage.sql));
}
const rows = (sql: SqlStorage): number => sql.exec("SELECT id FROM open").toArray().length;
const ids = (count: number): string[] => Array.from({ length: count }, (_, n) => `id${n}`);

describe("a set of open ids", () => {
  test("costs no row while it is small", () =>
    inStorage((sql) => {
      const open = new OpenSet(sql, []);
      for (const id of ids(256)) open.add(id);
      expect([open.size, rows(sql), open.inline().length]).toEqual([256, 0, 256]);
    }));

  test("spills into rows beyond that, and is found again with both parts", () =>
    inStorage((sql) => {
      const open = new OpenSet(sql, []);
      for (const id of ids(300)) open.add(id);
      for (const id of ids(300)) open.add(id);
      expect([open.size, rows(sql), open.inline().length]).toEqual([300, 44, 256]);
      const again = new OpenSet(sql, open.inline());
      expect([...again].sort()).toEqual(ids(300).sort());
      expect([again.has("id0"), again.has("id299"), again.has("id300")]).toEqual([true, true, false]);
    }));

  test("gives up rows as ids are done, and lets new ones ride along again", () =>
    inStorage((sql) => {
      const open = new OpenSet(sql, []);
      for (const id of ids(300)) open.add(id);
      for (const id of ids(300).slice(250)) open.delete(id);
      expect([open.size, rows(sql)]).toEqual([250, 0]);
      open.add("new");
      expect([open.size, rows(sql), open.inline().includes("new")]).toEqual([251, 0, true]);
      open.delete("nobody");
      expect(open.size).toBe(251);
    }));

  test("may be changed while somebody goes through it", () =>
    inStorage((sql) => {
      const open = new OpenSet(sql, ids(5));
      for (const id of open) open.delete(id);
      expect(open.size).toBe(0);
    }));
});
