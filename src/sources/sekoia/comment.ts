// A comment on an alert or a case of SEKOIA.IO.
import type { Json } from "../../alert.ts";
import { asInstant } from "../instant.ts";
import { compact } from "../read.ts";
import type { CommentFacts } from "./payload.ts";

/** `{ author, text, at }`, or undefined while nobody told us the text. `at` stands in for a comment without a date. */
export function commentData(facts: CommentFacts, at: string | undefined): Record<string, Json> | undefined {
  if (facts.content === undefined) return undefined;
  const when = (asInstant(facts.date) ?? asInstant(facts.created_at))?.iso ?? at;
  return { comment: compact({ author: author(facts), text: facts.content, at: when }) as { [key: string]: Json } };
}

/** Whoever signed it, else the kind and id of the account: the vendor tells no name. */
function author(facts: CommentFacts): string {
  if (facts.author !== undefined) return facts.author;
  return [facts.created_by_type, facts.created_by].filter((part) => part !== undefined).join(":") || "unknown";
}
