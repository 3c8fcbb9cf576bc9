// A ledger and an outbox are copied row by row into fresh ones, which go on where the first ones stood: claims, alert states,
// references and books. Half a copy is never seen, and nothing that is there already is mixed with it.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { CopyCalls } from "../../src/lib/object-copy.ts";
import { type DumpedRow, type DumpPosition, decodePosition, encodePosition, TableDump } from "../../src/lib/table-dump.ts";
import { dumpDatabase, KEPT_TABLES, restoreDatabase } from "../../src/store/backup.ts";
import { failureOf } from "./support/failure.ts";
import { eventOf, LedgerWorld } from "./support/ledger-world.ts";
import { OutboxWorld, WAIT } from "./support/outbox-world.ts";

const DIGEST = "a".repeat(64);
const OTHER_DIGEST = "b".repeat(64);

async function rowsOf(object: () => Pick<CopyCalls, "dump">): Promise<DumpedRow[]> {
  const rows: DumpedRow[] = [];
  for (let after: DumpPosition | null = null; ; ) {
    const page = await object().dump(after);
    rows.push(...page.rows);
    if (page.next === null) return rows;
    after = decodePosition(encodePosition(page.next)) ?? null;
  }
}

/** Stages in two parts, then adopts; a stub dies with its object, so each call asks for one. */
async function restore(object: () => CopyCalls, rows: DumpedRow[], digest = DIGEST): Promise<void> {
  const half = Math.ceil(rows.length / 2);
  expect(await object().stage(digest, rows.slice(0, half))).toEqual({ kind: "staged" });
  expect(await object().stage(digest, rows.slice(half))).toEqual({ kind: "staged" });
  expect(await failureOf(() => object().adopt(digest, rows.length))).toContain("restored from a backup");
  expect(await object().adopt(digest, rows.length)).toEqual({ kind: "restored" });
}

const ledgerOf = (world: LedgerWorld) => () => world.ledger as unknown as CopyCalls;
const outboxOf = (world: OutboxWorld) => () => world.outbox as unknown as CopyCalls;

describe("a dump", () => {
  test("has every row once, however small its pages are, and says when something was written between them", async () => {
    const world = new LedgerWorld();
    await world.submit(...Array.from({ length: 7 }, (_, index) => eventOf(`it's "${index}"; -- ü`)));
    await world.settled();
    const whole = await world.ledger.dump(null);
    expect(whole.next).toBeNull();
    expect(new Set(whole.rows.map(({ table }) => table))).toEqual(new Set(["alerts", "events", "journal"]));
    const paged = await runInDurableObject(world.stub, (_, state) => {
      const dump = new TableDump(state.storage.sql);
      const rows: DumpedRow[] = [];
      const stamps = new Set<string>();
      for (let after: DumpPosition | null = null; ; ) {
        const page = dump.page(after, 1);
        rows.push(...page.rows);
        stamps.add(page.stamp);
        if (page.next === null) break;
        expect(page.rows).toHaveLength(1);
        after = page.next;
      }
      state.storage.sql.exec("UPDATE alerts SET updated_at = updated_at + 1");
      return { rows, stamps: stamps.size, after: dump.page(null).stamp, had: [...stamps] };
    });
    expect(paged.rows).toEqual(whole.rows);
    expect(paged.stamps).toBe(1);
    expect(paged.had).not.toContain(paged.after);
  });

  test("keeps bytes, large numbers and empty values", async () => {
    const world = new LedgerWorld();
    const rows = await runInDurableObject(world.stub, (_, state) => {
      state.storage.sql.exec("CREATE TABLE odd (id INTEGER PRIMARY KEY, bytes BLOB, number REAL, missing TEXT)");
      state.storage.sql.exec("INSERT INTO odd VALUES (9007199254740991, X'00ff', 0.1, NULL)");
      return new TableDump(state.storage.sql).page(null).rows;
    });
    expect(rows).toContainEqual({ table: "odd", row: { id: 9007199254740991, bytes: { base64: "AP8=" }, number: 0.1, missing: null } });
  });
});

describe("a ledger made from a backup", () => {
  test("has the same rows and books, recognises what comes again, and goes on with the alert's next version", async () => {
    const [old, fresh] = [new LedgerWorld(), new LedgerWorld()];
    const first = eventOf("one");
    await old.submit(first, eventOf("two"));
    await old.settled();
    const rows = await rowsOf(ledgerOf(old));
    await restore(ledgerOf(fresh), rows);
    expect(await fresh.counts()).toEqual(await old.counts());
    expect(await rowsOf(ledgerOf(fresh))).toEqual(rows);
    const [again] = await fresh.submit(first);
    expect(again?.outcome).toBe("duplicate");
    const [next] = await fresh.submit(eventOf("one", { severity: "critical" }, { kind: "updated", order: Date.now() + 10_000 }));
    await fresh.settled();
    expect(next?.outcome).toBe("accepted");
    const indexes = await fresh.rows<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'events%' ORDER BY name",
    );
    expect(indexes).toEqual(await old.rows("SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'events%' ORDER BY name"));
    expect(fresh.handed.at(-1)?.versions.at(-1)).toBeGreaterThan(1);
  });

  test("takes up what was open when the backup was made", async () => {
    const [old, fresh] = [new LedgerWorld(), new LedgerWorld()];
    old.broken.planner = "down";
    await old.submit(eventOf("one"));
    await vi.waitFor(async () => expect(await old.counts()).toMatchObject({ processing: 1 }), WAIT);
    await restore(ledgerOf(fresh), await rowsOf(ledgerOf(old)));
    expect(await fresh.settled()).toMatchObject({ routed: 1, handed: 1 });
  });

  test("accepts nothing while its rows come in: what it took would be lost", async () => {
    const [old, fresh] = [new LedgerWorld(), new LedgerWorld()];
    await old.submit(eventOf("one"));
    await old.settled();
    const rows = await rowsOf(ledgerOf(old));
    await fresh.ledger.stage(DIGEST, rows);
    expect(await failureOf(() => fresh.submit(eventOf("mine")))).toContain("being restored");
    await fresh.ledger.sweep();
    expect(await fresh.counts()).toMatchObject({ received: 0 });
    await fresh.crash();
    expect(await failureOf(() => fresh.submit(eventOf("mine")))).toContain("being restored");
    expect(await fresh.ledger.discard()).toBe(true);
    expect(await fresh.ledger.discard()).toBe(false);
    expect(await fresh.submit(eventOf("mine"))).toMatchObject([{ outcome: "accepted" }]);
    expect(await fresh.ledger.stage(DIGEST, rows)).toEqual({ kind: "occupied" });
    expect(await fresh.ledger.adopt(DIGEST, rows.length)).toEqual({ kind: "occupied" });
    expect(await fresh.settled()).toMatchObject({ received: 1, routed: 1 });
  });

  test("is only made when all rows are there; repeating any step changes nothing, another backup begins anew", async () => {
    const [old, fresh] = [new LedgerWorld(), new LedgerWorld()];
    await old.submit(eventOf("one"), eventOf("two"));
    await old.settled();
    const rows = await rowsOf(ledgerOf(old));
    await fresh.ledger.stage(OTHER_DIGEST, rows);
    await fresh.ledger.stage(DIGEST, rows.slice(0, -1));
    expect(await fresh.ledger.adopt(DIGEST, rows.length)).toEqual({ kind: "incomplete", staged: rows.length - 1 });
    expect(await fresh.ledger.adopt(OTHER_DIGEST, rows.length)).toEqual({ kind: "incomplete", staged: 0 });
    await fresh.ledger.stage(DIGEST, rows);
    await restore(ledgerOf(fresh), rows);
    const restored = await rowsOf(ledgerOf(fresh));
    expect(await fresh.ledger.stage(DIGEST, rows.slice(0, 1))).toEqual({ kind: "restored" });
    expect(await rowsOf(ledgerOf(fresh))).toEqual(restored);
    expect(await fresh.ledger.stage(OTHER_DIGEST, rows)).toEqual({ kind: "occupied" });
  });

  test.each([
    ["a table", { table: "novel", row: { id: "x" } }, "the table novel"],
    ["a column", { table: "alerts", row: { hash: "x", state: "{}", updated_at: 1, mood: "good" } }, "the column alerts.mood"],
  ])("refuses %s that this version does not know, before anything is staged", async (_, row, what) => {
    const fresh = new LedgerWorld();
    expect(await fresh.ledger.stage(DIGEST, [row])).toEqual({ kind: "unknown", what });
    expect(await fresh.submit(eventOf("mine"))).toMatchObject([{ outcome: "accepted" }]);
  });
});

describe("an outbox made from a backup", () => {
  test("edits the message that the old one posted, and sends what was waiting", async () => {
    const [old, fresh] = [new OutboxWorld(), new OutboxWorld()];
    await old.show("shown", {}, "message-1");
    await old.plan("waiting");
    await old.sentCount(2);
    await restore(outboxOf(fresh), await rowsOf(outboxOf(old)));
    const { counts, unknown } = await old.status();
    await vi.waitFor(async () => expect((await fresh.status()).counts).toEqual(counts), WAIT);
    expect(unknown).toBe(0);
    await fresh.plan("shown", { version: 2 });
    const edit = await fresh.sentCount(1);
    expect(edit).toMatchObject({ action: "edit", ref: "message-1" });
  });

  test("takes nothing while its rows come in", async () => {
    const [old, fresh] = [new OutboxWorld(), new OutboxWorld()];
    await old.show("shown", {}, "message-1");
    await fresh.outbox.stage(DIGEST, await rowsOf(outboxOf(old)));
    expect(await failureOf(() => fresh.plan("mine"))).toContain("being restored");
    await fresh.outbox.sweep();
    await fresh.outbox.discard();
    await fresh.plan("mine");
    expect(await fresh.outbox.stage(DIGEST, [])).toEqual({ kind: "occupied" });
  });
});

describe("what only D1 has", () => {
  beforeEach(async () => {
    await env.DB.batch(["revisions", "audit"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
  });
  const MADE_AGAIN = {
    alerts: "from the ledgers",
    deliveries: "from the outboxes",
    objects: "by the objects and the configuration",
    relay: "from the TOML",
    routes: "from the TOML",
    destinations: "from the TOML",
    enrichers: "from the TOML",
    lists: "from the TOML",
    inhibitions: "from the TOML",
    config_version: "by its triggers",
    signin_codes: "good for ten minutes",
    tokens: "not: one that was revoked since would come alive again",
    upkeep: "by the next sweep",
    conditions: "by the next sweep",
  };

  test("is every table that nothing else makes again", async () => {
    const { results } = await env.DB.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all<{ name: string }>();
    const own = results.map(({ name }) => name).filter((name) => !/^(sqlite_|_cf_|d1_)/.test(name));
    expect(own.sort()).toEqual([...KEPT_TABLES.keys(), ...Object.keys(MADE_AGAIN)].sort());
  });

  /** All pages of the database. */
  async function databaseRows(between: () => Promise<unknown> = async () => {}): Promise<DumpedRow[][]> {
    const pages: DumpedRow[][] = [];
    for (let after: DumpPosition | null = null; ; ) {
      const page = await dumpDatabase(env.DB, after);
      if (page.next === null) return pages;
      pages.push(page.rows);
      after = decodePosition(encodePosition(page.next)) ?? null;
      await between();
    }
  }

  test("comes back whatever letters it is in: D1 counts bytes, and takes 2 MB at once", async () => {
    const texts = [...Array.from({ length: 9 }, (_, index) => `${index}${"界".repeat(100_000)}`), `"\n`.repeat(550_000)];
    await env.DB.batch([
      ...texts.map((source, index) =>
        env.DB.prepare("INSERT INTO revisions (revision, hash, source) VALUES (?, 'h', ?)").bind(index + 1, source),
      ),
    ]);
    const pages = await databaseRows();
    await env.DB.prepare("DELETE FROM revisions").run();
    // As many at once as a call takes.
    expect(await restoreDatabase(env.DB, pages.flat())).toEqual({ kind: "written" });
    const back = await env.DB.prepare("SELECT source FROM revisions ORDER BY revision").all<{ source: string }>();
    expect(back.results.map(({ source }) => source === texts.shift())).toEqual(Array.from({ length: 10 }, () => true));
  });

  test("leaves out no change that was noted before it began, and has none twice, though more are noted meanwhile", async () => {
    const note = env.DB.prepare("INSERT INTO audit (id, actor, via, action) VALUES (?, 'ana', 'token', 'x')");
    await env.DB.batch(Array.from({ length: 120 }, (_, index) => note.bind(`m${index}`)));
    let more = 0;
    const noteMore = () => env.DB.batch(Array.from({ length: 60 }, () => note.bind(`${more % 2 === 0 ? "a" : "z"}${++more}`)));
    await vi.waitUntil(
      async () =>
        (await env.DB.prepare("SELECT count(*) AS n FROM audit WHERE at < strftime('%Y-%m-%dT%H:%M:%fZ', 'now')").first("n")) === 120,
    );
    const ids = (await databaseRows(noteMore))
      .flat()
      .filter(({ table }) => table === "audit")
      .map(({ row }) => String(row.id));
    expect(ids.toSorted()).toEqual(Array.from({ length: 120 }, (_, index) => `m${index}`).toSorted());
  });

  test("comes back row by row, once, and replaces nothing", async () => {
    const revision = (number: number, source: string) =>
      env.DB.prepare("INSERT INTO revisions (revision, hash, source, author) VALUES (?, 'h', ?, NULL)").bind(number, source);
    const note = env.DB.prepare(
      "INSERT INTO audit (at, id, actor, via, action) VALUES ('2026-11-21T14:00:00.000Z', ?, 'ana', 'token', 'x')",
    );
    await env.DB.batch([
      ...Array.from({ length: 120 }, (_, index) => note.bind(`n${index}`)),
      revision(1, "x".repeat(600_000)),
      revision(2, "y".repeat(600_000)),
    ]);
    const pages = await databaseRows();
    const rows = pages.flat();
    expect(pages.length).toBeGreaterThan(4);
    expect(rows.filter(({ table }) => table === "audit")).toHaveLength(120);
    await env.DB.batch([env.DB.prepare("DELETE FROM audit"), env.DB.prepare("DELETE FROM revisions")]);
    expect(await restoreDatabase(env.DB, rows.slice(0, 60))).toEqual({ kind: "written" });
    expect(await restoreDatabase(env.DB, rows.slice(0, 121))).toEqual({ kind: "written" });
    expect(await restoreDatabase(env.DB, rows.slice(121))).toEqual({ kind: "written" });
    const back = await env.DB.prepare("SELECT revision, LENGTH(source) AS length, author FROM revisions").all();
    expect(back.results).toEqual([1, 2].map((number) => ({ revision: number, length: 600_000, author: null })));
    await env.DB.prepare("UPDATE revisions SET hash = 'mine' WHERE revision = 2").run();
    expect(await restoreDatabase(env.DB, rows)).toEqual({ kind: "written" });
    expect((await env.DB.prepare("SELECT hash FROM revisions WHERE revision = 2").first<{ hash: string }>())?.hash).toBe("mine");
    expect(await restoreDatabase(env.DB, [{ table: "tokens", row: {} }])).toEqual({ kind: "unknown", what: "the table tokens" });
    expect(await restoreDatabase(env.DB, [{ table: "audit", row: { at: "a", id: "b", mood: "good" } }])).toEqual({
      kind: "unknown",
      what: "the column mood",
    });
  });
});
