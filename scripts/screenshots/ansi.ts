// Terminal output as cells: which text stands in which line and column, and how it looks.

/** How a piece of text looks. */
export interface Look {
  bold: boolean;
  dim: boolean;
  /** The colour's number, 0 to 7, or 8 to 15 for the bright ones; absent: the terminal's own. */
  colour?: number;
}

/** A piece of a line that looks the same all over. `column` counts from 0. */
export interface Span extends Look {
  column: number;
  text: string;
}

const PLAIN: Look = { bold: false, dim: false };
const ESCAPE = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`, "g");

/** The lines of an output. Codes other than colours and weights are none of ours, and stand as they are. */
export function spansOf(output: string): Span[][] {
  let look = PLAIN;
  return output
    .replace(/\n+$/, "")
    .split("\n")
    .map((line) => {
      const spans: Span[] = [];
      let column = 0;
      let from = 0;
      const put = (text: string): void => {
        if (text !== "") spans.push({ ...look, column, text });
        column += [...text].length;
      };
      for (const match of line.matchAll(ESCAPE)) {
        put(line.slice(from, match.index));
        from = match.index + match[0].length;
        for (const code of (match[1] ?? "").split(";")) look = after(look, Number(code));
      }
      put(line.slice(from));
      return spans;
    });
}

function after(look: Look, code: number): Look {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, dim: true };
  if (code === 22) return { ...look, bold: false, dim: false };
  if (code === 39) return { ...look, colour: undefined };
  if (code >= 30 && code <= 37) return { ...look, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...look, colour: code - 82 };
  return look;
}
