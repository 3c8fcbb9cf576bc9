// Tokens besides ADMIN_TOKEN: made, listed, removed.
import * as z from "zod";
import { problem } from "../../lib/problem.ts";
import { fail, ok, type Result } from "../../outcome.ts";
import { audit } from "../audit.ts";
import type { AdminContext } from "../context.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { momentAfter } from "../params.ts";
import { noSuch } from "../problems.ts";
import { ROLES } from "../role.ts";
import { listTokens, makeToken, removeToken, TAKEN_NAMES, TOKEN_NAME, type TokenItem } from "../tokens.ts";

/** A token as it is asked for. */
export const tokenWanted = z
  .strictObject({
    name: z
      .string()
      .regex(TOKEN_NAME, "must be up to 63 small letters, digits, dots, dashes and underscores")
      .refine((name) => !TAKEN_NAMES.includes(name), `must not be ${TAKEN_NAMES.join(" or ")}`),
    role: z.enum(ROLES, { error: `must be one of ${ROLES.join(", ")}` }),
    expires: z
      .string()
      .refine((text) => momentAfter(text, 0) !== undefined, "must be a duration such as 90d, or a time")
      .optional()
      .meta({ description: "When it stops to hold: a duration from now, or a time" }),
  })
  .meta({ id: "TokenRequest", examples: [{ name: "prometheus", role: "read", expires: "90d" }] });

/** The endpoints of tokens. */
export const tokenEndpoints: Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/tokens",
    operation: "listTokens",
    summary: "Tokens by name, without the tokens themselves",
    role: "configure",
    handle: async ({ context }) => ({ items: await listTokens(context.env.DB), next: null }),
  }),
  endpoint({
    method: "POST",
    path: "/tokens",
    operation: "makeToken",
    summary: "Make a token; the answer is the one time that it is told",
    role: "configure",
    body: tokenWanted,
    status: 201,
    refusals: [409],
    handle: async ({ context, body }) => {
      const made = await newToken(context, body);
      if (made.ok) return made.value;
      return made.reason === "taken" ? problem(409, NAME_TAKEN) : problem(422, `expires: ${IN_THE_PAST}`, { where: "expires" });
    },
  }),
  endpoint({
    method: "DELETE",
    path: "/tokens/:name",
    operation: "removeToken",
    summary: "Remove a token; it is refused from then on",
    role: "configure",
    status: 204,
    refusals: [404],
    handle: async ({ context, path: { name = "" } }) => {
      if (!(await dropToken(context, name))) return noSuch("token");
    },
  }),
];

/** The sentences for a token that was not made. */
export const NAME_TAKEN = "There is a token of this name. Remove it first, or choose another name.";
export const IN_THE_PAST = "must be in the future";

/** Makes a token, and remembers who did. `past`: it would have ended already. */
export async function newToken(
  context: AdminContext,
  { name, role, expires }: z.output<typeof tokenWanted>,
): Promise<Result<TokenItem & { token: string }, "taken" | "past">> {
  const now = context.now();
  const expiresAt = expires === undefined ? null : (momentAfter(expires, now) ?? null);
  if (expiresAt !== null && Date.parse(expiresAt) <= now) return fail("past");
  const made = await makeToken(context.env.DB, { name, role, createdBy: context.author, expiresAt });
  if (!made) return fail("taken");
  await audit(context, { action: "token.made", target: name, detail: { role, expires_at: expiresAt } });
  return ok(made);
}

/** Removes a token and whatever was signed in with it, and remembers who did. Answers whether there was one. */
export async function dropToken(context: AdminContext, name: string): Promise<boolean> {
  const removed = await removeToken(context.env.DB, name);
  if (removed) await audit(context, { action: "token.removed", target: name });
  return removed;
}
