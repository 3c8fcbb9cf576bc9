// Where sources put a secret inside the body. The adapters only check it; whoever sends a sample has to put it there.
import type { Json } from "../../src/alert.ts";
import { entriesOf } from "../../src/sources/generic/entries.ts";
import { parsePath, type Step } from "../../src/sources/generic/path.ts";
import type { GenericSettings } from "../../src/sources/generic/settings.ts";
import type { NtopngSettings } from "../../src/sources/ntopng/settings.ts";

/** A copy of the body with the secret of these (resolved) settings; the body itself where it has no place. */
export function withBodySecret(source: string, body: Json, settings: unknown): Json {
  switch (source) {
    case "ntopng":
      return placed(body, ["sharedsecret"], (settings as NtopngSettings).shared_secret ?? "");
    case "generic":
      return inGeneric(structuredClone(body), settings as GenericSettings);
    default:
      return body;
  }
}

function inGeneric(body: Json, { body_secret: secret, mapping }: GenericSettings): Json {
  const path = parsePath(secret?.at ?? "");
  if (!path.ok) return body;
  const value = [secret?.value ?? ""].flat().find((text) => text !== "") ?? "";
  if (path.value.fromBody) return placed(body, path.value.steps, value);
  const entries = entriesOf(body, mapping) ?? [body];
  // A body without a list is its own entry.
  if (entries[0] === body) return placed(body, path.value.steps, value);
  for (const entry of entries) placed(entry, path.value.steps, value);
  return body;
}

/** The table with a member at the path, made in place; anything else as it is. */
function placed(body: Json, [step, ...rest]: readonly Step[], value: string): Json {
  if (typeof body !== "object" || body === null || typeof step !== "string") return body;
  const table = body as Record<string, Json>;
  table[step] = rest.length === 0 ? value : placed(table[step] ?? {}, rest, value);
  return body;
}
