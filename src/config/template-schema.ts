// `template` of a destination or a rule: Liquid texts, compiled when the configuration is read.
import * as z from "zod";
import { fail, ok } from "../outcome.ts";
import { compileTemplate } from "../templates/template.ts";
import { field, placeWithin } from "./fields.ts";
import type { Detail, Template } from "./model.ts";

/** As many as a message shows. */
export const MAX_FIELDS = 8;
const MAX_LABEL = 40;

const templateText = () =>
  field((value) => {
    if (typeof value !== "string") return fail({ message: "must be a template in text", instead: "write for example '{{ alert.title }}'" });
    const compiled = compileTemplate(value);
    if (compiled.ok) return ok(value);
    return fail({ message: `${compiled.reason.message}${placeWithin("template", value, compiled.reason.position)}` });
  }).meta({ type: "string" });

const label = () =>
  z
    .string()
    .refine((text) => text.trim() !== "" && text.length <= MAX_LABEL, { error: `the name of a field has 1 to ${MAX_LABEL} characters` })
    // Tables put such keys first, whatever the file says.
    .refine((text) => !/^\d+$/.test(text), { error: "the name of a field needs a letter" });

/** The table with its fields as a list, in the order of the file. */
export const templateSchema = () =>
  z
    .strictObject({
      title: templateText().optional(),
      summary: templateText().optional(),
      fields: z
        .record(label(), templateText())
        .refine((fields) => Object.keys(fields).length <= MAX_FIELDS, {
          error: `has more than ${MAX_FIELDS} fields, which no message shows`,
        })
        .optional(),
    })
    .transform(({ fields, ...texts }): Template => {
      if (!fields) return texts;
      return { ...texts, fields: Object.entries(fields).map(([name, value]) => ({ label: name, value })) };
    });

/** Whether both fit together: `simple` shows neither a summary nor fields. */
export const fitsDetail = ({ detail, template }: { detail?: Detail; template?: Template }): boolean =>
  detail !== "simple" || (!template?.summary && !template?.fields?.length);

/** What is said where they do not. */
export const UNFIT = {
  path: ["template"],
  error: 'has a summary or fields, which detail = "simple" does not show',
  params: { instead: 'leave them out, or write detail = "full"' },
};
