// Questions of the guided deploy, at a terminal only.
import { isCancel, password, select } from "@clack/prompts";
import { Failure, Refusal } from "../frame/errors.ts";
import type { Run } from "../frame/run.ts";
import type { Account } from "./cloudflare.ts";

/** Whether somebody can be asked. */
export const canAsk = ({ terminal: { stdin, stderr }, out }: Run): boolean => Boolean(stdin.isTTY && stderr.isTTY) && !out.isJson;

/** A secret's value; undefined where none was given. */
export async function askSecret({ terminal }: Run, name: string): Promise<string | undefined> {
  const value = await password({ message: `The value of ${name} (empty: later)`, output: terminal.stderr });
  if (isCancel(value)) throw new Failure("Nothing was done.");
  return value || undefined;
}

/** Which of several accounts. */
export async function askAccount(run: Run, accounts: readonly Account[]): Promise<Account> {
  if (!canAsk(run))
    throw new Refusal(`The login is for ${accounts.length} accounts: ${accounts.map(({ name }) => name).join(", ")}.`, {
      hint: "Set CLOUDFLARE_ACCOUNT_ID, or account_id in wrangler.toml.",
    });
  const options = accounts.map((account) => ({ value: account.id, label: account.name }));
  const chosen = await select({ message: "Which account?", options, output: run.terminal.stderr });
  const found = accounts.find(({ id }) => id === chosen);
  if (found === undefined) throw new Failure("Nothing was done.");
  return found;
}
