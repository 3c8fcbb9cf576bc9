// Every row that the Worker has written, wherever it stands: each table of each object, and of D1.
import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";

const KINDS = { ledger: "LEDGER", outbox: "OUTBOX", correlator: "CORRELATOR", enricher: "ENRICHER", budget: "BUDGET" } as const;

/** Each row as `{object or D1} {table} {JSON}`. An object that nobody noted in D1 is told by its kind and id. */
export async function everyRow(): Promise<string[]> {
  const found: string[] = [];
  const { results: noted } = await env.DB.prepare("SELECT name FROM objects").all<{ name: string }>();
  for (const [kind, binding] of Object.entries(KINDS)) {
    const namespace = Reflect.get(env, binding) as DurableObjectNamespace;
    const own = noted.map(({ name }) => name).filter((name) => name.startsWith(`${kind}:`));
    const names = new Map(own.map((name) => [namespace.idFromName(name).toString(), name]));
    for (const id of await listDurableObjectIds(namespace)) {
      const name = names.get(id.toString());
      const stub = name === undefined ? namespace.get(id) : namespace.getByName(name);
      const rows = await runInDurableObject(stub, (_, { storage: { sql } }) => {
        const all = tables(sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray());
        return all.flatMap((table) =>
          sql
            .exec(`SELECT * FROM "${table}"`)
            .toArray()
            .map(rowText(`${name ?? `${kind}:${id}`} ${table}`)),
        );
      });
      found.push(...rows);
    }
  }
  const all = await env.DB.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all<{ name: string }>();
  for (const name of tables(all.results)) {
    const { results } = await env.DB.prepare(`SELECT * FROM "${name}"`).all();
    found.push(...results.map(rowText(`D1 ${name}`)));
  }
  return found;
}

const rowText =
  (where: string) =>
  (row: unknown): string =>
    `${where} ${JSON.stringify(row)}`;

const tables = (rows: { name: string }[]): string[] =>
  rows.map(({ name }) => name).filter((name) => !name.startsWith("_") && !name.startsWith("sqlite_"));
