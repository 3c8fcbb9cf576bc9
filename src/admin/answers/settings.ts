// How the relay as a whole is set up, and what of its platform's limits it uses.
import * as z from "zod";
import { count } from "./page.ts";

const duration = () => z.string().meta({ examples: ["30d"] });
const addresses = () => z.array(z.string());

/** How the relay is set up; secrets as their names. */
export const settings = z
  .strictObject({
    version: z.string(),
    schema: z.strictObject({
      expected: z.string().meta({ description: "The newest migration that this version knows" }),
      applied: z.string().nullable().meta({ description: "The newest migration of the database; null: none" }),
    }),
    local: z.boolean().meta({ description: "A relay on its owner's machine" }),
    relay: z.strictObject({
      url: z.string().nullable(),
      plan: z.enum(["free", "paid"]),
      notify: z
        .array(z.string())
        .nullable()
        .meta({ description: "Who is told what is wrong with the relay itself; null: whoever is well" }),
      retention: duration(),
      retention_payloads: duration(),
      retention_audit: duration(),
      mask_key: z.string().nullable().meta({ description: "A secret's name" }),
      link_key: z.string().nullable().meta({ description: "A secret's name; null: the admin token" }),
    }),
    routes: z.array(z.strictObject({ name: z.string(), retention: duration(), retention_payloads: duration() })),
    secrets: z.array(
      z
        .strictObject({ name: z.string(), set: z.boolean(), used_by: z.array(z.string()).meta({ examples: [["destination soc"]] }) })
        .meta({ id: "SecretName" }),
    ),
    admin_token: z.boolean().meta({ description: "Whether there is an ADMIN_TOKEN" }),
    access: z
      .strictObject({ read: addresses(), operate: addresses(), configure: addresses() })
      .nullable()
      .meta({ description: "`[relay] access`; null where there is none, and for those who may not configure" }),
  })
  .meta({ id: "Settings" });

/** What of the platform's limits was used today. */
export const usage = z
  .strictObject({
    plan: z.enum(["free", "paid"]),
    day: z.string().meta({ description: "Since 00:00 UTC of this day", examples: ["2026-11-21"] }),
    items: z
      .array(z.strictObject({ name: z.string(), used: count().meta({ description: "An estimate, of this relay alone" }), limit: count() }))
      .nullable()
      .meta({
        description:
          "Null where nobody counts: with another plan than `free`, before the day's first sweep, or where a part does not answer",
      }),
  })
  .meta({ id: "Usage" });
