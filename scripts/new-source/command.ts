// The command line of `npm run new-source`, and the questions for what it leaves out.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { fail, ok, type Result } from "../../src/outcome.ts";
import { readSample, type Sample } from "./sample.ts";

export const HELP = `Usage:
  npm run new-source -- NAME --sample FILE.json [--label "Vendor's name"]

Makes src/sources/NAME from one sample of what the vendor posts: settings, payload, mapping, fixtures, test and page, and
registers it. On a terminal it asks for what is missing.

  NAME            The value of \`source\` in a route: lower-case letters, digits and hyphens, beginning with a letter.
  --sample FILE   One request's body as the vendor sends it, anonymised: it becomes a fixture. \`-\` reads standard input.
  --label TEXT    The vendor's name as people write it (default: made from NAME).
  --help          This text.

Exit status: 0 when it is made, 1 when it could not be made (then nothing was changed), 2 when the command or the sample is wrong.
The next steps are described in docs/sources/README.md.
`;

/** What was asked for, whole and checked. */
export interface Request {
  type: string;
  label: string;
  sample: Sample;
  text: string;
}

/** A request, a wish for help, or a sentence that says what is wrong. */
export type Asked = { kind: "request"; request: Request } | { kind: "help" } | { kind: "wrong"; message: string; usage: boolean };

/** What the command uses of its surroundings. */
export interface Terminal {
  /** Whether somebody sits there who can be asked. */
  isTerminal: boolean;
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
}

interface Values {
  type?: string;
  sample?: string;
  label?: string;
  help: boolean;
}

/** Reads the command line and, on a terminal, asks for the rest. */
export async function ask(args: string[], terminal: Terminal): Promise<Asked> {
  const read = readArguments(args);
  if (!read.ok) return { kind: "wrong", message: read.reason, usage: true };
  const values = read.value;
  if (values.help) return { kind: "help" };
  const incomplete = values.type === undefined || values.sample === undefined;
  if (incomplete && !terminal.isTerminal) {
    const missing = [values.type === undefined ? "NAME" : undefined, values.sample === undefined ? "--sample FILE" : undefined];
    return { kind: "wrong", message: `${missing.filter(Boolean).join(" and ")} is missing.`, usage: true };
  }
  const whole = incomplete ? await askFor(values, terminal) : values;
  if (whole === undefined) return { kind: "wrong", message: "Nothing was made.", usage: false };
  return judge(whole);
}

function readArguments(args: string[]): Result<Values, string> {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { sample: { type: "string" }, label: { type: "string" }, help: { type: "boolean", short: "h", default: false } },
    });
    if (positionals.length > 1) return fail(`One NAME is needed, and there are ${positionals.length}: ${positionals.join(", ")}.`);
    return ok({ ...values, type: positionals[0] });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** Asks until each answer will do; undefined when the input ends before. */
async function askFor(values: Values, { input, output }: Terminal): Promise<Values | undefined> {
  const reader = createInterface({ input, terminal: false });
  const lines = reader[Symbol.asyncIterator]();
  const answer = async (question: string, problemOf: (text: string) => string | undefined): Promise<string> => {
    for (;;) {
      output.write(question);
      const { value, done } = await lines.next();
      if (done) throw new Error("the input ended");
      const text = value.trim();
      const problem = problemOf(text);
      if (problem === undefined) return text;
      output.write(`  ${problem}\n`);
    }
  };
  try {
    const type = values.type ?? (await answer("Name of the source (lower-case letters, digits, hyphens): ", nameProblem));
    const sample = values.sample ?? (await answer("File with a sample payload: ", (path) => readFile(path).problem));
    const labelOk = (text: string): string | undefined => (text === "" ? undefined : labelProblem(text));
    const label = values.label ?? (await answer(`The vendor's name as people write it [${labelFrom(type)}]: `, labelOk));
    return { type, sample, label: label === "" ? undefined : label, help: false };
  } catch {
    return undefined;
  } finally {
    reader.close();
  }
}

function judge({ type = "", sample: path = "", label }: Values): Asked {
  const wrong = (message: string): Asked => ({ kind: "wrong", message, usage: false });
  const name = nameProblem(type);
  if (name !== undefined) return wrong(name);
  const words = label === undefined ? undefined : labelProblem(label);
  if (words !== undefined) return wrong(words);
  const { problem, sample, text } = readFile(path);
  if (problem !== undefined || sample === undefined || text === undefined) return wrong(problem ?? "the sample could not be read");
  return { kind: "request", request: { type, label: label ?? labelFrom(type), sample, text } };
}

/** `acme-edr` as `Acme edr`. */
const labelFrom = (type: string): string => (type.charAt(0).toUpperCase() + type.slice(1)).replaceAll("-", " ");

function nameProblem(type: string): string | undefined {
  if (/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(type) && type.length <= 40)
    return TAKEN.has(type) ? `"${type}" is a folder of something else.` : undefined;
  return `NAME is ${JSON.stringify(type)}; it must be lower-case letters, digits and single hyphens, begin with a letter, and have at most 40 characters.`;
}

/** A folder in src/sources that holds no source. */
const TAKEN = new Set(["envelopes"]);

// It stands in comments and texts of the code, so nothing that could end one.
const labelProblem = (label: string): string | undefined =>
  /^[\p{L}\p{N}][\p{L}\p{N} .,&()+'_-]{0,59}$/u.test(label)
    ? undefined
    : "The label must begin with a letter or digit, and have at most 60 letters, digits, blanks and .,&()+'_-";

function readFile(path: string): { problem?: string; sample?: Sample; text?: string } {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path === "-" ? 0 : path);
  } catch (error) {
    return { problem: `${path === "" ? "The sample" : path}: cannot be read (${Object(error).code ?? "unknown error"}).` };
  }
  const read = readSample(bytes);
  if (!read.ok) return { problem: `${path}: ${read.reason}.` };
  return { sample: read.value, text: new TextDecoder().decode(bytes) };
}
