// `npm run new-source -- NAME --sample FILE`: the next source, from a sample of what it posts. See docs/sources/README.md.
import { join } from "node:path";
import { ask, HELP } from "./new-source/command.ts";
import { makeSource } from "./new-source/make.ts";
import { reportOf } from "./new-source/report.ts";

async function main(args: string[]): Promise<number> {
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const asked = await ask(args, { isTerminal, input: process.stdin, output: process.stdout });
  if (asked.kind === "help") {
    console.log(HELP);
    return 0;
  }
  if (asked.kind === "wrong") {
    console.error(asked.usage ? `${asked.message}\n\n${HELP}` : asked.message);
    return 2;
  }
  const { request } = asked;
  const made = await makeSource({ root: join(import.meta.dirname, ".."), ...request });
  if (!made.ok) {
    console.error(`Nothing was made: ${made.reason}.`);
    return 1;
  }
  for (const line of reportOf(made.value, request.label)) console.log(line);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
