import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { createProgram, type Group } from "../frame/program.ts";
import { FIRST, groupFor } from "./first.ts";
import { addAll } from "./index.ts";

/** A verb's help, as a group adds it. */
function helpOf(group: Group, verb: string): string | undefined {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const program = createProgram(group, { stdin, stdout, stderr, env: {}, now: Date.now });
  return program.commands.find((command) => command.name() === verb)?.helpInformation();
}

test.each(Object.keys(FIRST))("%s is the same alone as among all", async (verb) => {
  expect(helpOf(await groupFor([verb]), verb)).toBe(helpOf(addAll, verb));
});

test.each([[["plan"]], [["--json", "books"]], [["toString"]], [["bokos"]], [[]]])("%j has all verbs", async (args) => {
  expect(await groupFor(args)).toBe(addAll);
});
