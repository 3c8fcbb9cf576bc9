// A sample payload: read as the intake would read it, and taken apart into the entries that are one alert each.
import type { Json } from "../../src/alert.ts";
import { parseJson } from "../../src/lib/json.ts";
import { fail, ok, type Result } from "../../src/outcome.ts";
import { isObject, isTooDeep, type JsonObject } from "../../src/sources/read.ts";
import { isTitleName, LIST_NAMES, normal } from "./words.ts";

/** As large a body as a route takes unless it says otherwise. */
const MOST_BYTES = 1_048_576;

/** A sample and what is one alert in it. */
export interface Sample {
  body: Json;
  /** The objects that are one alert each, at least one. */
  entries: JsonObject[];
  /** How the body holds them: as itself, as a list, or in a member of this name. */
  within: { kind: "body" } | { kind: "list" } | { kind: "member"; name: string };
}

/** Reads a sample; the sentence says where and what is wrong with it. */
export function readSample(bytes: Uint8Array): Result<Sample, string> {
  if (bytes.length > MOST_BYTES) return fail(`it has ${bytes.length} bytes; a request of more than ${MOST_BYTES} would be refused`);
  const parsed = parseJson(bytes);
  if (!parsed.ok) return fail(`it is not JSON: ${parsed.reason}`);
  const body = parsed.value;
  if (isTooDeep(body)) return fail("it nests deeper than 500 levels");
  if (Array.isArray(body)) {
    const entries = body.filter(isObject);
    return entries.some(isTelling) ? ok({ body, entries, within: { kind: "list" } }) : fail("it is a list without any object to read");
  }
  if (!isObject(body)) return fail(`it is ${typeof body === "string" ? "a text" : String(body)}; an object or a list of objects is needed`);
  const listed = listIn(body);
  if (listed) return ok({ body, ...listed });
  return isTelling(body) ? ok({ body, entries: [body], within: { kind: "body" } }) : fail("it is an object with nothing in it to read");
}

/** Whether anything in an object can be read at all. */
const isTelling = (object: JsonObject): boolean => Object.keys(object).some((key) => key !== "__proto__" && object[key] !== null);

/** The list of alerts in an envelope: named like one, while the envelope itself has no title of its own. */
function listIn(body: JsonObject): Pick<Sample, "entries" | "within"> | undefined {
  if (Object.entries(body).some(([key, value]) => isTitleName(normal(key)) && typeof value === "string")) return undefined;
  for (const [name, value] of Object.entries(body)) {
    const entries = Array.isArray(value) ? value.filter(isObject) : [];
    if (LIST_NAMES.has(normal(name)) && entries.some(isTelling)) return { entries, within: { kind: "member", name } };
  }
  return undefined;
}
