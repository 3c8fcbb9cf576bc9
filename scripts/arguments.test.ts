import { expect, test } from "vitest";
import { parseArguments } from "./arguments.ts";

test("nothing means the demo", () => {
  expect(parseArguments([])).toEqual({
    kind: "run",
    run: { config: undefined, port: undefined, persistTo: ".tocsin", secrets: undefined },
  });
});

test("everything can be said", () => {
  const args = ["--config", "a.toml", "--port=0", "--persist-to", "state", "--secrets", "a.env"];
  expect(parseArguments(args)).toEqual({ kind: "run", run: { config: "a.toml", port: 0, persistTo: "state", secrets: "a.env" } });
});

test.each([
  [["--port", "65536"], /--port/],
  [["--port", "-1"], /port/],
  [["--port", "80a"], /--port/],
  [["--config", ""], /--config/],
  [["--secrets", "a.env"], /--config/],
  [["a.toml"], /a\.toml/],
  [["--verbose"], /--verbose/],
])("%j is wrong, and says why", (args, message) => {
  expect(parseArguments(args)).toEqual({ kind: "wrong", message: expect.stringMatching(message) });
});

test("--help wins over the rest", () => expect(parseArguments(["--help", "--port", "x"])).toEqual({ kind: "help" }));
