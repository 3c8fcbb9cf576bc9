// Prints log lines on behalf of requests to hooks. Workers Logs adds the address of the request to every line that is written while it is
// answered, and the address of a hook is a credential: so a hook's lines are written by a call of their own, which has no address.
import { WorkerEntrypoint } from "cloudflare:workers";
import { type Line, printLine, withLinesTo } from "./lib/log.ts";

/** What takes lines; reached over the Worker's own exports. */
export class Scribe extends WorkerEntrypoint {
  /** Prints lines. */
  print(lines: Line[]): void {
    for (const line of lines) printLine(line);
  }
}

/** The exports of this Worker, as far as they are needed here. */
export interface OwnExports {
  Scribe: { print(lines: Line[]): Promise<void> };
}

/** Answers a request to a hook, with its lines written elsewhere; what cannot be written is lost. */
export const withoutAddress = <Value>(
  { waitUntil }: { waitUntil(promise: Promise<unknown>): void },
  { Scribe: scribe }: OwnExports,
  work: () => Value,
): Value => withLinesTo((line) => waitUntil(scribe.print([line]).catch(() => undefined)), work);
