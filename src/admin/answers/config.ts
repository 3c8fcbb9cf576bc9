// The configuration: plans, what was applied, revisions.
import * as z from "zod";
import { CHANGE_KINDS } from "../../config/changes.ts";
import { ORIGINS } from "../../store/config-rows.ts";
import { count, pageOf, time } from "./page.ts";

const value = (what: string) =>
  z
    .unknown()
    .optional()
    .meta({ description: `${what}; a plain secret is stars` });

const keyChange = z
  .strictObject({
    key: z.string().meta({ examples: ["shards", "rules[0].when", 'rules["urgent"].to'] }),
    before: value("Absent: the key is new"),
    after: value("Absent: the key goes away"),
    note: z.string().optional().meta({ description: "What is told in place of a value, or beside it" }),
  })
  .meta({ id: "KeyChange" });

/** What differs in one route, destination, enricher, list or inhibition, or in the relay's own settings. */
export const change = z
  .strictObject({
    kind: z.enum(CHANGE_KINDS),
    name: z.string(),
    change: z.enum(["added", "removed", "changed"]),
    keys: z.array(keyChange),
  })
  .meta({ id: "ConfigurationChange" });

/** Something in a configuration's text, with its place. */
export const placedProblem = z
  .strictObject({
    key: z.string().meta({ examples: ["routes.prod.rules[0].when"] }),
    line: z.int().min(1),
    column: z.int().min(1),
    message: z.string(),
  })
  .meta({ id: "ConfigurationProblem" });

const common = {
  revision: count().meta({ description: "The revision that is in effect; 0 before the first" }),
  state: z
    .string()
    .meta({ description: "What the ETag is made of: another one after each apply and each row written by hand", examples: ["3.mi9sl2fk"] }),
  changes: z.array(change),
  warnings: z.array(placedProblem).meta({ description: "Secrets that are named and not set" }),
};

/** What applying would do. */
export const plan = z
  .strictObject({
    ...common,
    drift: z.array(change).meta({ description: "What was changed in the database by hand since the last revision" }),
    same: z.boolean().meta({ description: "Nothing changes, and the text is that of the last revision" }),
  })
  .meta({ id: "ConfigurationPlan" });

/** What applying did. */
export const applied = z
  .strictObject({ applied: z.boolean().meta({ description: "False: it was in effect already" }), ...common })
  .meta({ id: "ConfigurationApplied" });

/** The revisions. */
export const revisionPage = pageOf(
  "RevisionPage",
  z
    .strictObject({
      revision: z.int().min(1),
      applied_at: time(),
      origin: z
        .enum(ORIGINS)
        .meta({ description: "A file that was applied, an edit of what was there, or the text of an earlier revision" }),
      author: z.string().nullable(),
      hash: z.string().meta({ description: "SHA-256 of the text" }),
      current: z.boolean(),
    })
    .meta({ id: "Revision" }),
);
