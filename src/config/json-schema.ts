// The configuration file as a JSON schema, for editors: made from the schemas that judge it. Draft 7, which editors of TOML know.
import * as z from "zod";
import { inhibitSchema } from "./gate-schemas.ts";
import { listsSchema } from "./lists.ts";
import type { Adapter, Registries } from "./route.ts";
import { destinationSchema, enricherSchema, relaySchema, routeSchema } from "./schema.ts";

/** A schema, as far as it is taken apart here. */
export interface JsonSchema {
  [keyword: string]: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  anyOf?: JsonSchema[];
}

/** The schema of a whole file. */
export function fileSchema(registries: Registries): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Tocsin configuration",
    type: "object",
    additionalProperties: false,
    properties: {
      relay: ofZod(relaySchema),
      lists: ofZod(listsSchema),
      destinations: named(kinds("destination", "type", registries.destinations)),
      enrichers: named(kinds("enricher", "type", registries.enrichers, { byName: true })),
      routes: named(kinds("route", "source", registries.sources)),
      inhibit: ofZod(z.array(inhibitSchema)),
    },
    definitions: Object.assign({}, ...Object.entries(COMMON).map(([kind, schema]) => definitions(kind, ofZod(schema)))),
  };
}

const COMMON = { destination: destinationSchema, enricher: enricherSchema, route: routeSchema };

/** Our keys, said once for all adapters: `route.shards`. */
const definitions = (kind: string, { properties = {} }: JsonSchema): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(properties).map(([key, property]) => [`${kind}.${key}`, property]));

/** Tables by name; what `NAME` allows. */
const named = (schema: JsonSchema): JsonSchema => ({
  type: "object",
  propertyNames: { pattern: "^[a-z0-9][a-z0-9_-]{0,62}$" },
  additionalProperties: schema,
});

/**
 * One form for each adapter, chosen by `type` or `source`: our keys (by reference), and the adapter's own. `byName`: the name of the table
 * chooses where it says no type.
 */
function kinds(kind: keyof typeof COMMON, chooser: string, adapters: ReadonlyMap<string, Adapter>, { byName = false } = {}): JsonSchema {
  const common = ofZod(COMMON[kind]);
  const ours = Object.fromEntries(Object.keys(common.properties ?? {}).map((key) => [key, { $ref: `#/definitions/${kind}.${key}` }]));
  const forms = [...adapters].flatMap(([type, { settings }]) => {
    const own = ofZod(settings);
    return (own.anyOf ?? [own]).map(({ properties = {}, required = [] }) => ({
      type: "object",
      additionalProperties: false,
      properties: { [chooser]: { const: type }, ...properties, ...omit(ours, chooser) },
      required: [...(byName ? [] : [chooser]), ...(common.required ?? []).filter((key) => key !== chooser), ...required],
    }));
  });
  return { anyOf: forms };
}

function ofZod(schema: z.core.$ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      // Not every editor's patterns know classes of Unicode.
      if (jsonSchema.pattern?.includes("\\p{")) delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.secret === true) {
        delete jsonSchema.secret;
        jsonSchema.description ??= "A secret: its name, secret:NAME or secret:NAME.key";
      }
    },
  });
  return rest as JsonSchema;
}

const omit = <Value>(table: Record<string, Value>, key: string): Record<string, Value> =>
  Object.fromEntries(Object.entries(table).filter(([name]) => name !== key));
