// How long tests wait. A shared machine may be many times slower than an idle one: what has to come is waited for long, since only a
// failure waits to the end; what has to be quick may take a multiple of what is promised for an idle machine, which still tells
// whether something held it up. The promised figures themselves are measured by `npm run bench`.

/** Whatever is to come has come by then, ms. */
export const PATIENCE_MS = 60_000;

const TIMES_SLOWER = process.env.IDLE_MACHINE === "1" ? 1 : 5;

/** The most that something may take here that is promised within `ms` on an idle machine. IDLE_MACHINE=1: just that. */
export const unhurried = (ms: number): number => ms * TIMES_SLOWER;
