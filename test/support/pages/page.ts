// A page of the documentation as steps that can be done: files to write, commands to run, and what they print.
//
//   ```sh                           commands, one block at a time
//   ```sh remote                    commands that need an account at Cloudflare: they are not run
//   ```text                         behind commands: what they print, see match.ts
//   <!-- file: NAME -->             before a block of any language: it is a file, which is written
//   <!-- not run: WHY -->           before commands that are not run for another reason
//   <!-- goes on: until Ctrl-C -->  before a command that is interrupted once it has printed what it should

/** One step; `line` is where it begins in the page, from 1. */
export type Step =
  | { kind: "file"; line: number; name: string; text: string }
  | { kind: "skip"; line: number; why: string; script: string }
  | { kind: "run"; line: number; script: string; goesOn: boolean; expected?: string };

/** Why commands for the deployed relay are not run. */
export const NO_ACCOUNT = "needs an account";

interface Fence {
  line: number;
  language: string;
  isRemote: boolean;
  text: string;
  /** The last comment before it, with nothing but empty lines in between. */
  comment: string;
}

/** The steps of a page in their order. A comment that looks like one of these and is none of them is an error. */
export function stepsOf(markdown: string): Step[] {
  const steps: Step[] = [];
  let last: Extract<Step, { kind: "run" }> | undefined;
  for (const { line, language, isRemote, text, comment } of fencesOf(markdown)) {
    const [, word, rest = ""] = /^(file|not run|goes on): (.+)$/.exec(comment) ?? [];
    if (word === undefined && /^(file|not[ -]?run|goes[ -]?on)\b/i.test(comment))
      throw new Error(`line ${line}: what is <!-- ${comment} -->?`);
    if (word === "file") {
      steps.push({ kind: "file", line, name: rest, text });
      last = undefined;
    } else if (language === "sh" && (isRemote || word === "not run")) {
      steps.push({ kind: "skip", line, why: isRemote ? NO_ACCOUNT : rest, script: text });
      last = undefined;
    } else if (language === "sh") {
      last = { kind: "run", line, script: text, goesOn: word === "goes on" };
      steps.push(last);
    } else {
      if (language === "text" && last) last.expected = text;
      last = undefined;
    }
  }
  return steps;
}

/** The commands of a script: what is neither empty nor a comment, with lines that go on joined. */
export const commandsOf = (script: string): string[] =>
  script
    .replaceAll(/\s*\\\n\s*/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));

function fencesOf(markdown: string): Fence[] {
  const fences: Fence[] = [];
  const lines = markdown.split("\n");
  let comment = "";
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const [, indent, marks, language, more] = /^( *)(`{3,})(\w*)(.*)$/.exec(line) ?? [];
    if (indent !== undefined && marks !== undefined) {
      const end = lines.findIndex((other, index) => index > at && other.trim() === marks);
      if (end < 0) throw new Error(`line ${at + 1}: this block does not end`);
      const text = lines.slice(at + 1, end).map((inner) => (inner.startsWith(indent) ? inner.slice(indent.length) : inner.trimStart()));
      fences.push({ line: at + 1, language: language ?? "", isRemote: more?.trim() === "remote", text: `${text.join("\n")}\n`, comment });
      at = end;
      comment = "";
    } else if (line.trim() !== "") {
      comment = /^\s*<!--\s*(.*?)\s*-->\s*$/.exec(line)?.[1] ?? "";
    }
  }
  return fences;
}
