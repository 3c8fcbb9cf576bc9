// Results as CI systems read them.
import type { TestResult } from "./run.ts";

/** JUnit's XML: a suite for each file. */
export function junitXml(results: readonly TestResult[]): string {
  const files = [...new Set(results.map(({ file }) => file))];
  const suites = files.map((file) => {
    const own = results.filter((one) => one.file === file);
    const failed = own.filter(({ failures }) => failures.length > 0).length;
    const cases = own.map(({ name, failures }) => {
      const head = `    <testcase classname="${escaped(file)}" name="${escaped(name)}"`;
      if (failures.length === 0) return `${head}/>`;
      return `${head}>\n      <failure message="${escaped(failures[0] ?? "")}">${escaped(failures.join("\n"))}</failure>\n    </testcase>`;
    });
    return [`  <testsuite name="${escaped(file)}" tests="${own.length}" failures="${failed}">`, ...cases, "  </testsuite>"].join("\n");
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", ...suites, "</testsuites>", ""].join("\n");
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** XML takes no control characters, not even escaped. */
const escaped = (text: string): string =>
  text.replace(/[^\P{Cc}\n\t]/gu, " ").replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
