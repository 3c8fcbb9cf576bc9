// Help that teaches by example.
import type { Command } from "commander";

/** The headings under which `tocsin --help` lists the verbs, in this order. */
export const HEADINGS = {
  configuration: "Configuration:",
  inside: "Look inside:",
  repair: "Act and repair:",
  operation: "Deploy and keep:",
} as const;

/** An example: the command line without `npx tocsin`, and what it does. */
export type Example = readonly [args: string, what: string];

const EXAMPLES = new WeakMap<Command, readonly Example[]>();

/** Gives a verb its examples; every verb has some. */
export function withExamples(command: Command, ...examples: readonly Example[]): Command {
  EXAMPLES.set(command, examples);
  return command.addHelpText("after", () => `\n${exampleText(examples)}\n\nWhich relay, --json and so on: npx tocsin --help`);
}

/** The examples of a verb. */
export const examplesOf = (command: Command): readonly Example[] => EXAMPLES.get(command) ?? [];

function exampleText(examples: readonly Example[]): string {
  const lines = examples.map(([args, what]) => [`npx tocsin ${args}`, what] as const);
  const width = Math.max(...lines.map(([line]) => line.length));
  // Beside each other where there is room, else the comment above.
  const beside = lines.every(([, what]) => 2 + width + 2 + what.length <= 100);
  return [
    "Examples:",
    ...lines.flatMap(([line, what]) => (beside ? [`  ${line.padEnd(width)}  ${what}`] : [`  # ${what}`, `  ${line}`])),
  ].join("\n");
}
