// `npx tocsin`: the command line. What a verb stands on is in frame/, the verbs are in commands/.
import { groupFor } from "./commands/first.ts";
import { runProgram } from "./frame/program.ts";

/** Runs a command line, and ends the process with its exit status. */
export async function main(args: string[]): Promise<void> {
  const status = await runProgram(args, await groupFor(args));
  // All of it is read before the end.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write("", done))));
  // Not left to Node: while it takes itself down, a signal that comes twice would kill it, and the status would be that of a failure.
  process.exit(status);
}
