// What a question of the admin side is answered from. Each query asks for the part it needs.
import type { Destination } from "../destinations/destination.ts";
import type { Enricher } from "../enrichers/enricher.ts";
import type { Env } from "../env.ts";
import type { Source } from "../sources/source.ts";
import type { Via } from "../store/audit.ts";
import type { LoadedConfig } from "../store/config-cache.ts";
import type { Role } from "./role.ts";

/** Objects and D1, and which objects the configuration names. */
export interface Relay {
  env: Env;
  loaded: LoadedConfig;
  /** Now, Unix ms. */
  now(): number;
}

/** All that an endpoint or a page works with. */
export interface AdminContext extends Relay {
  sources: ReadonlyMap<string, Source>;
  destinations: ReadonlyMap<string, Destination>;
  enrichers: ReadonlyMap<string, Enricher>;
  /** Who asks: a name for the log, for comments and for the audit log. */
  author: string;
  /** How they came in, and what they may do. */
  via: Via;
  role: Role;
}
