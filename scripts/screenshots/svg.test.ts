import { describe, expect, test } from "vitest";
import { spansOf } from "./ansi.ts";
import { terminalSvg } from "./svg.ts";

const ESC = String.fromCharCode(27);

describe("the output of a terminal", () => {
  test("is pieces that look the same all over, each in its column", () => {
    expect(
      spansOf(`a ${ESC}[1m${ESC}[31mred${ESC}[39m bold${ESC}[22m ${ESC}[2mfaint${ESC}[0m\n\n${ESC}[92mgreen\nstill${ESC}[39m\n\n`),
    ).toEqual([
      [
        { column: 0, text: "a ", bold: false, dim: false },
        { column: 2, text: "red", bold: true, dim: false, colour: 1 },
        { column: 5, text: " bold", bold: true, dim: false, colour: undefined },
        { column: 10, text: " ", bold: false, dim: false, colour: undefined },
        { column: 11, text: "faint", bold: false, dim: true, colour: undefined },
      ],
      [],
      [{ column: 0, text: "green", bold: false, dim: false, colour: 10 }],
      [{ column: 0, text: "still", bold: false, dim: false, colour: 10 }],
    ]);
  });
});

describe("the picture", () => {
  test("holds every word, escaped, where it stands", () => {
    const svg = terminalSvg("npx tocsin x", `a  <b> & "c"`, 20);
    expect(svg).toContain(">npx tocsin x</text>");
    expect(svg).toContain('<text x="20" y="96" textLength="8.4" lengthAdjust="spacingAndGlyphs">a</text>');
    expect(svg).toContain(">&lt;b&gt; &amp; &quot;c&quot;</text>");
    expect(svg).toMatch(/<text x="45\.2" y="96"/);
  });

  test("is as wide as the longest line", () => {
    expect(terminalSvg("x", "y", 20)).toContain('width="208"');
    expect(terminalSvg("x", "y".repeat(30), 20)).toContain('width="292"');
  });
});
