// `npm run generate`: writes the files in `assets/` that are made from the code. With --check it writes nothing, names those that are not
// what the code says, and ends with status 1; `npm run check` does that.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generatedFiles } from "./generated-files.ts";

const ROOT = join(import.meta.dirname, "..");
const isCheck = process.argv.includes("--check");

const stale = Object.entries(await generatedFiles()).filter(([path, text]) => read(path) !== text);
for (const [path, text] of stale) {
  if (isCheck) console.error(`${path} is not what the code says. Run \`npm run generate\`.`);
  else writeFileSync(join(ROOT, path), text);
}
if (isCheck && stale.length > 0) process.exitCode = 1;

function read(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), "utf8");
  } catch {
    return undefined;
  }
}
