// `npm run screenshots`: runs commands against the demo and writes what they show into docs/images.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Shot, shots } from "./shots.ts";
import { terminalSvg } from "./svg.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const COLUMNS = 100;
const HELP = `Usage:
  npm run screenshots                    All pictures, after the demo's first minute, into docs/images.

Options:
  --only NAMES   These alone, a comma list of ${shots.map(({ name }) => name).join(", ")}.
  --to FOLDER    Where they are written.
  --at-once      As soon as the demo serves: to try whether this works.
`;

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    to: { type: "string", default: join(ROOT, "docs", "images") },
    "at-once": { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) console.log(HELP);
else process.exitCode = await main(values.to, values.only?.split(","), values["at-once"]);

async function main(folder: string, only: string[] | undefined, atOnce: boolean): Promise<number> {
  const wanted = shots.filter(({ name }) => !only || only.includes(name));
  const state = mkdtempSync(join(tmpdir(), "tocsin-screenshots-"));
  // The demo's last line is about its books.
  const demo = await startDemo(state, atOnce ? /^ready /m : /The books: balanced/);
  try {
    mkdirSync(folder, { recursive: true });
    for (const shot of wanted) {
      const path = join(folder, `cli-${shot.name}.svg`);
      writeFileSync(path, await taken(shot, state));
      console.log(path);
    }
    return 0;
  } finally {
    await demo.stop();
    rmSync(state, { recursive: true, force: true });
  }
}

async function taken(shot: Shot, state: string): Promise<string> {
  const folder = join(state, "demo");
  shot.prepare?.(folder);
  const urgent = shot.args.includes("{urgent}") ? await newestCritical(state) : "";
  const args = shot.args.map((argument) => argument.replace("{urgent}", urgent).replace("{folder}", folder));
  const { out, err } = await tocsin(args, state, shot.interruptAfterMs);
  if (out === "") throw new Error(`tocsin ${args.join(" ")} shows nothing: ${err}`);
  // Paths as whoever runs the demo has them.
  const lines = out.replaceAll(join(folder, "next.toml"), "tocsin.toml").replaceAll(folder, ".tocsin/demo").split("\n");
  return terminalSvg(shot.shown ?? `npx tocsin ${args.join(" ")}`, lines.slice(0, shot.most).join("\n"), COLUMNS);
}

async function newestCritical(state: string): Promise<string> {
  const { out } = await tocsin(["alerts", "search", "--severity", "critical", "--limit", "1", "--json"], state);
  const [alert] = (JSON.parse(out) as { items: { id: string }[] }).items;
  if (!alert) throw new Error("the demo has no critical alert yet");
  return alert.id;
}

function tocsin(args: readonly string[], state: string, interruptAfterMs?: number): Promise<{ out: string; err: string }> {
  const { NO_COLOR: _, ...env } = process.env;
  const child = spawn(process.execPath, [join(ROOT, "cli", "tocsin.mjs"), ...args, "--persist-to", state], {
    cwd: ROOT,
    env: { ...env, FORCE_COLOR: "1", COLUMNS: String(COLUMNS), WRANGLER_SEND_METRICS: "false" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.setEncoding("utf8").on("data", (text: string) => out.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => err.push(text));
  if (interruptAfterMs !== undefined) setTimeout(() => child.kill("SIGINT"), interruptAfterMs);
  return new Promise((done, reject) => {
    child.on("error", reject);
    child.on("close", () => done({ out: out.join(""), err: err.join("") }));
  });
}

/** The demo with its state in a folder of its own, once it has said this. */
function startDemo(state: string, until: RegExp): Promise<{ stop(): Promise<void> }> {
  const child = spawn(process.execPath, [join(ROOT, "scripts", "start.mjs"), "--port", "0", "--persist-to", state], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((done) => child.on("close", () => done()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
  };
  let said = "";
  return new Promise((done, reject) => {
    child.on("error", reject);
    void ended.then(() => reject(new Error(`the demo ended:\n${said}`)));
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (until.test(said)) done({ stop });
      });
  });
}
