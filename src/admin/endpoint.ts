// One endpoint of the API: its parameters as zod schemas, which check the request and make its description.
import * as z from "zod";
import { readBytes } from "../lib/body.ts";
import { parseJson } from "../lib/json.ts";
import { problem } from "../lib/problem.ts";
import type { Result } from "../outcome.ts";
import { fail, ok } from "../outcome.ts";
import type { AdminContext } from "./context.ts";
import { badParameter } from "./problems.ts";

/** A request whose parameters were checked. */
export interface Call<Query, Body> {
  context: AdminContext;
  /** The named parts of the path. */
  path: Readonly<Record<string, string>>;
  query: Query;
  body: Body;
}

/** An endpoint as the app and the description see it. */
export interface Endpoint {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below `/api`, with `:name` for the parts that vary. */
  path: string;
  summary: string;
  query: z.ZodObject;
  body?: z.ZodType;
  run(request: Request, path: Readonly<Record<string, string>>, context: AdminContext): Promise<Response>;
}

/** Which parameter is wrong, and a sentence about it that does not repeat its value. */
export type Issue = [where: string, sentence: string];

const MOST_BODY_BYTES = 64 * 1024;

/** Declares an endpoint. `handle` answers a value, sent as JSON with 200, or a response of its own. */
export function endpoint<Query extends z.ZodRawShape = Record<never, never>, Body extends z.ZodType = z.ZodUndefined>(declared: {
  method: Endpoint["method"];
  path: string;
  summary: string;
  query?: Query;
  body?: Body;
  handle(call: Call<z.output<z.ZodObject<Query>>, z.output<Body>>): Promise<Response | object>;
}): Endpoint {
  const query = z.strictObject((declared.query ?? {}) as Query);
  return {
    method: declared.method,
    path: declared.path,
    summary: declared.summary,
    query,
    body: declared.body,
    run: async (request, path, context) => {
      const asked = readQuery(new URL(request.url).searchParams, query);
      if (!asked.ok) return badParameter(...asked.reason);
      const body = await readBody(request, declared.body);
      if (!body.ok) return body.reason;
      const answer = await declared.handle({
        context,
        path,
        query: asked.value as z.output<z.ZodObject<Query>>,
        body: body.value as z.output<Body>,
      });
      return answer instanceof Response ? answer : Response.json(answer);
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

async function readBody(request: Request, schema: z.ZodType | undefined): Promise<Result<unknown, Response>> {
  if (!schema) return ok(undefined);
  const bytes = await readBytes(request.body, MOST_BODY_BYTES);
  if (!bytes) return fail(problem(413, `The body is larger than ${MOST_BODY_BYTES} bytes.`));
  // A schema that takes an absent body says so itself.
  const json = bytes.length === 0 ? ok(undefined) : parseJson(bytes);
  if (!json.ok) return fail(badParameter("body", `is not JSON: ${json.reason}`));
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return ok(parsed.data);
  const [where, sentence] = firstIssue(parsed.error);
  return fail(problem(422, `${where}: ${sentence}`, { where }));
}

/** Where the first problem is, and a sentence that names it. */
function firstIssue(error: z.ZodError): Issue {
  const [issue] = error.issues;
  if (issue?.code === "unrecognized_keys") return [issue.keys[0] ?? "", "is not a known parameter"];
  // A member of a comma list is not worth its own place.
  const [first, ...rest] = issue?.path ?? [];
  return [
    String(first ?? "body"),
    rest.length > 0 || issue?.code === "custom" ? (issue?.message ?? "") : lower(issue?.message ?? "is wrong"),
  ];
}

const lower = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
