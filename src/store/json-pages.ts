// Many rows as one parameter of a statement: JSON arrays that D1 takes, which counts bytes and not characters.
import { Buffer } from "node:buffer";

/** A parameter may have 2 MB; a page of rows stays well below. */
const MOST_BYTES = 1_000_000;

/** Values that go together, with the JSON of each. `bytes`: of all of them in UTF-8; more than `MOST_BYTES` only where it is one value. */
export interface JsonPage<Value> {
  values: Value[];
  json: string[];
  bytes: number;
}

/** Values in pages, in order. */
export function jsonPages<Value extends object>(values: readonly Value[]): JsonPage<Value>[] {
  const pages: JsonPage<Value>[] = [];
  for (const value of values) {
    const json = JSON.stringify(value);
    const bytes = Buffer.byteLength(json) + 1;
    const last = pages.at(-1);
    if (last === undefined || last.bytes + bytes > MOST_BYTES) pages.push({ values: [value], json: [json], bytes });
    else {
      last.values.push(value);
      last.json.push(json);
      last.bytes += bytes;
    }
  }
  return pages;
}

/** A page as the text of one array. */
export const arrayText = ({ json }: Pick<JsonPage<object>, "json">): string => `[${json.join(",")}]`;
