// `npm start`. The rest is TypeScript, which an older Node cannot read: that is said before it is loaded.
import "../cli/require-node.mjs";
// As a whole, since an older Node has no such function and would fail before it could be told.
import * as module from "node:module";

// Miniflare is 6 MB of JavaScript: kept as bytecode, a start takes about 0.3 s less.
module.enableCompileCache();
const { main } = await import("./start.ts");
await main(process.argv.slice(2));
