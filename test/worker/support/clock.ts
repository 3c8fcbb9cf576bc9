// The Worker's clock, which a test may move forward. Timers and alarms keep real time: alarms are run by hand.
const real = Date.now;
let ahead = 0;

// Once and for all, before anything keeps a reference to it.
Date.now = () => real() + ahead;

/** Every `Date.now()` of the Worker, its objects and the test. It runs, and it jumps. */
export const clock = {
  skip(ms: number): void {
    ahead += ms;
  },
  reset(): void {
    ahead = 0;
  },
};
