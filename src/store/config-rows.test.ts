import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { changesBetween } from "../config/changes.ts";
import { rowsOf } from "../config/document.ts";
import { registries } from "../config/fake-registries.ts";
import { planOf } from "../config/plan.ts";
import { sha256 } from "../lib/keys.ts";
import { type ConfigDatabase, changesOf, configVersion, loadConfig } from "./config-reader.ts";
import { applyStatements, conflictIn, type Origin, type Statement, sqlScript } from "./config-rows.ts";
import { type ConfigState, readRevision, readState, stateName } from "./config-state.ts";
import { sqlText } from "./sql-text.ts";

const ID_A = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const ID_B = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const DOCUMENT = {
  relay: { url: "https://relay.example.com" },
  destinations: { box: { type: "box" }, soc: { type: "wall", url: "secret:SOC" } },
  routes: {
    a: { id: ID_A, source: "bell", token: "secret:T", rules: [{ name: "it's", to: ["box"] }] },
    b: { id: ID_B, source: "drum", enabled: false },
  },
};

let sqlite: DatabaseSync;
beforeEach(() => begin());
/** A database made anew. */
function begin(): void {
  sqlite = new DatabaseSync(":memory:");
  for (const name of readdirSync("migrations").sort()) sqlite.exec(readFileSync(`migrations/${name}`, "utf8"));
}

/** Runs statements as D1's batch does: all or none. */
function batch(statements: Statement[]): void {
  sqlite.exec("BEGIN");
  try {
    for (const { sql, params } of statements) sqlite.prepare(sql).run(...params);
    sqlite.exec("COMMIT");
  } catch (error) {
    sqlite.exec("ROLLBACK");
    throw error;
  }
}
const all = (sql: string, ...params: (string | number)[]) =>
  sqlite
    .prepare(sql)
    .all(...params)
    .map((row) => ({ ...row }));
const version = () => Number(all("SELECT version FROM config_version")[0]?.version);

/** A stand-in for the D1 binding, over the same SQLite. */
const db = {
  prepare: (sql: string) => {
    const bound = (...params: (string | number)[]) => ({ sql, first: async () => all(sql, ...params)[0] ?? null });
    return { ...bound(), bind: bound };
  },
  batch: async (statements: { sql: string }[]) => statements.map(({ sql }) => ({ results: all(sql) })),
} as unknown as ConfigDatabase;

/** The statements that apply a document to what a caller saw. */
function statementsOf(
  document: unknown,
  seen: ConfigState,
  { text = JSON.stringify(document), origin = "file" as Origin, backTo = undefined as number | undefined } = {},
) {
  const file = { text, hash: sha256(text), document: document as Record<string, unknown> };
  const { changes } = planOf(seen, file, registries);
  return applyStatements({ file, changes, seen, origin, author: "ana@example.com", via: "command_line", backTo });
}
const apply = async (document: unknown, how: Parameters<typeof statementsOf>[2] & { seen?: ConfigState } = {}) =>
  batch(statementsOf(document, how.seen ?? (await readState(db)), how));

describe("apply", () => {
  it("writes the rows, the revision and who did it", async () => {
    await apply(DOCUMENT);
    expect(all("SELECT revision, hash, source, origin, author FROM revisions")).toEqual([
      { revision: 1, hash: sha256(JSON.stringify(DOCUMENT)), source: JSON.stringify(DOCUMENT), origin: "file", author: "ana@example.com" },
    ]);
    expect(all("SELECT * FROM relay")).toEqual([{ key: "url", value: "https://relay.example.com" }]);
    expect(all("SELECT * FROM destinations ORDER BY name")).toEqual([
      { name: "box", type: "box", settings: "{}" },
      { name: "soc", type: "wall", settings: '{"url":"secret:SOC"}' },
    ]);
    expect(all("SELECT * FROM routes ORDER BY name")).toEqual([
      { name: "a", id: ID_A, source: "bell", enabled: 1, settings: '{"token":"secret:T"}', rules: '[{"name":"it\'s","to":["box"]}]' },
      { name: "b", id: ID_B, source: "drum", enabled: 0, settings: "{}", rules: "[]" },
    ]);
    await apply({ routes: {} }, { origin: "rollback", backTo: 1 });
    expect(all("SELECT actor, via, action, target, detail FROM audit ORDER BY target")).toEqual([
      {
        actor: "ana@example.com",
        via: "command_line",
        action: "configuration.applied",
        target: "revision 1",
        detail: '{"revision":1,"origin":"file","added":4,"changed":1,"removed":0}',
      },
      {
        actor: "ana@example.com",
        via: "command_line",
        action: "configuration.rolled_back",
        target: "revision 2",
        detail: '{"revision":2,"origin":"rollback","back_to":1,"added":0,"changed":1,"removed":4}',
      },
    ]);
  });

  it("fails whole when another apply was first, also one that changed no row", async () => {
    const seen = await readState(db);
    await apply(DOCUMENT);
    await expect(apply({ routes: {} }, { seen })).rejects.toThrow(/UNIQUE constraint failed: revisions.revision/);
    const again = await readState(db);
    await apply(DOCUMENT, { text: "# the same, written differently" });
    const before = version();
    await expect(apply({ routes: {} }, { seen: again })).rejects.toSatisfy((error) => conflictIn(String(error)) === "applied");
    expect(version()).toBe(before);
    expect(all("SELECT name FROM routes")).toHaveLength(2);
    expect(all("SELECT 1 FROM audit")).toHaveLength(2);
  });

  it("is refused with a state of a database that was lost, though the new one has come to the same revision", async () => {
    const lost = await readState(db);
    await apply(DOCUMENT);
    const revision = await readState(db);
    await vi.waitUntil(() => Date.now() > revision.version);
    begin();
    expect(stateName(await readState(db))).not.toBe(stateName(lost));
    await expect(apply({ routes: {} }, { seen: lost })).rejects.toSatisfy((error) => conflictIn(String(error)) === "edited");
    await apply(DOCUMENT);
    expect(stateName(await readState(db))).not.toBe(stateName(revision));
    await expect(apply({ routes: {} }, { seen: revision })).rejects.toSatisfy((error) => conflictIn(String(error)) === "edited");
  });

  it("numbers its states by the time, and never the same twice", async () => {
    const before = Date.now();
    await apply(DOCUMENT);
    const first = version();
    expect(first).toBeGreaterThanOrEqual(before);
    sqlite.exec("UPDATE config_version SET version = version + 1000000");
    sqlite.exec("UPDATE routes SET enabled = 0");
    expect(version()).toBe(first + 1_000_000 + 2);
  });

  it("fails whole when a row was written by hand since the caller looked", async () => {
    await apply(DOCUMENT);
    const seen = await readState(db);
    sqlite.exec("UPDATE routes SET enabled = 0 WHERE name = 'a'");
    await expect(apply({ routes: {} }, { seen })).rejects.toSatisfy((error) => conflictIn(String(error)) === "edited");
    expect(all("SELECT revision FROM revisions")).toEqual([{ revision: 1 }]);
    expect(all("SELECT name, enabled FROM routes")).toEqual([
      { name: "a", enabled: 0 },
      { name: "b", enabled: 0 },
    ]);
    expect(conflictIn("UNIQUE constraint failed: routes.id")).toBeUndefined();
  });

  it("writes only rows that change", async () => {
    // Counted one by one.
    sqlite.exec("DROP TRIGGER config_version_moved");
    await apply(DOCUMENT);
    const before = version();
    await apply(DOCUMENT, { text: "# the same, written differently" });
    expect(version()).toBe(before);
    await apply({ ...DOCUMENT, relay: { url: "https://other.example.com" } });
    expect(version()).toBe(before + 1);
    await apply({ ...DOCUMENT, relay: { url: "https://other.example.com" }, destinations: { box: { type: "box" } } });
    expect(version()).toBe(before + 2);
    expect(all("SELECT revision FROM revisions")).toHaveLength(4);
  });

  it("leaves a row alone that says the same in other words", async () => {
    await apply(DOCUMENT);
    sqlite.exec(`UPDATE routes SET rules = '[ {"to": ["box"], "name": "it''s"} ]', id = upper(id), enabled = 2 WHERE name = 'a'`);
    const before = version();
    await apply(DOCUMENT, { text: "# again" });
    expect(version()).toBe(before);
  });

  it("writes enrichers, whose type is their name unless it is given, and removes them", async () => {
    const enrichers = { oracle: { token: "secret:T" }, second: { type: "oracle", token: "secret:U" } };
    await apply({ ...DOCUMENT, enrichers });
    expect(all("SELECT * FROM enrichers ORDER BY name")).toEqual([
      { name: "oracle", type: "oracle", settings: '{"token":"secret:T"}' },
      { name: "second", type: "oracle", settings: '{"token":"secret:U"}' },
    ]);
    await apply(DOCUMENT);
    expect(all("SELECT name FROM enrichers")).toEqual([]);
  });

  it("writes lists and inhibitions, and removes them", async () => {
    // Counted one by one.
    sqlite.exec("DROP TRIGGER config_version_moved");
    const lists = { vips: ["10.0.0.1", "it's"], none: [] };
    const inhibit = [{ name: "it's down", source: "true", target: "true", by: "asset.name" }];
    await apply({ ...DOCUMENT, lists, inhibit });
    expect(all("SELECT * FROM lists ORDER BY name")).toEqual([
      { name: "none", items: "[]" },
      { name: "vips", items: '["10.0.0.1","it\'s"]' },
    ]);
    expect(all("SELECT * FROM inhibitions")).toEqual([
      { name: "it's down", settings: '{"by":"asset.name","source":"true","target":"true"}' },
    ]);
    const before = version();
    await apply({ ...DOCUMENT, lists: { vips: ["10.0.0.1", "it's"] }, inhibit }, { text: "# one list less" });
    expect(version()).toBe(before + 1);
    expect(await loadConfig(db, registries)).toMatchObject({
      lists: { vips: ["10.0.0.1", "it's"] },
      inhibitions: [{ name: "it's down" }],
      broken: [],
    });
    await apply(DOCUMENT);
    expect([all("SELECT name FROM lists"), all("SELECT name FROM inhibitions")]).toEqual([[], []]);
  });

  it("takes the longest list in one statement, also as text", async () => {
    const lists = { all: Array.from({ length: 3_500 }, (_, index) => `10.${index >> 8}.${index & 255}`) };
    const statements = statementsOf({ lists }, await readState(db));
    for (const statement of statements) expect(sqlScript([statement]).length).toBeLessThan(100_000);
    sqlite.exec(sqlScript(statements));
    expect((await loadConfig(db, registries)).lists).toEqual(lists);
  });

  it("removes what is no longer there, also what was added by hand", async () => {
    await apply(DOCUMENT);
    sqlite.exec(`INSERT INTO routes (name, id, source) VALUES ('hand', '6ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11', 'bell')`);
    await apply({ routes: { b: DOCUMENT.routes.b } });
    expect(all("SELECT name FROM routes")).toEqual([{ name: "b" }]);
    expect(all("SELECT name FROM destinations")).toEqual([]);
    expect(all("SELECT key FROM relay")).toEqual([]);
  });

  it("lets two routes swap their ids, and a route be renamed", async () => {
    await apply(DOCUMENT);
    const { a, b } = DOCUMENT.routes;
    await apply({ ...DOCUMENT, routes: { a: { ...a, id: ID_B.toUpperCase() }, b: { ...b, id: ID_A } } });
    expect(all("SELECT name, id FROM routes ORDER BY name")).toEqual([
      { name: "a", id: ID_B },
      { name: "b", id: ID_A },
    ]);
    await apply({ ...DOCUMENT, routes: { c: a, b } });
    expect(all("SELECT name, id FROM routes ORDER BY name")).toEqual([
      { name: "b", id: ID_B },
      { name: "c", id: ID_A },
    ]);
  });

  it("takes files and tables that do not fit into one statement", async () => {
    const id = (index: number) => `4ad4bd0e-cbd2-4a2b-8a3b-${String(index).padStart(12, "0")}`;
    // 3,000 routes, each with the id of the one before it the second time, and gone the third time.
    const routes = (shift: number) =>
      Object.fromEntries(
        Array.from({ length: 3_000 }, (_, index) => [
          `a-route-with-a-name-as-long-as-names-may-be-${index}`,
          { id: id((index + shift) % 3_000), source: "bell", token: "x".repeat(200) },
        ]),
      );
    const text = "# \u{1F514} ".repeat(30_000);
    for (const document of [{ routes: routes(0) }, { routes: routes(1) }, {}]) {
      const statements = statementsOf(document, await readState(db), { text });
      for (const statement of statements) {
        expect(sqlScript([statement]).length).toBeLessThan(100_000);
        expect(statement.params.length).toBeLessThanOrEqual(100);
      }
      batch(statements);
      expect(changesBetween(rowsOf(document), (await readState(db)).rows, registries)).toEqual([]);
    }
    expect((await readRevision(db, 1))?.source === text).toBe(true);
  });
});

describe("as a script", () => {
  it("does the same as with parameters", async () => {
    const text = "# it's; a -- comment /* and $$ money $$\n'\"\\ \u{1F514}";
    sqlite.exec(sqlScript(statementsOf(DOCUMENT, await readState(db), { text })));
    const { rows, last } = await readState(db);
    expect(last).toMatchObject({ revision: 1, source: text, author: "ana@example.com" });
    expect(changesBetween(rowsOf(DOCUMENT), rows, registries)).toEqual([]);
  });

  it("literals give back any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(!text.includes("\u0000"));
        const literal = sqlText(text);
        expect(literal).not.toMatch(/;|--|\/\*|\n|\$/);
        expect(all(`SELECT ${literal} AS text`)).toEqual([{ text }]);
      }),
    );
    expect(sqlText(null)).toBe("NULL");
    expect(sqlText(3)).toBe("3");
  });
});

describe("reading", () => {
  it("gives the configuration that was applied", async () => {
    await apply(DOCUMENT);
    const config = await loadConfig(db, registries);
    expect(config.broken).toEqual([]);
    expect(config.version).toBe(version());
    expect(await configVersion(db)).toBe(version());
    expect(config.relay.url).toBe("https://relay.example.com");
    expect(config.routes.map(({ name, id }) => [name, id])).toEqual([
      ["a", ID_A],
      ["b", ID_B],
    ]);
  });

  it("gives what is left when a list or an inhibition by hand is wrong, and says so", async () => {
    sqlite.exec(`INSERT INTO destinations (name, type) VALUES ('box', 'box');
      INSERT INTO lists VALUES ('good', '["a"]'), ('odd', '["a", 5]'), ('none', 'x');
      INSERT INTO inhibitions VALUES ('a', '{"source":"alert.title in lists.odd","target":"true","by":"tag"}'), ('b', '{"source":"true","target":"true","by":"tag"}');
      INSERT INTO routes (name, id, source, rules) VALUES ('r', '${ID_A}', 'bell', '[{"to":["box"],"when":"alert.title in lists.odd"}]')`);
    const { lists, inhibitions, routes, broken } = await loadConfig(db, registries);
    expect([lists, inhibitions.map(({ name }) => name), routes]).toEqual([{ good: ["a"] }, ["b"], []]);
    expect(broken.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["list none", "list odd", "route r", "inhibition a"]);
    expect(broken.find(({ kind }) => kind === "route")?.problem).toContain("rules[0].when: ");
  });

  it("brings the silences that have not ended; one that is wrong hides nothing, and is told", async () => {
    const silence = (id: string, values: Record<string, string | null>) => {
      const row = {
        id,
        condition: "true",
        starts_at: "2026-01-01T00:00:00Z",
        ends_at: "2999-01-01T00:00:00Z",
        owner: "ana",
        comment: "c",
        created_by: "ana",
        ...values,
      };
      const columns = Object.keys(row);
      sqlite.prepare(`INSERT INTO silences (${columns}) VALUES (${columns.map(() => "?")})`).run(...Object.values(row));
    };
    await apply({ lists: { days_off: ["2026-12-25"] } });
    const before = { version: await configVersion(db), changes: await changesOf(db), state: await readState(db) };
    silence("a", {});
    silence("b", { ends_at: "2026-01-02T00:00:00Z" });
    silence("c", { ended_at: "2026-01-02T00:00:00Z" });
    silence("d", { condition: "alert.sttus == 1" });
    silence("e", {
      recur: '{"zone":"UTC","days":["mon"],"from":"08:00","to":"18:00","holidays":"days_off"}',
      routes: '["r"]',
      ceiling: "critical",
    });
    silence("f", { recur: '{"zone":"UTC","days":["mon"],"from":"08:00","to":"18:00","holidays":"gone"}' });
    silence("g", { recur: "x" });
    const config = await loadConfig(db, registries);
    expect(config.silences.map(({ id }) => id).sort()).toEqual(["a", "e"]);
    expect(config.silences.find(({ id }) => id === "e")).toEqual({
      id: "e",
      when: "true",
      from: Date.UTC(2026, 0, 1),
      until: Date.UTC(2999, 0, 1),
      recur: { zone: "UTC", days: ["mon"], from: 480, to: 1_080, holidays: "days_off" },
      ceiling: "critical",
      owner: "ana",
      comment: "c",
      routes: ["r"],
      createdAt: expect.any(Number),
      createdBy: "ana",
    });
    expect(config.broken.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(["silence d", "silence f", "silence g"]);
    // To silence is no edit of the configuration, and is noticed all the same.
    expect(config.version).toBe(before.version);
    expect(config.changes).toBe(before.changes + 7);
    expect(await changesOf(db)).toBe(config.changes);
    await apply({}, { seen: before.state });
    sqlite.exec("UPDATE silences SET ended_at = '2026-01-03T00:00:00Z' WHERE id = 'a'; DELETE FROM silences WHERE id = 'b'");
    expect(await changesOf(db)).toBeGreaterThan(config.changes + 2);
  });

  it("tells the last revision, and the last one of a file", async () => {
    expect(await readState(db)).toMatchObject({ revision: 0, last: undefined, lastFile: undefined });
    await apply(DOCUMENT);
    await apply({ ...DOCUMENT, routes: {} }, { origin: "edit" });
    const state = await readState(db);
    expect(state).toMatchObject({ revision: 2, last: { revision: 2, origin: "edit" }, lastFile: { revision: 1 } });
    expect(state.lastFile?.hash).toBe(sha256(JSON.stringify(DOCUMENT)));
    expect(await readRevision(db, 1)).toMatchObject({ source: JSON.stringify(DOCUMENT) });
    expect(await readRevision(db, 3)).toBeUndefined();
  });
});
