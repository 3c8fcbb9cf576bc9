// What a silence hid, summed up when it ends or when a window of one that recurs does. Pure: rows, counts and the time come in.
import type { Notice } from "../destinations/destination.ts";
import type { HiddenBySilence, HiddenSpan } from "../ledger/interface.ts";
import { own } from "../lib/own.ts";
import { counted, shorten, unique } from "../lib/text.ts";

const MOST_WORDS = 80;
/** A word that nobody takes for so long is not told any more. */
const OWED_MS = 24 * 60 * 60_000;

/** A silence, as far as its end has to be told. Times ISO 8601 UTC. */
export interface EndingSilence {
  id: string;
  owner: string;
  comment: string;
  ends_at: string;
  ended_at: string | null;
}

/** What has to be told, and by which destinations yet. */
export interface EndWord {
  key: string;
  notice: Notice;
  to: string[];
}

/** What is remembered between two looks: spans whose end was told, and words that are still owed. */
export interface EndMemory {
  told: string[];
  owed: EndWord[];
}

/** Nothing was told yet. */
export const noEnds = (): EndMemory => ({ told: [], owed: [] });

/** One span of a silence, by when it ends (Unix ms). */
export interface EndedSpan {
  silence: string;
  until: number;
}

/** How a span is remembered. */
export const spanKey = ({ silence, until }: EndedSpan): string => `${silence} ${until}`;

type Hidden = readonly Readonly<Record<string, HiddenBySilence>>[];

/** Spans in which something was hidden, that are over, and whose end was not told. `hidden`: by ledger. */
export function endedSpans(silences: readonly EndingSilence[], hidden: Hidden, { told, owed }: EndMemory, now: number): EndedSpan[] {
  const known = new Set([...told, ...owed.map(({ key }) => key)]);
  return silences.flatMap(({ id, ended_at }) => {
    const isEnded = ended_at !== null && Date.parse(ended_at) <= now;
    const ends = unique(hidden.flatMap((ledger) => Object.keys(own(ledger, id)?.spans ?? {}))).map(Number);
    return ends
      .sort((left, right) => left - right)
      .map((until): EndedSpan => ({ silence: id, until }))
      .filter((span) => (isEnded || span.until <= now) && !known.has(spanKey(span)));
  });
}

/** The word about a span: to all who would have been told of what it hid. */
export function endWord(silence: EndingSilence, { until }: EndedSpan, hidden: Hidden, now: number): EndWord {
  const spans = hidden.flatMap((ledger) => own(own(ledger, silence.id)?.spans, String(until)) ?? []);
  const sum = (numberOf: (span: HiddenSpan) => number): number => spans.reduce((all, span) => all + numberOf(span), 0);
  const open = sum((span) => span.open);
  const still = open === 0 ? "none of them is open any more" : `${open} ${open === 1 ? "is" : "are"} still open and shown now`;
  const isWindow = until < Date.parse(silence.ends_at) && silence.ended_at === null;
  const of = `the silence of ${shorten(silence.owner, MOST_WORDS)} (${shorten(silence.comment, MOST_WORDS)})`;
  return {
    key: spanKey({ silence: silence.id, until }),
    notice: {
      id: `silence.${silence.id}.${until}`,
      severity: "low",
      resolved: true,
      title: isWindow ? `A window of ${of} ended` : `T${of.slice(1)} ended`,
      text: `It hid ${counted(
        sum(({ events }) => events),
        "event",
      )} of ${counted(
        sum(({ alerts }) => alerts),
        "alert",
      )}; ${still}.`,
      at: new Date(Math.min(until, now)).toISOString(),
    },
    to: unique(spans.flatMap(({ from }) => from)).sort(),
  };
}

/** What is still remembered: spans that ledgers know, and words that are not too old. */
export function remembered({ told, owed }: EndMemory, hidden: Hidden, now: number): EndMemory {
  const known = (key: string): boolean => {
    const [silence, until] = key.split(" ");
    return hidden.some((ledger) => own(own(ledger, silence)?.spans, until) !== undefined);
  };
  return { told: told.filter(known), owed: owed.filter(({ notice }) => now - Date.parse(notice.at) < OWED_MS) };
}
