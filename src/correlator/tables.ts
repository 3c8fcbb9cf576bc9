// The correlator's rows on disk. A row of a gate costs one written row, and a second one when its time to look again comes nearer; an event is
// one row, whichever gates saw it.
import { Kept } from "../lib/kept.ts";
import type { Kind, Place } from "./gate.ts";
import { placeId, type Row, type Store } from "./store.ts";

/** How many states stay parsed in memory. */
const CACHED = 2_000;
/** Rows that one sweep looks at in each table, at the most. */
const MOST_LOOKED_AT = 10_000;

type PlaceRow = { kind: Kind; rule: string; key: string };

/** Keeps the rows of one correlator. */
export class CorrelatorTables implements Store {
  readonly #sql: SqlStorage;
  readonly kept: Kept;
  readonly #rows = new Map<string, Row | undefined>();
  readonly #counts = new Map<string, number>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS states (
      kind TEXT NOT NULL, rule TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, touched INTEGER NOT NULL, due INTEGER,
      PRIMARY KEY (kind, rule, key)) WITHOUT ROWID`);
    sql.exec("CREATE INDEX IF NOT EXISTS states_due ON states (due) WHERE due IS NOT NULL");
    sql.exec("CREATE TABLE IF NOT EXISTS seen (event TEXT PRIMARY KEY, marks TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID");
    this.kept = new Kept(sql);
  }

  /** Forgets what is cached: after a transaction that was rolled back. */
  forget(): void {
    this.#rows.clear();
    this.#counts.clear();
  }

  get isEmpty(): boolean {
    return this.#sql.exec("SELECT 1 FROM states UNION ALL SELECT 1 FROM seen LIMIT 1").toArray().length === 0;
  }

  read(place: Place): Row | undefined {
    const id = placeId(place);
    if (this.#rows.has(id)) return this.#rows.get(id);
    const { kind, by, key } = place;
    const [found] = this.#sql
      .exec<{ state: string; due: number | null }>("SELECT state, due FROM states WHERE kind = ? AND rule = ? AND key = ?", kind, by, key)
      .toArray();
    const row = found && { state: JSON.parse(found.state), ...(found.due === null ? {} : { due: found.due }) };
    this.#cache(id, row);
    return row;
  }

  write(place: Place, row: Row, now: number): void {
    const { kind, by, key } = place;
    const before = this.read(place);
    const state = JSON.stringify(row.state);
    if (!before) {
      this.#count(place, 1);
      const insert = "INSERT INTO states (kind, rule, key, state, touched, due) VALUES (?, ?, ?, ?, ?, ?)";
      this.#sql.exec(insert, kind, by, key, state, now, row.due ?? null);
    } else if (before.due === row.due) {
      // A column that is named is written to its index, changed or not.
      this.#sql.exec("UPDATE states SET state = ?, touched = ? WHERE kind = ? AND rule = ? AND key = ?", state, now, kind, by, key);
    } else {
      const update = "UPDATE states SET state = ?, touched = ?, due = ? WHERE kind = ? AND rule = ? AND key = ?";
      this.#sql.exec(update, state, now, row.due ?? null, kind, by, key);
    }
    this.#cache(placeId(place), row);
  }

  remove(place: Place): void {
    const { kind, by, key } = place;
    if (!this.read(place)) return;
    this.#count(place, -1);
    this.#sql.exec("DELETE FROM states WHERE kind = ? AND rule = ? AND key = ?", kind, by, key);
    this.#cache(placeId(place), undefined);
  }

  count(kind: Kind, by: string): number {
    const name = `${kind} ${by}`;
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    const { rows } = this.#sql.exec<{ rows: number }>("SELECT COUNT(*) AS rows FROM states WHERE kind = ? AND rule = ?", kind, by).one();
    this.#counts.set(name, rows);
    return rows;
  }

  /** By kind, how many rows there are. */
  counts(): Partial<Record<Kind, number>> {
    const rows = this.#sql.exec<{ kind: Kind; rows: number }>("SELECT kind, COUNT(*) AS rows FROM states GROUP BY kind").toArray();
    return Object.fromEntries(rows.map(({ kind, rows: count }) => [kind, count]));
  }

  quietest(kind: Kind, by: string, most: number): Place[] {
    const select = "SELECT kind, rule, key FROM states WHERE kind = ? AND rule = ? ORDER BY touched, key LIMIT ?";
    return this.#sql.exec<PlaceRow>(select, kind, by, most).toArray().map(placeOf);
  }

  due(now: number, most: number): Place[] {
    const select = "SELECT kind, rule, key FROM states WHERE due <= ? ORDER BY due LIMIT ?";
    return this.#sql.exec<PlaceRow>(select, now, most).toArray().map(placeOf);
  }

  nextDue(): number | undefined {
    return this.#sql.exec<{ due: number }>("SELECT due FROM states WHERE due IS NOT NULL ORDER BY due LIMIT 1").toArray()[0]?.due;
  }

  naming(texts: readonly string[]): Place[] {
    const places = texts.flatMap((text) =>
      this.#sql.exec<PlaceRow>("SELECT kind, rule, key FROM states WHERE key = ?1 OR instr(state, ?1) > 0", text).toArray().map(placeOf),
    );
    return [...new Map(places.map((place) => [placeId(place), place])).values()];
  }

  withKey(text: string): Place[] {
    // `lower` knows ASCII alone; what it leaves is found as it was written.
    const select = "SELECT kind, rule, key FROM states WHERE instr(lower(key), lower(?1)) > 0";
    return this.#sql.exec<PlaceRow>(select, text).toArray().map(placeOf);
  }

  seen(event: string): readonly string[] {
    const [row] = this.#sql.exec<{ marks: string }>("SELECT marks FROM seen WHERE event = ?", event).toArray();
    return row ? JSON.parse(row.marks) : [];
  }

  see(event: string, marks: readonly string[], until: number): void {
    this.#sql.exec(
      "INSERT INTO seen (event, marks, until) VALUES (?1, ?2, ?3) ON CONFLICT (event) DO UPDATE SET marks = ?2, until = MAX(until, ?3)",
      event,
      JSON.stringify(marks),
      until,
    );
  }

  ordinal(kind: Kind, by: string): number {
    return Number(this.kept.get(`ordinal ${kind} ${by}`) ?? 0);
  }

  noteOrdinal(kind: Kind, by: string, ordinal: number): void {
    this.kept.set(`ordinal ${kind} ${by}`, String(Math.max(ordinal, this.ordinal(kind, by))));
  }

  /** Rows that wait for nothing and that nobody has written to since `before`, from where the last sweep stopped. */
  quietSince(before: number): { places: Place[]; more: boolean } {
    const [kind = "", rule = "", key = ""]: string[] = JSON.parse(this.kept.get("swept states") ?? "[]");
    const select = `SELECT kind, rule, key, touched, due FROM states WHERE (kind, rule, key) > (?, ?, ?) ORDER BY kind, rule, key LIMIT ?`;
    const rows = this.#sql.exec<PlaceRow & { touched: number; due: number | null }>(select, kind, rule, key, MOST_LOOKED_AT).toArray();
    const last = rows.length < MOST_LOOKED_AT ? undefined : rows.at(-1);
    this.kept.set("swept states", JSON.stringify(last ? [last.kind, last.rule, last.key] : []));
    // Keys of an inhibition go with the alerts that stand in them.
    const old = rows.filter(({ kind: of, touched, due }) => of !== "inhibit" && touched < before && due === null);
    return { places: old.map(placeOf), more: last !== undefined };
  }

  /** Forgets events that are recognised no longer, from where the last sweep stopped. */
  forgetSeen(now: number): { removed: number; more: boolean } {
    const after = this.kept.get("swept seen") ?? "";
    const select = "SELECT event, until FROM seen WHERE event > ? ORDER BY event LIMIT ?";
    const rows = this.#sql.exec<{ event: string; until: number }>(select, after, MOST_LOOKED_AT).toArray();
    const old = rows.filter(({ until }) => until < now).map(({ event }) => event);
    if (old.length > 0) this.#sql.exec("DELETE FROM seen WHERE event IN (SELECT value FROM json_each(?))", JSON.stringify(old));
    const last = rows.length < MOST_LOOKED_AT ? "" : (rows.at(-1)?.event ?? "");
    this.kept.set("swept seen", last);
    return { removed: old.length, more: last !== "" };
  }

  #count({ kind, by }: Place, more: number): void {
    this.#counts.set(`${kind} ${by}`, this.count(kind, by) + more);
  }

  #cache(id: string, row: Row | undefined): void {
    this.#rows.delete(id);
    this.#rows.set(id, row);
    if (this.#rows.size > CACHED) this.#rows.delete(this.#rows.keys().next().value ?? "");
  }
}

const placeOf = ({ kind, rule, key }: PlaceRow): Place => ({ kind, by: rule, key });
