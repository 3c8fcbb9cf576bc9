// A terminal's window as SVG: text, so that it stays sharp and small, in columns that no font can move.
import { type Span, spansOf } from "./ansi.ts";

const CELL = { width: 8.4, height: 19 };
const MARGIN = { side: 20, top: 46, bottom: 18 };
const GROUND = "#11151c";
const BAR = "#1b212b";
const INK = "#d5dbe3";
const PROMPT = "#7ee2b8";
/** Black, red, green, yellow, blue, magenta, cyan, white; then the bright ones. */
const COLOURS = [
  ...["#3b4252", "#ff6b6b", "#7ed491", "#f2c14e", "#6ea8fe", "#c792ea", "#63cdda", "#d5dbe3"],
  ...["#6b7484", "#ff8f8f", "#9be5ab", "#ffd77a", "#93bfff", "#dcb2f5", "#8ce0ea", "#ffffff"],
];

/** The window of a command and its output; `columns` is the least width. */
export function terminalSvg(command: string, output: string, columns = 100): string {
  const lines: Span[][] = [
    [
      { column: 0, text: "$", bold: false, dim: true },
      { column: 2, text: command, bold: true, dim: false },
    ],
    [],
    ...spansOf(output),
  ];
  const widest = Math.max(columns, ...lines.map((spans) => Math.max(0, ...spans.map(({ column, text }) => column + [...text].length))));
  const width = Math.round(widest * CELL.width + 2 * MARGIN.side);
  const height = Math.round(lines.length * CELL.height + MARGIN.top + MARGIN.bottom);
  const dots = ["#ff5f57", "#febc2e", "#28c840"].map(
    (colour, index) => `<circle cx="${20 + index * 18}" cy="16" r="5.5" fill="${colour}"/>`,
  );
  const rows = lines.flatMap((spans, row) => spans.flatMap(wordsOf).map((span) => textOf(span, row, row === 0)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(`Output of ${command}`)}">
<rect width="${width}" height="${height}" rx="9" fill="${GROUND}"/>
<path d="M0 32V9a9 9 0 0 1 9-9h${width - 18}a9 9 0 0 1 9 9v23z" fill="${BAR}"/>
${dots.join("")}
<g font-family="ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="13.5" fill="${INK}">
${rows.join("\n")}
</g>
</svg>
`;
}

/** A piece without blanks at its ends, in parts where several stand together: a browser would make one of them. */
const wordsOf = (span: Span): Span[] =>
  [...span.text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: text, index }) => ({
    ...span,
    text,
    column: span.column + [...span.text.slice(0, index)].length,
  }));

/** A piece of text, held in its columns whatever the font's own width is. */
function textOf({ column, text, bold, dim, colour }: Span, row: number, isCommand: boolean): string {
  const x = round(column * CELL.width + MARGIN.side);
  const y = round(row * CELL.height + MARGIN.top + 12);
  const fill = isCommand && bold ? PROMPT : colour === undefined ? undefined : COLOURS[colour];
  const attributes = [
    `x="${x}" y="${y}" textLength="${round([...text].length * CELL.width)}" lengthAdjust="spacingAndGlyphs"`,
    ...(fill ? [`fill="${fill}"`] : []),
    ...(bold ? ['font-weight="700"'] : []),
    ...(dim ? ['opacity="0.6"'] : []),
  ];
  return `<text ${attributes.join(" ")}>${escaped(text)}</text>`;
}

const round = (value: number): string => String(Math.round(value * 10) / 10);
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
