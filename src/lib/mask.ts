// Takes secrets out of text that is kept or shown, as they are and as others write them.
import { Buffer } from "node:buffer";

/** Shorter texts are words that stand in any answer. */
const TEXT = 6;
/** Of an address: `services` and `webhooks` are no secrets, ids and tokens are longer. */
const PART = 9;
/** A shorter piece of Base64 may be anything. */
const PIECE = 8;

/**
 * Replaces every text of `secrets` (walked, strings of 6 characters or more) that stands in `text` by `***`. Of an address
 * the path and its long parts are secrets too: a server that knows no such page answers with the path.
 */
export const maskSecrets = (text: string, secrets: unknown): string => maskTexts(text, secretTexts(secrets));

/** The texts that `maskSecrets` looks for, to be kept where the same secrets mask many texts. */
export function secretTexts(secrets: unknown): string[] {
  // Long ones first: a part that is gone would leave the rest of the whole.
  return [...new Set(strings(secrets))].sort((left, right) => right.length - left.length);
}

/** A text as it stands in an address, in JSON, in HTML and in Base64, by itself or behind something else; the text itself is the first. */
export function formsOf(text: string): string[] {
  const inAddress = encodeURIComponent(text.toWellFormed());
  const inJson = jsonOf(text);
  const inHtml = text.replace(/[&<>"']/g, (sign) => `&${HTML[sign]};`);
  const written = [text, inAddress, inAddress.replace(/%../g, (code) => code.toLowerCase()), inJson.replaceAll("/", "\\/"), inHtml];
  // Whatever it is, it may stand in JSON, and that again in JSON.
  return [...new Set([...written.flatMap((form) => [form, jsonOf(form), jsonOf(jsonOf(form))]), ...inBase64(text)])];
}

const jsonOf = (text: string): string => JSON.stringify(text).slice(1, -1);
const HTML: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" };

/** What stands before a text decides how Base64 cuts it up: three ways, of each the part that is the text's alone. */
function inBase64(text: string): string[] {
  const whole = Buffer.from(text).toString("base64");
  const own = [0, 1, 2].map((before) => {
    const encoded = Buffer.from(`${"\0".repeat(before)}${text}`)
      .toString("base64")
      .replace(/=+$/, "");
    return encoded.slice(Math.ceil((before * 4) / 3), encoded.length - 1);
  });
  const forms = [whole, whole.replace(/=+$/, ""), ...own].filter((form) => form.length >= PIECE);
  return [...forms, ...forms.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))];
}

/** Replaces each of `secrets` by `***`, in order. */
export function maskTexts(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) masked = masked.replaceAll(secret, "***");
  return masked;
}

function strings(value: unknown): string[] {
  if (typeof value === "string") return value.length >= TEXT ? (addressTexts(value) ?? formsOf(value)) : [];
  if (value && typeof value === "object") return Object.values(value).flatMap(strings);
  return [];
}

/** What to look for of an address; undefined where it is none. However the whole is written, what tells in it is one of its smallest parts. */
function addressTexts(text: string): string[] | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  const query = url.search.slice(1).split("&");
  const parts = [...url.pathname.split("/"), ...query.map((pair) => pair.slice(pair.indexOf("=") + 1))];
  const isLong = (part: string): boolean => part.length >= PART;
  const smallest = [...parts, ...parts.map(decoded)].filter(isLong);
  return [text, url.href, ...[`${url.pathname}${url.search}`, url.pathname].filter(isLong), ...smallest.flatMap(formsOf)];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
