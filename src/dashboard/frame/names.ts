import type { AdminContext } from "../../admin/context.ts";

/** Names of the routes, to choose from. */
export const routeNames = ({ loaded }: AdminContext): string[] => [...loaded.routeByName.keys()].sort();

/** Names of the destinations, to choose from. */
export const destinationNames = ({ loaded }: AdminContext): string[] => [...loaded.destinationByName.keys()].sort();
