// The commands of the documentation, run as somebody runs them who has cloned the project: each block ends with status 0 and prints what the
// page says. How a page is written for that: test/support/pages/page.ts. The chat is a simulated one, and nothing leaves the machine.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Chats, startChats } from "../../demo/chats/server.ts";
import { missingLine } from "../support/pages/match.ts";
import { Owner } from "../support/pages/owner.ts";
import { commandsOf, NO_ACCOUNT, type Step, stepsOf } from "../support/pages/page.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const DOCS = join(import.meta.dirname, "..", "..", "docs");
/** In the order in which one owner follows them. */
const PAGES = ["get-started.md", "backup.md", "runbook.md"].filter((page) => existsSync(join(DOCS, page)));
/** The address that the pages show for a webhook of the owner's. */
const WEBHOOK = "https://discord.com/api/webhooks/1234567890/the-token-in-your-address";

const folder = mkdtempSync(join(tmpdir(), "tocsin-docs-"));
let chats: Chats;
let owner: Owner;

beforeAll(async () => {
  chats = await startChats();
  owner = new Owner(folder, { [WEBHOOK]: chats.discord("soc").url });
});
afterAll(async () => {
  await owner?.stop();
  await chats?.close();
  rmSync(folder, { recursive: true, force: true });
});

const stepsIn = (page: string): Step[] => stepsOf(readFileSync(join(DOCS, page), "utf8"));

it("has most of the commands run", () => {
  const steps = PAGES.flatMap(stepsIn);
  const count = (kind: Step["kind"]): number =>
    steps.flatMap((step) => (step.kind === kind && "script" in step ? commandsOf(step.script) : [])).length;
  expect(count("run")).toBeGreaterThan(2 * count("skip"));
  for (const step of steps) if (step.kind === "skip") expect([NO_ACCOUNT, "the test has its own copy"], step.script).toContain(step.why);
});

describe.each(PAGES)("docs/%s", (page) => {
  const steps = stepsIn(page);

  if (page !== "get-started.md") it("goes by the relay's address", () => owner.useAddress());
  if (page === "runbook.md") it("comes to a relay with a past", aPast);

  // Each stands on what was done before it.
  let failed: string | undefined;
  it.each(steps.filter(({ kind }) => kind !== "skip").map((step) => [`line ${step.line}: ${titleOf(step)}`, step] as const))(
    "%s",
    async (title, step) => {
      expect(failed, "an earlier step failed").toBeUndefined();
      failed = title;
      await follow(step);
      failed = undefined;
    },
  );
});

/** What the runbook is about: its route and destinations, and a chat that refused an alert. */
async function aPast(): Promise<void> {
  const good = async (script: string): Promise<string> => {
    const { status, printed, all } = await owner.run(script);
    expect(status, all).toBe(0);
    return printed;
  };
  await good("npx tocsin routes add --source sekoia --name sekoia-prod --to soc,board; npx tocsin export -o tocsin.toml");
  chats.discord("soc").revoke();
  await good("npx tocsin send-sample --route sekoia-prod");
  await expect.poll(() => good("npx tocsin deliveries list --state dead --destination soc")).toContain("soc");
  chats.discord("soc").calm();
  // Which ends the refusal: until then messages die at once, and the doctor says so with status 1.
  await good("npx tocsin destinations test soc");
}

async function follow(step: Step): Promise<void> {
  if (step.kind === "file") return owner.write(step.name, step.text);
  if (step.kind !== "run") return;
  const { script, expected = "" } = step;
  const [command = "", ...others] = commandsOf(script);
  if (/^npm start\b/.test(command)) {
    expect(others, "a relay that goes on has a block of its own").toEqual([]);
    const printed = await owner.start(command);
    expect(missingLine(expected, printed), printed).toBeUndefined();
    return;
  }
  const run = () => (step.goesOn ? owner.runUntil(command, (text) => missingLine(expected, text) === undefined) : owner.run(script));
  let { status, printed, all } = await run();
  // A person looks a moment later: what was sent just before may be on its way.
  for (const until = Date.now() + PATIENCE_MS; isLook(script) && missingLine(expected, printed) !== undefined && Date.now() < until; )
    ({ status, printed, all } = await run());
  expect(status, all).toBe(0);
  expect(missingLine(expected, printed), all).toBeUndefined();
}

/** Whether a script changes nothing. */
const isLook = (script: string): boolean =>
  commandsOf(script).every((one) => /^npx tocsin (alerts (show|search)|books|backlog|log|inbox|deliveries list)\b/.test(one));

const titleOf = (step: Step): string => (step.kind === "file" ? `the file ${step.name}` : (commandsOf(step.script)[0] ?? ""));

it("has shown the alert of get-started.md in the chat", () => {
  const shown = chats.discord("soc").visible();
  expect(shown.map(({ raw }) => raw).join("\n")).toContain("Blacklisted");
});

it("ends the relay as a person does, with status 0", async () => {
  expect(await owner.stop()).toBe(0);
});

it("has a command line that npx finds by itself", async () => {
  const { status, printed } = await owner.run("PATH=$(echo $PATH | cut -d: -f2-) npx tocsin --version");
  expect(status, printed).toBe(0);
  expect(printed).toMatch(/^\d+\.\d+\.\d+$/m);
});
