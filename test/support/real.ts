// Real counterparts: programs that Debian packages, against which some tests run. Where one is missing its tests are skipped,
// and the end of the run says so (real-reporter.ts); with REQUIRE_REAL=1, as in CI, what is missing is a failure.
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";

/** A program of a Debian package. */
export interface RealProgram {
  /** The package, as `apt-get install` takes it. */
  package: string;
  /** A command that succeeds where the package is installed. */
  probe: [command: string, ...args: string[]];
}

/** Debian's own Python: another one on the path would not have its modules. */
export const PYTHON = "/usr/bin/python3";

export const REAL = {
  alertmanager: { package: "prometheus-alertmanager", probe: ["prometheus-alertmanager", "--version"] },
  aiosmtpd: { package: "python3-aiosmtpd", probe: [PYTHON, "-c", "import aiosmtpd"] },
  apprise: { package: "apprise", probe: [PYTHON, "-c", "import apprise"] },
  prometheus: { package: "prometheus", probe: ["prometheus", "--version"] },
  chromium: { package: "chromium", probe: ["chromium", "--version"] },
  curl: { package: "curl", probe: ["curl", "--version"] },
  openssl: { package: "openssl", probe: ["openssl", "version"] },
  python: { package: "python3", probe: [PYTHON, "--version"] },
} as const satisfies Record<string, RealProgram>;

declare module "vitest" {
  interface TaskMeta {
    /** The Debian packages for want of which a test was skipped. */
    missing?: string[];
  }
}

/** Whether a program is there. */
export function isInstalled({ probe: [command, ...args] }: RealProgram): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

/** Like `describe`, for tests that need these programs. */
export function describeReal(name: string, programs: RealProgram[], body: () => void): void {
  const missing = programs.filter((program) => !isInstalled(program)).map((program) => program.package);
  if (missing.length === 0) return void describe(name, body);
  if (process.env.REQUIRE_REAL === "1") {
    test(name, () => expect.fail(`missing: apt-get install ${missing.join(" ")} (REQUIRE_REAL=1)`));
    return;
  }
  describe.skip(name, { meta: { missing } }, body);
}
