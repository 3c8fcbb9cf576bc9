// What is told when a source was made: the guesses, what was not found, and the commands that show it.
import type { Made } from "./make.ts";

/** The lines to print. `port`: where `npm start` listens unless told otherwise. */
export function reportOf({ folder, files, found, missing, tryFile, uuid, sampleFile }: Made, label: string, port = 8787): string[] {
  const width = Math.max(0, ...found.map(({ field }) => field.length));
  const paths = Math.max(0, ...found.map(({ path }) => path.length));
  return [
    `${label}: ${folder} has ${files.length} files, and is registered. Read from the sample:`,
    "",
    ...found.map(({ field, path, value }) => `  ${field.padEnd(width)}  ${path.padEnd(Math.min(paths, 40))}  ${value}`),
    ...(missing.length > 0 ? ["", `Not found in it: ${missing.join(", ")}.`] : []),
    "",
    `Correct the mapping in ${folder}/alert.ts, then see the alert:`,
    "",
    `  npx tocsin try ${tryFile} --sample ${sampleFile}`,
    "",
    "and the message on the dashboard's inbox (the first prints the link; the second goes into another terminal):",
    "",
    `  npm start -- --config ${tryFile} --persist-to .tocsin/new-source`,
    `  curl -d @${sampleFile} http://127.0.0.1:${port}/hooks/${uuid}`,
    "",
    `Test it with: npm test -- ${folder}   After a change: UPDATE_GOLDEN=1 npm test -- ${folder}`,
    "The sample is a fixture now: names, addresses and ids in it must be invented. What is next: docs/sources/README.md",
  ];
}
