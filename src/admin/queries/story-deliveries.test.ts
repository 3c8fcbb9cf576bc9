import { expect, test } from "vitest";
import { spansOf } from "./story-deliveries.ts";

test("times that are near each other make one span, the latest first", () => {
  expect(
    spansOf(["2026-11-21T10:00:00.000Z", "2026-11-21T10:30:00.000Z", "2026-11-20T08:00:00.000Z", "2026-11-21T10:00:00.000Z", "no time"]),
  ).toEqual([
    ["2026-11-21T10:00:00.000Z", "2026-11-21T11:30:00.000Z"],
    ["2026-11-20T08:00:00.000Z", "2026-11-20T09:00:00.000Z"],
  ]);
});
