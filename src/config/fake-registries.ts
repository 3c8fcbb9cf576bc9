// For tests: a source `bell`, the destinations `wall` and `box` and an enricher `oracle`, with every kind of field that adapters have.
import * as z from "zod";
import type { Registries } from "./route.ts";
import { secret } from "./secret.ts";

/** A registry of made-up adapters. */
export const registries: Registries = {
  sources: new Map([
    [
      "bell",
      {
        settings: z.strictObject({
          api: z
            .string()
            .refine((text) => text.startsWith("http"), "an http(s) address")
            .optional(),
          token: secret().optional(),
          keys: z.array(secret().refine((text) => text !== "")).optional(),
          hall: z.strictObject({ key: secret().optional(), size: z.int().optional() }).optional(),
        }),
      },
    ],
    ["drum", { settings: z.strictObject({}) }],
  ]),
  destinations: new Map([
    ["wall", { settings: z.strictObject({ url: secret(), headers: z.record(z.string(), secret()).default({}) }) }],
    ["box", { settings: z.strictObject({}) }],
  ]),
  enrichers: new Map([["oracle", { settings: z.strictObject({ token: secret() }) }]]),
};
