// Verbs that hold others, to which several files add theirs.
import type { Command } from "commander";
import { HEADINGS } from "../frame/help.ts";

const SUMMARIES = {
  routes: "what may come in: list, show, add, rotate, test ...",
  destinations: "where it goes: list, show, add, remove, test",
  rules: "which alert goes where: list, show, add, move, disable ...",
} as const;

/** The verb of this name, made where it is not there yet. */
export const groupOf = (program: Command, name: keyof typeof SUMMARIES): Command =>
  program.commands.find((command) => command.name() === name) ??
  program.command(name).summary(SUMMARIES[name]).helpGroup(HEADINGS.configuration);

/** How a verb is written: `routes apply`. */
export const verbOf = (command: Command): string => {
  const { parent } = command;
  return parent?.parent ? `${verbOf(parent)} ${command.name()}` : command.name();
};
