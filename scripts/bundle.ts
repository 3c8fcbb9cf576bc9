// The Worker as one file, as wrangler would make it.
import { join } from "node:path";
import { build } from "esbuild";

/** Bundles an entry file of the project; takes about 0.1 s. */
export async function bundleWorker(root: string, entry: string): Promise<string> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [join(root, entry)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    define: { "process.env.NODE_ENV": '"production"' },
    // Names in stack traces stay those of the source.
    keepNames: true,
    logLevel: "silent",
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error(`esbuild made nothing of ${entry}`);
  return file.text;
}
