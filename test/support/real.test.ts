import { expect, test } from "vitest";
import { isInstalled } from "./real.ts";
import { missingLine } from "./real-reporter.ts";

test("what was skipped for want of a program is counted and named", () => {
  expect(missingLine(new Map(), 0)).toBeUndefined();
  expect(missingLine(new Map([["apprise", 1]]), 1)).toBe(
    "1 test was skipped for want of a program: apprise (1). To run them: apt-get install apprise",
  );
  const both = new Map([
    ["python3-aiosmtpd", 6],
    ["openssl", 8],
  ]);
  expect(missingLine(both, 8)).toBe(
    "8 tests were skipped for want of a program: python3-aiosmtpd (6), openssl (8). To run them: apt-get install python3-aiosmtpd openssl",
  );
});

test("a program that is not there is not there", () => {
  expect(isInstalled({ package: "x", probe: ["/nonexistent/program"] })).toBe(false);
  expect(isInstalled({ package: "x", probe: [process.execPath, "-e", "process.exit(3)"] })).toBe(false);
  expect(isInstalled({ package: "x", probe: [process.execPath, "-e", ""] })).toBe(true);
});
