// `npm run new-rule -- NAME`: a rule and its test, from a sample of what it is to match. See docs/rule-tests.md.
import { isEnd } from "../cli/frame/errors.ts";
import { HELP, readRequest } from "./new-rule/command.ts";
import { makeRule } from "./new-rule/make.ts";

async function main(args: string[]): Promise<number> {
  const asked = readRequest(args);
  if (asked.kind === "help") {
    console.log(HELP);
    return 0;
  }
  if (asked.kind === "wrong") {
    console.error(`${asked.message}\n\n${HELP}`);
    return 2;
  }
  try {
    for (const line of await makeRule(asked.request, process.env)) console.log(line);
    return 0;
  } catch (error) {
    if (!isEnd(error)) throw error;
    console.error(`Nothing was made: ${error.message}`);
    if (error.hint !== undefined) console.error(error.hint);
    return error.status;
  }
}

process.exitCode = await main(process.argv.slice(2));
