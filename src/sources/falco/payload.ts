// What Falco's http_output and Falcosidekick's webhook post, read liberally.
// Shapes: falcosecurity/falco userspace/engine/formats.cpp, falcosecurity/falcosidekick types/types.go, handlers.go.
import type * as z from "zod";
import type { Json } from "../../alert.ts";
import { own } from "../../lib/own.ts";
import { fields, line, lines, text } from "../lenient.ts";
import { asLine, asObject, isObject, type JsonObject } from "../read.ts";

const eventSchema = fields({
  uuid: line(),
  rule: line(),
  priority: line(),
  source: line(),
  hostname: line(),
  time: line(),
  output: text(),
  /** The output without time and priority, where `json_include_message_property` is on. */
  message: text(),
  tags: lines(),
});

/** One event of Falco; `fields` are its `output_fields` as they came, with dots in their names. */
export type FalcoEvent = z.output<typeof eventSchema> & { rule: string; fields: JsonObject };

/** Reads an event: a rule and a priority as text, and something that happened. */
export function readEvent(body: Json): FalcoEvent | undefined {
  if (!isObject(body)) return undefined;
  const event = eventSchema.parse(body);
  const { rule, priority, output, message } = event;
  if (rule === undefined || priority === undefined) return undefined;
  if (output === undefined && message === undefined && !isObject(body.output_fields)) return undefined;
  return { ...event, rule, fields: asObject(body.output_fields) };
}

/** A field as one line; `<NA>` is how Falco writes nothing. */
export function field({ fields: all }: Pick<FalcoEvent, "fields">, name: string): string | undefined {
  const found = asLine(own(all, name), 300);
  return found === undefined || /^(?:<NA>|<nil>|null|-1|4294967295)$/i.test(found) ? undefined : found;
}

/**
 * `evt.time`, the nanoseconds since 1970 with every digit. They are more than a double holds, so that the intake hands them over as
 * text; a double that came another way is written out, not rounded again.
 */
export function eventNanoseconds({ fields: all }: Pick<FalcoEvent, "fields">): string | undefined {
  const value = all["evt.time"] ?? all["evt.rawtime"];
  if (typeof value === "string") return /^\d{17,20}$/.test(value) ? value : undefined;
  return typeof value === "number" && Number.isInteger(value) && value > 1e16 && value < 1e20 ? BigInt(value).toString() : undefined;
}
