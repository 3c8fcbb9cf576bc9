// The report: a table for people, JSON for comparing runs.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import type { Figure } from "./figure.ts";

const RESULTS = join(import.meta.dirname, "../results");
const COLUMNS = [52, 12, 11];

/** What one benchmark measured. */
export interface Section {
  name: string;
  title: string;
  seconds: number;
  figures: Figure[];
}

/** Prints one benchmark's figures, each with its goal. */
export function printSection({ title, seconds, figures }: Section): void {
  console.log(`\n${title} (${seconds.toFixed(0)} s)`);
  for (const figure of figures) console.log(lineOf(figure));
}

function lineOf({ name, value, unit, goal, note }: Figure): string {
  const [nameWidth = 0, valueWidth = 0, unitWidth = 0] = COLUMNS;
  const judged = goal ? `${goal.met ? "met    " : "NOT MET"}  ${goal.text}` : "";
  const line = `  ${name.padEnd(nameWidth)}${numberText(value).padStart(valueWidth)} ${unit.padEnd(unitWidth)} ${judged}`.trimEnd();
  return note ? `${line}\n      ${note}` : line;
}

/** Three figures that count, no more: the rest is noise. */
function numberText(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en");
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** What the figures were measured on. */
export function machine(): Record<string, string | number> {
  const packageJson = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    miniflare: packageJson.devDependencies.miniflare,
    commit: commit(),
    load: Number(loadavg()[0]?.toFixed(2)),
  };
}

function commit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], { cwd: import.meta.dirname, encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return "unknown";
  }
}

/** Writes the run's file and answers where. */
export function writeResults(startedAt: Date, facts: Record<string, unknown>, sections: Section[]): string {
  mkdirSync(RESULTS, { recursive: true });
  const path = join(RESULTS, `${startedAt.toISOString().replaceAll(":", "-")}.json`);
  writeFileSync(path, `${JSON.stringify({ startedAt: startedAt.toISOString(), machine: facts, sections }, null, 2)}\n`);
  return path;
}
