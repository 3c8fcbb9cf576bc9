import { expect, test } from "vitest";
import { bad, painted, strong } from "./paint.ts";
import { fitted, tableLines } from "./table.ts";

const plain = (lines: ReturnType<typeof tableLines>): string[] => lines.map((line) => painted(line, false));

test("columns are aligned, numbers at the right, without spaces at the ends of lines", () => {
  const lines = tableLines(
    [{ title: "NAME" }, { title: "COUNT", align: "right" }, { title: "WHY" }],
    [
      ["soc", "7", strong("because")],
      ["a-longer-one", "1200", ""],
    ],
    undefined,
  );
  expect(plain(lines)).toEqual(["NAME          COUNT  WHY", "soc               7  because", "a-longer-one   1200"]);
});

test("wide characters keep the columns in place", () => {
  expect(
    plain(
      tableLines(
        [{ title: "" }, { title: "" }],
        [
          ["日本", "x"],
          ["ab", "y"],
        ],
        undefined,
      ),
    ),
  ).toEqual(["日本  x", "ab    y"]);
});

test("a column that gives way is cut where the terminal ends, and nothing is cut in a pipe", () => {
  const table = (width: number | undefined): string[] =>
    plain(tableLines([{ title: "TITLE", least: 6 }, { title: "ID" }], [["a title that is rather long", "id-1"]], width));
  expect(table(20)).toEqual(["TITLE           ID", "a title that…   id-1"]);
  expect(table(undefined)[1]).toBe("a title that is rather long  id-1");
  // It keeps what it needs at least, even if the line is then too long.
  expect(table(5)[1]).toBe("a tit…  id-1");
});

test("a column that has nothing in it is left out, unless the table is empty", () => {
  expect(plain(tableLines([{ title: "A" }, { title: "B" }], [["x", ""]], undefined))).toEqual(["A", "x"]);
  expect(plain(tableLines([{ title: "A" }, { title: "B" }], [], undefined))).toEqual(["A  B"]);
});

test("what is cut keeps its colours", () => {
  expect(painted(fitted([bad("red"), " and plain"], 6), false)).toBe("red a…");
  expect(painted(fitted([bad("red"), " and plain"], 6), true)).toBe("\u001b[31mred\u001b[39m a…");
});
