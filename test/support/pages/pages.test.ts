// What runs the pages has to see when a page is wrong.
import { describe, expect, it } from "vitest";
import { missingLine } from "./match.ts";
import { commandsOf, stepsOf } from "./page.ts";

describe("a page", () => {
  it("is read as steps", () => {
    const page = `# A page

<!-- file: a.toml -->

\`\`\`toml
x = 1
\`\`\`

1. In a list:

   \`\`\`sh
   npx tocsin books
   \`\`\`

   \`\`\`text
   The books balance.
   \`\`\`

\`\`\`sh remote
npx tocsin deploy
\`\`\`

\`\`\`
not a command
\`\`\`

<!-- goes on: until Ctrl-C -->
\`\`\`sh
npx tocsin tail
\`\`\`
`;
    expect(stepsOf(page)).toEqual([
      { kind: "file", line: 5, name: "a.toml", text: "x = 1\n" },
      { kind: "run", line: 11, script: "npx tocsin books\n", goesOn: false, expected: "The books balance.\n" },
      { kind: "skip", line: 19, why: "needs an account", script: "npx tocsin deploy\n" },
      { kind: "run", line: 28, script: "npx tocsin tail\n", goesOn: true },
    ]);
  });

  it.each(["not-run: x", "file a.toml", "Not run: x"])("is refused where a comment is nearly one of ours: %s", (comment) => {
    expect(() => stepsOf(`<!-- ${comment} -->\n\`\`\`sh\nls\n\`\`\`\n`)).toThrow("what is");
  });

  it("has commands of several lines", () => {
    expect(commandsOf("# one\nnpx tocsin plan \\\n  a.toml\n\nls\n")).toEqual(["npx tocsin plan a.toml", "ls"]);
  });
});

describe("what a command prints", () => {
  it.each([
    ["the same", "ready\n", "ready\n"],
    [
      "ids, times and addresses of their own",
      "ok sekoia.a51592bddb08095e2328a6ff in 3 ms at 127.0.0.1:8787",
      "ok sekoia.000000000000000000000000 in 1.5 s at 127.0.0.1:1",
    ],
    ["lines before it", "two\nthree", "one\ntwo\nthree\nfour"],
    ["lines in between that are left out", "one\n...\nfour", "one\ntwo\nthree\nfour"],
    ["parts of a line that are left out", "one ... three", "one two three"],
    ["other columns", "A  B\n1  2", "A    B\n\n1    2"],
  ])("fits with %s", (_, expected, printed) => expect(missingLine(expected, printed)).toBeUndefined());

  it.each([
    ["another word", "ready", "not ready", "ready"],
    ["another number", "2 alerts", "3 alerts", "2 alerts"],
    ["a line in between", "one\nthree", "one\ntwo\nthree", "three"],
    ["another order", "two\n...\none", "one\ntwo", "one"],
    ["another route", "a.a51592bddb08095e2328a6ff", "b.a51592bddb08095e2328a6ff", "a.<alert>"],
  ])("does not fit with %s", (_, expected, printed, line) => expect(missingLine(expected, printed)).toBe(line));
});
