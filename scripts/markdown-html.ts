// Markdown of our own pages as HTML, for the dashboard: paragraphs, lists, code, tables, and what stands within a line. Made when assets are
// generated, so that the Worker carries no Markdown.

/** The HTML of some lines. `level`: of their headings that have three marks. */
export function markdownHtml(lines: readonly string[], level = 4): string {
  const blocks: string[] = [];
  let at = 0;
  const take = (goes: (line: string) => boolean): string[] => {
    const from = at;
    while (at < lines.length && goes(lines[at] ?? "")) at++;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const [, mark] = ITEM.exec(line) ?? [];
    if (line.trim() === "") at++;
    else if (line.startsWith("```")) {
      at++;
      const code = take((one) => !one.startsWith("```"));
      at++;
      blocks.push(`<pre tabindex="0">${escaped(code.join("\n"))}</pre>`);
    } else if (/^#+ /.test(line)) {
      at++;
      blocks.push(`<h${level}>${inline(line.replace(/^#+ /, ""))}</h${level}>`);
    } else if (line.startsWith("|")) blocks.push(table(take((one) => one.startsWith("|"))));
    else if (mark) {
      const isOrdered = /\d/.test(mark);
      const items: string[] = [];
      for (let own = ITEM.exec(lines[at] ?? ""); own && /\d/.test(own[1] ?? "") === isOrdered; own = ITEM.exec(lines[at] ?? "")) {
        const [, marker = ""] = own;
        const first = (lines[at++] ?? "").slice(marker.length);
        const rest = take((one) => one.trim() === "" || one.startsWith(" ")).map((one) =>
          one.slice(Math.min(marker.length, indentOf(one))),
        );
        items.push(`<li>${markdownHtml([first, ...rest], level)}</li>`);
      }
      blocks.push(isOrdered ? `<ol class="steps">${items.join("")}</ol>` : `<ul class="bullets">${items.join("")}</ul>`);
    } else {
      at++;
      const more = take((one) => one.trim() !== "" && !/^(```|#|\||\s*(\d+\.|[-*]) )/.test(one));
      blocks.push(`<p>${inline([line, ...more].map((one) => one.trim()).join(" "))}</p>`);
    }
  }
  return blocks.join("");
}

const ITEM = /^((?:\d+\.|[-*]) +)/;
const indentOf = (line: string): number => line.length - line.trimStart().length;

function table(lines: readonly string[]): string {
  const cells = (line: string): string[] =>
    line
      .replace(/^\||\|\s*$/g, "")
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll("\\|", "|"));
  const [head = "", , ...rows] = lines;
  const row = (line: string, wrap: (cell: string) => string): string => `<tr>${cells(line).map(wrap).join("")}</tr>`;
  const heads = row(head, (cell) => (cell === "" ? "<td></td>" : `<th scope="col">${inline(cell)}</th>`));
  const body = rows.map((line) => row(line, (cell) => `<td>${inline(cell)}</td>`)).join("");
  return `<div class="scroll" tabindex="0" role="region" aria-label="Table"><table><thead>${heads}</thead><tbody>${body}</tbody></table></div>`;
}

/** Bold, emphasis, code and links. Of a link to another page of ours its words remain: it leads nowhere from the dashboard. */
function inline(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => {
      if (part.startsWith("`")) return `<code>${escaped(part.slice(1, -1))}</code>`;
      return escaped(part)
        .replace(/\[([^\]]+)\]\((https:[^)\s]+)\)/g, '<a href="$2" rel="noopener noreferrer">$1</a>')
        .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
        .replace(/&lt;(https:[^\s&]+)&gt;/g, '<a href="$1" rel="noopener noreferrer">$1</a>')
        .replace(/(^|[\s(])_(\S(?:[^_]*\S)?)_(?=[\s.,;:)]|$)/g, "$1<em>$2</em>");
    })
    .join("")
    .replace(/\*\*(.+?)\*\*/g, "<strong>$1</strong>");
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
