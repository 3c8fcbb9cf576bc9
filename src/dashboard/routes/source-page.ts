// What is known of each source besides its routes, from `assets/`: steps on the vendor's side, in HTML made from its page in the docs, and samples.
import { html, raw } from "hono/html";
import * as z from "zod";
import type { Env } from "../../env.ts";
import type { Html } from "../frame/parts.ts";

/** Stand in the steps for what a route has. */
export const STAND_INS = { name: "STANDS-FOR-THE-NAME", id: "STANDS-FOR-THE-ID", address: "STANDS-FOR-THE-ADDRESS" };

const sourcePage = z.object({ steps: z.string(), samples: z.array(z.object({ name: z.string(), text: z.string() })) });
/** The steps as HTML of ours, with the stand-ins; and bodies as the vendor sends them. */
export type SourcePage = z.output<typeof sourcePage>;

/** The file in `assets/` about a source. */
export const sourceFile = (type: string): string => `source-${type}.json`;

/** Reads it; nothing where there is none. */
export async function readSourcePage({ ASSETS }: Pick<Env, "ASSETS">, type: string): Promise<SourcePage> {
  const answer = await ASSETS.fetch(`http://assets/${sourceFile(type)}`);
  if (!answer.ok) return { steps: "", samples: [] };
  // Not `json()`: see `sendAsset`.
  return sourcePage.parse(JSON.parse(new TextDecoder().decode(await answer.arrayBuffer())));
}

/** The steps with a route's own name, address and id; without the latter two, with words in their place. */
export async function stepsFor(steps: string, route: { name: string; base: string; id?: string }): Promise<Html> {
  const id = route.id ?? "THE-ROUTE-ID";
  const values = { name: route.name, id, address: `${route.base}/hooks/${id}` };
  let told = steps;
  for (const [key, standIn] of Object.entries(STAND_INS)) {
    const text = String(await html`${values[key as keyof typeof values]}`);
    told = told.replaceAll(standIn, () => text);
  }
  return raw(told);
}
