// The settings of an ntopng route.
import * as z from "zod";
import { secret } from "../../config/secret.ts";
import { isWebAddress } from "../../lib/address.ts";

/**
 * A route's own keys: the endpoint's "shared secret", if it has one, and where to ask about hosts. HTTP Basic is the route's `auth`, as
 * for every source. `api` is the address of ntopng's own interface, with its prefix if it has one.
 */
export const settingsSchema = z
  .strictObject({
    shared_secret: secret().optional(),
    api: z
      .string()
      .refine(isWebAddress, "an http(s) address without user, query or fragment, such as https://ntopng.example.org:3000")
      .optional(),
    token: secret().optional(),
  })
  .superRefine(({ api, token }, context) => {
    if ((api === undefined) === (token === undefined)) return;
    context.addIssue({ code: "custom", path: [api === undefined ? "api" : "token"], message: "is missing: api and token go together" });
  });
export type NtopngSettings = z.infer<typeof settingsSchema>;
