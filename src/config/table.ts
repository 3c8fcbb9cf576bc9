// A table of the configuration before it is parsed.

/** Whether a value is a table of keys. */
export const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
