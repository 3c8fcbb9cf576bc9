// How secrets may stand in a configuration: as names, and as plain values on a local relay only.
import type * as z from "zod";
import type { Path, Problem } from "./problem.ts";
import { secretTexts } from "./schema-tree.ts";
import { secretReference } from "./secret.ts";

/** Whoever may change the configuration could have it sent to an address of theirs, and would own the relay for good. */
const ADMIN = "ADMIN_TOKEN";

/** What is asked of secrets. */
export interface SecretPolicy {
  /** A relay on this machine: plain values are accepted. */
  local: boolean;
  /** Whether a secret of this name is set; without it nobody asks. */
  isSet?: (name: string) => boolean;
}

/** Secrets of a table that are plain where they may not be, misspelt, or not set. */
export function secretProblems(schema: z.core.$ZodType, table: unknown, base: Path, policy: SecretPolicy): Problem[] {
  const plain = policy.local ? [] : secretTexts(schema, table).filter(({ text }) => !text.startsWith("secret:"));
  return [
    ...plain.map(({ path }) => ({
      path: [...base, ...path],
      message: "is a secret and must not stand in the configuration of a deployed relay",
      instead: 'write "secret:NAME" and set it with `npx wrangler secret put NAME`',
    })),
    ...referenceProblems(table, base, policy),
  ];
}

function referenceProblems(value: unknown, path: Path, policy: SecretPolicy): Problem[] {
  if (Array.isArray(value)) return value.flatMap((member, index) => referenceProblems(member, [...path, index], policy));
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, member]) => referenceProblems(member, [...path, key], policy));
  if (typeof value !== "string" || !value.startsWith("secret:")) return [];
  const reference = secretReference(value);
  if (reference === undefined)
    return [
      {
        path,
        message: "is not the name of a secret",
        instead: 'write "secret:NAME" or "secret:NAME.key", where NAME has letters, digits and _ only',
      },
    ];
  if (reference.name === ADMIN)
    return [{ path, message: `${ADMIN} opens this relay and is given to nobody else`, instead: "use a secret of its own" }];
  if (policy.isSet === undefined || policy.isSet(reference.name)) return [];
  const instead = policy.local ? `put ${reference.name}=... into the secrets file` : `run \`npx wrangler secret put ${reference.name}\``;
  return [{ path, message: `the secret ${reference.name} is not set`, instead }];
}
