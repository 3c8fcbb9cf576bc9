// The registry of enrichers: one line each.
import type { Enricher } from "./enricher.ts";
import virustotal from "./virustotal/enricher.ts";

// Each adapter has settings of its own type; the core hands it only what its own schema made.
const all = [virustotal] as unknown as readonly Enricher[];

/** Every enricher by its type. */
export const enrichers: ReadonlyMap<string, Enricher> = new Map(all.map((enricher) => [enricher.type, enricher]));
