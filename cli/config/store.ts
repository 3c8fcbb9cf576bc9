// Where a relay's configuration is kept, as the verbs see it: through wrangler, or through the admin API.

import type { Change } from "../../src/config/changes.ts";
import type { Plan } from "../../src/config/plan.ts";
import type { PlacedProblem } from "../../src/config/toml.ts";
import type { Origin } from "../../src/store/config-rows.ts";
import type { Revision } from "../../src/store/config-state.ts";
import type { Listing } from "./listing.ts";

/** A configuration's text, and what it is called in errors: a file's name. */
export interface NamedText {
  name: string;
  text: string;
}

/** What is in effect: as a file, and which state this is (another one after each apply and each row written by hand). */
export interface Present {
  text: string;
  revision: number;
  state: string;
}

/** What applying a text would do to a state. */
export interface Planned extends Plan {
  revision: number;
  state: string;
  /** Secrets that are named and not set, where the store can tell. */
  warnings: PlacedProblem[];
}

/** What applying did. */
export interface Applied {
  /** False: it was in effect already. */
  applied: boolean;
  revision: number;
  changes: Change[];
  warnings: PlacedProblem[];
}

/** One revision, without its text. */
export type RevisionItem = Omit<Revision, "source"> & { current: boolean };

/**
 * The configuration of one relay. A text that is wrong is a `Refusal` with every line of it, a relay that cannot be reached or changed
 * meanwhile a `Failure`.
 */
export interface ConfigStore {
  /** What may be shown and kept: without plain secrets. */
  present(): Promise<Present>;
  /** What an edit begins with: applied again, it changes nothing. A `Refusal` where plain secrets are out of reach. */
  editable(): Promise<Present>;
  plan(text: NamedText): Promise<Planned>;
  /** `seen`: the state that the text is meant to replace; absent: the one that is there. */
  apply(text: NamedText, how: { origin: Exclude<Origin, "rollback">; seen?: string }): Promise<Applied>;
  /** What there is, and what is wrong with it. `reveal`: with the hooks' addresses, which are credentials. */
  listing(how: { reveal: boolean }): Promise<Listing>;
  /** The newest first, `most` at the most. */
  revisions(most: number): Promise<RevisionItem[]>;
  /** A revision's text with stars for plain secrets; a `Refusal` where there is none of that number. */
  revision(number: number): Promise<string>;
  planRollback(number: number): Promise<Planned>;
  rollBack(number: number, how: { seen?: string }): Promise<Applied>;
}
