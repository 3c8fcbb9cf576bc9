// A polite client of a source's API: within the key's budget, bounded in time and size, and no redirect is followed, so that
// the credentials go nowhere else.
import { Buffer } from "node:buffer";
import type { Json } from "../alert.ts";
import { readText } from "../lib/body.ts";
import { errorText } from "../lib/log.ts";
import { maskTexts, secretTexts } from "../lib/mask.ts";
import { retryAfterMs } from "../lib/retry-after.ts";
import { fail, ok, type Result } from "../outcome.ts";
import type { ApiFailure, WritingApi } from "../sources/source.ts";
import type { CallBudget } from "./budget.ts";

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 2 * 1024 * 1024;
/** A pause when the API says 429 without saying for how long. */
const PAUSE_MS = 10_000;

/** What the client calls: `fetch`, or a test's double. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What a client works with. `base` is the API's address, `onCall` is told when a call is let go. */
export interface ClientOptions {
  base: string;
  headers: Record<string, string>;
  budget: Pick<CallBudget, "take" | "close">;
  fetch: Fetch;
  now: () => number;
  onCall: () => void;
}

/** A client of one API. */
export function apiClient(options: ClientOptions): WritingApi {
  const base = options.base.replace(/\/+$/, "");
  const keys = secretTexts(keysIn(options.headers));
  const call = async (path: string, init: RequestInit, readAnswer: typeof read): Promise<Result<Json, ApiFailure>> => {
    await options.budget.take();
    options.onCall();
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const answer = await options.fetch(`${base}${path}`, { redirect: "manual", signal, ...init });
      const text = await readText(answer, MOST_BYTES);
      // Some repeat the key that they were called with, and an answer becomes part of an alert.
      return readAnswer(answer, text && maskTexts(text, keys), options.budget, options.now);
    } catch (error) {
      return fail({ kind: "unavailable", detail: signal.aborted ? `no answer within ${TIMEOUT_MS / 1_000} s` : errorText(error) });
    }
  };
  return {
    get: (path) => call(path, { headers: options.headers }, read),
    send: (method, path, body) => {
      const headers = { ...options.headers, "content-type": "application/json" };
      return call(path, { method, headers, body: JSON.stringify(body) }, readTaken);
    },
  };
}

/** What is told may be taken without a word; and what is refused as it is would be refused again. */
const readTaken: typeof read = (answer, text, budget, now) => {
  const { status } = answer;
  if (status >= 200 && status < 300 && text === "") return ok(null);
  const isWrong = status >= 400 && status < 500 && ![401, 403, 404, 408, 410, 425, 429].includes(status);
  return isWrong ? fail({ kind: "malformed", detail: `status ${status}` }) : read(answer, text, budget, now);
};

/** Names of headers that bear a credential; others say what is asked for. */
const CREDENTIAL = /auth|key|token|secret|pass|cookie/i;

/** What of the headers is secret: the key behind its scheme; behind `Basic`, the password. */
function keysIn(headers: Record<string, string>): string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const key = value.slice(value.lastIndexOf(" ") + 1);
    if (!CREDENTIAL.test(name)) return [];
    return /^basic /i.test(value)
      ? [
          key,
          Buffer.from(key, "base64")
            .toString()
            .replace(/^[^:]*:/, ""),
        ]
      : [key];
  });
}

function read(answer: Response, text: string | undefined, budget: ClientOptions["budget"], now: () => number): Result<Json, ApiFailure> {
  const { status } = answer;
  if (status === 429 || status === 503) {
    const told = retryAfterMs(answer.headers, now());
    const afterMs = told ?? (status === 429 ? PAUSE_MS : undefined);
    if (afterMs !== undefined) budget.close(afterMs);
    return status === 429 ? fail({ kind: "rate_limited", afterMs }) : fail({ kind: "unavailable", detail: "status 503" });
  }
  // A redirect means: not signed in, or another address; following it would give the credentials away.
  if (status === 401 || status === 403 || (status >= 300 && status < 400)) return fail({ kind: "denied", status });
  if (status === 404 || status === 410) return fail({ kind: "missing", status });
  if (status < 200 || status >= 300) return fail({ kind: "unavailable", detail: `status ${status}` });
  if (text === undefined) return fail({ kind: "malformed", detail: `more than ${MOST_BYTES} bytes` });
  try {
    return ok(JSON.parse(text));
  } catch {
    // A page for people in place of JSON is a form to sign in at, which some answer with 200.
    return fail(/^\s*</.test(text) ? { kind: "denied", status } : { kind: "malformed", detail: "not JSON" });
  }
}
