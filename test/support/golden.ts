// Golden files: `alert-created.json` holds a view, `alert-created.expected.json` what an adapter makes of it.
// `UPDATE_GOLDEN=1` writes them anew; the difference is then read like code.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { View } from "../../src/destinations/destination.ts";

const KINDS: readonly string[] = ["alert", "update", "moved", "digest", "notice", "test"] satisfies View["kind"][];

const pathOf = (name: string, folder: URL): string => fileURLToPath(new URL(name, folder).href);

/** The views in a folder of fixtures, by file name without `.json`; other files there are left alone. */
export function goldenViews(folder: URL): [name: string, view: View][] {
  return readdirSync(pathOf(".", folder))
    .filter((file) => file.endsWith(".json") && !file.endsWith(".expected.json"))
    .map((file): [string, View] => [file.slice(0, -".json".length), JSON.parse(readFileSync(pathOf(file, folder), "utf8"))])
    .filter(([, view]) => KINDS.includes(view.kind));
}

/** One test for each view in the folder: what `render` makes of it is what its golden file says. */
export function testGolden(folder: URL, render: (view: View) => string): void {
  test.each(goldenViews(folder))("%s looks as its golden file says", (name, view) => {
    const made = `${JSON.stringify(JSON.parse(render(view)), null, 2)}\n`;
    const file = pathOf(`${name}.expected.json`, folder);
    if (process.env.UPDATE_GOLDEN) writeFileSync(file, made);
    expect(made).toBe(readFileSync(file, "utf8"));
  });
}
