import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { parseConfigText } from "../../src/config/toml.ts";
import { registries } from "../registries.ts";
import { schemaFile } from "./schema-file.ts";

const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const schema = z.fromJSONSchema(JSON.parse(schemaFile()));
const fits = (document: unknown): boolean => schema.safeParse(document).success;

describe("the schema", () => {
  it("takes every adapter's own example", () => {
    for (const [type, { example }] of registries.destinations)
      expect([type, fits({ destinations: { one: { type, ...(example as object) } } })]).toEqual([type, true]);
    for (const [source, { example }] of registries.sources)
      expect([source, fits({ routes: { one: { id: ID, source, ...example } } })]).toEqual([source, true]);
    for (const [type, { example }] of registries.enrichers)
      expect([type, fits({ enrichers: { [type]: { ...(example as object) } } })]).toEqual([type, true]);
  });

  it("takes the file of the documentation", () => {
    const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "configuration.md"), "utf8");
    const [, text = ""] = /```toml\n(.*?)```/s.exec(page) ?? [];
    const file = parseConfigText(text);
    expect(file.ok && fits(file.value.document)).toBe(true);
  });

  const route = (table: object) => ({ routes: { one: { id: ID, source: "text", ...table } } });
  it.each<[string, object, boolean]>([
    [
      "a rule with everything",
      route({ rules: [{ name: "a", when: "true", to: { high: ["x"] }, stop: true, ping: { high: "@x" } }] }),
      true,
    ],
    ["an unknown key", route({ shrads: 1 }), false],
    ["an unknown table", { route: {} }, false],
    ["an unknown source", { routes: { one: { id: ID, source: "none" } } }, false],
    ["no id", { routes: { one: { source: "text" } } }, false],
    ["an id that is none", route({ id: "4ad4bd0e" }), false],
    ["a number where a duration stands", route({ soft_deadline: 5 }), false],
    ["a duration", route({ soft_deadline: "5s" }), true],
    ["a mute for good", route({ rules: [{ to: ["x"], mute: true }] }), true],
    ["a mute that is no time", route({ rules: [{ to: ["x"], mute: "soon" }] }), false],
    ["another adapter's key", route({ webhook_secret: "secret:X" }), false],
    ["no required setting", { routes: { one: { id: ID, source: "github" } } }, false],
  ])("judges %s", (_, document, right) => {
    expect(fits(document)).toBe(right);
  });

  it("says what each key means, as the documentation does", () => {
    const { definitions, properties } = JSON.parse(schemaFile());
    expect(definitions["destination.priority"].description).toMatch(/^0 to 100: .* Default: 50\.$/);
    expect(definitions["route.rules"].items.properties.when.description).toContain("A condition");
    expect(properties.relay.properties.retention.description).toMatch(/^How long alerts and deliveries are kept/);
    for (const [key, property] of Object.entries<{ description?: string }>(definitions))
      if (!key.endsWith(".type") && !key.endsWith(".source")) expect([key, typeof property.description]).toEqual([key, "string"]);
  });
});
