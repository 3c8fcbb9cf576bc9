// The table of docs/rules.md: each condition is run over all samples of its product. It holds for one, not for another, and fails on none.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { changedAlerts, freshAlerts } from "../../test/support/source-samples.ts";
import { parseConfigText } from "../config/toml.ts";
import { compileCondition } from "./condition.ts";
import type { Lists } from "./lists.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/rules.md"), "utf8");
const NOW = Date.UTC(2026, 10, 20, 12);

/** The lists that the page shows. */
function listsOfPage(): Lists {
  const [, toml = ""] = /```toml\n(\[lists\][\s\S]*?)```/.exec(PAGE) ?? [];
  const file = parseConfigText(toml);
  if (!file.ok) throw new Error(file.reason.message);
  return file.value.document.lists as Lists;
}

/** The rows of each product's table: what they call it, and the condition. */
function tables(): { source: string; rows: [string, string][] }[] {
  const [, part = ""] = PAGE.split("## What vendors let you ask");
  return part
    .split("\n### ")
    .slice(1)
    .map((text) => ({
      source: /^\w+/.exec(text)?.[0].toLowerCase() ?? "",
      rows: [...text.matchAll(/^\| (.+?) +\| `([^`]+)` *\|$/gm)].map(([, name = "", condition = ""]): [string, string] => [
        name,
        condition,
      ]),
    }));
}

const LISTS = listsOfPage();

describe.each(tables())("$source", ({ source, rows }) => {
  const samples = [...freshAlerts(source), ...changedAlerts(source)];
  it("has rows and samples", () => {
    expect(rows.length).toBeGreaterThan(2);
    expect(samples.length).toBeGreaterThan(5);
  });
  it.each(rows)("%s: %s", (_name, text) => {
    const compiled = compileCondition(text, Object.keys(LISTS));
    if (!compiled.ok) throw new Error(compiled.reason.message);
    const verdicts = samples.map((alert) => compiled.value.matches(alert, alert.change, NOW, LISTS));
    const kinds = new Set(verdicts.map((verdict) => JSON.stringify(verdict)));
    expect([...kinds].sort()).toEqual(['{"matched":false}', '{"matched":true}']);
  });
});
