// Values of options that several verbs take, checked where commander reads them.
import { InvalidArgumentError, Option } from "commander";
import { parseDuration } from "../../src/lib/duration.ts";

/** An option with one of some words. */
export const choice = (flags: string, what: string, known: readonly string[]): Option => new Option(flags, what).choices(known);

/** An option with a comma list; `known`: of these words only. */
export function list(flags: string, what: string, known?: readonly string[]): Option {
  const described = known ? `${what}: a comma list of ${known.join(", ")}` : `${what}, a comma list`;
  return new Option(flags, described).argParser((text: string, before: string[] = []) => {
    const values = text
      .split(",")
      .map((value) => value.trim())
      .filter((value) => value !== "");
    const wrong = known && values.find((value) => !known.includes(value));
    if (wrong !== undefined) throw new InvalidArgumentError(`It must be a comma list of ${known?.join(", ")}.`);
    if (values.length === 0) throw new InvalidArgumentError("It must not be empty.");
    return [...before, ...values];
  });
}

/** An option with a count. */
export const count = (flags: string, what: string, most: number, standard?: number): Option => {
  const option = new Option(flags, what).argParser((text) => {
    const value = Number(text);
    if (!/^\d{1,9}$/.test(text) || value < 1 || value > most) throw new InvalidArgumentError(`It must be a number from 1 to ${most}.`);
    return value;
  });
  return standard === undefined ? option : option.default(standard);
};

/** An option with a moment: a time in UTC, or how long ago. The value is ISO 8601. */
export const moment = (flags: string, what: string, now: () => number = Date.now): Option =>
  new Option(flags, `${what}: 2h (ago), 2026-11-21 or 2026-11-21T14:00Z`).argParser((text) => momentOf(text, now()));

/** An option with a moment to come: a time in UTC, or in how long. The value is as it was written, for whoever knows the relay's clock. */
export const comingMoment = (flags: string, what: string): Option =>
  new Option(flags, `${what}: 2h (from now), 2026-11-21 or 2026-11-21T14:00Z`).argParser((text) => {
    if (parseDuration(text) === undefined && momentIn(text) === undefined)
      throw new InvalidArgumentError("It must be a time such as 2026-11-21T14:00Z, or in how long: 30m, 2h, 7d.");
    return momentIn(text) ?? text;
  });

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

function momentOf(text: string, now: number): string {
  const ago = parseDuration(text);
  if (ago !== undefined) return new Date(now - ago).toISOString();
  const at = momentIn(text);
  if (at === undefined) throw new InvalidArgumentError("It must be a time such as 2026-11-21T14:00Z, or how long ago: 30m, 2h, 7d.");
  return at;
}

function momentIn(text: string): string | undefined {
  const inUtc = /T.*(Z|[+-]\d\d:\d\d)$/.test(text) || !text.includes("T") ? text : `${text}Z`;
  return TIME.test(text) && !Number.isNaN(Date.parse(inUtc)) ? new Date(inUtc).toISOString() : undefined;
}
