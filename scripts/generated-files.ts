// The files in `assets/` that are made from the code: the Worker hands them out and need not be able to make them.
import { join } from "node:path";
import { build } from "esbuild";
import { schemaFile } from "../cli/config/schema-file.ts";
import { endpoints } from "../src/admin/endpoints/all.ts";
import { openApi } from "../src/admin/openapi.ts";
import { sourceFiles } from "./source-files.ts";

const ROOT = join(import.meta.dirname, "..");
/** What the pages load: the script of every page, that of pages with charts, and the styles. */
const PAGE_FILES = ["src/dashboard/client/page.ts", "src/dashboard/client/charts.ts", "src/dashboard/style/style.css"];

/** The texts, by their paths in the project. */
export async function generatedFiles(): Promise<Record<string, string>> {
  return {
    "assets/openapi.json": `${JSON.stringify(openApi(endpoints), null, 2)}\n`,
    "assets/tocsin.schema.json": schemaFile(),
    ...(await pageFiles()),
    ...sourceFiles(),
  };
}

async function pageFiles(): Promise<Record<string, string>> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: PAGE_FILES,
    outdir: "assets",
    entryNames: "[name]",
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "inline",
    logLevel: "silent",
  });
  return Object.fromEntries(outputFiles.map(({ path, text }) => [`assets/${path.slice(path.lastIndexOf("/") + 1)}`, text]));
}
