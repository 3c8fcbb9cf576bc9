// Makes a card fit by leaving out what matters least, then laying it out again. Markup that is already rendered is never cut.
import { shorten } from "../lib/text.ts";
import type { Card } from "./card.ts";
import type { Fact } from "./facts.ts";

const MAX_FEW_FACTS = 6;

// Each step takes a little more away; the last keeps title, severity, link and id alone.
const STEPS: ((card: Card) => Card)[] = [
  (card) => ({ ...card, evidence: undefined }),
  (card) => ({ ...card, facts: card.facts.slice(0, MAX_FEW_FACTS) }),
  (card) => ({ ...card, summary: shorten(card.summary, 280) }),
  (card) => ({ ...card, facts: card.facts.map((fact) => fewerValues(fact, 3, 60)), changes: shorter(card.changes, 300) }),
  (card) => fewerLines({ ...card, facts: card.facts.slice(0, 3), summary: shorten(card.summary, 120), notes: shorter(card.notes, 120) }, 5),
  (card) => fewerLines({ ...card, facts: card.facts.map((fact) => fewerValues(fact, 1, 40)), changes: shorter(card.changes, 120) }, 3),
  (card) =>
    fewerLines(
      { ...card, title: shorten(card.title, 120), tail: shorten(card.tail, 60), summary: "", changes: [], notes: [], facts: [] },
      0,
    ),
];

/** The barest card: what every message keeps. */
export const barest = (card: Card): Card => STEPS.reduce((left, step) => ({ ...step(left), shortened: true }), card);

/** Lays the card out, leaving out the least important parts until `fits` says yes. The barest form is sent as it is. */
export function fitted<Laid>(card: Card, lay: (card: Card) => Laid, fits: (laid: Laid) => boolean): Laid {
  let laid = lay(card);
  let left = card;
  for (const step of STEPS) {
    if (fits(laid)) return laid;
    left = { ...step(left), shortened: true };
    laid = lay(left);
  }
  return laid;
}

function fewerValues(fact: Fact, most: number, length: number): Fact {
  const values = fact.values.slice(0, most).map((value) => shorten(value, length));
  return { ...fact, values, more: fact.more + fact.values.length - values.length };
}

const fewerLines = (card: Card, most: number): Card => ({
  ...card,
  lines: card.lines.slice(0, most),
  newest: [],
  more: card.more + Math.max(0, card.lines.length - most) + card.newest.length,
});

const shorter = (lines: string[], length: number): string[] => lines.map((line) => shorten(line, length));
