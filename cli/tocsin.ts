// `npx tocsin`: the command line. What a verb stands on is in frame/, the verbs are in commands/.
import { groupFor } from "./commands/first.ts";
import { runProgram } from "./frame/program.ts";

/** Runs a command line; the exit status is set when it ends. */
export async function main(args: string[]): Promise<void> {
  process.exitCode = await runProgram(args, await groupFor(args));
}
