// docs/command-line.md, made from the verbs' own definitions, so that it cannot go stale.
import { PassThrough } from "node:stream";
import type { Command, Option } from "commander";
import { addAll } from "./commands/index.ts";
import { examplesOf, HEADINGS } from "./frame/help.ts";
import { createProgram } from "./frame/program.ts";
import { markdownTable } from "./markdown-table.ts";

const INTRO = `# The command line

<!-- Made from the verbs' definitions: UPDATE_GOLDEN=1 npm test -- cli/docs.test.ts -->

\`npx tocsin\` in the project's folder, or \`npm run tocsin --\`. Nothing else is to be installed.

## Which relay

${markdownTable(
  ["with", "it is"],
  [
    ["`--local`", "the one on this machine; `--persist-to DIR` if its state is not in `.tocsin`"],
    ["`--remote`", "the deployed one. Your Cloudflare login is all it needs (`npx wrangler login`)"],
    ["`--url URL`, TOCSIN_URL", "the one at this address, with a token: TOCSIN_TOKEN, or `--token`, which others on this machine can read"],
    ["nothing", "TOCSIN_URL if it is set, else the relay or the demo that runs on this machine"],
  ],
)}

With \`--remote\`, a token that is good for an hour is written into the relay's database through wrangler, with the role that the verb
needs, and kept in \`.tocsin/remote-token\` for you alone until it ends; so wrangler is asked once. The relay's address is the \`url\` of
\`[relay]\` in its configuration, or \`--url\`. A relay on this machine is found by the file \`relay.json\` that \`npm start\` writes into
its state folder, and its token is \`admin-token\` there; if you gave it an \`ADMIN_TOKEN\` of your own, a token is made as with \`--remote\`.
One of \`npm run dev\` does not say where it serves: \`--local --url http://127.0.0.1:8787\`.

## What it answers

- Exit status 0: done. 1: it could not be done. 2: the command or the configuration is wrong. Some verbs answer 1 when what they
  looked at is not well; it says so with them.
- \`--json\`: one JSON value on standard output, an error as \`{"error": "...", "hint": "..."}\`. Lists are \`{"items": [...], "more": true}\`,
  what goes on for ever is one object a line.
- Notes and progress are on standard error, so that a pipe holds the answer alone. Colours are for terminals only; \`NO_COLOR\` and
  \`--no-color\` turn them off, \`FORCE_COLOR=1\` on.
- Times are UTC. Where a time is asked for, \`2h\` is two hours ago.
- At a terminal long texts are cut to its width; in a pipe nothing is.
`;

/** The verbs that have a picture (scripts/screenshots), and what it shows. */
const PICTURES: Record<string, [file: string, what: string]> = {
  plan: ["cli-plan.svg", "What a changed file would change"],
  tail: ["cli-tail.svg", "Requests and messages of the demo's first minute"],
  "alerts search": ["cli-search.svg", "The alerts of the demo, newest first"],
  "alerts show": ["cli-story.svg", "The story of an alert: what it is, what came, what was decided and why, what was delivered"],
  books: ["cli-books.svg", "The books: what came, how it ended, what became of the messages"],
  doctor: ["cli-doctor.svg", "Everything that was checked, and what it came to"],
};

/** The whole page. */
export function commandLinePage(): string {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const program = createProgram(addAll, { stdin, stdout, stderr, env: {}, now: Date.now });
  const groups = Object.values(HEADINGS).map((heading) => {
    const members = program.commands.filter((command) => command.helpGroup() === heading);
    return { title: heading.replace(/:$/, ""), verbs: members.flatMap((command) => leaves(command)) };
  });
  const contents = groups.map(({ title, verbs }) => {
    const rows = verbs.map(({ name, command }) => [`[\`${name}\`](#${anchor(`tocsin ${name}`)})`, command.summary()]);
    return `## ${title}\n\n${markdownTable(["verb", ""], rows)}`;
  });
  const parts = groups.map(({ verbs }, index) => [contents[index], ...verbs.map(section)].join("\n\n"));
  return `${[INTRO, ...parts].join("\n")}\n`;
}

interface Verb {
  name: string;
  command: Command;
}

const leaves = (command: Command, before = ""): Verb[] => {
  const name = `${before} ${command.name()}`.trim();
  if (command.commands.length === 0) return [{ name, command }];
  // Without those that are hidden, such as older names.
  const shown = command.createHelp().visibleCommands(command);
  return shown.filter((one) => one.name() !== "help").flatMap((one) => leaves(one, name));
};

function section({ name, command }: Verb): string {
  const args = command.registeredArguments.map((one) => {
    const dots = one.variadic ? "..." : "";
    return one.required ? `<${one.name()}${dots}>` : `[${one.name()}${dots}]`;
  });
  const options = command.options.filter(({ hidden }) => !hidden);
  const rows = [
    ...command.registeredArguments.map((one, index) => [`\`${args[index]}\``, cell(one.description)]),
    ...options.map((one) => [`\`${one.flags}\``, cell(one.description + standardOf(one))]),
  ];
  const examples = examplesOf(command).map(([line, what]) => `# ${what}\nnpx tocsin ${line}`);
  return [
    `### tocsin ${name}`,
    command
      .description()
      .split("\n")
      .map((line) => line.trim())
      .join("\n"),
    ...(rows.length > 0 ? [markdownTable(["", ""], rows)] : []),
    `\`\`\`\n${examples.join("\n")}\n\`\`\``,
    ...(PICTURES[name] ? [`![${PICTURES[name][1]}](images/${PICTURES[name][0]})`] : []),
  ].join("\n\n");
}

const standardOf = ({ defaultValue, argChoices }: Option): string =>
  (argChoices ? ` (${argChoices.join(", ")})` : "") +
  (defaultValue === undefined || defaultValue === false ? "" : ` (default: ${String(defaultValue)})`);

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

/** As GitHub makes it of a heading. */
const anchor = (heading: string): string => heading.toLowerCase().replaceAll(" ", "-");
