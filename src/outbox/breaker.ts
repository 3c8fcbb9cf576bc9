// The circuit breaker: when a destination counts as not answering, who is told, and when it is back. One real message at a time
// goes on being its probe; a failover shows the rest meanwhile.
import type { Notice } from "../destinations/destination.ts";
import { counted, utcTime } from "../lib/text.ts";
import type { SavedHealth } from "./health.ts";

/** Failures in a row, or time without a success, after which a destination without a failover of its own counts as broken. */
const BROKEN_AFTER = { failures: 5, afterMs: 60_000 };
/** A destination that comes and goes is announced once in so long. */
const QUIET_MS = 10 * 60_000;
/** A word that nobody could take is offered again after so long, with whatever is done then. */
const OFFER_AGAIN_MS = 60_000;

/** What of it survives a restart. Times in Unix ms. */
export interface SavedBreaker {
  /** Set while it is broken. */
  openedAt?: number;
  /** How often it broke: names the announcements. */
  opened: number;
  /** When it was last announced, and by whom, so that the end is told in the same place. */
  announcedAt?: number;
  announcedBy?: string;
  announced?: boolean;
  /** Words that nobody has taken yet. */
  owed: Notice[];
}

/** Notices when the state of a destination turns. Time is a parameter. */
export class Breaker {
  saved: SavedBreaker;
  /** The word that somebody is being told at this moment: it may have been taken already. */
  #telling: string | undefined;
  /** The word that nobody could take, and when it was last offered. Not kept: a new life offers it at once. */
  #refused: { id: string; at: number } | undefined;

  constructor(saved: Partial<SavedBreaker>) {
    this.saved = { opened: 0, owed: [], ...saved };
  }

  /** Takes up what the row says; whom somebody is telling just now goes on. */
  reload(saved: Partial<SavedBreaker>): void {
    this.saved = { opened: 0, owed: [], ...saved };
  }

  get open(): boolean {
    return this.saved.openedAt !== undefined;
  }

  /** Looks at the health after a transaction. Answers what turned. */
  look(
    destination: string,
    health: SavedHealth,
    waiting: number,
    failover: { to: string; failures: number; afterMs: number } | undefined,
    now: number,
  ): "broke" | "returned" | undefined {
    const limits = failover ?? BROKEN_AFTER;
    // Nobody waits for it: how long it has failed says nothing until something is tried again.
    if (waiting === 0) delete health.failingSince;
    const { failures, failingSince, disabled } = health;
    const works = failures === 0 && !disabled;
    const broken =
      disabled !== undefined || failures >= limits.failures || (failingSince !== undefined && now - failingSince >= limits.afterMs);
    if (!this.open && broken && (waiting > 0 || disabled)) {
      this.saved.openedAt = failingSince ?? disabled?.at ?? now;
      this.saved.opened += 1;
      this.#announceBroken(destination, health, waiting, failover?.to, now);
      return "broke";
    }
    if (this.open && works) {
      this.#announceReturn(destination, now);
      delete this.saved.openedAt;
      return "returned";
    }
    return undefined;
  }

  /** When `look` may say something new although nothing happens, Unix ms. */
  nextLook(health: SavedHealth, afterMs = BROKEN_AFTER.afterMs): number | undefined {
    return this.open || health.failingSince === undefined ? undefined : health.failingSince + afterMs;
  }

  /** The next word that nobody has taken, if it is time to offer it; from now on it may be known. */
  tell(now: number): Notice | undefined {
    const [notice] = this.saved.owed;
    if (notice && this.#refused?.id === notice.id && now - this.#refused.at < OFFER_AGAIN_MS) return undefined;
    this.#telling = notice?.id;
    return notice;
  }

  /** Nobody could take a word: it stays owed. Answers whether that is new. */
  untold({ id }: Pick<Notice, "id">, now: number): boolean {
    const isNew = this.#refused?.id !== id;
    this.#refused = { id, at: now };
    // It is over already, and nobody knows that it began.
    const isOver = this.saved.owed.some((notice) => notice.id === id && notice.resolved);
    const hasBegun = this.saved.owed.some((notice) => notice.id === id && !notice.resolved);
    if (isOver && hasBegun) this.saved.owed = this.saved.owed.filter((notice) => notice.id !== id);
    return isNew;
  }

  /** Nobody is being told any more. */
  told(): void {
    this.#telling = undefined;
  }

  /** A word was taken, or need not be told any more. */
  taken({ id, resolved }: Pick<Notice, "id" | "resolved">, by?: string): void {
    this.saved.owed = this.saved.owed.filter((notice) => notice.id !== id || notice.resolved !== resolved);
    if (by !== undefined) this.saved.announcedBy = by;
  }

  #announceBroken(destination: string, health: SavedHealth, waiting: number, to: string | undefined, now: number): void {
    this.saved.announced = this.saved.announcedAt === undefined || now - this.saved.announcedAt >= QUIET_MS;
    if (!this.saved.announced) return;
    this.saved.announcedAt = now;
    const since = utcTime(new Date(this.saved.openedAt ?? now).toISOString());
    const meanwhile = to ? `"${to}" shows them meanwhile` : "nothing is lost, they go out as soon as it answers";
    const what = health.disabled
      ? `It refuses what we send: ${health.disabled.detail ?? words(health.disabled.reason)}.`
      : `It has not taken a message since ${since} (${words(health.failedReason ?? "no answer")}).`;
    this.saved.owed.push({
      id: `${destination}.broken.${this.saved.opened}`,
      severity: "high",
      resolved: false,
      title: health.disabled ? `The destination "${destination}" refuses messages` : `The destination "${destination}" does not answer`,
      text: `${what} ${counted(waiting, "message")} wait${waiting === 1 ? "s" : ""}; ${meanwhile}.`,
      at: new Date(now).toISOString(),
    });
  }

  #announceReturn(destination: string, now: number): void {
    if (!this.saved.announced) return;
    const id = `${destination}.broken.${this.saved.opened}`;
    // Nobody was told yet: then there is nothing to take back.
    if (this.#telling !== id && this.saved.owed.some((notice) => notice.id === id)) {
      this.taken({ id, resolved: false });
      return;
    }
    const minutes = Math.max(1, Math.round((now - (this.saved.openedAt ?? now)) / 60_000));
    this.saved.owed.push({
      // The same as of the trouble: where a word is a record, this closes it.
      id,
      severity: "high",
      resolved: true,
      title: `The destination "${destination}" answers again`,
      text: `After ${counted(minutes, "minute")}. What was missing there is shown there now.`,
      at: new Date(now).toISOString(),
    });
  }
}

const words = (reason: string): string => reason.replaceAll("_", " ");
