// SQL literals for scripts that go through `wrangler d1 execute`, which splits the text into statements itself.

/**
 * A value as a SQL literal. Text that a splitter of statements might stumble over (semicolons, comments, dollar quotes,
 * line ends) is written in hexadecimal, which has no such characters.
 */
export function sqlText(value: string | number | null): string {
  if (value === null) return "NULL";
  if (typeof value === "number") return String(value);
  if (/^[\w .,:@/+={}[\]"()<>!&|*#%?~^-]*$/.test(value) && !/--|\/\*/.test(value)) return `'${value}'`;
  const hex = Array.from(new TextEncoder().encode(value), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `CAST(X'${hex}' AS TEXT)`;
}
