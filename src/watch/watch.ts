// The relay's watch over itself: looks, writes down what began and what ended, and has it told once. A beginning that nobody could
// tell is tried again at the next look, since its row says so; an end is remembered for a day.
import type { Notice } from "../destinations/destination.ts";
import { log } from "../lib/log.ts";
import { type Condition, conditionStatement, endStatement, readConditions, toldStatement } from "../store/conditions.ts";
import type { Statement } from "../store/config-rows.ts";
import { readUpkeep, upkeepStatement } from "../store/upkeep.ts";
import { look } from "./findings.ts";
import { conditionId, type KindName, kindOf, parseConditionId } from "./kinds.ts";
import { type Finding, isUnknown, type Memory, noMemory, type Survey } from "./survey.ts";
import { turn } from "./turn.ts";

/** The name of the watch's memory in the upkeep. */
export const WATCH_MEMORY = "watch";
/** An end that nobody could tell for so long is not told any more. */
const OWED_MS = 24 * 60 * 60_000;

/** What is to be told, and which destination it is about, if it is one. `before`: who told the beginning. */
export interface Told {
  notice: Notice;
  about?: string;
  before?: string;
}

/** What the watch needs of the platform. */
export interface WatchStages {
  db: Pick<D1Database, "prepare" | "batch">;
  /** Has it told; answers by whom, names with commas, or undefined when nobody could. */
  tell(word: Told): Promise<string | undefined>;
}

/** Looks at what was seen, and tells what is new. */
export async function watch(survey: Survey, { db, tell }: WatchStages): Promise<void> {
  const [standing, remembered] = await Promise.all([readConditions(db), readUpkeep<Partial<Memory>>(db, WATCH_MEMORY)]);
  const before: Memory = { ...noMemory(), ...remembered };
  const { findings, memory } = look(survey, before);
  const { now } = survey;
  const { written, begun, told, ended, suspected, fading } = turn(standing, findings, before, {
    now,
    unknown: (kind, subject) => staysUnknown(survey, kind, subject),
  });
  const owed = [
    ...before.owed.filter(({ notice }) => now - Date.parse(notice.at) < OWED_MS),
    // What was never told needs no end, and what others told they end themselves.
    ...ended.flatMap((condition) => (condition.told_by ? [{ ...wordOf(condition, now), before: condition.told_by }] : [])),
  ];
  await run(db, [
    ...written.map(conditionStatement),
    ...told.map(({ id, told_by }) => toldStatement(id, told_by)),
    ...ended.map(({ id }) => endStatement(id)),
    upkeepStatement(WATCH_MEMORY, { ...memory, suspected, fading, owed }, now),
  ]);
  for (const { id, title, text } of begun) log("warn", "watch.began", { condition: id, title, text });
  for (const { id, title } of ended) log("info", "watch.ended", { condition: id, title });

  const left: Memory["owed"] = [];
  for (const word of owed) if ((await tell(word)) === undefined) left.push(word);
  if (left.length < owed.length) await run(db, [upkeepStatement(WATCH_MEMORY, { ...memory, suspected, fading, owed: left }, now)]);
  // As the rows have it: of two looks at once the first one's beginning counts, so that it is told once.
  for (const condition of await readConditions(db)) {
    if (condition.told_by !== null || isOutboxes(condition.id, findings)) continue;
    const by = await tell(wordOf(condition));
    log(by === undefined ? "error" : "info", "watch.told", { condition: condition.id, by: by ?? "nobody" });
    if (by !== undefined) await run(db, [toldStatement(condition.id, by)]);
  }
}

/** The word about a condition: that it began, or, with `endedAt` (Unix ms), that it ended. */
function wordOf({ id, since, title, text }: Condition, endedAt?: number): Told {
  const parsed = parseConditionId(id);
  const kind = parsed && kindOf(parsed.kind);
  const about = parsed && kind?.about === "destination" ? parsed.subject : undefined;
  const resolved = endedAt !== undefined;
  const lasted = resolved ? `It lasted since ${since.slice(0, 19).replace("T", " ")} UTC.` : "";
  return {
    // The same for both, so that the end closes what the beginning opened.
    notice: {
      id: `watch.${id}.${Date.parse(since)}`,
      severity: kind?.severity ?? "medium",
      resolved,
      title: resolved && parsed && kind ? kind.over(parsed.subject) : title,
      text: resolved ? lasted : `${text} ${kind?.advice ?? ""}`.trim(),
      at: resolved ? new Date(endedAt).toISOString() : since,
    },
    about,
  };
}

/** Kinds that the outbox of the destination tells itself, also where it does not answer just now. */
const OWN_TROUBLE: ReadonlySet<KindName | undefined> = new Set(["destination_down", "destination_refused"]);

/** Whether a condition is its outbox's to tell. */
const isOutboxes = (id: string, findings: readonly Finding[]): boolean =>
  OWN_TROUBLE.has(parseConditionId(id)?.kind) ||
  findings.some(({ kind, subject, told_by }) => told_by !== undefined && conditionId(kind, subject) === id);

/** Kinds that are about what all objects add up to. */
const SUMS: ReadonlySet<KindName> = new Set(["books_off", "projection_behind", "plan_budget"]);

/** Whether a condition stays as it is, since an object that it is about did not answer. */
const staysUnknown = (survey: Survey, kind: KindName, subject: string): boolean =>
  SUMS.has(kind) ? survey.failed.length > 0 : isUnknown(survey, subject.split(" ")[0] ?? "");

async function run(db: WatchStages["db"], statements: Statement[]): Promise<void> {
  await db.batch(statements.map(({ sql, params }) => db.prepare(sql).bind(...params)));
}
