// Reading a body as its source does. Where the route has masks, what they name is gone before, so that nothing after this knows it.
import { applyMask, keyedHash, maskKeyOf, type RouteMask } from "../config/mask.ts";
import type { Route } from "../config/model.ts";
import type { Json } from "../lib/json.ts";
import { claimId } from "../lib/keys.ts";
import { log } from "../lib/log.ts";
import { ok } from "../outcome.ts";
import type { ParseContext, Parsed, Source } from "../sources/source.ts";

/** What a body holds, as the route has it read. `receivedAt` in Unix ms; `env` has the masks' key. */
export function parseBody(source: Source, body: Json, route: Route, receivedAt: number, env: object): Parsed {
  const { name, settings, console, severityMap, mask } = route;
  const context = { settings, console, severityMap, receivedAt };
  if (!mask) return source.parse(body, context);
  const key = maskKeyOf(mask, env);
  if (key === undefined && mask.key !== undefined) log("warn", "intake.mask_key_missing", { route: name });
  return readMasked(source, body, context, mask, key).parsed;
}

/** What a masked body was read as, and how many values each mask took out. */
export interface MaskedReading {
  parsed: Parsed;
  found: number[];
}

/**
 * Masks a body and reads it; `key` is the one behind `as = "hash"`, undefined where none is set. The body is changed.
 *
 * What recognises a redelivery is made of the body before it was masked, so that two events that differ in a masked value alone are
 * still two; but only under the key: of a plain hash, whoever sees the row and the rest of the body could try out what was masked.
 */
export function readMasked(
  source: Source,
  body: Json,
  context: ParseContext<unknown>,
  mask: RouteMask,
  key: string | undefined,
): MaskedReading {
  const claims = key === undefined ? [] : claimsOf(source.parse(body, context), key);
  const { document, found } = applyMask(body, mask, key);
  const parsed = source.parse(document, context);
  // Where masking made another list of it, its own claims are as good as any.
  if (!parsed.ok || claims.length !== parsed.value.length) return { parsed, found };
  const entries = parsed.value.map((entry, index) => {
    const claim = claims[index];
    return entry.kind === "event" && claim ? { ...entry, event: { ...entry.event, ...claim } } : entry;
  });
  return { parsed: ok(entries), found };
}

type Claim = { claim: string; identified: boolean };

function claimsOf(parsed: Parsed, key: string): (Claim | undefined)[] {
  if (!parsed.ok) return [];
  return parsed.value.map((entry): Claim | undefined => {
    if (entry.kind !== "event") return undefined;
    const { claim, identified } = entry.event;
    return { claim: claimId(["masked", keyedHash(key, "claim", claim)]), identified };
  });
}
