// How much a template may do. The clock of a Worker stands still while it computes, so time cannot be the limit: work is
// counted instead, in characters of template and text that are read or written.
import type { Context } from "liquidjs";

/** The longest text of a template. */
export const MAX_TEXT = 2_000;
/** The longest result; a message shows less. */
export const MAX_OUTPUT = 2_000;
/** Work of one rendering: some tens of milliseconds at the most. */
export const MAX_WORK = 1_000_000;

const NAME = "work";

/** Remembers what one run through the template costs, for `chargeBlock`. */
export const setCost = (context: Context, chars: number): void => {
  context.setRegister(NAME, chars);
};

/** Charges one run of a block, which reads the whole template at most. Throws when there is no more to spend. */
export function chargeBlock(context: Context): void {
  const chars: unknown = context.getRegister(NAME);
  context.memoryLimit.use(typeof chars === "number" ? chars : MAX_TEXT);
}

/** Charges values that a filter or an operator reads or has made. */
export function chargeValues(context: Context, values: readonly unknown[]): void {
  let chars = 1;
  for (const value of values) chars += sizeOf(value);
  context.memoryLimit.use(chars);
}

function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (!Array.isArray(value)) return 1;
  let size = value.length;
  for (const member of value) size += typeof member === "string" ? member.length : 1;
  return size;
}
