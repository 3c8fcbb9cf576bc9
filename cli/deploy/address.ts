// The relay's public address in a configuration's text, where it has none yet.
import { canonicalJson } from "../../src/config/canonical.ts";
import { parseConfigText } from "../../src/config/toml.ts";
import { Failure } from "../frame/errors.ts";

/** The `[relay] url` of a text; undefined when it has none. */
export function relayUrlIn(text: string): string | undefined {
  const file = parseConfigText(text);
  const url: unknown = file.ok ? Object(file.value.document.relay).url : undefined;
  return typeof url === "string" ? url : undefined;
}

/** The text with the address in it; everything else stays as it is. */
export function withRelayUrl(text: string, url: string): string {
  const line = `url = ${JSON.stringify(url)}\n`;
  const header = /^\[relay\][^\n]*\n?/m.exec(text);
  const at = header ? header.index + header[0].length : 0;
  const edited = header
    ? `${text.slice(0, at)}${header[0].endsWith("\n") ? "" : "\n"}${line}${text.slice(at)}`
    : `[relay]\n${line}${text === "" ? "" : "\n"}${text}`;
  if (!says(edited, text, url))
    throw new Failure("The configuration's text could not be edited.", { hint: `Add to [relay]: ${line.trim()}` });
  return edited;
}

/** Whether the edited text says what the other one says, and the address. */
function says(edited: string, text: string, url: string): boolean {
  const [before, after] = [parseConfigText(text), parseConfigText(edited)];
  if (!before.ok || !after.ok) return false;
  const { relay, ...rest } = before.value.document;
  return canonicalJson(after.value.document) === canonicalJson({ ...rest, relay: { ...Object(relay), url } });
}
