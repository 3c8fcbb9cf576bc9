// The Worker as one file, as wrangler would make it.
import { join, resolve } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { readWranglerConfig } from "./wrangler-config.ts";

/** Bundles an entry file of the project; takes about 0.1 s. */
export async function bundleWorker(root: string, entry: string): Promise<string> {
  return (await bundled(root, entry)).text;
}

/** The same, with what it is made of; `minify` as it is deployed. */
export async function bundled(root: string, entry: string, { minify = false } = {}): Promise<{ text: string; metafile: Metafile }> {
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
    plugins: [aliases(root)],
    metafile: true,
    minify,
    // Names in stack traces stay those of the source.
    keepNames: !minify,
    logLevel: "silent",
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error(`esbuild made nothing of ${entry}`);
  return { text: file.text, metafile: result.metafile };
}

/** `[alias]` of wrangler.toml, by what an import says, as wrangler does it. */
function aliases(root: string): Plugin {
  const { alias } = readWranglerConfig(root);
  return {
    name: "alias",
    setup: (build) =>
      build.onResolve({ filter: /./ }, ({ path }) => (Object.hasOwn(alias, path) ? { path: resolve(root, alias[path] ?? "") } : undefined)),
  };
}
