// How the configuration wants an alert told, as the layouts take it.
import type { Detail, Template } from "../config/model.ts";
import type { Result } from "../outcome.ts";
import { compileTemplate } from "./template.ts";
import { type Inputs, type Values, valuesOf } from "./values.ts";

export type { Inputs } from "./values.ts";

/** Texts in place of what the alert says itself: untrusted and plain like everything of an alert. */
export interface Texts {
  title?: string;
  summary?: string;
  fields?: { label: string; value: string }[];
}

/**
 * The level of detail with the rendered texts. A part whose template fails is left out, so that the alert's own text stands there and no
 * message is lost; `problems` says which and why, one sentence each, for the log.
 */
export function styleOf(
  { template, detail }: { template?: Template; detail?: Detail },
  inputs: Inputs,
): { style: { detail?: Detail; texts?: Texts }; problems: string[] } {
  if (!template) return { style: { detail }, problems: [] };
  const { texts, problems } = renderTemplate(template, inputs);
  return { style: { detail, texts }, problems };
}

/** The texts of a template for one alert. */
export function renderTemplate({ title, summary, fields }: Template, inputs: Inputs): { texts: Texts; problems: string[] } {
  const problems: string[] = [];
  const seen = valuesOf(inputs);
  const told = (part: string, text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    const result = rendered(text, seen);
    if (result.ok) return result.value;
    problems.push(`${part}: ${result.reason}`);
    return undefined;
  };
  const texts: Texts = { title: told("title", title), summary: told("summary", summary) };
  const values = fields?.map(({ label, value }) => ({ label, value: told(`the field "${label}"`, value) }));
  // Fields stand together: with one missing, a reader would take the rest for all there is.
  const whole = values?.flatMap(({ label, value }) => (value === undefined ? [] : [{ label, value }]));
  if (values && whole?.length === values.length) texts.fields = whole;
  return { texts, problems };
}

function rendered(text: string, values: Values): Result<string, string> {
  const template = compileTemplate(text);
  return template.ok ? template.value.render(values) : { ok: false, reason: template.reason.message };
}
