// Refusals of the admin API as RFC 9457 problem documents. Parameters are named, since who asks has proved who they are.
import { problem } from "../lib/problem.ts";
import type { Refused, Visitor } from "./auth.ts";
import type { Role } from "./role.ts";

/** A parameter that is unknown or wrong. `sentence` never repeats its value. */
export const badParameter = (where: string, sentence: string): Response => problem(400, `${where}: ${sentence}`, { where });

/** Nobody proved who they are; one text for every cause. */
export const signInFirst = (): Response =>
  problem(401, "Send a token as a bearer token, or sign in.", { headers: { "www-authenticate": 'Bearer realm="tocsin"' } });

/** Why somebody was not let in, as the API tells it. */
export function notLetIn(refused: Refused): Response {
  switch (refused.kind) {
    case "nobody":
      return signInFirst();
    case "unavailable":
      return problem(503, "The relay could not look up the token.", { retryAfter: 5 });
    case "too_often":
      return problem(429, "Too many wrong tokens came from this address.", { retryAfter: Math.ceil(refused.afterMs / 1_000) });
    case "no_role":
      return problem(403, `[relay] access in the configuration gives ${refused.name} no role.`);
  }
}

/** Somebody may not do this. */
export const needsRole = (asked: Role, { name, role }: Pick<Visitor, "name" | "role">): Response =>
  problem(403, `This needs the role ${asked}; ${name} has ${role}.`);

/** A browser brought a cookie along for another site's request. */
export const otherSite = (): Response => problem(403, "The request came from another site.");

/** What was asked for does not exist; `what` is a noun: `alert`, `delivery`. */
export const noSuch = (what: string): Response => problem(404, `There is no such ${what}.`);
