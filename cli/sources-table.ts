// The table of sources in README.md: from what the adapters state of themselves, and from what their golden files show to happen.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Proof, Source } from "../src/sources/source.ts";
import { markdownTable } from "./markdown-table.ts";

const HEAD = ["Source", "What proves the sender", "What its API adds", "An alert is"];

const PROOF_WORDS: Record<Proof, string> = {
  path: "the address alone",
  "secret in the body": "a secret in the body",
  signature: "the vendor's signature",
};

/** The table as Markdown. `folder`: where the adapters' folders are, with their fixtures. */
export function sourcesTable(sources: ReadonlyMap<string, Source>, folder: string): string {
  const rows = [...sources.values()].map((source) => [
    `[${source.label}](src/sources/${source.type}/README.md)`,
    proofWords(source),
    source.enrichment?.tells ?? "",
    lifecycle(join(folder, source.type, "fixtures")),
  ]);
  return markdownTable(HEAD, rows);
}

/** With the settings of the example; and with fewer of them, as far as the source can do without: none at all, or all but one. */
function proofWords({ settings, example, proof }: Source): string {
  const best = proof(settings.parse(example));
  const fewer = [{}, ...Object.keys(example).map((left) => Object.fromEntries(Object.entries(example).filter(([key]) => key !== left)))];
  const isOptional = fewer.some((some) => {
    const parsed = settings.safeParse(some);
    return parsed.success && proof(parsed.data) !== best;
  });
  return isOptional ? `${PROOF_WORDS[best]}, where one is set` : PROOF_WORDS[best];
}

const KINDS = [
  ["opened", "opened"],
  ["updated", "updated"],
  ["commented", "commented"],
  ["resolved", "resolved"],
] as const;

/** What its samples show to happen to an alert. */
function lifecycle(fixtures: string): string {
  const seen = new Set(
    readdirSync(fixtures, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".expected.json"))
      .flatMap((name) => kindsOf(JSON.parse(readFileSync(join(fixtures, name), "utf8")))),
  );
  return KINDS.flatMap(([kind, word]) => (seen.has(kind) ? [word] : [])).join(", ");
}

/** The kinds of the events in one golden file: `{ ok: true, value: [{ kind: "event", event: { kind } }] }`. */
function kindsOf(golden: { value?: unknown }): string[] {
  if (!Array.isArray(golden.value)) return [];
  return golden.value.flatMap(({ event }: { event?: { kind?: string } }) => event?.kind ?? []);
}
