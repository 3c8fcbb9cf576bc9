// Deliveries with their attempts.
import type * as z from "zod";
import type { delivery as deliverySchema } from "../../src/admin/answers/deliveries.ts";
import { faint, type Paint, strong } from "../frame/paint.ts";
import { tableLines } from "../frame/table.ts";
import { clock } from "../frame/times.ts";
import { wrapped } from "../frame/wrap.ts";
import { plain, plural, statePaint } from "./words.ts";

export type Delivery = z.output<typeof deliverySchema>;
type Attempt = Delivery["log"][number];

/** Deliveries in the order of time, with those attempts that say more than the delivery. `all`: every attempt, with its answer. */
export function deliveryLines(deliveries: readonly Delivery[], { width, all }: { width: number; all: boolean }): Paint[] {
  const heads = tableLines(
    [{ title: "" }, { title: "" }, { title: "" }, { title: "" }, { title: "" }],
    deliveries.map(({ destination, kind, version, state, attempts, reason, log, created_at: at }) => {
      const last = log.at(-1);
      const isPlain = state === "delivered" && attempts <= 1;
      return [
        clock(at),
        strong(destination),
        faint(`${kind} v${version}`),
        statePaint(state, attempts),
        isPlain
          ? faint(last ? `in ${last.ms} ms` : "")
          : [...(reason ? [plain(reason)] : []), ...(attempts > 0 ? [faint(`${reason ? ", " : ""}${plural(attempts, "attempt")}`)] : [])],
      ];
    }),
    undefined,
    2,
  );
  return deliveries.flatMap(({ log, state, attempts }, index) => {
    const isPlain = state === "delivered" && attempts <= 1;
    return [heads[index] ?? "", ...(all || !isPlain ? log.flatMap((attempt) => attemptLines(attempt, width, all)) : [])];
  });
}

const INDENT = "            ";

/** The attempts of one delivery. */
export const deliveryAttempts = (log: Delivery["log"], width: number): Paint[] =>
  log.flatMap((attempt) => attemptLines(attempt, width, false));

function attemptLines({ at, ms, outcome, status, answer }: Attempt, width: number, all: boolean): Paint[] {
  const indent = `${INDENT}${" ".repeat(10)}`;
  const [first = "", ...rest] = wrapped(plain(outcome), width - indent.length - 12);
  const how = faint(`  ${[...(status ? [String(status)] : []), `${ms} ms`].join(", ")}`);
  // What a chat says when it takes a message is of no use at night.
  const told = answer !== undefined && (all || !outcome.startsWith("delivered")) ? wrapped(answer, width - indent.length) : [];
  return [
    [faint(`${INDENT}${clock(at)}  `), first, ...(rest.length === 0 ? [how] : [])],
    ...rest.map((line, index): Paint => [indent, line, ...(index === rest.length - 1 ? [how] : [])]),
    ...told.map((text): Paint => [indent, faint(text)]),
  ];
}
