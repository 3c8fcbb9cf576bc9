// `tocsin erase`: everything that is known of an alert, or of all alerts that mention somebody or something.
import type * as z from "zod";
import { erasure } from "../../src/admin/answers/erase.ts";
import { type Api, Problem } from "../frame/api.ts";
import { Failure, Refusal } from "../frame/errors.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import { good } from "../frame/paint.ts";
import type { Frame } from "../frame/program.ts";
import { plural } from "../views/words.ts";

type Erasure = z.output<typeof erasure>;
type Total = Omit<Erasure, "dry_run" | "more" | "next">;
type Subject = { alert: string } | { observable: { value: string; type?: string } };

/** A message that is on its way is answered, or given up for lost, within 45 s. */
const TRIES = 6;
const PAUSE_MS = 10_000;

/** Adds the verb. */
export function addErase({ program, does }: Frame): void {
  const command = program
    .command("erase")
    .summary("forget an alert, or all that mention a value")
    .description(
      "Erases alerts from every store: events, payloads, messages that wait, the search, inboxes, verdicts on their indicators. The counts stay, so that the books balance. " +
        "With --value, all alerts that have the whole value in an asset, an observable, any other field or a payload. " +
        "A message that stands in a chat cannot be taken back: the answer says where some stand. The same event, should its source send it again, becomes a new alert. " +
        "Nothing brings back what was erased, but the platform's own copies for some weeks (docs/privacy.md).",
    )
    .argument("[alert]", "an alert's id")
    .option("--value <text>", "a name, an address or another value, in any case of its letters")
    .option("--type <word>", "only among observables and assets of this type: user, ip, host ...")
    .option("--dry-run", "only count what would be erased")
    .option("-y, --yes", "do not ask")
    .helpGroup(HEADINGS.repair);
  withExamples(
    command,
    ["erase sekoia.a51592bddb08095e2328a6ff", "one alert"],
    ["erase --value ana@example.com --dry-run", "what there is of a person"],
    ["erase --value 203.0.113.7 --type ip --yes", "without being asked"],
  );
  does<[alert?: string], { value?: string; type?: string; dryRun?: boolean; yes?: boolean }>(
    command,
    async (run, { value, type, dryRun, yes }, alert) => {
      const { out } = run;
      const subject = subjectOf(alert, value, type);
      const api = await run.api("configure");
      const found = await count(api, subject);
      if (dryRun) {
        if (out.isJson) return out.json({ dry_run: true, ...found });
        return out.lines(found.alerts === 0 ? ["Nothing is like that."] : [`Would erase ${inWords(found)}.`, ...standing(found)]);
      }
      if (found.alerts === 0) {
        // An enricher may still remember what it was told about the value.
        if ("observable" in subject) {
          const { verdicts } = await eraseAll(api, subject, () => {});
          if (verdicts > 0)
            return out.isJson
              ? out.json({ dry_run: false, ...found, verdicts })
              : out.line(`No alert is like that; forgot ${plural(verdicts, "verdict")} about it.`);
        }
        if (out.isJson) out.json({ dry_run: false, ...found });
        else out.line("Nothing to do: nothing is like that.");
        return;
      }
      if (!(await run.confirmed(`Erase ${inWords(found)}? This cannot be undone.`, yes))) return out.note("Nothing was erased.");
      const erased = await eraseAll(api, subject, (text) => out.progress(text));
      if (erased.waiting > 0)
        throw new Failure(`${plural(erased.waiting, "alert")} could not be erased: something of theirs is still under way.`, {
          hint: "Run it again in a few minutes; `tocsin backlog` shows what waits.",
          detail: erased,
        });
      if (out.isJson) return out.json({ dry_run: false, ...erased });
      out.lines([good(`Erased ${inWords(erased)}.`), ...standing(erased)]);
    },
  );
}

function subjectOf(alert: string | undefined, value: string | undefined, type: string | undefined): Subject {
  if (alert !== undefined && value !== undefined) throw new Refusal("Give an alert or --value, not both.");
  if (alert !== undefined && type !== undefined) throw new Refusal("--type goes with --value.");
  if (alert !== undefined) return { alert };
  if (value === undefined) throw new Refusal("What is to be erased? Give an alert's id, or --value TEXT.");
  return { observable: type === undefined ? { value } : { value, type } };
}

const nothing = (): Total => ({ alerts: 0, events: 0, cancelled: 0, verdicts: 0, waiting: 0, shown: [] });

/** All pages of a dry run. */
async function count(api: Api, subject: Subject): Promise<Total> {
  try {
    return await pages(api, subject, true);
  } catch (error) {
    // No alert of that id is no failure: there is nothing to be erased.
    if (error instanceof Problem && error.code === 404) return nothing();
    throw error;
  }
}

/** Erases page by page; what has something under way is tried again for a minute. */
async function eraseAll(api: Api, subject: Subject, progress: (text: string) => void): Promise<Total> {
  let total = nothing();
  for (let tries = 1; ; tries += 1) {
    const round = await pages(api, subject, false);
    total = { ...sum(total, round), waiting: round.waiting };
    if (round.waiting === 0 || tries === TRIES) return total;
    progress(`${plural(round.waiting, "alert")} with something under way, tried again in ${PAUSE_MS / 1_000} s ...`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function pages(api: Api, subject: Subject, dryRun: boolean): Promise<Total> {
  let total = nothing();
  for (let cursor: string | undefined; ; ) {
    const page = await api.post("/erase", erasure, { query: { dry_run: dryRun, cursor }, body: subject });
    total = sum(total, page);
    if (page.next === null) return total;
    cursor = page.next;
  }
}

function sum(left: Total, right: Total): Total {
  const shown = new Map(left.shown.map(({ destination, count }) => [destination, count]));
  for (const one of right.shown) shown.set(one.destination, (shown.get(one.destination) ?? 0) + one.count);
  return {
    alerts: left.alerts + right.alerts,
    events: left.events + right.events,
    cancelled: left.cancelled + right.cancelled,
    verdicts: left.verdicts + right.verdicts,
    waiting: left.waiting + right.waiting,
    shown: [...shown].map(([destination, count]) => ({ destination, count })),
  };
}

function inWords({ alerts, events, cancelled }: Total): string {
  const waits = cancelled === 0 ? "" : `, and ${plural(cancelled, "message")} that wait${cancelled === 1 ? "s" : ""}`;
  return `${plural(alerts, "alert")} with ${plural(events, "event")}${waits}`;
}

/** Where a person still has to delete something. */
function standing({ shown }: Total): string[] {
  if (shown.length === 0) return [];
  const places = shown.map(({ destination, count }) => `${destination} (${plural(count, "alert")})`).join(", ");
  return [`Messages about them stand in ${places}: delete them there by hand.`];
}
