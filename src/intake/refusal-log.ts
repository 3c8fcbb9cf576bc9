// A limit on how many refusals are logged: enough to see a SIEM with a wrong secret, not enough to be flooded.

const MOST_A_MINUTE = 60;

/** Counts refusals for each route and minute, in this isolate. */
export class RefusalLog {
  readonly #counts = new Map<string, { minute: number; count: number }>();

  /** Whether one more refusal of this route may be logged. `now` in Unix ms. */
  allows(route: string, now: number): boolean {
    const minute = Math.floor(now / 60_000);
    const known = this.#counts.get(route);
    const count = known?.minute === minute ? known.count + 1 : 1;
    this.#counts.set(route, { minute, count });
    return count <= MOST_A_MINUTE;
  }
}
