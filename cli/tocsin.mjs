#!/usr/bin/env node
// `npx tocsin`: the command line is TypeScript, which an older Node cannot read. `npm ci` brings a newer one along.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
// As a whole, since an older Node has no `enableCompileCache` and would fail before it could be told.
import * as module from "node:module";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  module.enableCompileCache();
  const { main } = await import("./tocsin.ts");
  await main(process.argv.slice(2));
} else {
  const node = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));
  if (!existsSync(node)) {
    console.error(
      `This needs Node 22.18 or newer, and this is ${process.versions.node}. \`npm ci\` brings one along: run it in the project's folder, without --ignore-scripts.`,
    );
    process.exit(2);
  }
  const child = spawn(node, process.argv.slice(1), { stdio: "inherit" });
  // A terminal signals both; whoever signals this process alone means the command.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`The project's Node at ${node} does not run (${error.message}). Run \`npm ci\` again, without --ignore-scripts.`);
    process.exit(2);
  });
  child.on("close", (status, signal) => process.exit(status ?? (signal === "SIGINT" ? 130 : 1)));
}
