// The adapters, for verbs that judge a configuration on this machine.
import type { Registries } from "../src/config/route.ts";
import { destinations } from "../src/destinations/index.ts";
import { enrichers } from "../src/enrichers/index.ts";
import { sources } from "../src/sources/index.ts";

/** All of them. */
export const registries = { sources, destinations, enrichers } satisfies Registries;
