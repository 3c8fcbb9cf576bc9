// The command line as a whole: its help, its errors, its exit statuses; without a relay.
import { PassThrough } from "node:stream";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { addAll } from "../commands/index.ts";
import { Failure, Refusal } from "./errors.ts";
import { examplesOf } from "./help.ts";
import { createProgram, type Group, runProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

/** A terminal that is none, and what was written to it. */
function silent(env: Terminal["env"] = {}): { terminal: Terminal; out: () => string; err: () => string } {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const text = (stream: PassThrough): string => (stream.read() as Buffer | null)?.toString() ?? "";
  return { terminal: { stdin, stdout, stderr, env, now: Date.now }, out: () => text(stdout), err: () => text(stderr) };
}

async function run(
  args: string[],
  group: Group = addAll,
  env: Terminal["env"] = {},
): Promise<{ status: number; out: string; err: string }> {
  const { terminal, out, err } = silent(env);
  const status = await runProgram(args, group, terminal);
  return { status, out: out(), err: err() };
}

/** Every verb that does something, with its full name. */
function verbs(command: Command, name = ""): [name: string, command: Command][] {
  return command.commands.flatMap((one) => {
    const full = `${name} ${one.name()}`.trim();
    if (one.name() === "help") return [];
    return one.commands.length > 0 ? verbs(one, full) : [[full, one]];
  });
}

/** A command line's words, as a shell would take them: without what follows a pipe or a redirection. */
const words = (line: string): string[] =>
  [...(line.split(/ (?:\||>|&&|#) /)[0] ?? "").matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? "",
  );

describe("every verb", () => {
  const program = createProgram(addAll, silent().terminal);

  test.each(verbs(program))("%s has a summary, a description and examples", (_, verb) => {
    expect(verb.summary()).toMatch(/^[^.]{4,60}$/);
    expect(verb.description()).toMatch(/\.$/);
    expect(examplesOf(verb).length).toBeGreaterThan(0);
  });

  test.each(verbs(program).flatMap(([name, verb]) => examplesOf(verb).map(([line]) => [name, line] as const)))(
    "%s: `%s` is a command line of it",
    async (name, line) => {
      expect(line.startsWith(name)).toBe(true);
      const called: string[] = [];
      const pretended: Group = (frame) => addAll({ ...frame, does: (command) => command.action(() => void called.push(command.name())) });
      const { terminal, err } = silent();
      expect([await runProgram(words(line), pretended, terminal), err()]).toEqual([0, ""]);
      expect(called).toEqual([name.split(" ").at(-1)]);
    },
  );

  test.each(verbs(program))("%s fits 100 columns in its help", async (name) => {
    const { status, out } = await run([...name.split(" "), "--help"]);
    expect(status).toBe(0);
    expect(out).toContain("Examples:");
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(100);
  });
});

describe("a command line that is wrong", () => {
  test.each([
    [["alrts", "search"], "Unknown command 'alrts'. Did you mean alerts?"],
    [["alerts", "serch"], "Unknown command 'serch'. Did you mean search?"],
    [["books", "--jsn"], "Unknown option '--jsn'. Did you mean --json?"],
    [["alerts", "show"], "Missing required argument 'id'."],
    [["books", "--local", "--remote"], "Option '--local' cannot be used with option '--remote'."],
    [["alerts", "search", "--severity", "bad"], "Option '--severity <words>' argument 'bad' is invalid. It must be a comma list of"],
  ])("%j is said so, with status 2", async (args, sentence) => {
    const { status, out, err } = await run(args);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toContain(sentence);
    expect(err).toContain("npx tocsin");
  });

  test.each([
    [["boks"], "npx tocsin --help"],
    [["alerts", "serch"], "npx tocsin alerts --help"],
    [["--url", "http://127.0.0.1:1", "alerts", "show", "--jsn"], "npx tocsin alerts show --help"],
  ])("%j names the help that tells how it goes", async (args, help) => {
    expect((await run(args)).err).toContain(`See: ${help}\n`);
  });

  test("is JSON with --json, on standard output", async () => {
    const { status, out, err } = await run(["boks", "--json"]);
    expect([status, err]).toEqual([2, ""]);
    expect(JSON.parse(out)).toEqual({ error: "Unknown command 'boks'. Did you mean books?", hint: expect.stringContaining("--help") });
  });

  test("without a verb gets the help, with status 2", async () => {
    const [all, group] = [await run([]), await run(["alerts"])];
    expect(all).toMatchObject({ status: 2, out: "" });
    expect(all.err).toContain("Usage: tocsin VERB");
    expect(group).toMatchObject({ status: 2, out: "", err: expect.stringContaining("search") });
  });
});

test("help and version are asked for, with status 0", async () => {
  expect(await run(["--help"])).toMatchObject({ status: 0, err: "", out: expect.stringContaining("Exit status: 0 done") });
  expect(await run(["help", "books"])).toMatchObject({ status: 0, err: "", out: expect.stringContaining("Usage: tocsin books") });
  expect(await run(["--version"])).toMatchObject({ status: 0, err: "", out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

describe("how a verb ends", () => {
  const ending =
    (work: () => number | undefined): Group =>
    ({ program, does }) =>
      does(program.command("x"), async () => work());
  const thrown = (error: Error): Group =>
    ending(() => {
      throw error;
    });

  test.each([
    ["well", ending(() => undefined), 0, "", {}],
    ["with a status of its own", ending(() => 1), 1, "", {}],
    [
      "refused",
      thrown(new Refusal("That is wrong.", { hint: "Do this.", detail: { line: 7 } })),
      2,
      "That is wrong.\nDo this.\n",
      { error: "That is wrong.", hint: "Do this.", line: 7 },
    ],
    ["failed", thrown(new Failure("That is not there.")), 1, "That is not there.\n", { error: "That is not there." }],
    [
      "by a bug",
      thrown(new TypeError("x is undefined")),
      1,
      "This should not have happened: x is undefined\n",
      { error: "This should not have happened: x is undefined" },
    ],
  ])("%s", async (_, group, status, text, json) => {
    const plain = await run(["x"], group);
    expect([plain.status, plain.out]).toEqual([status, ""]);
    expect(plain.err.startsWith(text)).toBe(true);
    const asJson = await run(["x", "--json"], group);
    expect([asJson.status, asJson.err]).toEqual([status, ""]);
    if (status > 0 && text !== "") expect(JSON.parse(asJson.out)).toMatchObject(json);
  });

  test("an error's text cannot move a cursor", async () => {
    const { err } = await run(["x"], thrown(new Failure("no \u001b[2J route")));
    expect(err).toBe("no [2J route\n");
  });
});
