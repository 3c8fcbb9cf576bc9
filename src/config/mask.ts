// `mask` of a route: what is taken out of a document before anything reads it. As it is written, as the flow has it, and at work.
import { createHmac } from "node:crypto";
import * as z from "zod";
import type { Json } from "../lib/json.ts";
import { type Masked, maskDocument } from "../lib/json-mask.ts";
import { parsePath, type Step } from "../lib/json-path.ts";
import type { Path, Problem } from "./problem.ts";
import { readSecret } from "./secret.ts";
import { isTable } from "./table.ts";

/** What stands in place of a value that was taken out. */
export const MASKED = "[masked]";

/** A place whose values are taken out, or replaced by a name that is always the same for the same value. */
export interface FieldMask {
  path: string;
  steps: Step[];
  as: "mask" | "hash";
}

/** All masks of a route. `key`: the reference to the secret behind `as = "hash"`, from `[relay] mask_key`. */
export interface RouteMask {
  fields: FieldMask[];
  key?: string;
}

const path = () =>
  z
    .string()
    .transform((text, context): Pick<FieldMask, "path" | "steps"> => {
      const parsed = parsePath(text);
      if (parsed.ok) return { path: text, steps: parsed.value };
      const { message, column } = parsed.reason;
      const instead = 'write for example "user.email", "entities[].name", "raw.*.password" or "**.ssn"';
      context.addIssue({ code: "custom", message: `${message} (column ${column} of the path)`, params: { instead } });
      return z.NEVER;
    })
    .meta({ examples: ["user.email", "entities[].name", "raw.*.password", "**.ssn"] });

const as = () => z.enum(["mask", "hash"]).default("mask");

/** The list as it is written: paths, or tables of a path and what stands in its place. */
export const maskSchema = () =>
  z
    .array(z.union([path(), z.strictObject({ path: path(), as: as() })]))
    .transform((entries): FieldMask[] =>
      entries.map((entry) => ("as" in entry ? { ...entry.path, as: entry.as } : { ...entry, as: "mask" as const })),
    );

/** A stable name needs a key: without one, whoever sees the rows could try out likely values. */
export function maskProblems(table: unknown, path: Path, key: string | undefined): Problem[] {
  const list: unknown = isTable(table) ? table.mask : undefined;
  if (key !== undefined || !Array.isArray(list)) return [];
  return list.flatMap((entry: unknown, index): Problem[] => {
    if (!isTable(entry) || entry.as !== "hash") return [];
    const instead = 'add mask_key = "secret:MASK_KEY" to [relay]';
    return [
      { path: [...path, "mask", index, "as"], message: 'needs a key: "hash" makes names that nobody without it can try out', instead },
    ];
  });
}

/** The key behind `as = "hash"`; undefined where none is configured, or its secret is not set. */
export const maskKeyOf = (mask: RouteMask, env: object): string | undefined =>
  mask.key === undefined ? undefined : mask.key.startsWith("secret:") ? readSecret(mask.key, env) : mask.key;

/** A text that stands for another: always the same under one key, and telling nothing without it. `what` keeps uses apart. */
export const keyedHash = (key: string, what: "field" | "claim" | "erased", text: string): string =>
  createHmac("sha256", key).update(`${what}\u001f${text}`).digest("hex");

/** Takes out of a document what the masks name. Without a key, what should be hashed is masked: nothing gets through for want of one. */
export const applyMask = (document: Json, { fields }: RouteMask, key: string | undefined): Masked =>
  maskDocument(
    document,
    fields.map(({ steps, as }) => ({
      steps,
      replace: (value) => (as === "hash" && key !== undefined ? `masked-${keyedHash(key, "field", value).slice(0, 16)}` : MASKED),
    })),
  );
