import { expect, test } from "vitest";
import { RefusalLog } from "./refusal-log.ts";

const MINUTE = 60_000;
const allowed = (log: RefusalLog, route: string, now: number, times: number) =>
  Array.from({ length: times }, () => log.allows(route, now)).filter(Boolean).length;

test("sixty refusals a minute are logged for each route, and a new minute begins anew", () => {
  const log = new RefusalLog();
  expect(allowed(log, "a", 10 * MINUTE, 100)).toBe(60);
  expect(allowed(log, "b", 10 * MINUTE + 1, 100)).toBe(60);
  expect(allowed(log, "a", 11 * MINUTE - 1, 5)).toBe(0);
  expect(allowed(log, "a", 11 * MINUTE, 100)).toBe(60);
});
