// Who may come in, and who changed what.
import * as z from "zod";
import { ROLES } from "../role.ts";
import { pageOf, time } from "./page.ts";

const token = z
  .strictObject({
    name: z.string(),
    role: z.enum(ROLES),
    created_at: time(),
    created_by: z.string(),
    expires_at: time().nullable().meta({ description: "Null: it holds until it is removed" }),
  })
  .meta({ id: "Token" });

/** Tokens. */
export const tokenPage = pageOf("TokenPage", token);
/** A token that was made: the one time that it is told. */
export const newToken = z.strictObject({ ...token.shape, token: z.string() }).meta({ id: "NewToken" });

/** The audit log. */
export const auditPage = pageOf(
  "AuditPage",
  z
    .strictObject({
      id: z.string(),
      at: time(),
      actor: z.string().meta({ description: "A person's address, a token's name, or who ran the command line" }),
      via: z.enum(["token", "session", "access", "command_line", "link"]),
      action: z.string().meta({ examples: ["delivery.replayed"] }),
      target: z.string().nullable().meta({ description: "What was changed; null: the relay as a whole" }),
      detail: z.record(z.string(), z.unknown()),
    })
    .meta({ id: "AuditEntry" }),
);
