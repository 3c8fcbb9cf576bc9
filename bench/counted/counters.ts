// Counts what costs money on Cloudflare while the relay runs as it is: the runtime's own classes are wrapped from outside, the
// product has no hook for it. Everything runs in one isolate here, so that one set of counters sees it all.

/** What was counted so far, by name. */
const counts: Record<string, number> = {};

export const counted = (): Record<string, number> => ({ ...counts });

export function count(name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Replaces a method of an object or a prototype by one that calls the original; `seen` gets its answer. */
export function wrap(target: object, name: string, seen: (result: unknown, self: object, args: unknown[]) => void): void {
  const original: Method = Reflect.get(target, name);
  const wrapped = function (this: object, ...args: unknown[]): unknown {
    const result = Reflect.apply(original, this, args);
    seen(result, this, args);
    return result;
  };
  Object.defineProperty(target, name, { value: wrapped, configurable: true, writable: true });
}

const prototypeOf = (object: object): object => Object.getPrototypeOf(object);

/** Which object a storage belongs to: `ledger`, `outbox`, `enricher`. */
const owners = new WeakMap<object, string>();
let storageWrapped = false;

/** Counts the rows, alarms and transactions of one object's storage. A write has run to its end when `exec` answers. */
export function countStorage(storage: DurableObjectStorage, owner: string): void {
  owners.set(storage.sql, owner);
  owners.set(storage, owner);
  if (storageWrapped) return;
  storageWrapped = true;
  wrap(prototypeOf(storage.sql), "exec", (cursor, self, [statement]) => {
    const rows = (cursor as SqlStorageCursor<Record<string, SqlStorageValue>>).rowsWritten;
    if (rows === 0) return;
    const of = owners.get(self) ?? "unknown";
    count(`rows.${of}`, rows);
    count(`rows.${of}.${tableOf(String(statement))}`, rows);
  });
  // An alarm is billed as one row.
  wrap(prototypeOf(storage), "setAlarm", (_, self) => {
    const of = owners.get(self) ?? "unknown";
    count(`rows.${of}`);
    count(`rows.${of}.alarm`);
  });
  wrap(prototypeOf(storage), "transactionSync", (_, self) => count(`transactions.${owners.get(self) ?? "unknown"}`));
}

/** What a statement that writes writes to; deletes are told apart, and what makes the tables is one thing. */
function tableOf(statement: string): string {
  const [, verb = "", table = ""] = /^\s*(INSERT\s+INTO|UPDATE|DELETE\s+FROM|CREATE)\s+(\w+)/i.exec(statement) ?? [];
  if (/^create/i.test(verb)) return "schema";
  return /^delete/i.test(verb) ? `${table} (deleted)` : table;
}

/** Counts D1's rows and statements. */
export function countDatabase(db: D1Database): void {
  const seen = (answer: unknown): void =>
    void Promise.resolve(answer as Promise<D1Result | D1Result[]>).then(
      (results) => {
        count("d1.calls");
        for (const { meta } of [results].flat()) if (meta.rows_written > 0) count("rows.d1", meta.rows_written);
      },
      () => count("d1.failures"),
    );
  const statement = prototypeOf(db.prepare("SELECT 1"));
  wrap(statement, "run", seen);
  wrap(statement, "all", seen);
  wrap(prototypeOf(db), "batch", seen);
}

/** Counts what is given to a queue: an operation for each started 64 KB of each message. */
export function countQueue(queue: object): void {
  const add = (body: unknown): void => {
    count("queue.messages");
    count("queue.writes", Math.max(1, Math.ceil(JSON.stringify(body).length / 65_536)));
  };
  wrap(prototypeOf(queue), "send", (_, __, [body]) => add(body));
  wrap(prototypeOf(queue), "sendBatch", (_, __, [messages]) => {
    count("queue.sendBatch");
    for (const { body } of messages as { body: unknown }[]) add(body);
  });
}
