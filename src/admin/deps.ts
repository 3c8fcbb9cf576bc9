// What the admin side gets from the wiring.
import type { Destination } from "../destinations/destination.ts";
import type { Enricher } from "../enrichers/enricher.ts";
import type { Source } from "../sources/source.ts";
import type { ConfigCache } from "../store/config-cache.ts";

/** The configuration's cache and the registries of adapters. */
export interface AdminDeps {
  config: ConfigCache;
  sources: ReadonlyMap<string, Source>;
  destinations: ReadonlyMap<string, Destination>;
  enrichers: ReadonlyMap<string, Enricher>;
}
