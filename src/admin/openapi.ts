// The API's description, made from the endpoints themselves and the schemas of their answers, so that it cannot say something else than
// what runs. Made when it is written to a file (scripts/generate.ts), not in the Worker.
import * as z from "zod";
import { titleOf } from "../lib/problem.ts";
import { VERSION } from "../release.ts";
import { answers } from "./answers/all.ts";
import type { Endpoint } from "./endpoint.ts";
import { DESCRIPTION, HEADERS, PROBLEM, ref, tagOf, tagsOf } from "./openapi-words.ts";
import { SESSION_COOKIE } from "./session.ts";

type Json = Record<string, unknown>;

/** Problems that every endpoint may answer. */
const COMMON = [400, 401, 403, 429, 500, 503];
const WITH_BODY = [413, 422];

/** The OpenAPI document of a list of endpoints. */
export function openApi(endpoints: readonly Endpoint[]): object {
  const parts = partsOf(endpoints);
  const paths: Record<string, Json> = {};
  for (const one of endpoints) {
    const path = `/api${one.path.replace(/:(\w+)/g, "{$1}")}`;
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operation(one, parts) };
  }
  const statuses = [...new Set(endpoints.flatMap(problemsOf))].sort((left, right) => left - right);
  return {
    openapi: "3.1.0",
    info: { title: "Tocsin", version: VERSION, description: DESCRIPTION, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    tags: tagsOf(endpoints),
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "ADMIN_TOKEN (role `configure`), or one of `/api/tokens`" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: SESSION_COOKIE,
          description: "After signing in to the dashboard; the role of what one signed in with",
        },
      },
      headers: HEADERS,
      responses: Object.fromEntries(statuses.map((status) => [`Problem${status}`, problemResponse(status)])),
      schemas: Object.fromEntries(Object.entries(parts.named).sort(([left], [right]) => (left < right ? -1 : 1))),
    },
  };
}

/** All schemas as JSON: those of answers and bodies by operation, those of parameters by operation and name, and those that have a name. */
interface Parts {
  answers: Json;
  inputs: Json;
  /** What of `inputs` may not be left out. */
  required: ReadonlySet<string>;
  named: Json;
}

/** Every schema is turned into JSON once, since many operations share most of them. */
function partsOf(endpoints: readonly Endpoint[]): Parts {
  const inputs = endpoints.flatMap((one): [string, z.ZodType][] => [
    ...(one.body ? [[one.operation, one.body] satisfies [string, z.ZodType]] : []),
    ...Object.entries(one.query.shape).map(([name, schema]): [string, z.ZodType] => [parameterKey(one, name), schema as z.ZodType]),
  ]);
  const taken = jsonOf(inputs, "input");
  const told = jsonOf(Object.entries(answers), "output");
  for (const [name, schema] of Object.entries(taken.named))
    if (name in told.named && JSON.stringify(schema) !== JSON.stringify(told.named[name]))
      throw new Error(`a body and an answer have parts of the same name that differ: ${name}`);
  return {
    answers: told.schemas,
    inputs: taken.schemas,
    required: new Set(taken.required),
    named: { Problem: PROBLEM, ...taken.named, ...told.named },
  };
}

const parameterKey = ({ operation }: Endpoint, name: string): string => `${operation} ${name}`;

function jsonOf(schemas: [string, z.ZodType][], io: "input" | "output"): { schemas: Json; required: string[]; named: Json } {
  const whole = z.toJSONSchema(z.strictObject(Object.fromEntries(schemas)), { io, unrepresentable: "any" });
  const {
    properties = {},
    required = [],
    $defs = {},
  } = JSON.parse(JSON.stringify(whole).replaceAll('"#/$defs/', '"#/components/schemas/'));
  return { schemas: properties, required, named: $defs };
}

function operation(one: Endpoint, parts: Parts): Json {
  const copyIsNewest = { description: "The caller's copy is the newest", headers: { ETag: ref("headers", "ETag") } };
  return {
    operationId: one.operation,
    tags: [tagOf(one)[0]],
    summary: one.summary,
    security: [{ token: [one.role] }, { session: [one.role] }],
    parameters: [...pathParameters(one), ...queryParameters(one, parts), ...conditions(one)],
    ...(one.body ? { requestBody: requestBody(one, parts) } : {}),
    responses: {
      [one.status]: success(one, parts),
      ...(one.etag && one.method === "GET" ? { 304: copyIsNewest } : {}),
      ...Object.fromEntries(problemsOf(one).map((status) => [status, ref("responses", `Problem${status}`)])),
    },
  };
}

const problemsOf = ({ body, refusals }: Endpoint): number[] => [...new Set([...COMMON, ...(body ? WITH_BODY : []), ...refusals])];

function success({ operation, status, alsoAnswers, etag }: Endpoint, { answers }: Parts): Json {
  const content = {
    ...(operation in answers ? { "application/json": { schema: answers[operation] } } : {}),
    ...Object.fromEntries(alsoAnswers.map((type) => [type, { schema: { type: /[/+]json$/.test(type) ? "object" : "string" } }])),
  };
  return {
    description: titleOf(status),
    headers: {
      RateLimit: ref("headers", "RateLimit"),
      "RateLimit-Policy": ref("headers", "RateLimitPolicy"),
      ...(etag ? { ETag: ref("headers", "ETag") } : {}),
    },
    ...(Object.keys(content).length > 0 ? { content } : {}),
  };
}

const requestBody = ({ takes, operation }: Endpoint, { inputs, required }: Parts): Json => ({
  required: required.has(operation),
  content: { [takes]: { schema: inputs[operation] } },
});

const pathParameters = ({ path }: Endpoint): Json[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: "path", required: true, schema: { type: "string" } }));

function queryParameters(one: Endpoint, { inputs, required }: Parts): Json[] {
  return Object.keys(one.query.shape).map((name) => {
    const key = parameterKey(one, name);
    const { description, default: _, ...schema } = inputs[key] as Json;
    return { name, in: "query", required: required.has(key), description, schema };
  });
}

function conditions({ method, etag, refusals }: Endpoint): Json[] {
  const header = (name: string, description: string) => ({ name, in: "header", required: false, description, schema: { type: "string" } });
  return [
    ...(etag && method === "GET" ? [header("If-None-Match", "The ETag of the copy that the caller has")] : []),
    ...(refusals.includes(412) ? [header("If-Match", "The ETag of what is to be replaced")] : []),
  ];
}

function problemResponse(status: number): Json {
  const headers = {
    ...(status === 401 ? { "WWW-Authenticate": ref("headers", "Authenticate") } : {}),
    ...(status === 429 || status === 503 ? { "Retry-After": ref("headers", "RetryAfter") } : {}),
  };
  return {
    description: titleOf(status),
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    content: { "application/problem+json": { schema: ref("schemas", "Problem") } },
  };
}
