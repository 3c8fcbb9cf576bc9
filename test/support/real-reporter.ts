// Says at the end of a run which tests were skipped for want of a program (real.ts). One line, or none.
import type { Reporter, TestModule } from "vitest/node";
import type {} from "./real.ts";

/** The line for a finished run; undefined when nothing was skipped for want of a program. */
export function missingLine(counts: ReadonlyMap<string, number>, tests: number): string | undefined {
  if (tests === 0) return undefined;
  const names = [...counts].map(([name, count]) => `${name} (${count})`);
  const install = `apt-get install ${[...counts.keys()].join(" ")}`;
  return `${tests} ${tests === 1 ? "test was" : "tests were"} skipped for want of a program: ${names.join(", ")}. To run them: ${install}`;
}

/** A reporter for `vitest.config.ts`. */
export class RealReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>();
    let tests = 0;
    for (const module of modules) {
      for (const one of module.children.allTests("skipped")) {
        const { missing } = one.meta();
        if (!missing) continue;
        tests += 1;
        for (const name of missing) counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    }
    const line = missingLine(counts, tests);
    if (line !== undefined) process.stdout.write(`\n${line}\n`);
  }
}
