import { describe, expect, test } from "vitest";
import type { BudgetRequest } from "./interface.ts";
import { SharedBudget } from "./share.ts";

const NOW = 1_000_000;
const ask = (destination: string, want: number, more: Partial<BudgetRequest> = {}): BudgetRequest => ({
  destination,
  want,
  urgent: 0,
  priority: 50,
  pace: { perSecond: 2, burst: 4 },
  ...more,
});

describe("a budget that destinations share", () => {
  test("gives what is there, and says when to ask again", () => {
    const budget = new SharedBudget();
    expect(budget.take(ask("a", 3), NOW)).toEqual({ granted: 3, nextAt: NOW });
    expect(budget.take(ask("b", 3), NOW)).toEqual({ granted: 1, nextAt: NOW + 500 });
    expect(budget.take(ask("b", 2), NOW + 500)).toMatchObject({ granted: 1 });
  });

  test("never gives more than the pace of all together", () => {
    const budget = new SharedBudget();
    let granted = 0;
    for (let ms = 0; ms < 10_000; ms += 50) {
      for (const name of ["a", "b", "c"]) granted += budget.take(ask(name, 2), NOW + ms).granted;
    }
    expect(granted).toBeLessThanOrEqual(4 + 2 * 10);
    expect(granted).toBeGreaterThanOrEqual(4 + 2 * 9);
  });

  test("serves the higher priority first, whoever asks first", () => {
    const budget = new SharedBudget();
    budget.take(ask("c", 4), NOW);
    budget.take(ask("low", 5, { priority: 10 }), NOW);
    budget.take(ask("high", 2, { priority: 90 }), NOW);
    expect(budget.take(ask("low", 5, { priority: 10 }), NOW + 500).granted).toBe(0);
    expect(budget.take(ask("high", 2, { priority: 90 }), NOW + 500).granted).toBe(1);
    expect(budget.take(ask("low", 5, { priority: 10 }), NOW + 1_000).granted).toBe(0);
    expect(budget.take(ask("high", 1, { priority: 90 }), NOW + 1_000).granted).toBe(1);
    expect(budget.take(ask("low", 5, { priority: 10 }), NOW + 1_500).granted).toBe(1);
  });

  test("serves critical messages before all others, whatever the priority", () => {
    const budget = new SharedBudget();
    budget.take(ask("c", 4), NOW);
    budget.take(ask("low", 1, { priority: 10, urgent: 1 }), NOW);
    expect(budget.take(ask("high", 3, { priority: 90 }), NOW + 500).granted).toBe(0);
    expect(budget.take(ask("low", 1, { priority: 10, urgent: 1 }), NOW + 500).granted).toBe(1);
  });

  test("serves equals in the order in which they came", () => {
    const budget = new SharedBudget();
    budget.take(ask("c", 4), NOW);
    budget.take(ask("first", 1), NOW + 1);
    budget.take(ask("second", 1), NOW + 2);
    expect(budget.take(ask("second", 1), NOW + 500).granted).toBe(0);
    expect(budget.take(ask("first", 1), NOW + 500).granted).toBe(1);
  });

  test("forgets who does not come back", () => {
    const budget = new SharedBudget();
    budget.take(ask("c", 4), NOW);
    budget.take(ask("gone", 8, { priority: 90 }), NOW);
    expect(budget.take(ask("a", 1), NOW + 500).granted).toBe(0);
    expect(budget.take(ask("a", 1), NOW + 4_000).granted).toBe(1);
  });
});
