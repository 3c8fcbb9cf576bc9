// Small documents that a proof needs, such as a signing certificate: each fetched once, kept in memory, never waited for long.
import { readText } from "../lib/body.ts";
import { errorText, log } from "../lib/log.ts";

/** The answer waits for one fetch of a document that was not seen before; this is a promise of the contract. */
const PATIENCE_MS = 1_000;
const MOST_BYTES = 64 * 1024;
const KEPT = 50;

/**
 * Documents whose address names their content, so that what is known stays good. One fetch at a time for each; no redirects. A failed
 * fetch is not remembered.
 */
export class Documents {
  readonly #known = new Map<string, Promise<string | undefined>>();

  /** The text of a document; undefined when it cannot be had in time, or is not what `fits` wants. `url` was judged by the caller. */
  get(url: string, fits: (text: string) => boolean = () => true): Promise<string | undefined> {
    const known = this.#known.get(url);
    if (known) return known;
    const text = fetchText(url).then((found) => (found !== undefined && fits(found) ? found : undefined));
    this.#known.set(url, text);
    if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value ?? "");
    void text.then((found) => {
      if (found === undefined && this.#known.get(url) === text) this.#known.delete(url);
    });
    return text;
  }
}

async function fetchText(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.status === 200) return await readText(response, MOST_BYTES);
    log("warn", "intake.document_refused", { host: new URL(url).hostname, status: response.status });
    await response.body?.cancel();
  } catch (error) {
    log("warn", "intake.document_failed", { host: new URL(url).hostname, error: errorText(error) });
  }
  return undefined;
}

const CALLS = 3;
const CALL_MS = 10_000;
const PAUSE_MS = 2_000;

/** Makes a call that a handshake asks for, after the answer. Tried a few times; says what came of it. */
export async function callBack(url: string, route: string): Promise<void> {
  for (let call = 1; call <= CALLS; call += 1) {
    let outcome: string;
    try {
      const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(CALL_MS) });
      await response.body?.cancel();
      if (response.status === 200) {
        log("info", "intake.handshake_done", { route, host: new URL(url).hostname });
        return;
      }
      outcome = String(response.status);
    } catch (error) {
      outcome = errorText(error);
    }
    log("warn", "intake.handshake_failed", { route, host: new URL(url).hostname, call, outcome });
    if (call < CALLS) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * call));
  }
}
