// The admin API for verbs: a bearer, answers that are checked, problems as sentences, lists page by page.
import * as z from "zod";
import { Failure, Refusal } from "./errors.ts";
import { isLoopback } from "./target.ts";

/** Query parameters; what is absent or empty is left out, a list becomes a comma list. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;

/** Where the API is, and how somebody proves who they are: each token is tried when the one before was not taken. */
export interface Access {
  url: string;
  tokens: Iterator<string> | AsyncIterator<string>;
}

/** What a call may have besides its address. */
export interface Call {
  query?: Query;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

/** An answer of another kind than JSON, or one whose headers matter. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

const LIMIT_MS = 60_000;
const PAGE = 200;
const problemSchema = z.object({ detail: z.string(), where: z.string().optional() });

/** The relay does not answer, which may pass. */
export class Unreachable extends Failure {}

/** A problem document, as an exception: 409 and the like mean something to a verb. */
export class Problem extends Failure {
  readonly code: number;
  /** The document, where it says more than its sentence. */
  readonly body: unknown;

  constructor(code: number, message: string, hint?: string, body?: unknown) {
    super(message, { hint, detail: { status: code } });
    this.code = code;
    this.body = body;
  }
}

/** The client. Paths are below `/api`, such as `/books`. */
export class Api {
  readonly url: string;
  readonly #tokens: Access["tokens"];
  #token: string | undefined;
  #asked: Promise<IteratorResult<string>> | undefined;

  constructor({ url, tokens }: Access) {
    this.url = url;
    this.#tokens = tokens;
  }

  /** Asks; the answer is checked by `schema`. */
  async get<Schema extends z.ZodType>(path: string, schema: Schema, call: Call = {}): Promise<z.output<Schema>> {
    return understood(schema, (await this.call("GET", path, call)).text);
  }

  /** Does something; the answer is checked by `schema`. */
  async post<Schema extends z.ZodType>(path: string, schema: Schema, call: Call = {}): Promise<z.output<Schema>> {
    return understood(schema, (await this.call("POST", path, call)).text);
  }

  /** The newest items of a list, page by page, `most` at the most; `more`: there are older ones. */
  async list<Page extends z.ZodType<{ items: unknown[]; next: string | null }>>(
    path: string,
    schema: Page,
    query: Query,
    most: number,
    signal?: AbortSignal,
  ): Promise<{ items: z.output<Page>["items"]; more: boolean }> {
    const items: unknown[] = [];
    let cursor: string | null = null;
    do {
      const page: z.output<Page> = await this.get(path, schema, {
        query: { ...query, limit: Math.min(PAGE, most - items.length), cursor },
        signal,
      });
      items.push(...page.items);
      cursor = page.next;
    } while (cursor !== null && items.length < most);
    return { items, more: cursor !== null };
  }

  /** Any call; throws a `Problem` unless it is answered with 2xx or 304. */
  async call(method: "GET" | "POST" | "PUT" | "DELETE", path: string, call: Call = {}): Promise<Answer> {
    for (;;) {
      // Of several calls at once, one asks for all of them.
      this.#asked ??= Promise.resolve(this.#tokens.next());
      this.#token ??= (await this.#asked).value;
      const answer = await this.#fetch(method, path, call);
      if (answer.status !== 401) return settled(answer, path);
      const next = await this.#tokens.next();
      if (next.done) return settled(answer, path);
      this.#token = next.value;
    }
  }

  async #fetch(method: string, path: string, { query = {}, body, headers, signal }: Call): Promise<Answer> {
    const url = new URL(`/api${path}`, this.url);
    for (const [name, value] of Object.entries(query)) {
      const text = Array.isArray(value) ? value.join(",") : String(value ?? "");
      if (text !== "") url.searchParams.set(name, text);
    }
    const json = body !== undefined && typeof body !== "string";
    const limit = AbortSignal.timeout(LIMIT_MS);
    try {
      const answer = await fetch(url, {
        method,
        headers: {
          ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
          ...(json ? { "content-type": "application/json" } : {}),
          ...headers,
        },
        body: json ? JSON.stringify(body) : (body as string | undefined),
        // A relay has no reason to send us on, and the token would go along.
        redirect: "manual",
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Unreachable(`The relay at ${this.url} does not answer: ${causeOf(error)}.`, {
        hint: isLoopback(this.url)
          ? "Start it with `npm start -- --config FILE`, or see whether the port is right."
          : "See whether the address is right; `npx tocsin doctor --remote` says more.",
      });
    }
  }
}

/** Which verb lists what a path is about: somebody who asks for what is not there wants to see what is. */
function listingOf(path: string): string | undefined {
  const [, things = ""] = /^\/(alerts|deliveries|destinations|routes|silences|tokens)\/./.exec(path) ?? [];
  return things === "" ? undefined : `See: npx tocsin ${things} ${things === "alerts" ? "search" : "list"}`;
}

function settled(answer: Answer, path: string): Answer {
  const { status, headers, text } = answer;
  if ((status >= 200 && status < 300) || status === 304) return answer;
  const problem = problemSchema.safeParse(jsonOf(text));
  const detail = problem.success ? problem.data.detail : `The relay answered ${status}.`;
  if (status === 401)
    throw new Problem(401, "The relay does not accept this token.", "Check TOCSIN_TOKEN, or leave it out and use --local or --remote.");
  if (status === 403) throw new Problem(403, detail);
  if (status === 429 || status === 503) {
    const after = headers.get("retry-after");
    throw new Problem(status, detail, after ? `Try again in ${after} s.` : "Try again in a moment.");
  }
  if (status >= 300 && status < 400)
    throw new Problem(
      status,
      "The address leads elsewhere: something stands between, such as a sign-in page.",
      "Use the relay's own address.",
    );
  if (!problem.success && status === 404)
    throw new Problem(404, "There is no relay at this address, or an older one that does not know this.");
  throw new Problem(status, detail, status === 404 ? listingOf(path) : undefined, jsonOf(text));
}

function understood<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  return checked(schema, jsonOf(text));
}

/**
 * The value, if it fits. A newer relay may tell more, an older one less: both are let through, so that the command line of one version
 * reads the relay of another. The schemas are those that the relay's own answers are tested with.
 */
function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues.find((one) => !isOtherVersion(one, value));
  if (issue === undefined) return value as z.output<Schema>;
  throw new Failure(
    `The relay's answer is not what this version of the command line expects (${issue.path.join(".") || "the answer"}: ${issue.message}).`,
    { hint: "Deploy the version of this folder, or use the command line of the deployed one." },
  );
}

/** Whether nothing is wrong but that there is more than the schema names, or less, below the answer itself. */
function isOtherVersion(issue: z.core.$ZodIssue, value: unknown): boolean {
  const found = issue.path.reduce<unknown>((inside, key) => Object(inside)[key], value);
  if (issue.code === "unrecognized_keys") return true;
  if (issue.code === "invalid_union") return issue.errors.some((branch) => branch.every((one) => isOtherVersion(one, found)));
  return found === undefined && issue.path.length > 1;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `ECONNREFUSED`, or what else there is to say. */
function causeOf(error: unknown): string {
  const cause: unknown = Object(error).cause;
  const code: unknown = Object(cause).code;
  if (typeof code === "string") return code;
  return Object(error).name === "TimeoutError"
    ? `no answer within ${LIMIT_MS / 1_000} s`
    : error instanceof Error
      ? error.message
      : String(error);
}

/** What reads lists. */
export type Lister = Pick<Api, "list">;

/** A part of a path. */
export const part = (text: string): string => {
  // A dot segment would be taken for a step up.
  if (text === "" || text === "." || text === "..") throw new Refusal("An id or a name must not be empty.");
  return encodeURIComponent(text);
};
