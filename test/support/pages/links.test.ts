// Links between the pages of the project lead somewhere: to a file that is there, and to a heading that it has.
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const PAGES = [...globSync("*.md", { cwd: ROOT }), ...globSync("{docs,src,cli,ops,examples}/**/*.md", { cwd: ROOT })]
  .filter((path) => !path.includes("fixtures"))
  .sort();

const withoutCode = (text: string): string => text.replace(/^( *)(`{3,})[\s\S]*?^\1\2$/gm, "").replace(/`[^`\n]*`/g, "`");

/** As GitHub makes them: letters, digits, hyphens and underscores, in small letters; a second one of the same name gets a number. */
function anchorsOf(path: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, title = ""] of readFileSync(path, "utf8")
    .replace(/^( *)(`{3,})[\s\S]*?^\1\2$/gm, "")
    .matchAll(/^#{1,6} (.+)$/gm)) {
    const words = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[`*]/g, "")
      .toLowerCase();
    const anchor = words
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-");
    for (let number = 0; ; number += 1) {
      const name = number === 0 ? anchor : `${anchor}-${number}`;
      if (anchors.has(name)) continue;
      anchors.add(name);
      break;
    }
  }
  return anchors;
}

function broken(page: string): string[] {
  const text = withoutCode(readFileSync(join(ROOT, page), "utf8"));
  const links = [...text.matchAll(/\]\((?!https?:|mailto:)<?([^)\s>]+)>?\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? join(ROOT, page) : resolve(ROOT, dirname(page), path);
    if (relative(ROOT, target).startsWith("..") || !existsSync(target)) return true;
    const read = statSync(target).isDirectory() ? join(target, "README.md") : target;
    return anchor !== undefined && (!existsSync(read) || !anchorsOf(read).has(anchor));
  });
}

describe("links", () => {
  it.each(PAGES)("of %s lead somewhere", (page) => expect(broken(page)).toEqual([]));
});

it("docs/README.md names every page in docs/", () => {
  const index = readFileSync(join(ROOT, "docs", "README.md"), "utf8");
  const pages = globSync("*.md", { cwd: join(ROOT, "docs") }).filter((page) => page !== "README.md");
  expect(pages.filter((page) => !index.includes(`](${page})`))).toEqual([]);
});
