import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { choice, count, list, moment } from "./values.ts";

const NOW = Date.parse("2026-11-21T14:00:00.000Z");

/** What commander makes of an option; an error's text where it is refused. */
function read(option: ReturnType<typeof list>, ...args: string[]): unknown {
  const command = new Command().exitOverride().configureOutput({ outputError: () => {} });
  command.addOption(option);
  try {
    return Object.values(command.parse(args, { from: "user" }).opts())[0];
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

describe("a comma list", () => {
  const severities = () => list("--severity <words>", "severities", ["low", "high"]);
  test("may stand in one place or several", () => {
    expect(read(severities(), "--severity", "low, high")).toEqual(["low", "high"]);
    expect(read(severities(), "--severity", "low", "--severity", "high")).toEqual(["low", "high"]);
  });
  test("of other words is refused with those that are known", () => {
    expect(read(severities(), "--severity", "low,urgent")).toContain("It must be a comma list of low, high.");
    expect(read(severities(), "--severity", " , ")).toContain("It must not be empty.");
  });
});

describe("a time", () => {
  const from = () => moment("--from <time>", "not before", () => NOW);
  test.each([
    ["2h", "2026-11-21T12:00:00.000Z"],
    ["0s", "2026-11-21T14:00:00.000Z"],
    ["2026-11-20", "2026-11-20T00:00:00.000Z"],
    ["2026-11-20T08:30", "2026-11-20T08:30:00.000Z"],
    ["2026-11-20T08:30:15.5+02:00", "2026-11-20T06:30:15.500Z"],
  ])("%s is %s", (text, expected) => {
    expect(read(from(), "--from", text)).toBe(expected);
  });
  test.each(["yesterday", "2026-13-01", "2", "2026-11-20 08:30"])("%s is refused", (text) => {
    expect(read(from(), "--from", text)).toContain("It must be a time such as 2026-11-21T14:00Z, or how long ago: 30m, 2h, 7d.");
  });
});

test("a count is within its bounds", () => {
  const limit = () => count("--limit <n>", "how many", 200, 50);
  expect(read(limit())).toBe(50);
  expect(read(limit(), "--limit", "7")).toBe(7);
  for (const wrong of ["0", "201", "-1", "7.5", "x"])
    expect(read(limit(), "--limit", wrong)).toContain("It must be a number from 1 to 200.");
});

test("a choice is one of its words", () => {
  expect(read(choice("--role <role>", "what", ["read", "operate"]), "--role", "operate")).toBe("operate");
  expect(read(choice("--role <role>", "what", ["read", "operate"]), "--role", "root")).toContain("read, operate");
});
