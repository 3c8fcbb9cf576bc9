// Text broken into lines between words.
import { manyLines } from "../../src/lib/text.ts";
import { displayWidth } from "./width.ts";

/** Lines of at most `width` columns; a word that is longer stands alone, whole. Made inert on the way. */
export function wrapped(text: string, width: number): string[] {
  return manyLines(text)
    .split("\n")
    .flatMap((line) => {
      const lines: string[] = [];
      let current = "";
      for (const word of line.split(/ +/)) {
        const longer = current === "" ? word : `${current} ${word}`;
        if (current !== "" && displayWidth(longer) > width) {
          lines.push(current);
          current = word;
        } else current = longer;
      }
      return [...lines, current];
    });
}
