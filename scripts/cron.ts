// Fires what wrangler.toml has under [triggers], which the local runtime does not do by itself. Times are UTC, as at Cloudflare.

/** Bounds of the five fields: minute, hour, day of the month, month, day of the week. */
const FIELDS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [1, 7],
] as const;
const NAMES = {
  3: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
  // Cloudflare counts days of the week from Sunday = 1.
  4: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
} as const;

/** Whether a time falls into the minute that a cron expression names; throws for one that it cannot read. */
export function cronMatches(expression: string, time: Date): boolean {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) throw new Error(`the cron time "${expression}" must have five fields`);
  const now = [time.getUTCMinutes(), time.getUTCHours(), time.getUTCDate(), time.getUTCMonth() + 1, time.getUTCDay() + 1];
  const [minute, hour, date, month, weekday] = fields.map((field, index) => valuesOf(field, index, expression).has(now[index] ?? -1));
  // As everywhere with cron: where both days are restricted, one of them is enough.
  const day = isAny(fields[2]) || isAny(fields[4]) ? date && weekday : date || weekday;
  return Boolean(minute && hour && month && day);
}

/** Calls `fire` in every minute that one of the expressions names, until the answer is called. */
export function runCron(expressions: readonly string[], fire: (cron: string) => void, now: () => number = Date.now): () => void {
  for (const expression of expressions) cronMatches(expression, new Date(now()));
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const next = (Math.floor(now() / 60_000) + 1) * 60_000;
    timer = setTimeout(() => {
      for (const expression of expressions) if (cronMatches(expression, new Date(next))) fire(expression);
      wait();
    }, next - now());
  };
  wait();
  return () => clearTimeout(timer);
}

const isAny = (field = "*"): boolean => field.startsWith("*");

/** The numbers that a field stands for: lists of `*`, `N`, `N-M`, each with an optional `/STEP`. */
function valuesOf(field: string, index: number, expression: string): Set<number> {
  const [low, high] = FIELDS[index] ?? [0, 0];
  const found = new Set<number>();
  for (const part of field.split(",")) {
    const [range = "", step = "1", ...more] = part.split("/");
    const [first = "", last = first] = range.split("-");
    const from = range === "*" ? low : numberOf(first, index);
    // `N/STEP` begins at N and has no end.
    const to = range === "*" || (part.includes("/") && !range.includes("-")) ? high : numberOf(last, index);
    const by = Number(step);
    if (more.length > 0 || !(by >= 1) || !(from >= low) || !(to <= high) || from > to)
      throw new Error(`the cron time "${expression}" has a field that cannot be read: ${field}`);
    for (let value = from; value <= to; value += by) found.add(value);
  }
  return found;
}

function numberOf(text: string, index: number): number {
  const names: readonly string[] = index === 3 || index === 4 ? NAMES[index] : [];
  const named = names.indexOf(text.toUpperCase());
  return named >= 0 ? named + 1 : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
