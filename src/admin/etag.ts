// Entity tags: whether a copy is still the newest (If-None-Match), and whether a change was made knowing what it replaces (If-Match).
import { sha256 } from "../lib/keys.ts";
import { problem } from "../lib/problem.ts";

/** The strong tag of a text, in quotes as the header has it. */
export const etagOf = (text: string): string => `"${sha256(text).slice(0, 32)}"`;

/** 304 where the caller's copy is of this tag; undefined where it has to be sent. */
export function notModified(headers: Headers, etag: string): Response | undefined {
  const known = headers.get("if-none-match");
  // Weak comparison: a cache on the way may have made it weak.
  if (known === null || !names(known.replaceAll("W/", ""), etag)) return undefined;
  return new Response(null, { status: 304, headers: { etag } });
}

/** 412 where the caller means to replace something else than what stands; undefined where it may, also without `If-Match`. */
export function preconditionFailed(headers: Headers, etag: string): Response | undefined {
  const expected = headers.get("if-match");
  if (expected === null || names(expected, etag)) return undefined;
  return problem(412, "It changed since you read it. Read it again, and send its ETag as If-Match.", { headers: { etag } });
}

/** Whether a list of tags holds this one; `*` is any. */
const names = (list: string, etag: string): boolean => {
  const tags = list.split(",").map((tag) => tag.trim());
  return tags.includes("*") || tags.includes(etag);
};
