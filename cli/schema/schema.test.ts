// Each migration has its way back, and the way back leaves what the older version had. Run on SQLite itself, as D1 does.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { Refusal } from "../frame/errors.ts";
import { ROOT } from "../frame/target.ts";
import { numberOf, planDown } from "./schema.ts";

const files = (folder: string): string[] => readdirSync(join(ROOT, folder)).sort();
const sql = (folder: string, name: string): string => readFileSync(join(ROOT, folder, name), "utf8");
const names = files("migrations");
/** Migrations that nothing undoes, with the reason. */
const NO_WAY_BACK = new Map([["0001_initial.sql", "before it there is nothing: delete the database"]]);

/** What a schema is: tables with their columns, indexes and triggers, however their text is laid out. */
function schemaOf(db: DatabaseSync): unknown {
  const objects = db
    .prepare("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name")
    .all();
  return objects.map(({ type, name, tbl_name: table, sql: text }) =>
    type === "table" ? { name, columns: db.prepare(`PRAGMA table_info("${name}")`).all() } : { type, name, table, text },
  );
}

function migrated(count: number): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  for (const name of names.slice(0, count)) db.exec(sql("migrations", name));
  return db;
}

test("migrations are numbered without a gap, and each has its way back or a reason why not", () => {
  expect(names.map(numberOf)).toEqual(names.map((_, index) => index + 1));
  for (const name of names) expect(files("down-migrations").includes(name) || NO_WAY_BACK.has(name), name).toBe(true);
  for (const name of files("down-migrations")) expect(names, name).toContain(name);
});

describe.each(names.map((name, index) => [name, index] as const).filter(([name]) => !NO_WAY_BACK.has(name)))("%s", (name, index) => {
  test("undone is the schema before it, and applied again the schema after it", () => {
    const db = migrated(index + 1);
    const after = schemaOf(db);
    db.exec(`BEGIN; ${sql("down-migrations", name)}; COMMIT`);
    expect(schemaOf(db)).toEqual(schemaOf(migrated(index)));
    db.exec(sql("migrations", name));
    expect(schemaOf(db)).toEqual(after);
  });
});

test("all the way up, down and up again keeps what the first version had", () => {
  const db = migrated(names.length);
  db.exec(`INSERT INTO revisions (hash, source) VALUES ('h', 'the file');
    INSERT INTO relay VALUES ('url', 'https://relay.example.com');
    INSERT INTO destinations (name, type) VALUES ('soc', 'inbox');
    INSERT INTO routes (name, id, source) VALUES ('prod', '4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11', 'sekoia');
    INSERT INTO objects VALUES ('outbox:soc');
    INSERT INTO inbox VALUES ('soc', 'prod.1', 1, 'high', 't', '{}', 'a', 'b')`);
  const rows = (): unknown =>
    ["revisions", "relay", "destinations", "routes", "objects", "inbox"].map((table) =>
      db
        .prepare(`SELECT * FROM ${table}`)
        .all()
        .map(({ origin: _, author: __, ...row }) => row),
    );
  const before = rows();
  for (const name of names.toReversed().filter((one) => !NO_WAY_BACK.has(one))) db.exec(sql("down-migrations", name));
  expect(rows()).toEqual(before);
  expect(schemaOf(db)).toEqual(schemaOf(migrated(1)));
  for (const name of names.slice(1)) db.exec(sql("migrations", name));
  expect(rows()).toEqual(before);
  expect(schemaOf(db)).toEqual(schemaOf(migrated(names.length)));
});

describe("the way down", () => {
  const there = names.map((name) => ({ name }));

  test("undoes the newest first, down to the one that stays", () => {
    expect(planDown(there, 1)).toEqual(names.slice(1).reverse());
    expect(planDown(there, names.length)).toEqual([]);
    expect(planDown([], 1)).toEqual([]);
  });

  test("is refused where this folder does not know it", () => {
    expect(() => planDown([...there, { name: "9999_later.sql" }], 1)).toThrow(Refusal);
  });
});
