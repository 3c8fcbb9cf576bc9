// The command line as a whole: its global options, its help, and how it ends.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { isEnd } from "./errors.ts";
import { HEADINGS } from "./help.ts";
import { accent, type Paint, painted, strong } from "./paint.ts";
import { type Does, doesOn } from "./run.ts";
import { ROOT } from "./target.ts";
import { columnsOf, hasColour, processTerminal, type Terminal } from "./terminal.ts";

/** What a group of verbs is given: the program to add commands to, and how a command gets its work. */
export interface Frame {
  program: Command;
  does: Does;
}
export type { Does };
/** Adds verbs. */
export type Group = (frame: Frame) => void;

const ABOUT = `Everything that the owner of a Tocsin relay does, from the terminal.

Which relay: --local, --remote or --url; without them TOCSIN_URL, then the relay that runs on this machine.
--remote needs your Cloudflare login (npx wrangler login) and nothing else.`;

const AFTER = `
Exit status: 0 done, 1 it could not be done, 2 the command or the configuration is wrong.
Times are UTC. With --json, an error is {"error": "...", "hint": "..."}.
Help on a verb: npx tocsin VERB --help   More: docs/command-line.md`;

/** The program with its verbs. Nothing runs before it is given a command line. */
export function createProgram(addVerbs: Group, terminal: Terminal, ended: (status: number) => void = () => {}): Command {
  const program = new Command("tocsin");
  // Before any verb is added, since verbs inherit it.
  program
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      getOutHelpWidth: () => Math.min(columnsOf(terminal.stdout, terminal.env) ?? 100, 100),
      getErrHelpWidth: () => Math.min(columnsOf(terminal.stderr, terminal.env) ?? 100, 100),
      getOutHasColors: () => hasColour(terminal.stdout, terminal.env, !wantsNoColour(program)),
      getErrHasColors: () => hasColour(terminal.stderr, terminal.env, !wantsNoColour(program)),
      // Written where all errors are.
      outputError: () => {},
    })
    .configureHelp({
      showGlobalOptions: false,
      // What an option means is broken to the width of a narrow terminal too.
      minWidthToWrap: 20,
      // Their options are in their own help.
      subcommandTerm: (command) => command.name(),
      styleTitle: (text) => styled(strong(text)),
      styleCommandText: (text) => styled(accent(text)),
      styleSubcommandText: (text) => styled(accent(text)),
    })
    .showSuggestionAfterError(true);
  program
    .description(ABOUT)
    .usage("VERB [options]")
    .version(versionOf(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [verb]", "print the help of a verb")
    .addOption(new Option("--local", "the relay on this machine").conflicts("remote"))
    .addOption(new Option("--remote", "the deployed relay, by your Cloudflare login").conflicts("local"))
    .option("--persist-to <dir>", "where the relay on this machine keeps its state (default: .tocsin)")
    .option("--url <url>", "the relay's address (env: TOCSIN_URL)")
    .option(
      "--token <token>",
      "a token of its admin API (env: TOCSIN_TOKEN, which is better: everybody on this machine can read a command line)",
    )
    .option("--json", "answer in JSON")
    .option("--no-color", "no colours (env: NO_COLOR)")
    .addHelpText("after", AFTER);
  for (const heading of Object.values(HEADINGS)) program.commandsGroup(heading);
  program.commandsGroup("");
  addVerbs({ program, does: doesOn(terminal, ended) });
  return program;
}

/** Runs a command line; answers the exit status. */
export async function runProgram(args: readonly string[], addVerbs: Group, terminal = processTerminal()): Promise<number> {
  // Whoever reads us may stop, as `head` does.
  for (const stream of [terminal.stdout, terminal.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0);
      throw error;
    });
  let status = 0;
  const program = createProgram(addVerbs, terminal, (ended) => {
    status = ended;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return status;
  } catch (error) {
    const help = `npx ${[...pathOf(program, args), "--help"].join(" ")}`;
    return ending(error, { json: args.includes("--json"), terminal, colour: !args.includes("--no-color"), help });
  }
}

/** The names of the command that a command line is about, from the program on. */
function pathOf(command: Command, [first, ...others]: readonly string[]): string[] {
  if (first === undefined) return [command.name()];
  const next = command.commands.find((one) => one.name() === first);
  if (next) return [command.name(), ...pathOf(next, others)];
  // The program's own options may stand before the verb, and some have a value.
  return command.parent ? [command.name()] : pathOf(command, others);
}

interface Ending {
  json: boolean;
  terminal: Terminal;
  colour: boolean;
  /** The command line that shows help on what was wanted. */
  help: string;
}

function ending(error: unknown, { json, terminal, colour, help }: Ending): number {
  const say = (status: number, message: string, hint?: string, detail: object = {}): number => {
    if (json) terminal.stdout.write(`${JSON.stringify({ error: message, ...(hint === undefined ? {} : { hint }), ...detail })}\n`);
    else {
      const isColoured = hasColour(terminal.stderr, terminal.env, colour);
      for (const line of message.split("\n")) terminal.stderr.write(`${painted(line, isColoured)}\n`);
      if (hint !== undefined) terminal.stderr.write(`${painted(strong(hint), isColoured)}\n`);
    }
    return status;
  };
  if (isEnd(error)) return say(error.status, error.message, error.hint, error.detail);
  if (error instanceof CommanderError) {
    // Help and version, when they were asked for.
    if (error.exitCode === 0) return 0;
    const message = error.message.replace(/^error: /, "");
    // A verb without its sub-verb has printed its help, which says it all.
    if (error.code === "commander.help") return 2;
    return say(2, sentence(message), `See: ${help}`);
  }
  const text = error instanceof Error ? (terminal.env.DEBUG ? (error.stack ?? error.message) : error.message) : String(error);
  return say(1, `This should not have happened: ${text}`, "Please report it; DEBUG=1 shows where it was.");
}

/** Commander's words as a sentence. */
function sentence(text: string): string {
  const [first = "", ...others] = text.split("\n");
  const ended = /[.?!]$/.test(first) ? first : `${first}.`;
  return [ended.charAt(0).toUpperCase() + ended.slice(1), ...others].join(" ").replace(/ \(Did you mean (.*)\?\)/, " Did you mean $1?");
}

const styled = (paint: Paint): string => painted(paint, true);
const wantsNoColour = (program: Command): boolean => program.opts<{ color?: boolean }>().color === false;

function versionOf(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return String(Object(parsed).version);
}
