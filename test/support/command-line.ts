// The command line in this process, with what it would print kept: for tests that run many verbs.
import { PassThrough, Writable } from "node:stream";
import type { Command } from "commander";
import { addAll } from "../../cli/commands/index.ts";
import { createProgram, runProgram } from "../../cli/frame/program.ts";
import type { Terminal } from "../../cli/frame/terminal.ts";

/** What a command line came to. */
export interface Ran {
  status: number;
  out: string;
  err: string;
}

/** Runs `npx tocsin ARGS` with no environment but this one, and nobody to ask. */
export async function tocsin(args: readonly string[], env: Record<string, string> = {}, input = ""): Promise<Ran> {
  const [out, err] = [kept(), kept()];
  const stdin = new PassThrough();
  stdin.end(input);
  const terminal: Terminal = { stdin, stdout: out.stream, stderr: err.stream, env, now: Date.now };
  return { status: await runProgram(args, addAll, terminal), out: out.text(), err: err.text() };
}

function kept(): { stream: Writable; text: () => string } {
  const parts: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      parts.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => parts.join("") };
}

/** Every verb there is, as it is written: `routes add`. */
export function allVerbs(): string[] {
  const terminal: Terminal = { stdin: new PassThrough(), stdout: kept().stream, stderr: kept().stream, env: {}, now: Date.now };
  const below = (command: Command, name: string): string[] =>
    command.commands.length === 0 ? [name] : command.commands.flatMap((one) => below(one, `${name} ${one.name()}`.trim()));
  return below(createProgram(addAll, terminal), "");
}
