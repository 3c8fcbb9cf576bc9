// Refusals of the admin API as RFC 9457 problem documents. Parameters are named, since who asks has proved who they are.
import { problem } from "../lib/problem.ts";

/** A parameter that is unknown or wrong. `sentence` never repeats its value. */
export function badParameter(where: string, sentence: string): Response {
  const body = { type: "about:blank", title: "Bad request", status: 400, detail: `${where}: ${sentence}`, where };
  return new Response(JSON.stringify(body), { status: 400, headers: { "content-type": "application/problem+json" } });
}

/** Nobody proved who they are; one text for every cause. */
export const signInFirst = (): Response =>
  problem(401, "Send the admin token as a bearer token, or sign in.", { headers: { "www-authenticate": 'Bearer realm="tocsin"' } });

/** A browser brought a cookie along for another site's request. */
export const otherSite = (): Response => problem(403, "The request came from another site.");

/** What was asked for does not exist; `what` is a noun: `alert`, `delivery`. */
export const noSuch = (what: string): Response => problem(404, `There is no such ${what}.`);
