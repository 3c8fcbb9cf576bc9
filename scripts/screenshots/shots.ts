// Which pictures there are, and what has to be done for each.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One picture. */
export interface Shot {
  /** The file's name without `cli-` and `.svg`. */
  name: string;
  /** The arguments of `tocsin`; what is in braces is an id that a search finds. */
  args: readonly string[];
  /** As it is shown, where that is not the arguments. */
  shown?: string;
  /** Ctrl-C after so many ms, for what goes on for ever. */
  interruptAfterMs?: number;
  /** Lines that are shown at the most. */
  most?: number;
  /** Done before, in the demo's state folder. */
  prepare?(folder: string): void;
}

/** The pictures of the documentation. `{urgent}` is the id of the newest critical alert. */
export const shots: readonly Shot[] = [
  { name: "tail", args: ["tail", "--since", "5m"], shown: "npx tocsin tail", interruptAfterMs: 6_000, most: 26 },
  { name: "search", args: ["alerts", "search"] },
  { name: "story", args: ["alerts", "show", "{urgent}"] },
  { name: "books", args: ["books"] },
  {
    name: "plan",
    args: ["plan", "{folder}/next.toml"],
    shown: "npx tocsin plan tocsin.toml",
    prepare: (folder) => {
      const text = readFileSync(join(folder, "tocsin.toml"), "utf8");
      writeFileSync(
        join(folder, "next.toml"),
        `${text.replace('retention = "7d"', 'retention = "30d"')}\n[destinations.box]\ntype = "inbox"\n`,
      );
    },
  },
  { name: "doctor", args: ["doctor"] },
];
