// Query parameters that several lists share. An empty value counts as absent, since that is what an empty form field sends.
import * as z from "zod";
import { parseDuration } from "../lib/duration.ts";
import { decodeCursor, type Position } from "./cursor.ts";

const split = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

// What is the same for all lists is made once, since it is made when the Worker starts.
const TEXTS = z.string().transform(split);
const NAMES = TEXTS.pipe(z.array(z.string().max(200)).max(100, "at most 100 values")).optional();

/** A comma list of names. */
export const names = (description: string) => NAMES.meta({ description });

/** A comma list of words from a closed list. */
export const words = <const Word extends string>(known: readonly Word[], description: string) =>
  TEXTS.pipe(z.array(z.enum(known, { error: `must be a comma list of ${known.join(", ")}` })))
    .optional()
    .meta({ description: `${description}: a comma list of ${known.join(", ")}` });

const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** A moment in ISO 8601 with milliseconds, or undefined for what is none; a time without a zone is UTC. */
export function momentOf(text: string): string | undefined {
  const ms = DATE.test(text) ? Date.parse(inUtc(text)) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** The end of what ISO 8601 writes with four digits for the year. */
const LAST_MS = Date.UTC(9999, 11, 31);

/** A moment as `momentOf` reads it, or so long after `from` (Unix ms) as a duration says; undefined for what is neither. */
export function momentAfter(text: string, from: number): string | undefined {
  const ms = parseDuration(text);
  return ms === undefined ? momentOf(text) : new Date(Math.min(from + ms, LAST_MS)).toISOString();
}
const MOMENT = z
  .string()
  .transform((text, context): string => {
    const read = momentOf(text);
    if (read !== undefined) return read;
    context.addIssue({ code: "custom", message: "must be a time such as 2026-11-21T14:00:00Z" });
    return z.NEVER;
  })
  .optional();

/** A moment, as `momentOf` reads it. */
export const moment = (description: string) => MOMENT.meta({ description });

const inUtc = (text: string): string => (/T.*(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes("T") ? text : `${text}Z`);

const LIMIT = z
  .string()
  .regex(/^\d{1,4}$/, "must be a number from 1 to 200")
  .transform(Number)
  .pipe(z.number().min(1, "must be a number from 1 to 200").max(200, "must be a number from 1 to 200"))
  .prefault("50")
  .meta({ description: "Items of a page, 1 to 200; 50 by default" });

const CURSOR = z
  .string()
  .transform((text, context): Position => {
    const position = decodeCursor(text);
    if (position) return position;
    context.addIssue({ code: "custom", message: "must be the `next` of an earlier answer" });
    return z.NEVER;
  })
  .optional()
  .meta({ description: "`next` of the page before" });

const FLAG = z
  .enum(["true", "false"], { error: "must be true or false" })
  .transform((text) => text === "true")
  .prefault("false");

/** `true` or `false`; absent is false. */
export const flag = (description: string) => FLAG.meta({ description });

const PAGING = {
  from: moment("Not created before this time"),
  to: moment("Not created after this time"),
  limit: LIMIT,
  cursor: CURSOR,
};

/** What every list takes. `limit` is how many items a page holds, `cursor` where the page before ended. */
export const paging = () => PAGING;
/** What every list takes, parsed. */
export interface Paging {
  from?: string;
  to?: string;
  limit: number;
  cursor?: Position;
}
