// Removes from D1 what is older than the retention, so much at a sweep that none is long. Alerts, deliveries and the inbox are gone
// through in the order of their keys; where a sweep stopped stands in the table `upkeep`.
import type { Alert } from "../alert.ts";
import { withoutContent } from "../alert-content.ts";
import { type Retention, type Retentions, retentionFor, shortestOf } from "../config/retention.ts";
import { searchWords } from "./projection.ts";
import { readUpkeep, writeUpkeep } from "./upkeep.ts";

/** Rows of one page, and pages of one table in one sweep: on the free plan a Worker has 50 queries for all that it does. */
const PAGE = 2_000;
const PAGES = 2;
/** A token that has expired is listed for another week, so that whoever is refused finds out why. */
const TOKENS_MS = 7 * 24 * 60 * 60_000;
const POSITIONS = "sweep_positions";

/** What a sweep of D1 did: rows that are gone by table, `emptied` for those that lost only what a source wrote. */
export interface DatabaseSwept {
  removed: Record<string, number>;
  more: boolean;
}

type Key = [string, string];
type Positions = Partial<Record<"alerts" | "deliveries" | "inbox", Key>>;

/** A row that may be old: its key, the alert that it is about (null: none), when it last changed, what is left in it. */
interface Aged {
  first: string;
  second: string;
  about: string | null;
  at: string | null;
  content: number;
}

/** How a table is gone through. */
interface Table {
  name: keyof Positions;
  key: Key;
  /** SQL of `about`, `at` and `content`. */
  columns: string;
  /** Whether rows are in the order in which they were made, so that the younger ones need no look. */
  byTime: boolean;
  retention(retentions: Retentions, about: string | null): Retention;
  /** Takes what a source wrote out of rows; absent where nothing would be left. */
  empty?(db: D1Database, keys: Key[]): Promise<void>;
}

/** Of what is about no alert: digests, which name alerts of every route, tests, and words about ourselves. */
const ofNone = (retentions: Retentions): Retention => ({ ms: retentions.others.ms, payloadsMs: shortestOf(retentions).payloadsMs });
const ofAlert = (retentions: Retentions, about: string | null): Retention =>
  about === null ? ofNone(retentions) : retentionFor(retentions, about);

const TABLES: readonly Table[] = [
  {
    name: "alerts",
    key: ["created_at", "id"],
    columns: "id AS about, alert ->> '$.updated_at' AS at, alert ->> '$.key' <> '' AS content",
    byTime: true,
    retention: ofAlert,
    empty: emptyAlerts,
  },
  {
    name: "deliveries",
    key: ["created_at", "id"],
    columns: `alert AS about, updated_at AS at, instr(log, '"answer":') > 0 AS content`,
    byTime: true,
    retention: ofAlert,
    empty: emptyDeliveries,
  },
  {
    name: "inbox",
    key: ["destination", "alert"],
    columns: "alert AS about, updated_at AS at, 1 AS content",
    byTime: false,
    retention: (retentions, about) => (about?.startsWith("digest:") ? shortestOf(retentions) : ofAlert(retentions, about)),
  },
];

/** Sweeps on from where the last sweep stopped. `auditMs`: how long the audit log is kept; `now` in Unix ms. */
export async function pruneDatabase(
  db: D1Database,
  { retentions, auditMs }: { retentions: Retentions; auditMs: number },
  now: number,
): Promise<DatabaseSwept> {
  const removed: Record<string, number> = await pruneOwn(db, auditMs, now);
  const positions = (await readUpkeep<Positions>(db, POSITIONS)) ?? {};
  for (const table of TABLES) await pruneTable(db, table, positions, retentions, now, removed);
  await writeUpkeep(db, POSITIONS, positions, now);
  return { removed, more: Object.keys(positions).length > 0 };
}

async function pruneTable(
  db: D1Database,
  table: Table,
  positions: Positions,
  retentions: Retentions,
  now: number,
  removed: Record<string, number>,
): Promise<void> {
  const { name, empty } = table;
  // What was made later than this cannot be old for any route.
  const newest = new Date(now - shortestOf(retentions).payloadsMs).toISOString();
  for (let page = 0; page < PAGES; page += 1) {
    const rows = await readPage(db, table, positions[name] ?? ["", ""], newest);
    const keysOf = (fate: Fate): Key[] =>
      rows.filter((row) => fateOf(row, table, retentions, now) === fate).map(({ first, second }) => [first, second]);
    const gone = keysOf("remove");
    if (gone.length > 0) await removeRows(db, table, gone);
    const emptied = empty ? keysOf("empty") : [];
    if (emptied.length > 0) await empty?.(db, emptied);
    removed[name] = (removed[name] ?? 0) + gone.length;
    removed.emptied = (removed.emptied ?? 0) + emptied.length;
    const last = rows.at(-1);
    if (rows.length < PAGE || !last) {
      delete positions[name];
      return;
    }
    positions[name] = [last.first, last.second];
  }
}

type Fate = "remove" | "empty" | "keep";

function fateOf({ about, at, content }: Aged, { retention, empty }: Table, retentions: Retentions, now: number): Fate {
  const { ms, payloadsMs } = retention(retentions, about);
  const age = now - Date.parse(at ?? "");
  if (age > ms || (!empty && age > payloadsMs)) return "remove";
  return age > payloadsMs && content === 1 ? "empty" : "keep";
}

async function readPage(db: D1Database, { name, key, columns, byTime }: Table, after: Key, newest: string): Promise<Aged[]> {
  const [first, second] = key;
  const { results } = await db
    .prepare(
      `SELECT ${first} AS first, ${second} AS second, ${columns} FROM ${name}
       WHERE (${first}, ${second}) > (?1, ?2) ${byTime ? `AND ${first} < ?4` : "AND ?4 IS NOT NULL"} ORDER BY ${first}, ${second} LIMIT ?3`,
    )
    .bind(...after, PAGE, newest)
    .all<Aged>();
  return results;
}

async function removeRows(db: D1Database, { name, key }: Table, keys: Key[]): Promise<void> {
  await db
    .prepare(`DELETE FROM ${name} WHERE (${key.join(", ")}) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`)
    .bind(JSON.stringify(keys))
    .run();
}

/** Alerts are read and written again in parts that fit into one statement. */
const ALERTS_AT_ONCE = 500;

async function emptyAlerts(db: D1Database, keys: Key[]): Promise<void> {
  for (let from = 0; from < keys.length; from += ALERTS_AT_ONCE) {
    const { results } = await db
      .prepare("SELECT alert FROM alerts WHERE (created_at, id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))")
      .bind(JSON.stringify(keys.slice(from, from + ALERTS_AT_ONCE)))
      .all<{ alert: string }>();
    const rows = results.map((row) => {
      const alert: Alert = withoutContent(JSON.parse(row.alert));
      return {
        created_at: alert.created_at,
        id: alert.id,
        version: alert.version,
        title: alert.title,
        alert: JSON.stringify(alert),
        words: searchWords(alert),
      };
    });
    await db
      .prepare(
        `UPDATE alerts SET title = new.title, alert = new.alert, words = new.words
         FROM (SELECT value ->> 'created_at' AS at, value ->> 'id' AS id, value ->> 'title' AS title, value ->> 'alert' AS alert,
                 value ->> 'words' AS words, value ->> 'version' AS version FROM json_each(?)) AS new
         WHERE alerts.created_at = new.at AND alerts.id = new.id AND alerts.version = new.version`,
      )
      .bind(JSON.stringify(rows))
      .run();
  }
}

async function emptyDeliveries(db: D1Database, keys: Key[]): Promise<void> {
  await db
    .prepare(
      `UPDATE deliveries SET log = (SELECT json_group_array(json_remove(value, '$.answer')) FROM json_each(deliveries.log))
       WHERE (created_at, id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
    )
    .bind(JSON.stringify(keys))
    .run();
}

/** What has times of its own: the audit log, silences that are over (as long as it), tokens that expired, codes for signing in. */
async function pruneOwn(db: D1Database, auditMs: number, now: number): Promise<Record<string, number>> {
  const iso = (ms: number): string => new Date(ms).toISOString();
  const [audit, silences, tokens, codes] = await db.batch([
    db
      .prepare("DELETE FROM audit WHERE (at, id) IN (SELECT at, id FROM audit WHERE at < ? ORDER BY at, id LIMIT ?)")
      .bind(iso(now - auditMs), PAGE),
    db.prepare("DELETE FROM silences WHERE min(ends_at, coalesce(ended_at, ends_at)) < ?").bind(iso(now - auditMs)),
    db.prepare("DELETE FROM tokens WHERE expires_at < ?").bind(iso(now - TOKENS_MS)),
    db.prepare("DELETE FROM signin_codes WHERE expires_at < ?").bind(now),
  ]);
  return {
    audit: audit?.meta.changes ?? 0,
    silences: silences?.meta.changes ?? 0,
    tokens: tokens?.meta.changes ?? 0,
    signin_codes: codes?.meta.changes ?? 0,
  };
}
