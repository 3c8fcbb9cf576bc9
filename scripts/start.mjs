// `npm start`. The rest is TypeScript, which an older Node cannot read: that is said before it is loaded.
import "../cli/require-node.mjs";
import { enableCompileCache } from "node:module";

// Miniflare is 6 MB of JavaScript: the second start takes half the time of the first.
enableCompileCache();
const { main } = await import("./start.ts");
await main(process.argv.slice(2));
