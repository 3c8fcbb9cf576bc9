// Tables in the documentation that are made from what the adapters state, so that they cannot go stale.
import { readFileSync, writeFileSync } from "node:fs";

/** A table as Markdown, its columns aligned. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** What stands between `<!-- name -->` and `<!-- /name -->` in a page; undefined where the marks are missing. */
export const readBlock = (path: string, name: string): string | undefined => blockOf(name).exec(readFileSync(path, "utf8"))?.[0];

/** Puts a text between the marks. */
export function writeBlock(path: string, name: string, text: string): void {
  const page = readFileSync(path, "utf8");
  writeFileSync(
    path,
    page.replace(blockOf(name), () => text),
  );
}

const blockOf = (name: string): RegExp => new RegExp(`(?<=<!-- ${name} -->\\n)[\\s\\S]*?(?=\\n<!-- /${name} -->)`);
