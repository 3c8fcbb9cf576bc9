// What the Worker carries along, and what it must not: size and start-up are paid for by everybody.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { bundled } from "./bundle.ts";

const ROOT = join(import.meta.dirname, "..");
/** What wrangler tells is the same within a KiB. The goal is 300; this is what it may not grow beyond unseen. */
const MOST_KIB = 442;
let inputs: string[];
let kib: number;

beforeAll(async () => {
  const { text, metafile } = await bundled(ROOT, "src/index.ts", { minify: true });
  const [output] = Object.values(metafile.outputs);
  inputs = Object.entries(output?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
  kib = gzipSync(text).length / 1_024;
});

test("the bundle does not grow unseen", () => expect(kib).toBeLessThan(MOST_KIB));

test.each<[string, RegExp]>([
  ["how the API and the configuration are described, which is made before", /src\/admin\/(answers|openapi)|src\/config\/json-schema/],
  ["zod's maker of JSON schemas", /zod\/.*json-schema/],
  ["languages of zod besides English", /zod\/.*locales\/(?!en\.)/],
  ["the command line and its libraries", /^(cli|demo|test|bench)\/|toml-eslint-parser|toml-patch|commander|@clack/],
  ["tests", /\.test\.ts$|fixtures/],
])("it has no part in %s", (_, pattern) => {
  expect(inputs.filter((path) => pattern.test(path))).toEqual([]);
  expect(inputs).toContain("src/index.ts");
});
