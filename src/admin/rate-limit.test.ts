import { expect, test } from "vitest";
import { BURST, PER_SECOND, RateLimit } from "./rate-limit.ts";

const NOW = Date.UTC(2026, 10, 21, 14);

test("a visitor may call so often at once, then as often as calls come back; others are not held up", async () => {
  const limit = new RateLimit();
  for (let count = 1; count <= BURST; count += 1) {
    const { refusal, headers } = limit.take("a", NOW);
    expect(refusal).toBeUndefined();
    expect(headers.ratelimit).toContain(`r=${BURST - count};`);
  }
  const { refusal } = limit.take("a", NOW);
  expect(refusal?.status).toBe(429);
  expect(refusal?.headers.get("retry-after")).toBe("1");
  expect(refusal?.headers.get("ratelimit")).toBe(`"default";r=0;t=${BURST / PER_SECOND}`);
  expect(await refusal?.json()).toMatchObject({ status: 429, title: "Too many requests" });
  expect(limit.take("b", NOW).refusal).toBeUndefined();
  expect(limit.take("a", NOW + 1_000 / PER_SECOND).refusal).toBeUndefined();
  expect(limit.take("a", NOW + 1_000 / PER_SECOND).refusal?.status).toBe(429);
});

test("the headers are those of the draft: a policy, and what is left of it", () => {
  const { headers } = new RateLimit().take("a", NOW);
  expect(headers["ratelimit-policy"]).toBe('"default";q=200;w=4');
  expect(headers.ratelimit).toBe('"default";r=199;t=1');
});

test("a flood of visitors forgets the oldest, not the one who calls", () => {
  const limit = new RateLimit();
  for (let count = 0; count < BURST; count += 1) limit.take("busy", NOW);
  for (let other = 0; other < 2_000; other += 1) {
    limit.take(`other ${other}`, NOW);
    if (other % 100 === 0) expect(limit.take("busy", NOW).refusal?.status).toBe(429);
  }
});
