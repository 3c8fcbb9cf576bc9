// A backtest, page by page: stored alerts through the rules in effect and through those of a file.
import type * as z from "zod";
import { backtestPage } from "../src/admin/answers/explain.ts";
import { together } from "../src/simulate/together.ts";
import { named } from "./config/api-store.ts";
import type { NamedText } from "./config/store.ts";
import { type Api, Problem } from "./frame/api.ts";
import { isEnd, Refusal } from "./frame/errors.ts";
import type { Run } from "./frame/run.ts";
import { lostLines } from "./views/backtest.ts";

type Page = z.output<typeof backtestPage>;
/** All pages together. */
export type Backtest = Omit<Page, "next">;

/** Days that are looked back where nobody says. */
export const DAYS = 7;
/** As many as the API takes. */
export const MOST_DAYS = 400;

/** Tries a text on the alerts of so many days. `changedOnly`: only of routes that it changes. `progress` is told how many so far. */
export async function backtestOf(
  api: Api,
  text: NamedText,
  { days, changedOnly = false, progress = () => {} }: { days: number; changedOnly?: boolean; progress?: (alerts: number) => void },
): Promise<Backtest> {
  let whole: Backtest | undefined;
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const body = { config: text.text, days, changed_only: changedOnly, ...(cursor === undefined ? {} : { cursor }) };
    const { next, ...page }: Page = await named(text.name, api.post("/backtest", backtestPage, { body }));
    whole = whole ? together(whole, page) : page;
    cursor = next;
    if (cursor !== null) progress(whole.alerts);
  }
  return whole as Backtest;
}

/**
 * Refuses a text by which critical alerts of the last days that reached somebody would reach nobody. Where the relay cannot be asked,
 * nothing stands in the way: what is applied may be what mends it.
 */
export async function refuseIfLost(run: Run, text: NamedText): Promise<void> {
  let tested: Backtest;
  try {
    tested = await backtestOf(await run.api("configure"), text, { days: DAYS, changedOnly: true });
  } catch (error) {
    // Whoever applies it says what is wrong with the text.
    if (error instanceof Refusal) return;
    if (!isEnd(error)) throw error;
    // One of a version before this.
    const why = error instanceof Problem && error.code === 404 ? "the relay does not know how yet" : error.message.replace(/\.$/, "");
    run.out.note(`Not tried on stored alerts: ${why}.`);
    return;
  }
  if (tested.lost === 0) return;
  const { lost, lost_examples } = tested;
  throw new Refusal(`Nothing was applied. ${lostLines(tested).join("\n")}`, {
    hint: "Mend the rules, or apply it with --force. More: npx tocsin backtest FILE",
    detail: { lost, lost_examples },
  });
}
