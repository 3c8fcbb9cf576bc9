// Zod building blocks for vendors' payloads: every field is optional, and a value of another type counts as absent.
import * as z from "zod";
import { asFlag, asLine, asLines, asList, asNumber, asObject, asText } from "./read.ts";

// Each is made once: schemas of payloads are most of what the Worker makes when it starts.
const LINE = z
  .unknown()
  .optional()
  .transform((value) => asLine(value));
const TEXT = z.unknown().optional().transform(asText);
const NUMBER = z.unknown().optional().transform(asNumber);
const FLAG = z.unknown().optional().transform(asFlag);
const LINES = z
  .unknown()
  .optional()
  .transform((value) => (Array.isArray(value) ? asLines(value) : undefined));
const RAW = z.unknown().optional();

/** One line of text; numbers are taken as text. */
export const line = () => LINE;
/** Running text. */
export const text = () => TEXT;
/** A number, also written as text. */
export const number = () => NUMBER;
/** True or false, also written as a number or text. */
export const flag = () => FLAG;
/** A list of one-line texts. */
export const lines = () => LINES;
/** An object of the given shape; anything else reads as an empty one. */
export const fields = <Shape extends z.ZodRawShape>(shape: Shape) => z.preprocess(asObject, z.object(shape));
/** A list of objects; members of another type read as empty ones. */
export const entries = <Shape extends z.ZodRawShape>(shape: Shape) => z.preprocess(asList, z.array(fields(shape)));
/** Kept as it came: a time in whatever form, or a part that is read later. */
export const raw = () => RAW;
