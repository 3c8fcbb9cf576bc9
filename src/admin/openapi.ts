// The API's description, made from the endpoints themselves, so that it cannot say something else than what runs.
import * as z from "zod";
import type { Endpoint } from "./endpoint.ts";

interface JsonSchema {
  properties?: Record<string, { description?: string }>;
  required?: string[];
}

/** The OpenAPI document of a list of endpoints. */
export function openApi(endpoints: readonly Endpoint[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const endpoint of endpoints) {
    const path = `/api${endpoint.path.replace(/:(\w+)/g, "{$1}")}`;
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Tocsin",
      version: "1",
      description: "Lists answer `{ items, next }`; `next` is the `cursor` of the next page, or null.",
    },
    security: [{ bearer: [] }],
    paths,
    components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
  };
}

function operation({ path, summary, query, body }: Endpoint): object {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  const { properties = {}, required = [] } = schemaOf(query);
  const inQuery = Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    description,
    schema,
  }));
  return {
    summary,
    parameters: [...inPath, ...inQuery],
    ...(body ? { requestBody: { content: { "application/json": { schema: schemaOf(body) } } } } : {}),
    responses: {
      200: { description: "Done", content: { "application/json": {} } },
      default: { description: "Why not (RFC 9457)", content: { "application/problem+json": {} } },
    },
  };
}

function schemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest as JsonSchema;
}
