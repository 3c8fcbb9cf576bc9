// What is to be done on the vendor's side, from the source's own page.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../frame/target.ts";

const ADDRESS = "https://YOUR-RELAY/hooks/THE-ROUTE-ID";

/** The first section of a source's page, which says how to set it up, with the route's address in it. */
export function vendorSteps(type: string, address: string): string[] {
  const page = readFileSync(join(ROOT, "src", "sources", type, "README.md"), "utf8");
  const [, section = ""] = page.split(/^## .*\n/m);
  return section.replaceAll(ADDRESS, address).trim().split("\n");
}
