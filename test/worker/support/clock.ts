// The Worker's clock, which a test may move forward. Timers and alarms keep real time: alarms are run by hand.
const real = Date.now;
let ahead = 0;

/** Every `Date.now()` of the Worker, its objects and the test. It runs, and it jumps. */
export const clock = {
  skip(ms: number): void {
    ahead += ms;
    Date.now = () => real() + ahead;
  },
  reset(): void {
    ahead = 0;
    Date.now = real;
  },
};
