// Reading JSON of unknown shape without casts, and the stable ids that channel addresses are made of.
import { createHash } from "node:crypto";
import type { Json } from "../../src/alert.ts";

/** A JSON object of unknown members. */
export type JsonObject = { [key: string]: Json };

/** The parsed text, or undefined when it is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Whether the value is an object and no list. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value if it is an object, else an empty one. */
export const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/** The value if it is a list, else an empty one. */
export const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** The value if it is a string, else an empty one. */
export const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** An absolute http or https address, or undefined. */
export function webAddress(value: Json | undefined): string | undefined {
  const url = typeof value === "string" ? URL.parse(value) : null;
  return url && (url.protocol === "https:" || url.protocol === "http:") ? textOf(value) : undefined;
}

/** `length` upper-case hexadecimal digits that depend on the parts alone. */
export const stableId = (length: number, ...parts: string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, length).toUpperCase();

/** 18 decimal digits that depend on the parts alone, like the ids Discord gives. */
export const stableNumber = (...parts: string[]): string =>
  (BigInt(`0x${stableId(14, ...parts)}`) + 100_000_000_000_000_000n).toString().slice(0, 18);
