import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { registries } from "../config/fake-registries.ts";
import { sha256 } from "../lib/keys.ts";
import { compareRows, isUnchanged } from "./config-changes.ts";
import { type ConfigDatabase, configVersion, lastRevision, loadConfig } from "./config-reader.ts";
import { applyStatements, rowsOf, type Statement, sqlScript } from "./config-rows.ts";
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
beforeEach(() => {
  sqlite = new DatabaseSync(":memory:");
  for (const name of readdirSync("migrations").sort()) sqlite.exec(readFileSync(`migrations/${name}`, "utf8"));
});

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
const apply = (document: unknown, expectedRevision?: number, text = JSON.stringify(document)) =>
  batch(applyStatements({ text, hash: sha256(text), document, expectedRevision }));
const all = (sql: string) =>
  sqlite
    .prepare(sql)
    .all()
    .map((row) => ({ ...row }));
const version = () => Number(all("SELECT version FROM config_version")[0]?.version);

/** A stand-in for the D1 binding, over the same SQLite. */
const db = {
  prepare: (sql: string) => ({ sql, first: async () => all(sql)[0] ?? null }),
  batch: async (statements: { sql: string }[]) => statements.map(({ sql }) => ({ results: all(sql) })),
} as unknown as ConfigDatabase;

describe("apply", () => {
  it("writes the rows and the revision", () => {
    apply(DOCUMENT, 0);
    expect(all("SELECT revision, hash, source FROM revisions")).toEqual([
      { revision: 1, hash: sha256(JSON.stringify(DOCUMENT)), source: JSON.stringify(DOCUMENT) },
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
  });

  it("writes enrichers, whose type is their name unless it is given, and removes them", () => {
    const enrichers = { oracle: { token: "secret:T" }, second: { type: "oracle", token: "secret:U" } };
    apply({ ...DOCUMENT, enrichers });
    expect(all("SELECT * FROM enrichers ORDER BY name")).toEqual([
      { name: "oracle", type: "oracle", settings: '{"token":"secret:T"}' },
      { name: "second", type: "oracle", settings: '{"token":"secret:U"}' },
    ]);
    const before = version();
    apply({ ...DOCUMENT, enrichers }, 1, "# the same");
    expect(version()).toBe(before);
    apply(DOCUMENT);
    expect(all("SELECT name FROM enrichers")).toEqual([]);
    expect(version()).toBe(before + 2);
  });

  it("sorts keys, but for the fields of a template, whose order is shown", () => {
    const template = { title: "x", fields: { User: "1", Host: "2" }, summary: "y" };
    const rules = [{ to: ["box"], template }];
    const { destinations, routes } = rowsOf({
      destinations: { box: { type: "box", template } },
      routes: { a: { id: ID_A, source: "bell", rules } },
    });
    const sorted = '{"fields":{"User":"1","Host":"2"},"summary":"y","title":"x"}';
    expect(destinations[0]?.settings).toBe(`{"template":${sorted}}`);
    expect(routes[0]?.rules).toBe(`[{"template":${sorted},"to":["box"]}]`);
  });

  it("fails whole when another apply was first", () => {
    apply(DOCUMENT, 0);
    const before = version();
    expect(() => apply({ routes: {} }, 0)).toThrow(/UNIQUE constraint failed: revisions.revision/);
    expect(version()).toBe(before);
    expect(all("SELECT name FROM routes")).toHaveLength(2);
  });

  it("writes only rows that change", () => {
    apply(DOCUMENT, 0);
    const before = version();
    apply(DOCUMENT, 1, "# the same, written differently");
    expect(version()).toBe(before);
    apply({ ...DOCUMENT, relay: { url: "https://other.example.com" } }, 2);
    expect(version()).toBe(before + 1);
    apply({ ...DOCUMENT, relay: { url: "https://other.example.com" }, destinations: { box: { type: "box" } } });
    expect(version()).toBe(before + 2);
    expect(all("SELECT revision FROM revisions")).toHaveLength(4);
  });

  it("removes what is no longer there, also what was added by hand", () => {
    apply(DOCUMENT);
    sqlite.exec(`INSERT INTO routes (name, id, source) VALUES ('hand', '6ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11', 'bell')`);
    apply({ routes: { b: DOCUMENT.routes.b } });
    expect(all("SELECT name FROM routes")).toEqual([{ name: "b" }]);
    expect(all("SELECT name FROM destinations")).toEqual([]);
    expect(all("SELECT key FROM relay")).toEqual([]);
  });

  it("lets two routes swap their ids, and a route be renamed", () => {
    apply(DOCUMENT);
    const { a, b } = DOCUMENT.routes;
    apply({ ...DOCUMENT, routes: { a: { ...a, id: ID_B.toUpperCase() }, b: { ...b, id: ID_A } } });
    expect(all("SELECT name, id FROM routes ORDER BY name")).toEqual([
      { name: "a", id: ID_B },
      { name: "b", id: ID_A },
    ]);
    apply({ ...DOCUMENT, routes: { c: a, b } });
    expect(all("SELECT name, id FROM routes ORDER BY name")).toEqual([
      { name: "b", id: ID_B },
      { name: "c", id: ID_A },
    ]);
  });

  it("takes files and tables that do not fit into one statement", () => {
    const id = (index: number) => `4ad4bd0e-cbd2-4a2b-8a3b-${String(index).padStart(12, "0")}`;
    const routes = Object.fromEntries(
      Array.from({ length: 600 }, (_, index) => [`r${index}`, { id: id(index), source: "bell", token: "x".repeat(200) }]),
    );
    const text = "# \u{1F514} ".repeat(30_000);
    const statements = applyStatements({ text, hash: "h", document: { routes }, expectedRevision: 0 });
    for (const statement of statements) expect(sqlScript([statement]).length).toBeLessThan(100_000);
    batch(statements);
    expect(all("SELECT count(*) AS n FROM routes")).toEqual([{ n: 600 }]);
    expect(all("SELECT source FROM revisions")[0]?.source === text).toBe(true);
  });
});

describe("as a script", () => {
  it("does the same as with parameters", () => {
    const text = "# it's; a -- comment /* and $$ money $$\n'\"\\ \u{1F514}";
    sqlite.exec(sqlScript(applyStatements({ text, hash: sha256(text), document: DOCUMENT, expectedRevision: 0 })));
    expect(all("SELECT source FROM revisions")).toEqual([{ source: text }]);
    expect(compareRows(rowsOf(DOCUMENT), tables())).toSatisfy(isUnchanged);
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

const tables = () => ({
  enrichers: all("SELECT * FROM enrichers") as { name: string; type: string; settings: string }[],
  relay: all("SELECT key, value FROM relay") as { key: string; value: string }[],
  destinations: all("SELECT * FROM destinations") as { name: string; type: string; settings: string }[],
  routes: all("SELECT * FROM routes") as { name: string; id: string; source: string; enabled: number; settings: string; rules: string }[],
});

describe("reading", () => {
  it("gives the configuration that was applied", async () => {
    apply(DOCUMENT);
    const config = await loadConfig(db, registries);
    expect(config.broken).toEqual([]);
    expect(config.version).toBe(version());
    expect(await configVersion(db)).toBe(version());
    expect(config.routes.map(({ name, enabled }) => [name, enabled])).toEqual([
      ["a", true],
      ["b", false],
    ]);
    expect(await lastRevision(db)).toEqual({ revision: 1, hash: sha256(JSON.stringify(DOCUMENT)) });
  });

  it("has no revision before the first", async () => {
    expect(await lastRevision(db)).toBeUndefined();
    expect((await loadConfig(db, registries)).routes).toEqual([]);
  });
});

describe("what changed", () => {
  it("is told by names of keys", () => {
    const after = {
      relay: { url: "https://other.example.com", retention: "10d" },
      destinations: { soc: { type: "wall", url: "secret:SOC", rate: "1/s" }, more: { type: "box" } },
      routes: { a: { ...DOCUMENT.routes.a, id: ID_B, token: "secret:U", rules: [] } },
      enrichers: { oracle: { token: "secret:V" } },
    };
    expect(compareRows(rowsOf(DOCUMENT), rowsOf(after))).toEqual({
      relay: { added: ["retention"], removed: [], changed: [{ name: "url", keys: ["value"] }] },
      destinations: { added: ["more"], removed: ["box"], changed: [{ name: "soc", keys: ["rate"] }] },
      routes: { added: [], removed: ["b"], changed: [{ name: "a", keys: ["id", "rules", "token"] }] },
      enrichers: { added: ["oracle"], removed: [], changed: [] },
    });
  });

  it("does not depend on the order of keys, and survives rows that are no JSON", () => {
    const rows = rowsOf(DOCUMENT);
    const [a] = rows.routes;
    const reordered = {
      ...rows,
      routes: rows.routes.map((row) => (row.name === "a" ? { ...row, rules: '[{"to": ["box"], "name": "it\'s"}]' } : row)),
    };
    expect(compareRows(reordered, rows)).toSatisfy(isUnchanged);
    expect(compareRows({ ...rows, routes: [{ ...(a as (typeof rows.routes)[number]), settings: "{" }] }, rows).routes.changed).toEqual([
      { name: "a", keys: ["settings", "token"] },
    ]);
  });
});
