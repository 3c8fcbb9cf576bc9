// Key paths as they are written: one, or a list of them.
import * as z from "zod";
import { fail, ok } from "../outcome.ts";
import { parseKeyPath } from "../rules/keys.ts";
import { field } from "./fields.ts";

const MOST_PATHS = 10;

const keyPath = () =>
  field((value) => {
    if (typeof value !== "string")
      return fail({ message: "must be a key path", instead: 'write for example "asset.ip" or ["asset.ip", "rule.name"]' });
    const parsed = parseKeyPath(value);
    return parsed.ok ? ok(parsed.value.text) : fail({ message: parsed.reason });
  }).meta({ type: "string" });

/** What alerts are to have in common: `"asset.ip"`, or `["asset.ip", "rule.name"]`. */
export const keyPaths = () =>
  z
    .union([keyPath(), z.array(keyPath()).min(1).max(MOST_PATHS)])
    .transform((paths) => [...new Set(Array.isArray(paths) ? paths : [paths])])
    .meta({ examples: ["asset.ip", ["asset.ip", "rule.name"]] });
