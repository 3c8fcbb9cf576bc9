// Somebody who has cloned the project and follows a page: a folder of their own, a terminal for commands, one for the relay.
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PATIENCE_MS } from "../patience.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
/** What is not in a clone, and what no command of a page reads. */
const LEFT_OUT = new Set(["node_modules", ".git", ".tocsin", ".wrangler", "docs", "bench", "test"]);
const READY = /^ready (http:\/\/127\.0\.0\.1:\d+)$/m;
/** The address in the pages; the relay of a test has a port of its own. */
const USUAL = "127.0.0.1:8787";
const ALERT = /\b[a-z0-9][a-z0-9_-]*\.[0-9a-f]{24}\b/g;

/** What a script came to. */
export interface Done {
  status: number | null;
  /** Standard output, which is what a page shows. */
  printed: string;
  /** Both streams, in the order in which they came. */
  all: string;
}

/** The owner. `chats`: addresses that the pages name, with what stands for them. */
export class Owner {
  readonly folder: string;
  readonly #stands: Readonly<Record<string, string>>;
  #relay: { child: ChildProcess; exit: Promise<number | null>; address: string } | undefined;
  #alert: string | undefined;

  constructor(folder: string, stands: Readonly<Record<string, string>>) {
    this.folder = join(folder, "tocsin");
    this.#stands = stands;
    cpSync(ROOT, this.folder, { recursive: true, filter: (path) => dirname(path) !== ROOT || !LEFT_OUT.has(path.slice(ROOT.length + 1)) });
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    mkdirSync(join(folder, "bin"));
    // npx looks for the command's package first, which takes a moment each time.
    const npx = [
      "#!/bin/sh",
      `[ "$1" = tocsin ] || PATH="\${PATH#*:}" exec npx "$@"`,
      "shift",
      `[ "$1" = migrations ] || [ ! -f '${folder}/way' ] || . '${folder}/way'`,
      `exec node '${this.folder}/cli/tocsin.mjs' "$@"`,
    ];
    writeFileSync(join(folder, "bin", "npx"), `${npx.join("\n")}\n`, { mode: 0o755 });
  }

  /**
   * From now on the relay is reached by its address and a token, but for the verbs that need its database: one of the two ways that the
   * pages name, and without a wrangler for each command.
   */
  useAddress(): void {
    const token = readFileSync(join(this.folder, ".tocsin", "admin-token"), "utf8").trim();
    const way = `export TOCSIN_URL='http://${this.#relay?.address}' TOCSIN_TOKEN='${token}'\n`;
    writeFileSync(join(dirname(this.folder), "way"), way, { mode: 0o600 });
  }

  /** Writes a file of a page, beside the project's own. */
  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), this.#mine(text));
  }

  /** Runs a script to its end; what it sets is set for the next one as well. */
  run(script: string): Promise<Done> {
    const kept = join(dirname(this.folder), "variables");
    // `set -a`: whatever is set is kept.
    const whole = `touch '${kept}'; . '${kept}'; set -aeuo pipefail\n${this.#mine(script)}\nexport -p > '${kept}'\n`;
    return this.#ended(this.#spawn("bash", ["-c", whole]));
  }

  /** Runs a command until it has printed something, interrupts it, and answers what it came to. */
  runUntil(command: string, isEnough: (printed: string) => boolean): Promise<Done> {
    const child = this.#spawn("bash", ["-c", `exec ${this.#mine(command)}`]);
    let printed = "";
    let isInterrupted = false;
    const heard = (text: string): void => {
      printed += text;
      if (isInterrupted || !isEnough(printed)) return;
      isInterrupted = true;
      child.kill("SIGINT");
    };
    child.stdout?.on("data", heard);
    child.stderr?.on("data", heard);
    return this.#ended(child);
  }

  /** Starts the relay with the words of a page, on a port of its own. */
  async start(command: string): Promise<string> {
    await this.stop();
    const child = this.#spawn("bash", ["-c", `exec ${this.#mine(command)} --port 0`]);
    const exit = new Promise<number | null>((done) => child.once("close", done));
    let printed = "";
    const address = await new Promise<string>((done, reject) => {
      const late = setTimeout(() => reject(new Error(`not ready:\n${printed}`)), PATIENCE_MS);
      const heard = (text: string): void => {
        printed += text;
        const [, url] = READY.exec(printed) ?? [];
        if (url === undefined) return;
        clearTimeout(late);
        done(new URL(url).host);
      };
      child.stdout?.on("data", heard);
      child.stderr?.on("data", heard);
      void exit.then((status) => reject(new Error(`ended with ${status}:\n${printed}`)));
    });
    this.#relay = { child, exit, address };
    return printed;
  }

  /** Ctrl-C in the relay's terminal; answers its exit status, undefined where none runs. */
  async stop(): Promise<number | null | undefined> {
    const relay = this.#relay;
    this.#relay = undefined;
    relay?.child.kill("SIGINT");
    return relay?.exit;
  }

  /** A text of a page with this owner's addresses and the alert that was told last. */
  #mine(text: string): string {
    const stands = Object.entries(this.#stands).reduce((rest, [from, to]) => rest.replaceAll(from, to), text);
    const here = this.#relay ? stands.replaceAll(USUAL, this.#relay.address) : stands;
    return this.#alert === undefined ? here : here.replace(ALERT, this.#alert);
  }

  #spawn(command: string, args: string[]): ChildProcess {
    const { ADMIN_TOKEN: _, TOCSIN_URL: __, TOCSIN_TOKEN: ___, ...env } = process.env;
    const own = { PATH: `${join(dirname(this.folder), "bin")}:${env.PATH}`, NO_COLOR: "1", FORCE_COLOR: undefined, CI: undefined };
    const child = spawn(command, args, { cwd: this.folder, env: { ...env, ...own }, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout?.setEncoding("utf8");
    child.stderr?.setEncoding("utf8");
    return child;
  }

  #ended(child: ChildProcess): Promise<Done> {
    const [printed, both]: [string[], string[]] = [[], []];
    child.stdout?.on("data", (text: string) => {
      printed.push(text);
      both.push(text);
    });
    child.stderr?.on("data", (text: string) => both.push(text));
    return new Promise((done) =>
      child.once("close", (status) => {
        const [out, all] = [printed.join(""), both.join("")];
        this.#alert = out.match(ALERT)?.at(-1) ?? this.#alert;
        done({ status, printed: out, all });
      }),
    );
  }
}
