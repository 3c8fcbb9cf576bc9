// Takes a script of SQL apart, as Cloudflare does with what `wrangler d1 execute --remote` sends.

/** The statements of a script, without comments around them. */
export function statementsOf(script: string): string[] {
  const found: string[] = [];
  let [statement, depth] = ["", 0];
  const tokens = script.match(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|[\s\S]/g) ?? [];
  for (const token of tokens) {
    if (/^(--|\/\*)/.test(token)) continue;
    // The body of a trigger has semicolons of its own; CASE ends with END as well.
    if (/^(begin|case)$/i.test(token) && /^\s*create\s+(temp\s+)?trigger/i.test(statement)) depth += 1;
    if (/^end$/i.test(token) && depth > 0) depth -= 1;
    if (token === ";" && depth === 0) {
      if (statement.trim() !== "") found.push(statement.trim());
      statement = "";
    } else statement += token;
  }
  if (statement.trim() !== "") found.push(statement.trim());
  return found;
}
