// Silences: listed with what they hid, made, ended.
import * as z from "zod";
import { writtenHours } from "../../config/hours-schema.ts";
import type { Hours } from "../../config/model.ts";
import { pathText, sentence } from "../../config/problem.ts";
import { parseSilence, type SilenceRow, silenceProblems, type silenceShape } from "../../config/silence.ts";
import type { HiddenBySilence, HiddenCounts } from "../../ledger/interface.ts";
import { errorText, log } from "../../lib/log.ts";
import { parseLedgerName } from "../../lib/names.ts";
import { own } from "../../lib/own.ts";
import { oneLine, shorten } from "../../lib/text.ts";
import { fail, ok, type Result } from "../../outcome.ts";
import { closest } from "../../rules/closest.ts";
import { SILENCE_STATES, stateOf } from "../../rules/silence.ts";
import { addSilence, type Ended, endSilence, MOST_SILENCES, SILENCE_COLUMNS } from "../../store/silences.ts";
import type { silence } from "../answers/silences.ts";
import { audit } from "../audit.ts";
import type { AdminContext, Relay } from "../context.ts";
import { type Page, pageOf } from "../cursor.ts";
import { momentAfter, paging, words } from "../params.ts";
import { setFree } from "../silence-ends.ts";
import { Where } from "../where.ts";
import { objectNames } from "./objects.ts";

/** Parameters of the list. */
export const silenceSearch = {
  state: words(SILENCE_STATES, "Where they stand in their time; active and upcoming unless said"),
  ...paging(),
};
const schema = z.strictObject(silenceSearch);
/** The list's parameters, parsed. */
export type SilenceSearch = z.output<typeof schema>;
/** A silence as it is told. */
export type SilenceItem = z.output<typeof silence>;

const STATE_SQL: Record<(typeof SILENCE_STATES)[number], string> = {
  active: "(ended_at IS NULL AND starts_at <= ? AND ends_at > ?)",
  upcoming: "(ended_at IS NULL AND starts_at > ? AND ends_at > ?)",
  ended: "(ended_at IS NOT NULL OR ends_at <= ?)",
};

/** A page of silences. */
export async function listSilences(relay: Relay, search: SilenceSearch): Promise<Page<SilenceItem>> {
  const states = search.state ?? ["active", "upcoming"];
  const now = new Date(relay.now()).toISOString();
  const condition = states.map((state) => STATE_SQL[state]).join(" OR ") || "false";
  const where = new Where().and(`(${condition})`, ...(condition.match(/\?/g) ?? []).map(() => now)).range(search);
  const { results } = await relay.env.DB.prepare(
    `SELECT ${SILENCE_COLUMNS} FROM silences ${where.sql} ORDER BY created_at DESC, id DESC LIMIT ?`,
  )
    .bind(...where.params, search.limit + 1)
    .all<SilenceRow>();
  const hidden = results.length === 0 ? () => NOTHING : await hiddenBy(relay);
  const items = results.map((row) => itemOf(relay, row, hidden(row.id)));
  return pageOf(items, search.limit, ({ created_at, id }) => ({ at: created_at, id }));
}

/** One silence; undefined where there is none of this id. */
export async function findSilence(relay: Relay, id: string): Promise<SilenceItem | undefined> {
  const row = await relay.env.DB.prepare(`SELECT ${SILENCE_COLUMNS} FROM silences WHERE id = ?`).bind(id).first<SilenceRow>();
  return row ? itemOf(relay, row, await hiddenOf(relay, id)) : undefined;
}

const NOTHING: HiddenCounts = { events: 0, alerts: 0 };

/** What one silence hid so far; null where a ledger did not answer. */
export const hiddenOf = async (relay: Relay, silenceId: string): Promise<HiddenCounts | null> => (await hiddenBy(relay))(silenceId);

/** Asks all ledgers once; then what each silence hid. An alert is in one ledger alone, so that alerts add up. */
async function hiddenBy(relay: Relay): Promise<(silenceId: string) => HiddenCounts | null> {
  const { ledgers } = await objectNames(relay);
  let all: Record<string, HiddenBySilence>[];
  try {
    all = await Promise.all(ledgers.map((name) => relay.env.LEDGER.getByName(name).hidden()));
  } catch (error) {
    log("error", "admin.object_unreachable", { object: "ledger", error: errorText(error) });
    return () => null;
  }
  return (id) =>
    all.reduce((sum, hidden) => {
      const { events, alerts } = own(hidden, id) ?? NOTHING;
      return { events: sum.events + events, alerts: sum.alerts + alerts };
    }, NOTHING);
}

function itemOf({ loaded, now }: Relay, row: SilenceRow, hidden: HiddenCounts | null): SilenceItem {
  const { condition, starts_at: from, ends_at: until, recur, routes, ended_at: endedAt, ...others } = row;
  const times = { from: Date.parse(from), until: Date.parse(until), ...(endedAt === null ? {} : { endedAt: Date.parse(endedAt) }) };
  const state = stateOf(times, now());
  const { problems } = parseSilence(row, loaded.config.lists);
  const wrong = state === "ended" ? [] : problems;
  return {
    ...others,
    ceiling: row.ceiling as SilenceItem["ceiling"],
    state,
    when: condition,
    from,
    until,
    recur: (jsonOf(recur) ?? null) as SilenceItem["recur"],
    routes: (jsonOf(routes) ?? null) as SilenceItem["routes"],
    ended_at: endedAt,
    hidden,
    ...(wrong.length > 0 ? { problem: wrong.map((one) => `${pathText(one.path)}: ${sentence(one)}`).join(". ") } : {}),
  };
}

function jsonOf(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** A silence as it is asked for; `from` and `until` as they were written. */
export type Wanted = z.output<z.ZodObject<ReturnType<typeof silenceShape>>> & { from?: string; until: string };

/** Why a silence was not made: which member is wrong and how, or that there are too many. */
export type NotMade = { where: string; sentence: string } | "too_many";

/** Makes a silence, and remembers who did. It is in effect everywhere within two seconds. */
export async function makeSilence(context: AdminContext, wanted: Wanted): Promise<Result<SilenceItem, NotMade>> {
  const now = context.now();
  const times = timesOf(wanted, now);
  if (!times.ok) return times;
  const wrong = wrongIn(context, wanted);
  if (wrong) return fail(wrong);
  const { when, recur, ceiling, owner, comment, routes } = wanted;
  const row = await addSilence(
    context.env.DB,
    {
      condition: when,
      starts_at: times.value.from,
      ends_at: times.value.until,
      recur: recur === undefined ? null : JSON.stringify(writtenHours(recur as Hours)),
      ceiling,
      owner,
      comment,
      routes: routes === undefined ? null : JSON.stringify([...new Set(routes)]),
      created_by: context.author,
    },
    new Date(now).toISOString(),
  );
  if (!row) return fail("too_many");
  const detail = { from: row.starts_at, until: row.ends_at, ceiling, recurs: recur !== undefined, routes: routes ?? null };
  await audit(context, { action: "silence.made", target: row.id, detail });
  return ok(itemOf(context, row, NOTHING));
}

/** The sentence for `too_many`. */
export const TOO_MANY = `There are ${MOST_SILENCES} silences that have not ended. End some, or make one of several.`;

/** Ends a silence, and remembers who did; what it hid is set free at once. One that is over stays as it is. */
export async function stopSilence(context: AdminContext, id: string): Promise<Ended> {
  const end = await endSilence(context.env.DB, id, new Date(context.now()).toISOString());
  if (end.ended !== "ended") return end.ended;
  await audit(context, { action: "silence.ended", target: id });
  const routes = jsonOf(end.routes);
  const { ledgers } = await objectNames(context);
  // Whoever cannot be asked now is asked by the next sweep.
  await setFree(
    context,
    ledgers.filter((name) => !Array.isArray(routes) || routes.includes(parseLedgerName(name).route)),
  );
  return end.ended;
}

/** From when until when it would hide, or what is wrong with that. */
export function timesOf({ from, until }: Wanted, now: number): Result<{ from: string; until: string }, NotMade> {
  const begins = from === undefined ? new Date(now).toISOString() : (momentAfter(from, now) ?? "");
  const ends = momentAfter(until, Date.parse(begins)) ?? "";
  if (ends <= begins) return fail({ where: "until", sentence: "must be after its beginning" });
  if (Date.parse(ends) <= now) return fail({ where: "until", sentence: "must be in the future" });
  return ok({ from: begins, until: ends });
}

/** What else is wrong with it: a condition, holidays or routes that there are not. */
export function wrongIn({ loaded: { config, routeByName } }: AdminContext, wanted: Wanted): Exclude<NotMade, string> | undefined {
  const [problem] = silenceProblems(wanted, config.lists);
  if (problem) return { where: String(problem.path[0] ?? "body"), sentence: sentence(problem) };
  const exists = (name: string): boolean => routeByName.has(name) || config.broken.some((one) => one.kind === "route" && one.name === name);
  const unknown = wanted.routes?.find((name) => !exists(name));
  if (unknown === undefined) return undefined;
  const near = closest(unknown, routeByName.keys());
  return {
    where: "routes",
    sentence: `there is no route ${shorten(oneLine(unknown), 63)}${near === undefined ? "" : `; did you mean ${near}?`}`,
  };
}
