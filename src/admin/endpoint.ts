// One endpoint of the API: its parameters as zod schemas, which check the request and make its description.
import * as z from "zod";
import { parseWith, pathText, sentence } from "../config/problem.ts";
import { readBytes } from "../lib/body.ts";
import { parseJson } from "../lib/json.ts";
import { problem } from "../lib/problem.ts";
import type { Result } from "../outcome.ts";
import { fail, ok } from "../outcome.ts";
import type { AnswerOf } from "./answers/all.ts";
import type { AdminContext } from "./context.ts";
import { badParameter } from "./problems.ts";
import type { Role } from "./role.ts";

/** A request whose parameters were checked. */
export interface Call<Query, Body> {
  context: AdminContext;
  /** The named parts of the path. */
  path: Readonly<Record<string, string>>;
  query: Query;
  body: Body;
  /** The request's headers: `If-Match`, `Accept`. */
  headers: Headers;
}

/** What an endpoint says about itself besides its parameters and its work; what is absent has the default that stands there. */
export interface Declared {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below `/api`, with `:name` for the parts that vary. */
  path: string;
  /** One line in the present tense, no full stop. */
  summary: string;
  /** What a client calls it: `searchAlerts`. By it `answers/all.ts` knows the schema of the JSON that it answers. */
  operation: string;
  /** Who may call it; `read` for GET, `operate` for all others. */
  role?: Role;
  /** How the body is sent: JSON, or text that `body` (a schema of a string) takes as it is. */
  takes?: "application/json" | "application/toml";
  /** The largest body, in bytes; 64 KiB. */
  mostBytes?: number;
  /** The status of success; 200. */
  status?: 200 | 201 | 204;
  /** Other content types that success may have, by a parameter or `Accept`; the only ones of an operation without an answer in JSON. */
  alsoAnswers?: readonly `${string}/${string}`[];
  /** Whether it answers an ETag; then a GET may answer 304 to `If-None-Match`, and 412 in `refusals` is about `If-Match`. */
  etag?: boolean;
  /** Problems that it may answer besides those that every endpoint may: 404, 409, 412 ... */
  refusals?: readonly number[];
}

/** An endpoint as the app and the description see it. */
export interface Endpoint extends Required<Declared> {
  query: z.ZodObject;
  body: z.ZodType | undefined;
  run(request: Request, path: Readonly<Record<string, string>>, context: AdminContext): Promise<Response>;
}

/** Which parameter is wrong, and a sentence about it that does not repeat its value. */
export type Issue = [where: string, sentence: string];

const MOST_BODY_BYTES = 64 * 1024;

/**
 * Declares an endpoint. In `query` and `body` `.meta({ description, examples: [...] })` gives the description its words, and a named part
 * of a body has `.meta({ id: "StatusChange" })`. `handle` answers a value of the operation's schema in `answers/all.ts`, sent as JSON with
 * `status`, nothing (204), or a response of its own (a problem, another type).
 */
export function endpoint<
  const Operation extends string,
  Query extends z.ZodRawShape = Record<never, never>,
  Body extends z.ZodType = z.ZodUndefined,
>(
  declared: Declared & {
    operation: Operation;
    query?: Query;
    body?: Body;
    // biome-ignore lint/suspicious/noConfusingVoidType: a handler of a 204 returns nothing.
    handle(call: Call<z.output<z.ZodObject<Query>>, z.output<Body>>): Promise<Response | AnswerOf<Operation> | void>;
  },
): Endpoint {
  const { method, path, summary, takes = "application/json", status = 200, mostBytes = MOST_BODY_BYTES } = declared;
  const query = z.strictObject((declared.query ?? {}) as Query);
  return {
    method,
    path,
    summary,
    operation: declared.operation,
    role: declared.role ?? (method === "GET" ? "read" : "operate"),
    takes,
    mostBytes,
    status,
    alsoAnswers: declared.alsoAnswers ?? [],
    etag: declared.etag ?? false,
    refusals: declared.refusals ?? [],
    query,
    body: declared.body,
    run: async (request, parts, context) => {
      const asked = readQuery(new URL(request.url).searchParams, query);
      if (!asked.ok) return badParameter(...asked.reason);
      const body = await readBody(request, declared.body, takes, mostBytes);
      if (!body.ok) return body.reason;
      const answer = await declared.handle({
        context,
        path: parts,
        query: asked.value as z.output<z.ZodObject<Query>>,
        body: body.value as z.output<Body>,
        headers: request.headers,
      });
      if (answer instanceof Response) return answer;
      return status === 204 ? new Response(null, { status }) : Response.json(answer, { status });
    },
  };
}

/** Checks query parameters; one that is given twice counts as a comma list. */
export function readQuery<Schema extends z.ZodObject>(given: URLSearchParams, schema: Schema): Result<z.output<Schema>, Issue> {
  const values: Record<string, string> = {};
  for (const key of new Set(given.keys())) {
    const text = given
      .getAll(key)
      .filter((value) => value !== "")
      .join(",");
    if (text !== "" || !Object.hasOwn(schema.shape, key)) values[key] = text;
  }
  const parsed = schema.safeParse(values);
  return parsed.success ? ok(parsed.data) : fail(firstIssue(parsed.error));
}

async function readBody(
  request: Request,
  schema: z.ZodType | undefined,
  takes: Endpoint["takes"],
  mostBytes: number,
): Promise<Result<unknown, Response>> {
  if (!schema) return ok(undefined);
  const bytes = await readBytes(request.body, mostBytes);
  if (!bytes) return fail(problem(413, `The body is larger than ${mostBytes} bytes.`));
  // A schema that takes an absent body says so itself.
  const read = takes === "application/toml" ? readText(bytes) : bytes.length === 0 ? ok(undefined) : readJson(bytes);
  if (!read.ok) return fail(badParameter("body", read.reason));
  const { value, problems } = parseWith(schema, read.value, []);
  const [first] = problems;
  if (!first) return ok(value);
  return fail(problem(422, `${pathText(first.path) || "body"}: ${sentence(first)}`, { where: String(first.path[0] ?? "body") }));
}

function readJson(bytes: Uint8Array): Result<unknown, string> {
  const json = parseJson(bytes);
  return json.ok ? json : fail(`is not JSON: ${json.reason}`);
}

function readText(bytes: Uint8Array): Result<string, string> {
  try {
    return ok(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    return fail("is not UTF-8");
  }
}

/** Where the first problem is, and a sentence that names it. */
const firstIssue = (error: z.ZodError): Issue => issueOf(error.issues[0]);

/** All problems: where each is, and a sentence. */
export const issuesOf = (error: z.ZodError): Issue[] => error.issues.map(issueOf);

function issueOf(issue: z.ZodError["issues"][number] | undefined): Issue {
  if (issue?.code === "unrecognized_keys") return [issue.keys[0] ?? "", "is not a known parameter"];
  // A member of a comma list is not worth its own place.
  const [first, ...rest] = issue?.path ?? [];
  return [
    String(first ?? "body"),
    rest.length > 0 || issue?.code === "custom" ? (issue?.message ?? "") : lower(issue?.message ?? "is wrong"),
  ];
}

const lower = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
