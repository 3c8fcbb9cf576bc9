// The settings of a Velociraptor route.
import * as z from "zod";
import { SEVERITIES } from "../../alert.ts";
import { secret } from "../../config/secret.ts";
import { isWebAddress } from "../../lib/address.ts";

/** A route's own keys. `api` is the GUI's address, with its base path if it has one; it needs a user that signs in with a password. */
export const settingsSchema = z
  .strictObject({
    org: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, 'the id of an org, such as "root" or "O1AB2"')
      .optional(),
    severity: z.enum(SEVERITIES).optional(),
    api: z
      .string()
      .refine(isWebAddress, "an http(s) address without user, query or fragment, such as https://velociraptor.example.org:8889")
      .optional(),
    username: z
      .string()
      .regex(/^[^:\p{Cc}]{1,200}$/u, "a user name without a colon")
      .optional(),
    password: secret().optional(),
  })
  .superRefine((settings, context) => {
    const parts = ["api", "username", "password"] as const;
    const absent = parts.filter((part) => settings[part] === undefined);
    if (absent.length === 0 || absent.length === parts.length) return;
    for (const part of absent)
      context.addIssue({ code: "custom", path: [part], message: "is missing: api, username and password go together" });
  });
export type VelociraptorSettings = z.infer<typeof settingsSchema>;

/** The org that links and calls are for, where a row does not name its own. */
export const rootOrg = "root";
