// The registry of sources: one line each.
import ntopng from "./ntopng/source.ts";
import sekoia from "./sekoia/source.ts";
import type { Source } from "./source.ts";

// Each adapter has settings of its own type; the core hands it only what its own schema made.
const all = [sekoia, ntopng] as unknown as readonly Source[];

/** Every source by its type. */
export const sources: ReadonlyMap<string, Source> = new Map(all.map((source) => [source.type, source]));
