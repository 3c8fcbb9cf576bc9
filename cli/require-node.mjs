// Loaded before the command itself, which is TypeScript that an older Node cannot even read.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `This needs Node 22.18 or newer, and this is ${process.versions.node}. \`npm ci\` brings one along; run the command with \`npm run\`, and without --ignore-scripts when installing.`,
  );
  process.exit(2);
}
