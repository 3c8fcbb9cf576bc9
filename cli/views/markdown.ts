// Markdown of our own pages for a terminal: steps broken to its width, what is bold shown so, blocks of code as they are.
import { accent, type Paint, strong } from "../frame/paint.ts";
import { wrapped } from "../frame/wrap.ts";

/** The lines of a page. `width` undefined, as in a pipe: as they were written. */
export function markdownLines(lines: readonly string[], width: number | undefined): Paint[] {
  if (width === undefined) return [...lines];
  const paints: Paint[] = [];
  let paragraph = "";
  const endParagraph = (): void => {
    if (paragraph !== "") paints.push(...paragraphLines(paragraph, width));
    paragraph = "";
  };
  let fence: string | undefined;
  for (const line of lines) {
    const [, indent, mark] = /^( *)(```)/.exec(line) ?? [];
    if (mark !== undefined) {
      endParagraph();
      fence = fence === undefined ? indent : undefined;
    } else if (fence !== undefined) paints.push(["  ", accent(line)]);
    else if (line.trim() === "" || line.startsWith("|")) {
      endParagraph();
      paints.push(line);
    } else if (/^(\d+\.|-) /.test(line.trimStart())) {
      endParagraph();
      paragraph = line;
    } else paragraph = paragraph === "" ? line : `${paragraph} ${line.trim()}`;
  }
  endParagraph();
  return paints;
}

/** A paragraph or an item of a list, whose further lines stand below its text. */
function paragraphLines(text: string, width: number): Paint[] {
  const [, lead = "", rest = ""] = /^( *(?:(?:\d+\.|-) )?)(.*)$/.exec(text) ?? [];
  const indent = " ".repeat(lead.length);
  let isStrong = false;
  return wrapped(plainLinks(rest), Math.max(20, width - lead.length)).map((line, index): Paint => {
    const parts = line.split("**").map((part, nth): Paint => {
      if (nth > 0) isStrong = !isStrong;
      return isStrong ? strong(upright(part)) : upright(part);
    });
    return [index === 0 ? lead : indent, ...parts];
  });
}

/** A link as its words; emphasis of a word without its marks. Names with underscores stay: they stand in backquotes. */
const plainLinks = (text: string): string => text.replace(/\[([^\]]+)\]\([^)]*\)/g, "$1");
const upright = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replace(/(^|[\s(])_(?=\S)|(?<=\S)_(?=[\s.,;:)]|$)/g, "$1")))
    .join("");
