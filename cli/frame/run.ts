// One run of a verb: where it writes, which relay it is about, how it asks.
import { constants } from "node:os";
import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import type { Role } from "../../src/admin/role.ts";
import type { Target } from "../wrangler.ts";
import { apiOf } from "./access.ts";
import type { Api } from "./api.ts";
import { Refusal } from "./errors.ts";
import { Output } from "./output.ts";
import { chooseRelay, databaseOf, type GlobalOptions, type Relay } from "./target.ts";
import type { Terminal } from "./terminal.ts";

/** What a verb works with. */
export interface Run {
  readonly out: Output;
  readonly options: GlobalOptions;
  readonly terminal: Terminal;
  /** Which relay; refuses with the choices where none can be told. */
  relay(): Promise<Relay>;
  /** The relay's admin API, for what this role may do (`read` unless said). */
  api(role?: Role): Promise<Api>;
  /** The relay's database by way of wrangler; refuses with --url. */
  database(): Promise<Target>;
  /** Aborted by Ctrl-C and its like, for what goes on until then; such a verb then ends well. */
  interrupted(): AbortSignal;
  /** Asks a question that is answered yes or no; --yes answers it, and without a terminal it is refused. */
  confirmed(question: string, yes: boolean | undefined): Promise<boolean>;
}

/** What a verb does. Arguments come in the order of its usage; an optional one may be undefined. It may answer an exit status; 0 unless it does. */
// biome-ignore lint/suspicious/noConfusingVoidType: most verbs answer nothing.
export type Work<Args extends unknown[], Options> = (run: Run, options: Options, ...args: Args) => Promise<number | void>;

/** Ties a verb to what it does. `Options` are its own options, as commander gives them. */
export type Does = <Args extends unknown[] = string[], Options = object>(command: Command, work: Work<Args, Options>) => void;

/** How verbs are tied to a terminal; `ended` is told the exit status. */
export const doesOn =
  (terminal: Terminal, ended: (status: number) => void): Does =>
  <Args extends unknown[], Options>(command: Command, work: Work<Args, Options>) => {
    command.action(async (...given: unknown[]) => {
      // Commander appends the options and the command itself.
      const run = makeRun(command.optsWithGlobals<GlobalOptions>(), terminal);
      ended((await work(run, command.opts() as Options, ...(given.slice(0, -2) as Args))) ?? 0);
    });
  };

/** A run with these options. */
export function makeRun(options: GlobalOptions, terminal: Terminal): Run {
  const out = new Output(terminal, { json: options.json ?? false, color: options.color ?? true });
  let chosen: Promise<Relay> | undefined;
  const relay = (): Promise<Relay> => {
    chosen ??= chooseRelay(options, terminal.env);
    return chosen;
  };
  return {
    out,
    options,
    terminal,
    relay,
    api: async (role = "read") => apiOf(await relay(), role, { now: terminal.now, wait: (text) => out.progress(text) }),
    database: async () => databaseOf(await relay()),
    interrupted: onInterrupt,
    confirmed: (question, yes) => ask(question, yes, terminal, out),
  };
}

/** Under an older Node one Ctrl-C comes twice: from the terminal, and passed on by cli/tocsin.mjs. What comes later means: now. */
const ONE_INTERRUPT_MS = 1_000;

function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  let first = Number.POSITIVE_INFINITY;
  const interrupt = (signal: NodeJS.Signals): void => {
    const at = performance.now();
    if (at - first > ONE_INTERRUPT_MS) process.exit(128 + constants.signals[signal]);
    first = Math.min(first, at);
    controller.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
  return controller.signal;
}

async function ask(question: string, yes: boolean | undefined, { stdin, stderr }: Terminal, out: Output): Promise<boolean> {
  if (yes) return true;
  if (!stdin.isTTY || !stderr.isTTY || out.isJson)
    throw new Refusal(`${question} There is nobody to ask.`, { hint: "Add --yes, or --dry-run to see what it would do." });
  const reader = createInterface({ input: stdin, output: stderr });
  const given = new AbortController();
  for (const end of ["SIGINT", "close"] as const) reader.once(end, () => given.abort());
  try {
    const answer = await reader.question(`${question} [y/N] `, { signal: given.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (!given.signal.aborted) throw error;
    stderr.write("\n");
    return false;
  } finally {
    reader.close();
  }
}
