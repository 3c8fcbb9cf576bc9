/** A table's own member: a word from outside, or a name that people chose, may be one that every object inherits, such as `constructor`. */
export const own = <Value>(table: Readonly<Record<string, Value>> | undefined, key: string | undefined): Value | undefined =>
  table !== undefined && key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
