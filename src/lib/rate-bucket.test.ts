import { describe, expect, test } from "vitest";
import { RateBucket } from "./rate-bucket.ts";

describe("a bucket", () => {
  test("starts full, and gives a token for each that comes in", () => {
    const bucket = new RateBucket(1 / 1_000, 3);
    expect([0, 0, 0, 0].map(() => bucket.take(5_000))).toEqual([0, 0, 0, 1_000]);
    expect(bucket.take(5_400)).toBe(600);
    expect(bucket.take(6_000)).toBe(0);
    expect(bucket.take(6_000)).toBe(1_000);
  });

  test("never holds more than its burst, however long nobody came", () => {
    const bucket = new RateBucket(1, 2);
    bucket.take(0);
    expect([0, 0, 0].map(() => bucket.take(1_000_000) === 0)).toEqual([true, true, false]);
  });

  test("holds at least one token, whatever the burst", () => {
    expect(new RateBucket(0.001, 0).take(0)).toBe(0);
  });

  test("asking how long to wait takes nothing", () => {
    const bucket = new RateBucket(0.001, 1);
    for (let times = 0; times < 5; times += 1) expect(bucket.wait(0)).toBe(0);
    bucket.take(0);
    expect(bucket.wait(0)).toBe(1_000);
    expect(bucket.wait(250)).toBe(750);
  });

  test("gives no more than its rate over a long time, however often it is asked", () => {
    const bucket = new RateBucket(5 / 1_000, 1);
    let given = 0;
    for (let now = 0; now <= 60_000; now += 7) if (bucket.take(now) === 0) given += 1;
    expect(given).toBeLessThanOrEqual(301);
    expect(given).toBeGreaterThan(280);
  });

  test("is not confused by a clock that goes back", () => {
    const bucket = new RateBucket(0.001, 1);
    bucket.take(10_000);
    expect(bucket.take(5_000)).toBe(1_000);
    expect(bucket.take(11_000)).toBe(0);
  });
});
