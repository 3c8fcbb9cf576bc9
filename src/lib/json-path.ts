// A small language for places in a JSON document: `user.email`, `entities[].name`, `rows[0].user`, `raw.*.password`, `**.ssn`,
// `"user.email"`.
import { fail, ok, type Result } from "./result.ts";

/** One step: a member by its name or an element by its position, each element (`[]`), each member or element (`*`), any depth (`**`). */
export type Step = { name: string } | "each" | "any" | "deep";

/** What is wrong with a path, and where in it, from 1. */
export interface PathProblem {
  message: string;
  column: number;
}

const PLAIN = /[^.[\]"*\s]+/y;
const QUOTED = /"((?:[^"\\]|\\["\\])+)"/y;
const BRACKET = /\[(?:(\d{1,6})|"((?:[^"\\]|\\["\\])+)")?\]/y;
const MOST_STEPS = 32;

/** The steps of a path. */
export function parsePath(text: string): Result<Step[], PathProblem> {
  const steps: Step[] = [];
  let at = 0;
  const wrong = (message: string): Result<Step[], PathProblem> => fail({ message, column: at + 1 });
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  while (at < text.length || steps.length === 0) {
    const bracket = take(BRACKET);
    if (!bracket && steps.length > 0) {
      if (text[at] !== ".") return wrong('expected a "." before the next name, or "[]"');
      at += 1;
    }
    if (bracket) {
      const name = bracket[1] ?? unescaped(bracket[2]);
      steps.push(name === undefined ? "each" : { name });
    } else if (text.startsWith("**", at)) {
      if (steps.includes("deep")) return wrong("only one ** may stand in a path");
      at += 2;
      steps.push("deep");
    } else if (text[at] === "*") {
      at += 1;
      steps.push("any");
    } else {
      const name = unescaped(take(QUOTED)?.[1]) ?? take(PLAIN)?.[0];
      if (name === undefined) return wrong('expected a name (in quotes if it has a dot, a space or a bracket), "[]", "*" or "**"');
      steps.push({ name });
    }
    if (steps.length > MOST_STEPS) return wrong(`more than ${MOST_STEPS} steps`);
  }
  if (steps.at(-1) === "deep") return wrong("expected a name after **, since all of the document would be meant");
  return ok(steps);
}

const unescaped = (quoted: string | undefined): string | undefined => quoted?.replace(/\\(.)/g, "$1");
