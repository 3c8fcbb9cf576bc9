// Templates: Liquid over an alert, for plain text. Compiled once and kept by their text.
import type { Template as Part } from "liquidjs";
import { fail, ok, type Result } from "../outcome.ts";
import { MAX_TEXT } from "./budget.ts";
import { renderTemplates, TAGS, theEngine } from "./engine.ts";
import { mistakeOf, type TemplateError } from "./mistakes.ts";
import { findMistake } from "./names.ts";
import { SAMPLE } from "./sample.ts";
import { type Values, valuesOf } from "./values.ts";

export type { TemplateError } from "./mistakes.ts";

/** A compiled template. */
export interface CompiledTemplate {
  /**
   * The text for these values: untrusted and plain, to be escaped like any text of the alert, and of bounded length. The reason says
   * what went wrong with this alert.
   */
  render(values: Values): Result<string, string>;
}

/** A reason may quote the alert. */
const MAX_REASON = 200;
const known = new Map<string, Result<CompiledTemplate, TemplateError>>();
const MAX_KNOWN = 500;

/** Compiles a template, or says what is wrong with it and where. */
export function compileTemplate(text: string): Result<CompiledTemplate, TemplateError> {
  const found = known.get(text) ?? compiled(text);
  // Texts come from the configuration, so the limit is only reached after many changes of it.
  if (!known.has(text) && known.size >= MAX_KNOWN) known.clear();
  known.set(text, found);
  return found;
}

function compiled(text: string): Result<CompiledTemplate, TemplateError> {
  if (text.length > MAX_TEXT) return fail({ message: `the template is longer than ${MAX_TEXT} characters` });
  try {
    const parts = theEngine().parse(text);
    const mistake = findMistake(parts);
    if (mistake) return fail(mistake);
    // What fails with any alert, such as a time zone that there is none of, is found now.
    renderTemplates(parts, text.length, valuesOf(SAMPLE));
    return ok({ render: (values) => rendered(parts, text.length, values) });
  } catch (thrown) {
    return fail(inWords(thrown));
  }
}

function rendered(parts: Part[], length: number, values: Values): Result<string, string> {
  try {
    return ok(renderTemplates(parts, length, values));
  } catch (thrown) {
    return fail(inWords(thrown).message.slice(0, MAX_REASON));
  }
}

const inWords = (thrown: unknown): TemplateError => mistakeOf(thrown, { tags: TAGS, filters: Object.keys(theEngine().filters) });
