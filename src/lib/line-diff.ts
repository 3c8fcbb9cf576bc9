// What differs between two texts, line by line (Myers, "An O(ND) Difference Algorithm"). Pure.

/** One line: of both texts, or of the one before or after alone. Numbers begin at 1. */
export interface DiffLine {
  sign: " " | "-" | "+";
  text: string;
  before?: number;
  after?: number;
}

/** Beyond so many changed lines, what is between the common beginning and end is told as a whole: all out, all in. */
const MOST_CHANGES = 500;

/** The lines of both texts, in order. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  const least = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < least && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < least - head && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail++;
  const lines: DiffLine[] = [];
  let [x, y] = [0, 0];
  const both = (): void => void lines.push({ sign: " ", text: old[x] ?? "", before: ++x, after: ++y });
  while (x < head) both();
  for (const step of script(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail))) {
    if (step === " ") both();
    else if (step === "-") lines.push({ sign: step, text: old[x] ?? "", before: ++x });
    else lines.push({ sign: step, text: fresh[y] ?? "", after: ++y });
  }
  while (x < old.length) both();
  return lines;
}

/** The shortest way from one list to the other. */
function script(old: readonly string[], fresh: readonly string[]): DiffLine["sign"][] {
  const trace: Map<number, number>[] = [];
  let reach = new Map([[1, 0]]);
  for (let changes = 0; changes <= Math.min(old.length + fresh.length, MOST_CHANGES); changes++) {
    trace.push(reach);
    const next = new Map(reach);
    for (let k = -changes; k <= changes; k += 2) {
      let x = isDown(reach, k, changes) ? at(reach, k + 1) : at(reach, k - 1) + 1;
      while (x < old.length && x - k < fresh.length && old[x] === fresh[x - k]) x++;
      next.set(k, x);
      if (x >= old.length && x - k >= fresh.length) return back(trace, old.length, fresh.length);
    }
    reach = next;
  }
  return [...old.map(() => "-" as const), ...fresh.map(() => "+" as const)];
}

function back(trace: readonly Map<number, number>[], fromX: number, fromY: number): DiffLine["sign"][] {
  const steps: DiffLine["sign"][] = [];
  let [x, y] = [fromX, fromY];
  for (let changes = trace.length - 1; changes >= 0; changes--) {
    const reach = trace[changes] ?? new Map();
    const isInsert = isDown(reach, x - y, changes);
    const k = x - y + (isInsert ? 1 : -1);
    const [toX, toY] = [at(reach, k), at(reach, k) - k];
    for (; x > toX && y > toY; x--, y--) steps.push(" ");
    if (changes > 0) steps.push(isInsert ? "+" : "-");
    [x, y] = [toX, toY];
  }
  return steps.reverse();
}

const at = (reach: ReadonlyMap<number, number>, k: number): number => reach.get(k) ?? -1;
const isDown = (reach: ReadonlyMap<number, number>, k: number, changes: number): boolean =>
  k === -changes || (k !== changes && at(reach, k - 1) < at(reach, k + 1));
