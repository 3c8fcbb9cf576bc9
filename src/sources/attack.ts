// ATT&CK references as sources write them: ids of techniques in texts, names of tactics in any case.
import type { Attack } from "../alert.ts";
import { compact } from "./read.ts";

const TECHNIQUE = /(?:^|[^a-z0-9])(T\d{4}(?:\.\d{3})?)(?![0-9])/i;

/** The technique's id in a text, such as `T1021.004`; undefined when there is none. */
export const techniqueIn = (text: string): string | undefined => TECHNIQUE.exec(text)?.[1]?.toUpperCase();

/** A tactic's name as ATT&CK writes it, from `credential_access`, `CREDENTIAL-ACCESS` or `Credential Access`. */
export function tacticName(text: string): string {
  const words = text
    .replace(/[\s_-]+/g, " ")
    .trim()
    .toLowerCase();
  return words.replace(/\b(?!and\b)[a-z]/g, (letter) => letter.toUpperCase());
}

/**
 * One reference for each technique, else for each tactic. Where one tactic is told, it is that of every technique; where several
 * are, nobody says which belongs to which, so they stand beside the techniques.
 */
export function attacksOf(techniques: readonly { technique?: string; name?: string }[], tactics: readonly string[]): Attack[] {
  const names = [...new Set(tactics.map(tacticName))];
  const [only, ...others] = names;
  const shared = techniques.length > 0 && others.length === 0 ? only : undefined;
  const references = techniques.map((each) => compact<Attack>({ tactic: shared, ...each }));
  return [...references, ...(shared === undefined ? names.map((tactic) => ({ tactic })) : [])];
}
