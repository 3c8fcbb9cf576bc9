// `tocsin open`: a link that signs in to the dashboard.
import { spawn } from "node:child_process";
import { Refusal } from "../frame/errors.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import { accent, faint } from "../frame/paint.ts";
import type { Frame } from "../frame/program.ts";
import type { Run } from "../frame/run.ts";
import { addressOf } from "../frame/target.ts";

/** Adds the verb. */
export function addOpen({ program, does }: Frame): void {
  const open = program
    .command("open")
    .summary("a link that signs in to the dashboard")
    .description(
      "Makes a link that signs in to the dashboard: once, within ten minutes. Made through the relay's database, so it takes a moment.",
    )
    .option("--browser", "open it in this machine's browser")
    .helpGroup(HEADINGS.inside);
  withExamples(open, ["open", "print the link"], ["open --browser --remote", "into the deployed dashboard"]);
  does<[], { browser?: boolean }>(open, async (run, { browser = false }) => {
    const { out } = run;
    const link = await linkOf(run);
    if (out.isJson) out.json({ link });
    else out.line([accent(link), faint("   signs in once, within 10 minutes")]);
    if (browser) inBrowser(link);
  });
}

async function linkOf(run: Run): Promise<string> {
  const relay = await run.relay();
  if (relay.kind === "url") throw new Refusal(`With --url, sign in with your token: ${relay.url}/signin`);
  const { signInCode } = await import("../frame/tokens.ts");
  const url = relay.kind === "local" ? addressOf(relay) : (await run.api()).url;
  run.out.progress("Asking wrangler for a code ...");
  return `${url}/signin?code=${await signInCode(relay, run.terminal.now())}`;
}

/** A browser that does not start is no failure: the link was printed. */
function inBrowser(link: string): void {
  const program = process.platform === "darwin" ? "open" : process.platform === "win32" ? "explorer" : "xdg-open";
  spawn(program, [link], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
