// The description is one that tools understand: an OpenAPI linter has nothing to say, and every example fits its schema.
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { beforeAll, describe, expect, test } from "vitest";
import { endpoints } from "./endpoints/all.ts";
import { openApi } from "./openapi.ts";
import { ROLES } from "./role.ts";

interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  security: Record<string, string[]>[];
  responses: Record<string, { content?: Record<string, { schema: unknown }> }>;
}
const description = openApi(endpoints) as {
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
};
const operations = Object.entries(description.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, ...operation })),
);

describe("the description", () => {
  let problems: { ruleId: string; severity: string; message: string; at: string }[];
  beforeAll(async () => {
    const config = await createConfig({
      extends: ["recommended"],
      rules: {
        "no-invalid-schema-examples": "error",
        "no-invalid-parameter-examples": "error",
        "operation-tag-defined": "error",
        "operation-singular-tag": "error",
        "path-parameters-defined": "error",
        "component-name-unique": "error",
      },
    });
    const found = await lintFromString({ source: JSON.stringify(description), config });
    problems = found.map(({ ruleId, severity, message, location }) => ({
      ruleId,
      severity,
      message,
      at: location.map(({ pointer }) => pointer ?? "").join(" "),
    }));
  });

  test("passes the linter without an error or a warning", () => {
    expect(problems).toEqual([]);
  });

  test("names every operation, says who may call it, and what it answers", () => {
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { name, operationId, security, summary, responses } of operations) {
      expect(operationId, name).toMatch(/^[a-z][A-Za-z]+$/);
      expect(summary, name).not.toMatch(/\.$/);
      expect(ROLES, name).toContain(security[0]?.token?.[0]);
      const success = responses[200] ?? responses[201] ?? responses[204];
      expect(success, name).toBeDefined();
      if (!responses[204]) expect(Object.keys(success?.content ?? {}), name).not.toEqual([]);
    }
  });

  test("says of each tag what is there", () => {
    const silent = description.tags.filter((tag) => tag.description === tag.name);
    expect(silent).toEqual([]);
  });

  test("lets nothing stand in an answer that it does not name", () => {
    const open = Object.entries(description.components.schemas).filter(
      ([, schema]) => Object(schema).type === "object" && Object(schema).additionalProperties !== false,
    );
    // The description of descriptions is OpenAPI's own.
    expect(open.map(([name]) => name)).toEqual(["Description"]);
  });
});
