// A configuration that is wrong, as the end of a verb: every error with its line.
import type { ConfigRefusal } from "../../src/config/check.ts";
import { type PlacedProblem, placedProblems } from "../../src/config/toml.ts";
import { Refusal } from "../frame/errors.ts";
import { formatProblems, formatUnreadable, placeOf } from "../toml.ts";

/** Ends the verb. `name` is the file's. */
export function refuseConfig(name: string, reason: ConfigRefusal): never {
  switch (reason.kind) {
    case "unreadable": {
      const { message, line = 1, column = 1 } = reason.reason;
      throw wrong([formatUnreadable(name, reason.reason)], [{ key: "", line, column, message }]);
    }
    case "wrong": {
      const { problems, file } = reason;
      throw wrong(formatProblems(name, problems, file.locate), placedProblems(problems, file.locate));
    }
  }
}

/** The same from problems as the API tells them. */
export const refusePlaced = (name: string, problems: readonly PlacedProblem[]): Refusal =>
  wrong(
    problems.map(({ key, line, message }) => `${name}:${line}: ${placeOf(key)}${message}`),
    problems,
  );

const wrong = (lines: readonly string[], problems: readonly PlacedProblem[]): Refusal =>
  new Refusal(lines.join("\n"), { detail: { valid: false, problems } });
