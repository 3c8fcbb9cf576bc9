// A body as events, by the mapping of the route.
import type { Json } from "../../alert.ts";
import { fail, ok } from "../../outcome.ts";
import { isTooDeep } from "../read.ts";
import type { ParseContext, Parsed, ParsedEntry } from "../source.ts";
import { asEntry, parseList } from "../unparsed.ts";
import { entriesOf } from "./entries.ts";
import { entryEvent } from "./event.ts";
import { Body, type Listener, Reading } from "./reading.ts";
import { withoutSecret } from "./secret.ts";
import type { GenericSettings, Mapping } from "./settings.ts";

/** Reads a body. One in which the mapping finds nothing is refused; an entry of a list that it does not understand is never lost. */
export const parse = (body: Json, context: ParseContext<GenericSettings>): Parsed => parseWith(body, context);

/** Where the mapping finds nothing in a body, for a person who tries one: each field once, with the reason. */
export function remarks(body: Json, context: ParseContext<GenericSettings>): string[] {
  const found = new Set<string>();
  parseWith(body, context, (field, why) => found.add(`mapping.${field}: ${why}`));
  return [...found];
}

function parseWith(json: Json, context: ParseContext<GenericSettings>, listener?: Listener): Parsed {
  if (isTooDeep(json)) return fail({ where: "body", expected: "JSON of moderate nesting" });
  const { mapping, body_secret: secret } = context.settings;
  const body = new Body(withoutSecret(json, secret));
  const entries = entriesOf(body.json, mapping, listener);
  if (entries === undefined) return otherShape(new Reading(body, body.json), mapping);
  return parseList(entries, {
    source: "generic",
    label: "Generic",
    read: (entry) => entryOf(new Reading(body, entry, { listener }), context),
    refusal: notUnderstood(mapping),
  });
}

const entryOf = (reading: Reading, context: ParseContext<GenericSettings>): ParsedEntry | undefined =>
  decide(reading, context.settings.mapping) ?? asEntry(entryEvent(reading, context));

function decide(reading: Reading, { test, ignore }: Mapping): ParsedEntry | undefined {
  if (reading.holds("test", test)) return { kind: "test" };
  return reading.holds("ignore", ignore) ? { kind: "ignored", reason: "left out by the route's mapping (ignore)" } : undefined;
}

/** A test or a ping may have a shape of its own, without the list. */
function otherShape(reading: Reading, mapping: Mapping): Parsed {
  const decided = decide(reading, mapping);
  return decided ? ok([decided]) : fail({ where: placeOf(mapping.list), expected: "the list of alerts that mapping.list names" });
}

const notUnderstood = ({ list, title, id, key }: Mapping) => ({
  where: [list && placeOf(list), placeOf(id ?? key ?? title)].filter((part) => part !== undefined).join(", "),
  expected: "what mapping.id, mapping.key or mapping.title names",
});

/** A path says where; an expression cannot. */
const placeOf = (texts: readonly string[] | undefined): string => texts?.find((text) => !text.startsWith("=")) ?? "body";
