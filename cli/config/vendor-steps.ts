// What is to be done on the vendor's side, from the source's own page.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../frame/target.ts";

const ADDRESS = "https://YOUR-RELAY/hooks/THE-ROUTE-ID";

/** A route that was just added. */
export interface AddedRoute {
  name: string;
  id: string;
  address: string;
}

/** The first section of a source's page, which says how to set it up, about this route: its address, its name and id in the examples. */
export function vendorSteps(type: string, { name, id, address }: AddedRoute): string[] {
  const page = readFileSync(join(ROOT, "src", "sources", type, "README.md"), "utf8");
  const [, section = ""] = page.split(/^## .*\n/m);
  return section
    .replaceAll(ADDRESS, address)
    .replace("**Add the route", "**The route is there; add what it lacks")
    .replaceAll(/^( *\[+routes\.)[a-z0-9_-]+/gm, `$1${name}`)
    .replaceAll(/^( *id = )"[-0-9a-f]{36}".*/gm, `$1"${id}"`)
    .trim()
    .split("\n");
}
